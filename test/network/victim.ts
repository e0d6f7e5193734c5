/** Counts what is sent to it at one port; at each line of input it says how much that was. */
import { createSocket } from 'node:dgram'

let packets = 0
let bytes = 0
const socket = createSocket('udp4')
socket.on('message', ({ length }) => {
  packets += 1
  bytes += length
})
socket.bind(Number(process.argv[2]), () => console.log(JSON.stringify({ ready: true })))
process.stdin.on('data', () => console.log(JSON.stringify({ packets, bytes })))
process.stdin.on('end', () => socket.close())

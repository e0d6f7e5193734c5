/** A server as people write it with ws: `ws.mjs NODE_MODULES PORT`. The first word of a connection is its room. */
import { createRequire } from 'node:module'

/** @typedef {{ send(text: string): void, on(event: string, heard: (bytes: Buffer) => void): void }} Peer */

const [folder = '', port] = process.argv.slice(2)
const { WebSocketServer } = createRequire(`${folder}/`)('ws')
/** @type {Map<string, Set<Peer>>} */
const rooms = new Map()

/** @param {Peer} socket */
function admit(socket) {
  /** @type {Set<Peer> | undefined} */
  let room
  socket.on('error', () => {})
  socket.on('close', () => room?.delete(socket))
  socket.on('message', bytes => {
    const text = bytes.toString()
    if (room) for (const member of room) member.send(text)
    else {
      room = rooms.get(text) ?? new Set()
      rooms.set(text, room.add(socket))
      socket.send('joined')
    }
  })
}

const where = { port: Number(port), host: '127.0.0.1', backlog: 511 }
new WebSocketServer({ ...where, perMessageDeflate: false }).on('connection', admit)

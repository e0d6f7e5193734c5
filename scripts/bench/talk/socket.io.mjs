/** A server as people write it with socket.io: `socket.io.mjs NODE_MODULES PORT`. Who connects names a room. */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'

/**
 * @typedef {object} Peer
 * @property {{ auth: { room: string } }} handshake
 * @property {{ to(room: string): { emit(name: string, body: string): void } }} nsp
 * @property {(room: string) => void} join
 * @property {(name: string) => void} emit
 * @property {(name: string, heard: (body: string) => void) => void} on
 */

const [folder = '', port] = process.argv.slice(2)
const { Server } = createRequire(`${folder}/`)('socket.io')
const http = createServer()

/** @param {Peer} socket */
function admit(socket) {
  const { room } = socket.handshake.auth
  socket.join(room)
  socket.emit('joined')
  socket.on('say', body => socket.nsp.to(room).emit('say', body))
}

new Server(http, { transports: ['websocket'], perMessageDeflate: false }).on('connection', admit)
http.listen({ port: Number(port), host: '127.0.0.1', backlog: 511 })

/** The ceiling: the least a Node server can do for many rooms, batching and nothing else; `ceiling.ts PORT`. */
import { createServer, type Socket } from 'node:net'

// No names, no history, no bounds, no checks: the first line of a connection is its room, each other line goes to
// everybody in it. One buffer a room and turn, written to each member once.

interface Room {
  readonly members: Set<Socket>
  said: Buffer[]
}

const rooms = new Map<string, Room>()
const dirty = new Set<Room>()

function flush(): void {
  for (const room of dirty) {
    const batch = Buffer.concat(room.said)
    room.said = []
    for (const member of room.members) member.write(batch)
  }
  dirty.clear()
}

createServer({ noDelay: true }, socket => {
  let room: Room | undefined
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('close', () => room?.members.delete(socket))
  socket.on('data', (chunk: Buffer) => {
    const heard = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let start = 0
    for (let end = heard.indexOf(10); end >= 0; end = heard.indexOf(10, start)) {
      const line = heard.subarray(start, end + 1)
      start = end + 1
      if (room) {
        if (dirty.size === 0) setImmediate(flush)
        dirty.add(room)
        room.said.push(line)
      } else {
        const name = line.toString()
        room = rooms.get(name) ?? { members: new Set(), said: [] }
        rooms.set(name, room)
        room.members.add(socket)
        socket.write('joined\n')
      }
    }
    rest = Buffer.from(heard.subarray(start))
  })
}).listen({ port: Number(process.argv[2]), host: '127.0.0.1', backlog: 511 })

/** A native client as few lines as can be: says messages over a real socket and waits for what it is told. */
import { connect, type Socket } from 'node:net'
import { createLines } from '../../src/wire/lines.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'
import { patienceMs } from '../patience.ts'

export type Heard<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

export interface Peer {
  readonly socket: Socket
  readonly heard: ServerMessage[]
  say(message: ClientMessage): void
  raw(bytes: string | Uint8Array): void
  speak(id: string, body: string): void
  /** The next message of that type that fits and was not waited for before. */
  hear<T extends ServerMessage['type']>(type: T, fits?: (message: Heard<T>) => boolean): Promise<Heard<T>>
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  close(): void
}

export async function openPeer(port: number, host = '127.0.0.1'): Promise<Peer> {
  const socket = connect(port, host)
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => {})
  const lines = createLines({ lineBytesMax: 1024 * 1024 })
  const heard: ServerMessage[] = []
  const taken = new Set<ServerMessage>()
  const wakers = new Set<() => void>()
  socket.on('data', chunk => {
    // Whoever hesitates is greeted as a person would be; a native client reads nothing in that.
    for (const read of lines.feed(chunk)) {
      if (!('line' in read) || !read.line.startsWith('{')) continue
      const message: ServerMessage = JSON.parse(read.line)
      heard.push(message)
      if (message.type === 'ping') say({ type: 'pong' })
    }
    for (const wake of wakers) wake()
  })
  let isGone = false
  const gone = new Promise<void>(resolve =>
    socket.once('close', () => {
      isGone = true
      for (const wake of wakers) wake()
      resolve()
    }),
  )
  const say = (message: ClientMessage) => void socket.write(`${JSON.stringify(message)}\n`)
  return {
    socket,
    heard,
    say,
    raw: bytes => void socket.write(bytes),
    speak: (id, body) => say({ type: 'say', id, room: '#lobby', kind: 'say', body }),
    hear: (type, fits = () => true) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(giveUp, patienceMs)
        function giveUp() {
          clearTimeout(timer)
          wakers.delete(look)
          const last = heard.slice(-5).map(message => JSON.stringify(message).slice(0, 200))
          reject(new Error(`no ${type} came; the last messages were:\n${last.join('\n')}`))
        }
        function look() {
          const found = heard.find(
            (message): message is Heard<typeof type> =>
              message.type === type && !taken.has(message) && fits(message as Heard<typeof type>),
          )
          // Nothing comes any more from whoever is gone.
          if (!found) return isGone ? giveUp() : undefined
          taken.add(found)
          clearTimeout(timer)
          wakers.delete(look)
          resolve(found)
        }
        wakers.add(look)
        look()
      }),
    gone,
    close: () => socket.destroy(),
  }
}

/** Opens and joins, and says that it heard the welcome, as every client does with its first ping. */
export async function joinPeer(port: number, nick: string, more: object = {}): Promise<Peer> {
  const peer = await openPeer(port)
  peer.say({ type: 'hello', v: 1, nick, ...more })
  await peer.hear('welcome')
  peer.say({ type: 'ping' })
  await peer.hear('pong')
  return peer
}

/** A thousand connections that only hold their places, with a byte now and then; where one is let go another comes. */
import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'

const strong = 1_000
/** What each kind says, a byte at a time; its last byte is said over and over. */
const kinds = ['{"type":"', 'GE', 'CMD_USER', '\x16\x03\x01\x02\x00\x01\x00', 'MSG', '', '\xff\xfa']
const byteEveryMs = 400
const comesAgainMs = 200

export interface Drip {
  /** Resolves when all of them have tried once to connect. */
  go(): Promise<void>
  rest(): void
}

/** @param wayOf where the connection of that number goes, and from where */
export function createDrip(wayOf: (number: number) => TcpNetConnectOpts): Drip {
  const sockets = new Set<Socket>()
  let isGoing = false
  let made = 0
  const one = (): Promise<void> =>
    new Promise(resolve => {
      const number = made++
      const words = kinds[number % kinds.length] ?? ''
      const socket = connect(wayOf(number))
      let said = 0
      sockets.add(socket)
      socket.on('error', () => {}).on('data', () => {})
      const timer = setInterval(() => {
        if (words !== '') socket.write(words[Math.min(said++, words.length - 1)] ?? '', 'latin1')
      }, byteEveryMs)
      socket.once('connect', () => resolve())
      socket.once('close', () => {
        clearInterval(timer)
        sockets.delete(socket)
        resolve()
        if (isGoing) setTimeout(() => void (isGoing && one()), comesAgainMs)
      })
    })
  return {
    async go() {
      isGoing = true
      await Promise.all(Array.from({ length: strong }, one))
    },
    rest() {
      isGoing = false
      for (const socket of sockets) socket.destroy()
    },
  }
}

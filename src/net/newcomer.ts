/** A socket before it is a conversation: its first bytes are heard and given back, or it is sent away with a word. */
import type { Socket } from 'node:net'
import { limits } from '../wire/limits.ts'

export interface Hearing<Verdict> {
  /** Takes the next bytes; undefined as long as they do not decide. It decides within a few bytes. */
  feed(chunk: Uint8Array): Verdict | undefined
  /** The newcomer said too little for `silentMs`, or will say no more. */
  silence(): Verdict
  silentMs: number
}

/** One for all, for it stays with the socket and would keep everything around it. */
const ignore = () => {}

/**
 * Gives what the newcomer turned out to be; undefined when it went away before. The socket is then paused and
 * holds all its bytes again, so whoever takes it over reads from the first one. Its errors cannot throw.
 */
export function hearNewcomer<Verdict>(
  socket: Socket,
  hearing: Hearing<Verdict>,
): Promise<Verdict | undefined> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    // A person may pipe one line in and end; that is no reason to end before the answer.
    socket.allowHalfOpen = true
    if (socket.listenerCount('error') === 0) socket.on('error', ignore)

    function settle(verdict: Verdict | undefined): void {
      clearTimeout(timer)
      socket.off('data', onBytes).off('end', onEnd).off('close', onClose)
      if (!socket.destroyed) {
        socket.pause()
        for (const chunk of chunks.reverse()) socket.unshift(chunk)
      }
      resolve(verdict)
    }
    function onBytes(chunk: Buffer): void {
      chunks.push(chunk)
      const verdict = hearing.feed(chunk)
      if (verdict !== undefined) settle(verdict)
    }
    const onEnd = () => {
      // After the end nothing can be given back, and nobody needs it: it did not decide.
      chunks.length = 0
      settle(hearing.silence())
    }
    const onClose = () => settle(undefined)

    const timer = setTimeout(() => settle(hearing.silence()), hearing.silentMs)
    socket.on('data', onBytes).on('end', onEnd).on('close', onClose)
    if (socket.destroyed) return settle(undefined)
    socket.resume()
  })
}

/** Sends `words` as they are and closes, after `withinMs` at the latest. What the newcomer still says is dropped. */
export function sendAway(socket: Socket, words: string, withinMs: number = limits.lastWordsMs): void {
  socket.on('error', ignore)
  if (socket.destroyed) return
  socket.allowHalfOpen = true
  const timer = setTimeout(() => socket.destroy(), withinMs)
  socket.once('close', () => clearTimeout(timer))
  // Read to its end: closing over unread bytes resets the connection, and the words may be lost with it.
  socket.on('data', () => {})
  socket.resume()
  socket.end(words)
}

/** A slot in the hands of an errand goes to a window of the same user that wants it: asked and answered at its socket. */
import type { Socket } from 'node:net'
import { callSocket } from './socketLock.ts'

// Whether somebody listens at a slot’s socket is found out by calling it, so a call alone asks for nothing: only this
// word does. A window hangs up on whoever calls; an errand says its own, and hangs up when nobody speaks for it any more.

const wanted = 'window\n'
const lent = 'errand\n'

const bounds = {
  /** An errand says that it is one within this time. */
  answerMs: 1_000,
  /** What it has under way is acknowledged within this time; else the window takes another slot. */
  giveUpMs: 3_000,
} as const

/**
 * What an errand answers at the socket of its slot.
 *
 * @param giveUp resolves when the slot is free; aborted where it is waited for no longer
 */
export function lending(giveUp: (wanted: AbortSignal) => Promise<void>): (socket: Socket) => void {
  return socket => {
    let heard = ''
    const isGone = new AbortController()
    socket.once('close', () => isGone.abort())
    socket.unref()
    socket.on('error', () => {})
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (heard.length >= wanted.length) return
      heard += text
      if (!heard.startsWith(wanted)) return heard.length < wanted.length ? undefined : socket.destroy()
      socket.write(lent)
      void giveUp(isGone.signal).finally(() => socket.destroy())
    })
  }
}

/** Asks whoever holds that slot for it. @returns whether it may be free now */
export async function askBack(folder: string, name: string): Promise<boolean> {
  const socket = await callSocket(folder, name).catch(() => undefined)
  if (!socket) return socket === null
  return await new Promise(resolve => {
    let isLent = false
    const end = (): void => void socket.destroy()
    let timer = setTimeout(end, bounds.answerMs)
    let isLate = false
    socket.on('error', () => {})
    socket.on('data', () => {
      if (isLent) return
      isLent = true
      clearTimeout(timer)
      timer = setTimeout(() => {
        isLate = true
        end()
      }, bounds.giveUpMs)
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(isLent && !isLate)
    })
    socket.write(wanted)
  })
}

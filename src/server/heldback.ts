/** Those who are turned away without a word: held back unread for a moment, so that who comes again at once comes less often. */
import type { Socket } from 'node:net'
import type { Limits } from '../wire/limits.ts'

export interface HeldBack {
  /** Closes it, after `heldBackMs` where there is room to hold it. It must not have been read from. */
  add(socket: Socket): void
  /** Closes the one that waits longest, if there is one: somebody else needs its place. */
  release(): void
  size(): number
  /** Closes all of them. */
  close(): void
}

/** They come in crowds and would go in crowds: in one turn only so many, for others wait for the turn to end. */
const atOnceMax = 16

export function createHeldBack({
  heldBackMax,
  heldBackMs,
}: Pick<Limits, 'heldBackMax' | 'heldBackMs'>): HeldBack {
  /** Each until when, oldest first. */
  const held = new Map<Socket, number>()
  let timer: NodeJS.Timeout | undefined

  function wait(): void {
    const [first] = held.values()
    timer = first === undefined ? undefined : setTimeout(letGo, Math.max(1, first - performance.now()))
  }

  function letGo(): void {
    const nowMs = performance.now()
    let gone = 0
    for (const [socket, untilMs] of held) {
      if (untilMs > nowMs || gone >= atOnceMax) break
      held.delete(socket)
      socket.destroy()
      gone += 1
    }
    wait()
  }

  return {
    add(socket) {
      if (held.size >= heldBackMax) return void socket.destroy()
      held.set(socket, performance.now() + heldBackMs)
      if (timer === undefined) wait()
    },
    release() {
      const [first] = held.keys()
      if (first === undefined) return
      held.delete(first)
      first.destroy()
    },
    size: () => held.size,
    close() {
      clearTimeout(timer)
      for (const socket of held.keys()) socket.destroy()
      held.clear()
    },
  }
}

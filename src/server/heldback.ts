/** Those who are turned away without a word: held back unread for a moment, so that who comes again at once comes less often. */
import type { Socket } from 'node:net'
import type { Limits } from '../wire/limits.ts'

export interface HeldBack {
  /** Closes it, after `heldBackMs` or more, where there is room to hold it. It must not have been read from. */
  add(socket: Socket): void
  /** Closes the one that waits longest, if there is one: somebody else needs its place. */
  release(): void
  size(): number
  /** Closes all of them. */
  close(): void
}

// They came in a crowd, and let go in a crowd they would come again as one. So they go one by one, so many a second, and a
// crowd of a thousand waits about twenty seconds where a dozen wait two.
export function createHeldBack({
  heldBackMax,
  heldBackMs,
  heldBackPerSecond,
}: Pick<Limits, 'heldBackMax' | 'heldBackMs' | 'heldBackPerSecond'>): HeldBack {
  /** Each until when at least, oldest first. */
  const held = new Map<Socket, number>()
  const stepMs = 1_000 / heldBackPerSecond
  let timer: NodeJS.Timeout | undefined

  function wait(leastMs: number): void {
    const [untilMs] = held.values()
    timer =
      untilMs === undefined
        ? undefined
        : setTimeout(letGo, Math.max(leastMs, Math.ceil(untilMs - performance.now())))
  }

  function release(): void {
    const [first] = held.keys()
    if (first === undefined) return
    held.delete(first)
    first.destroy()
  }

  function letGo(): void {
    const [untilMs] = held.values()
    // Another one may have given its place up in the meantime.
    if (untilMs !== undefined && untilMs <= performance.now()) release()
    wait(stepMs)
  }

  return {
    add(socket) {
      if (held.size >= heldBackMax) return void socket.destroy()
      held.set(socket, performance.now() + heldBackMs)
      if (timer === undefined) wait(0)
    },
    release,
    size: () => held.size,
    close() {
      clearTimeout(timer)
      for (const socket of held.keys()) socket.destroy()
      held.clear()
    },
  }
}

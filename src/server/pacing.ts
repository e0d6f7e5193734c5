/** How fast each connection is heard: what it says is heard on credit, and pauses pay that back. */
import { performance } from 'node:perf_hooks'
import { type Bucket, createBucket } from '../base/bucket.ts'
import type { Connection } from '../net/connection.ts'
import type { Limits } from '../wire/limits.ts'

/** How one connection stands. A record and no functions of its own, for there are thousands of them. */
export interface Paced {
  readonly connection: Connection
  /** null where nobody is slowed. */
  readonly bytes: Bucket | null
  /** Until then it has had credit. */
  paidAtMs: number
  resuming: NodeJS.Timeout | undefined
  resumeAtMs: number
}

export interface Pacing {
  open(connection: Connection): Paced
  /** It said a line; after too many bytes in a short time it is paused. */
  heard(paced: Paced, line: string): void
  /** Hears nothing from it for so long, unless a longer pause is under way. */
  pause(paced: Paced, ms: number): void
  /** From now on no pause ends. */
  deafen(): void
  /** The connection is gone. */
  close(paced: Paced): void
}

/** @param isPaced whether who says much is read more slowly; pauses that are asked for are kept in any case */
export function createPacing(limits: Limits, isPaced: boolean): Pacing {
  const rate = { burst: limits.heardBurstBytes, perSecond: limits.heardBytesPerSecond }
  let isDeaf = false

  function pause(paced: Paced, ms: number): void {
    const atMs = performance.now() + ms
    if (atMs < paced.resumeAtMs) return
    paced.resumeAtMs = atMs
    paced.connection.pause()
    clearTimeout(paced.resuming)
    paced.resuming = setTimeout(() => isDeaf || paced.connection.resume(), ms)
  }

  return {
    open: connection => ({
      connection,
      bytes: isPaced ? createBucket(rate) : null,
      paidAtMs: 0,
      resuming: undefined,
      resumeAtMs: 0,
    }),
    heard(paced, line) {
      // Nothing said is lost: the pause is how long the credit takes to pay back.
      const { bytes, paidAtMs } = paced
      if (bytes === null) return
      const nowMs = performance.now()
      // A timer may fire early: what was not paid back by then still is to be.
      const fromMs = Math.max(nowMs, paidAtMs)
      const waitMs = bytes.take(fromMs, line.length + 1)
      if (waitMs === 0 || waitMs === Number.POSITIVE_INFINITY) return
      paced.paidAtMs = fromMs + waitMs
      bytes.take(paced.paidAtMs, line.length + 1)
      pause(paced, paced.paidAtMs - nowMs)
    },
    pause,
    deafen() {
      isDeaf = true
    },
    close: ({ resuming }) => clearTimeout(resuming),
  }
}

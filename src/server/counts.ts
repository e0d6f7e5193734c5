/** What a running server counts of itself: lines, refusals, ends of connections, and how long the store takes. */

import { performance } from 'node:perf_hooks'
import type { Store } from '../chat/types.ts'

/** Upper bounds of the store’s waits, in seconds; what takes longer is in all of them together alone. */
const waitBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const

export interface Waits {
  /** How many took at most so many seconds, by that bound. */
  readonly atMost: readonly (readonly [bound: number, count: number])[]
  readonly count: number
  readonly sum: number
}

export interface Counted {
  /** All that ever came. */
  readonly connectionsTotal: number
  readonly lines: number
  readonly linesLost: number
  readonly refused: ReadonlyMap<string, number>
  readonly ended: ReadonlyMap<string, number>
  readonly waits: Waits
  /** Whether the last line that was to be kept was kept. */
  readonly isKeeping: boolean
}

export interface Counts {
  /** A connection came. */
  came(): void
  /** A connection ended, for that reason: one of the words that this program has for it. */
  went(reason: string): void
  refused(code: string): void
  /** A line was kept, or could not be, after so many milliseconds. */
  kept(ms: number): void
  notKept(): void
  read(): Counted
}

export function createCounts(): Counts {
  const refused = new Map<string, number>()
  const ended = new Map<string, number>()
  const within = waitBounds.map(() => 0)
  let connectionsTotal = 0
  let lines = 0
  let linesLost = 0
  let sum = 0
  let isKeeping = true

  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1)

  return {
    came() {
      connectionsTotal += 1
    },
    went: reason => void count(ended, reason),
    refused: code => void count(refused, code),
    kept(ms) {
      const seconds = ms / 1000
      lines += 1
      sum += seconds
      isKeeping = true
      let at = 0
      while (seconds > (waitBounds[at] ?? Number.POSITIVE_INFINITY)) at += 1
      if (at < waitBounds.length) within[at] = (within[at] ?? 0) + 1
    },
    notKept() {
      linesLost += 1
      isKeeping = false
    },
    read() {
      let below = 0
      const atMost = waitBounds.map((bound, at): [number, number] => {
        below += within[at] ?? 0
        return [bound, below]
      })
      return {
        connectionsTotal,
        lines,
        linesLost,
        refused,
        ended,
        isKeeping,
        waits: { atMost, count: lines, sum },
      }
    },
  }
}

/** The same store; how long it takes to keep a line is counted. */
export const counted = (store: Store, counts: Counts): Store => ({
  append(draft, at) {
    const askedMs = performance.now()
    const kept = store.append(draft, at)
    if (kept instanceof Promise)
      kept.then(
        () => counts.kept(performance.now() - askedMs),
        () => counts.notKept(),
      )
    else counts.kept(0)
    return kept
  },
  find: (author, id) => store.find(author, id),
  last: (room, count) => store.last(room, count),
  page: (room, from, limit) => store.page(room, from, limit),
  search: (rooms, words, limit) => store.search(rooms, words, limit),
  follow: onLine => store.follow(onLine),
  ...(store.probe === undefined ? {} : { probe: store.probe }),
  close: () => store.close(),
})

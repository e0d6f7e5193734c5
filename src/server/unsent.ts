/** What waits for all connections together to be taken: counted as it comes and goes, and bounded. */
import type { Connection } from '../net/connection.ts'
import { bounds } from './bounds.ts'

export interface Unsent {
  bytes(): number
  /** So many bytes more wait, or fewer. Where all of it is too much, it is seen in a moment whether it still is. */
  add(bytes: number): void
}

/** @param bytesMax of all of them; over it whoever takes least is cut as `slow`, and the next one, until it fits */
export function createUnsent(connections: () => Iterable<Connection>, bytesMax: number): Unsent {
  let sum = 0
  let isWeighing = false

  function weighSoon(): void {
    if (isWeighing || sum <= bytesMax) return
    isWeighing = true
    setTimeout(weigh, bounds.weighAfterMs).unref()
  }

  /** Each connection has its own bound; this is the one of all: whoever takes least of it goes first. */
  function weigh(): void {
    isWeighing = false
    let left = sum
    if (left <= bytesMax) return
    const loads = Array.from(connections(), connection => ({ connection, bytes: connection.backlogBytes() }))
    loads.sort((a, b) => b.bytes - a.bytes)
    for (const { connection, bytes } of loads) {
      if (left <= bytesMax) break
      connection.cut('slow')
      left -= bytes
    }
    weighSoon()
  }

  return {
    bytes: () => sum,
    add(bytes) {
      sum += bytes
      weighSoon()
    },
  }
}

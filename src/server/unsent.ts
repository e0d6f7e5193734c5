/** What waits for all connections together to be taken: added up while there is any, and bounded. */
import type { Connection } from '../net/connection.ts'

export interface Unsent {
  bytes(): number
  /** Something was sent: in a moment it is seen whether all of it is too much. */
  weighSoon(): void
}

/** How often all that is unsent is added up, as long as there is any. */
const weighEveryMs = 100

/** @param bytesMax of all of them; over it whoever takes least is cut as `slow`, and the next one, until it fits */
export function createUnsent(connections: () => Iterable<Connection>, bytesMax: number): Unsent {
  let isWeighing = false

  function sumOf(): number {
    let sum = 0
    for (const connection of connections()) sum += connection.backlogBytes()
    return sum
  }

  function weighSoon(): void {
    if (isWeighing) return
    isWeighing = true
    setTimeout(weigh, weighEveryMs).unref()
  }

  /** Each connection has its own bound; this is the one of all: whoever takes least of it goes first. */
  function weigh(): void {
    isWeighing = false
    let sum = sumOf()
    if (sum > 0) weighSoon()
    if (sum <= bytesMax) return
    const loads = Array.from(connections(), connection => ({ connection, bytes: connection.backlogBytes() }))
    loads.sort((a, b) => b.bytes - a.bytes)
    for (const { connection, bytes } of loads) {
      if (sum <= bytesMax) return
      connection.cut('slow')
      sum -= bytes
    }
  }

  return {
    bytes: sumOf,
    weighSoon,
  }
}

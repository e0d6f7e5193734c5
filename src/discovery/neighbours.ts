/** The other servers a server hears: how many there are, and whether one of them goes by our own id. */
import type { Bye, Here } from './beacon.ts'
import { bounds } from './bounds.ts'

export interface Neighbours {
  /** Takes a beacon. True once: when another server announces our id for the second time. */
  heard(here: Here, nowMs: number): boolean
  left(bye: Bye): void
  count(nowMs: number): number
}

/** Two beacons of a stranger with our id, this far apart, are no echo of one packet. */
const apartMs = 500

/** Counts by id, so that a neighbour on three cables is one. Farewells need no seal here: only a pace hangs on it. */
export function createNeighbours(ownId: string, ownBoot: number): Neighbours {
  const until = new Map<string, number>()
  let foreign: { readonly boot: number; readonly seq: number; readonly atMs: number } | null = null
  let told = false

  return {
    heard(here, nowMs) {
      if (here.id !== ownId) {
        if (until.size < bounds.heardServersMax || until.has(here.id))
          until.set(here.id, nowMs + here.ttlSeconds * 1000)
        return false
      }
      if (here.boot === ownBoot || told) return false
      if (foreign?.boot !== here.boot) foreign = { boot: here.boot, seq: here.seq, atMs: nowMs }
      told = here.seq !== foreign.seq && nowMs - foreign.atMs >= apartMs
      return told
    },
    left(bye) {
      until.delete(bye.id)
    },
    count(nowMs) {
      for (const [id, endMs] of until) if (endMs <= nowMs) until.delete(id)
      return until.size
    },
  }
}

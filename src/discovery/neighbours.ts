/** The other servers a server hears: how many there are, and whether one of them goes by our own id. */
import type { Bye, Here } from './beacon.ts'
import { bounds } from './bounds.ts'
import { schedule, ttlSeconds } from './schedule.ts'

export interface Neighbours {
  /** Takes a beacon from `host`. True once: when another server announces our id for the second time. */
  heard(here: Here, host: string, nowMs: number): boolean
  left(bye: Bye): void
  count(nowMs: number): number
}

/** Two beacons of a stranger with our id, this far apart, are no echo of one packet. */
const apartMs = 500

/** Counts by id, so that a neighbour on three cables is one. Farewells need no seal here: only a pace hangs on it. */
export function createNeighbours(ownId: string, ownBoot: number): Neighbours {
  const held = new Map<string, { readonly host: string; endMs: number }>()
  /** How many of them were first heard from one host: an enemy has few of those and any number of ids. */
  const perHost = new Map<string, number>()
  let foreign: { readonly boot: number; readonly seq: number; readonly atMs: number } | null = null
  let told = false

  function count(here: Here, host: string, nowMs: number): void {
    const endMs = nowMs + Math.min(here.ttlSeconds, ttlSeconds(schedule.beaconEveryMsMax)) * 1000
    const known = held.get(here.id)
    if (known) known.endMs = endMs
    else if (held.size < bounds.heardServersMax) {
      const others = perHost.get(host) ?? 0
      if (others >= bounds.heardServersPerHostMax) return
      perHost.set(host, others + 1)
      held.set(here.id, { host, endMs })
    }
  }

  function forget(id: string): void {
    const known = held.get(id)
    if (!known) return
    held.delete(id)
    const others = (perHost.get(known.host) ?? 1) - 1
    if (others > 0) perHost.set(known.host, others)
    else perHost.delete(known.host)
  }

  return {
    heard(here, host, nowMs) {
      if (here.id !== ownId) {
        count(here, host, nowMs)
        return false
      }
      if (here.boot === ownBoot || told) return false
      if (foreign?.boot !== here.boot) foreign = { boot: here.boot, seq: here.seq, atMs: nowMs }
      told = here.seq !== foreign.seq && nowMs - foreign.atMs >= apartMs
      return told
    },
    left(bye) {
      forget(bye.id)
    },
    count(nowMs) {
      for (const [id, { endMs }] of held) if (endMs <= nowMs) forget(id)
      return held.size
    },
  }
}

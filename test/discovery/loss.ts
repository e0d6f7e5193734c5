/** A network that loses packets, in fake time: when a client that starts lists a server, many thousand times over. */
import { createNonces } from '../../src/discovery/nonces.ts'
import { beaconEveryMs, jittered, replyAfterMs, schedule } from '../../src/discovery/schedule.ts'
import { createSightings } from '../../src/discovery/sightings.ts'
import { answerFrom, beaconFrom, here, idOf } from './samples.ts'

export interface LossOptions {
  /** Of each packet on its way, 0 to 1. */
  readonly loss: number
  readonly runs: number
  readonly seed: number
  /** Whether the server's beacons count too; without them it is found by asking alone. */
  readonly beacons: boolean
}

export interface LossResult {
  /** From the first probe, in milliseconds, sorted; a server that was not listed in time counts as Infinity. */
  readonly listedMs: readonly number[]
  /** Share of the runs with the server listed within `withinMs`. */
  readonly share: number
}

/** A client that has nothing to show by then offers the sweep. */
export const withinMs = 2_000
/** One way, on a network that holds nothing back. */
const wayMs = 1

/** Chance that is the same each time (mulberry32): 0 up to, not including, 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * One server that has been on for long, one client with one interface. What is sent and when comes from the schedule,
 * what counts as an answer from the nonces, what makes a row from the sightings.
 */
export function simulateLoss({ loss, runs, seed, beacons }: LossOptions): LossResult {
  const chance = seeded(seed)
  const arrives = () => chance() >= loss
  const listedMs = Array.from({ length: runs }, () => {
    const nonces = createNonces()
    const arrivals: { readonly atMs: number; readonly nonce: string | null }[] = []
    for (const [index, askedMs] of schedule.probeBurstMs.entries()) {
      const nonce = `n${index}`
      nonces.sent(nonce, askedMs, null)
      const answeredMs = askedMs + wayMs + replyAfterMs(1, chance())
      if (arrives() && arrives()) arrivals.push({ atMs: answeredMs + wayMs, nonce })
    }
    if (beacons) {
      let beaconMs = beaconEveryMs(1) * chance()
      for (; beaconMs <= withinMs; beaconMs += jittered(beaconEveryMs(1), chance()))
        if (arrives()) arrivals.push({ atMs: beaconMs + wayMs, nonce: null })
    }
    arrivals.sort((a, b) => a.atMs - b.atMs)
    const sightings = createSightings({ opens: () => false })
    for (const [index, { atMs, nonce }] of arrivals.entries()) {
      const question = nonce === null ? null : nonces.find(nonce, atMs)
      const heard = question ? answerFrom('10.0.0.2', atMs - question.atMs) : beaconFrom('10.0.0.2')
      if (nonce === null || question) sightings.here(here({ id: idOf('s'), seq: index + 1 }), heard, atMs)
      if (sightings.size() > 0) return atMs
    }
    return Number.POSITIVE_INFINITY
  }).sort((a, b) => a - b)
  return { listedMs, share: listedMs.filter(ms => ms <= withinMs).length / runs }
}

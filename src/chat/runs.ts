/** Runs of the server on its history: what somebody heard in one that this history does not know was never said here. */
import type { PastRun } from './types.ts'

/** What is known of how far rooms had come by the end of a run. */
export interface Reach {
  /** The newest number given by then; infinite where nobody knows. */
  headOf(room: string): number
}

export interface Runs {
  /** Of the run by that name; null where there was none: it is one of a history of which only a copy is left. */
  reachOf(id: string): Reach | null
}

/** Nobody knows how far they had come. */
export const everywhere: Reach = { headOf: () => Number.POSITIVE_INFINITY }

/** They are counted, so that one too long ago to be remembered is told from one that never was. */
const numberOf = (id: string): number => Number(/^\d+/.exec(id)?.[0] ?? Number.NaN)

/**
 * @param now the one that goes on; undefined where it has no name
 * @param past those that are over, the oldest first
 */
export function createRuns(now: string | undefined, past: readonly PastRun[]): Runs {
  const places = new Map(past.map(({ id }, place) => [id, place]))
  const oldest = past[0]?.id ?? now
  return {
    reachOf(id) {
      // Whatever was heard in this one was kept before.
      if (id === now || oldest === undefined) return everywhere
      const place = places.get(id)
      if (place === undefined) return numberOf(id) < numberOf(oldest) ? everywhere : null
      return {
        headOf: room =>
          past.findLast(({ heads }, at) => at <= place && heads.has(room))?.heads.get(room) ?? 0,
      }
    },
  }
}

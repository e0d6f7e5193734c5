/** What one world of real processes goes through: plain values made from a seed, so that it can be tried again. */
import { createRandom, type Random } from '../sim/random.ts'

/** `chaos`: a hostile network and perhaps a kill; the others: one history through many ends of its server. */
export const kinds = ['chaos', 'kill', 'power', 'stop'] as const
export type Kind = (typeof kinds)[number]

export interface Ending {
  readonly how: 'kill' | 'power' | 'stop'
  /** After the server kept a first line. */
  readonly afterMs: number
  readonly downMs: number
  /** The next start is killed so long after it began; null: it is let through. */
  readonly startKilledMs: number | null
}

export interface Plan {
  readonly kind: Kind
  readonly seed: number
  readonly people: number
  /** The part of all chunks at which a connection breaks. */
  readonly cutPart: number
  readonly delayMsMax: number
  /** The longest pause between two lines of one person. */
  readonly pauseMsMax: number
  /** Lines that each one says at least; they go on until the last ending is over. */
  readonly lines: number
  /** The part of lines that is long, so that the log is emptied into the file now and then. */
  readonly longPart: number
  /** What the disk takes for a sync, where power is lost. */
  readonly syncMs: number
  /** The part of lines after which its client crashes. */
  readonly crashPart: number
  readonly endings: readonly Ending[]
}

/** Endings of one world: as many as make the start of the world worth its while. */
export const endingsEach: Readonly<Record<Kind, number>> = { chaos: 1, kill: 10, power: 10, stop: 5 }

/** @param endings fewer than usual, for the last world of a round number */
export function planOf(kind: Kind, seed: number, endings = endingsEach[kind]): Plan {
  const random = createRandom(seed)
  const base = { kind, seed, people: 2 + random.below(3), delayMsMax: random.below(9) }
  if (kind === 'chaos')
    return {
      ...base,
      cutPart: 0.01 + random.next() * 0.05,
      pauseMsMax: 40,
      lines: 10 + random.below(20),
      longPart: 0.02,
      syncMs: 0,
      crashPart: random.pick([0, 0, 0.02]),
      endings: random.chance(0.6) ? [ending(random, random.chance(0.8) ? 'kill' : 'stop')] : [],
    }
  return {
    ...base,
    cutPart: random.pick([0, 0.005, 0.02]),
    pauseMsMax: random.pick([10, 20, 40]),
    lines: 5,
    longPart: kind === 'power' ? random.pick([0.1, 0.6, 1]) : 0.05,
    syncMs: kind === 'power' ? random.pick([0, 5, 20]) : 0,
    crashPart: 0,
    endings: Array.from({ length: endings }, () => ending(random, kind)),
  }
}

function ending(random: Random, how: Ending['how']): Ending {
  return {
    how,
    afterMs: random.below(random.pick([30, 300, 600])),
    downMs: random.below(random.pick([1, 100, 300])),
    startKilledMs: how !== 'stop' && random.chance(0.1) ? 10 + random.below(300) : null,
  }
}

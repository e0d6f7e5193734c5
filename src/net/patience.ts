/** What time brings a connection: when something becomes due, and what it is. It reads no clock. */
import { limits } from '../wire/limits.ts'
import type { Closing, ClosingCode } from './closing.ts'
import type { ConnectionBounds } from './connection.ts'

export type Phase = { at: 'open' } | { at: 'ending'; why: Closing; sinceMs: number } | { at: 'closed' }

/** How a connection stands; all times are by one clock. */
export interface Standing {
  readonly bounds: ConnectionBounds
  readonly phase: Phase
  readonly openedAtMs: number
  /** It is not heard because its owner wants so: its silence means nothing. */
  readonly paused: boolean
  readonly heardAtMs: number
  /** It was asked whether it is there, and said nothing since. */
  readonly asked: boolean
  readonly trusted: boolean
  /** Bytes that were written and not taken, and since when. */
  readonly flyingBytes: number
  readonly flyingSinceMs: number
}

const never = Number.POSITIVE_INFINITY

/** When its last words have had their time. */
const hangUpAtMs = (sinceMs: number, { lastWordsMs = limits.lastWordsMs }: ConnectionBounds): number =>
  sinceMs + lastWordsMs
const stalledAtMs = ({ bounds, flyingBytes, flyingSinceMs }: Standing): number =>
  flyingBytes > 0 ? flyingSinceMs + bounds.stalledMs : never
const lateAtMs = ({ bounds, trusted, openedAtMs }: Standing): number =>
  trusted || bounds.untrusted === undefined ? never : openedAtMs + bounds.untrusted.withinMs
const deadAtMs = ({ bounds, paused, heardAtMs }: Standing): number =>
  paused ? never : heardAtMs + bounds.deadMs
const quietAtMs = ({ bounds, paused, asked, heardAtMs }: Standing): number =>
  paused || asked ? never : heardAtMs + bounds.pingMs

/** When the first thing may become due; infinite for never. */
export function dueMs(one: Standing): number {
  const { phase, bounds } = one
  if (phase.at === 'closed') return never
  if (phase.at === 'ending') return hangUpAtMs(phase.sinceMs, bounds)
  return Math.min(stalledAtMs(one), lateAtMs(one), deadAtMs(one), quietAtMs(one))
}

/** What is due by now: it is hung up on, cut for a reason, or asked whether it is there; null for nothing. */
export function dueNow(
  one: Standing,
  nowMs: number,
): 'hang-up' | Extract<ClosingCode, 'slow' | 'late' | 'dead'> | 'ask' | null {
  const { phase, bounds } = one
  if (phase.at === 'closed') return null
  if (phase.at === 'ending') return nowMs >= hangUpAtMs(phase.sinceMs, bounds) ? 'hang-up' : null
  if (nowMs >= stalledAtMs(one)) return 'slow'
  if (nowMs >= lateAtMs(one)) return 'late'
  if (nowMs >= deadAtMs(one)) return 'dead'
  return nowMs >= quietAtMs(one) ? 'ask' : null
}

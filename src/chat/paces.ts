/** How fast somebody may say, ask or try something, and the refusal of who is faster. */
import { type Bucket, createBucket, type Rate } from '../base/bucket.ts'
import type { Limits } from '../wire/limits.ts'
import { type HubState, refuse } from './state.ts'
import type { Effect, Session } from './types.ts'

/** Kinds of doing that are paced each for itself. */
export type Pace = 'hello' | 'say' | 'nick' | 'join' | 'ask' | 'signal'

export type Buckets = Partial<Record<Pace, Bucket>>

const unpaced: Bucket = { take: () => 0 }

/** How long until `session` may do this again; 0 where it may now. */
export function paceOf(state: HubState, session: Session, pace: Pace): Bucket {
  if (state.means.pace === 'none') return unpaced
  // Most of them are never needed: who only listens has none.
  session.buckets ??= {}
  session.buckets[pace] ??= createBucket(ratesOf(state.limits)[pace])
  return session.buckets[pace]
}

type Rates = Readonly<Record<Pace, Rate>>

/** By the numbers a server is run with: thousands of buckets share them. */
const rates = new WeakMap<Limits, Rates>()

function ratesOf(limits: Limits): Rates {
  const known = rates.get(limits)
  if (known) return known
  const made: Rates = {
    hello: { burst: limits.helloBurst, perSecond: limits.helloPerSecond },
    say: { burst: limits.sayBurst, perSecond: limits.sayPerSecond },
    nick: { burst: limits.nickBurst, perSecond: limits.nickPerSecond },
    join: { burst: limits.joinBurst, perSecond: limits.joinPerSecond },
    ask: { burst: limits.askBurst, perSecond: limits.askPerSecond },
    signal: { burst: limits.signalBurst, perSecond: limits.signalPerSecond },
  }
  rates.set(limits, made)
  return made
}

/** The refusal of somebody too fast, with the time to wait; null where they may. */
export function tooFast(
  state: HubState,
  from: Session,
  pace: Pace,
  about: string,
  nowMs: number,
): Effect[] | null {
  return waits(from, about, paceOf(state, from, pace).take(nowMs))
}

/** The same for whoever tries another password of a locked room. */
export function guessedTooFast(state: HubState, from: Session, room: string, nowMs: number): Effect[] | null {
  if (state.means.pace === 'none') return null
  const { roomGuessBurst: burst, roomGuessPerSecond: perSecond } = state.limits
  const guesses = state.guesses.get(room) ?? createBucket({ burst, perSecond })
  state.guesses.set(room, guesses)
  return tooFast(state, from, 'nick', 'join', nowMs) ?? waits(from, 'join', guesses.take(nowMs))
}

function waits(from: Session, about: string, retryMs: number): Effect[] | null {
  if (retryMs === 0) return null
  const seconds = Math.ceil(retryMs / 1000)
  return refuse(from, about, 'too-fast', `That was too fast; try again in ${seconds} s.`, { retryMs })
}

/** A server of ours is away: where it is called next, and when, whoever speaks in its name meanwhile. */
import { delayMs } from '../base/backoff.ts'
import type { Sighting } from '../discovery/types.ts'
import { bounds, patience } from './bounds.ts'
import { shownHost, targetOf } from './servers.ts'
import { type KnownServer, ownAmong } from './trust.ts'
import type { Target } from './types.ts'

/** The next call of a server, or the one under way. */
export interface Call {
  readonly target: Target
  /** How many before it came to nothing, one after the other. */
  readonly attempt: number
  /** When it begins, in monotonic milliseconds; not after now: it is under way. */
  readonly atMs: number
}

/** From the loss of a server until it welcomes us again. */
export interface Outage {
  /** When it was called last in vain. What was heard of it before is no sign that it is back. */
  readonly failedAtMs: number
  /** How often something made us call at once, whatever the backoff says. */
  readonly shortcuts: number
  /** Where another server answered in its name. */
  readonly posers: readonly Target[]
  /** Where it was until it was lost. */
  readonly home: Target
  /** Where else it was called last, in vain: home has its turn before that place is called again. */
  readonly vain: Target | null
}

export interface Away {
  readonly call: Call
  readonly outage: Outage
}

/** The connection or the attempt that ended. */
export interface Ended {
  /** It was a welcome, and it held for long enough: the backoff begins anew. */
  readonly isSettled: boolean
  /** The server asked us to stay away for so long. */
  readonly askedMs: number
  readonly nowMs: number
  /** Gives 0 up to, not including, 1. */
  random(): number
}

/**
 * The connection was lost, or a call came to nothing. Anybody can say where it is now: after a call elsewhere the next one
 * goes to where it was.
 *
 * @param outage null: it was there until now
 */
export function lost(call: Call, outage: Outage | null, { isSettled, askedMs, nowMs, random }: Ended): Away {
  const attempt = isSettled ? 0 : call.attempt + 1
  const { home } = outage ?? { home: call.target }
  const vain = isElsewhere(call.target, home) ? call.target : null
  const waitMs = Math.max(Math.min(askedMs, patience.retryMsMax), delayMs(attempt, random))
  return {
    call: { target: vain === null ? call.target : home, attempt, atMs: nowMs + waitMs },
    outage: { shortcuts: 0, posers: [], ...outage, home, vain, failedAtMs: nowMs },
  }
}

/**
 * Another server answered in the name of the one that is away: there it is looked for no more, but where it was, and it may
 * have been heard elsewhere already.
 *
 * @returns null where the other one answered right there: that place is called again
 */
export function posed(call: Call, outage: Outage | null, ended: Ended): Away | null {
  if (outage === null || !isElsewhere(outage.home, call.target)) return null
  const away = lost({ ...call, target: outage.home }, outage, ended)
  const posers = [...outage.posers, call.target].slice(-bounds.posers)
  return { call: away.call, outage: { ...away.outage, failedAtMs: outage.failedAtMs, posers } }
}

/** Where it is heard since it was called in vain; null where nothing is heard of it but who poses as it. */
export function heardAmong(
  sightings: readonly Sighting[],
  { failedAtMs, posers }: Outage,
  isMeant: (sighting: Sighting) => boolean,
  known: KnownServer | undefined,
): Sighting | null {
  const heard = sightings.filter(
    one =>
      one.heardAt > failedAtMs && isMeant(one) && !posers.some(poser => sameTarget(poser, targetOf(one))),
  )
  return ownAmong(heard, known) ?? null
}

/** It is heard there: called at once, a few times; then only the backoff decides. @returns null: nothing changes */
export function heardAt({ call, outage }: Away, target: Target, nowMs: number): Away | null {
  const isUnderWay = nowMs >= call.atMs
  // A call under way has its chance, unless it goes where the server is no more.
  if (isUnderWay && !isElsewhere(target, call.target)) return null
  const short = shortcut({ ...call, target }, outage, nowMs)
  if (short !== null) return short
  // Heard but not reachable: the newest address is the next, unless somebody was met who speaks in its name.
  if (isUnderWay || outage.posers.length > 0 || sameTarget(target, call.target)) return null
  if (outage.vain !== null && sameTarget(target, outage.vain)) return null
  return { call: { ...call, target }, outage }
}

/** Calls at once; null where that was done too often already. @param outage null: it was there until now */
export function shortcut(call: Call, outage: Outage | null, nowMs: number): Away | null {
  const { shortcuts, ...rest } = outage ?? {
    ...{ shortcuts: 0, failedAtMs: nowMs, posers: [] },
    ...{ home: call.target, vain: null },
  }
  if (shortcuts >= bounds.shortcuts) return null
  return { call: { ...call, atMs: nowMs }, outage: { ...rest, shortcuts: shortcuts + 1 } }
}

/** Whether a person would call it another place: the same addresses in another order are not. */
export const isElsewhere = (now: Target, before: Target): boolean =>
  now.port !== before.port ||
  !(now.hosts.includes(shownHost(before)) || before.hosts.includes(shownHost(now)))

const sameTarget = (a: Target, b: Target): boolean =>
  a.port === b.port &&
  a.hosts.length === b.hosts.length &&
  a.hosts.every((host, index) => host === b.hosts[index])

/** The server of an errand, while it is away: called again and again, and looked for, wherever it comes back. */
import { formatTarget } from '../base/target.ts'
import { type Call, heardAmong, heardAt, isElsewhere, lost, type Outage, posed } from '../client/outage.ts'
import { shownHost, targetOf } from '../client/servers.ts'
import type { KnownServer } from '../client/trust.ts'
import type { Target } from '../client/types.ts'
import type { Sighting } from '../discovery/types.ts'
import { startSeek, type Where, whereFor } from './seek.ts'

export interface ChaseOptions {
  readonly target: Target
  /** Where it is looked for; null: nowhere. */
  readonly where: Where | null
  dial(target: Target, delayMs: number): void
  /** Neither a connection nor a greeting is under way. */
  isFree(): boolean
  isMeant(sighting: Sighting): boolean
  /** What is known of the one that is meant. */
  known(): KnownServer | undefined
  onNotice(text: string): void
}

export interface Chase {
  /** It was called in vain since it welcomed us, or since we began. */
  isAway(): boolean
  /** It is called where it did not welcome us last. */
  isAbroad(): boolean
  /** Calls it when that is due: the first time, and after the connection was ended by us. */
  call(): void
  /**
   * The connection was lost, or a call came to nothing.
   *
   * @returns whether it was there until now
   */
  lost(how: LostHow): boolean
  /** It welcomed us. */
  met(): void
  end(): void
}

export interface LostHow {
  /** The connection was a welcome and held for long enough. */
  readonly isSettled: boolean
  /** The server asked us to stay away for so long. */
  readonly askedMs: number
  /** Another server answered in its name. */
  readonly isPosed: boolean
}

export function createChase(options: ChaseOptions): Chase {
  let call: Call = { target: options.target, attempt: 0, atMs: 0 }
  let outage: Outage | null = null
  let sightings: readonly Sighting[] = []
  let endSeek: (() => void) | null = null

  function seek(): () => void {
    const { where, onNotice } = options
    if (where === null) return () => {}
    return startSeek({
      ...whereFor(call.target, where),
      onSightings(now) {
        sightings = now
        look()
      },
      onNotice,
    })
  }

  /** A server that is heard again is called where that helps. */
  function look(): void {
    if (outage === null || !options.isFree()) return
    const found = heardAmong(sightings, outage, options.isMeant, options.known())
    if (found === null) return
    const nowMs = performance.now()
    const target = targetOf(found)
    const next = heardAt({ call, outage }, target, nowMs)
    if (next === null) return
    if (next.call.atMs <= nowMs && isElsewhere(target, call.target))
      options.onNotice(`the server is at ${formatTarget(shownHost(target), target.port)} now.`)
    call = next.call
    outage = next.outage
    dial()
  }

  const dial = (): void => options.dial(call.target, Math.max(0, call.atMs - performance.now()))

  return {
    isAway: () => outage !== null,
    isAbroad: () => outage !== null && isElsewhere(call.target, outage.home),
    call: dial,
    lost({ isSettled, askedMs, isPosed }) {
      const wasThere = outage === null
      const ended = { isSettled, askedMs, nowMs: performance.now(), random: Math.random }
      const next = (isPosed ? posed(call, outage, ended) : null) ?? lost(call, outage, ended)
      call = next.call
      outage = next.outage
      dial()
      if (wasThere) endSeek = seek()
      else if (isPosed) look()
      return wasThere
    },
    met() {
      outage = null
      sightings = []
      endSeek?.()
      endSeek = null
    },
    end() {
      endSeek?.()
    },
  }
}

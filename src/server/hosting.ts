/** What whoever runs a server may see and do, from its own machine: who is here, order kept, owners made, figures. */
import { performance } from 'node:perf_hooks'
import { customAlphabet } from 'nanoid'
import type { Hub } from '../chat/hub.ts'
import type { KeptOrder } from '../chat/order.ts'
import type { OpenRoom } from '../chat/roster.ts'
import type { Deed, Moderate, Present } from '../chat/types.ts'
import type { Counts } from './counts.ts'
import { digest } from './digest.ts'
import type { Vitals } from './metrics.ts'
import type { Peers } from './peers.ts'
import type { Performing } from './performing.ts'

/** Roles, bans and mutes from before, and where they and what is done to keep order are written down. */
export interface OrderKeeping {
  readonly kept: KeptOrder
  /**
   * Throws nothing, as `audit` does.
   * @returns why it could not be kept, in a sentence for whoever asked for it; null where it was
   */
  keep(order: KeptOrder): string | null
  audit(deed: Deed): void
}

/** What came of what was asked for, in sentences. */
export interface Moderated {
  readonly ok: boolean
  readonly lines: readonly string[]
  /** It holds, but ends with the server, and why; left out where it was kept, or nothing was to be. */
  readonly unkept?: string
}

export interface HostSide {
  /** Whoever runs the server keeps order. */
  moderate(said: Moderate): Moderated
  present(): readonly Present[]
  rooms(): readonly OpenRoom[]
  /** Somebody who could come back is owner. */
  hasOwner(): boolean
  /** A token that makes its bearer owner, once and for a while; an earlier one is worth nothing any more. */
  offerOwner(): string
  vitals(): Vitals
}

/** To be read from one screen and typed at another: 60 bits, without signs that look alike. */
const letters = customAlphabet('abcdefghijkmnpqrstuvwxyz23456789', 4)
const newToken = (): string => [letters(), letters(), letters()].join('-')

export function createHostSide(
  hub: Hub,
  peers: Peers,
  counts: Counts,
  perform: Performing['perform'],
): HostSide {
  const startedMs = performance.now()
  return {
    moderate(said) {
      const { ok, lines, effects } = hub.moderate(said)
      const unkept = perform(effects)
      return { ok, lines, ...(unkept === null ? {} : { unkept }) }
    },
    present: () => hub.present(),
    rooms: () => hub.openRooms(),
    hasOwner: () => hub.hasOwner(),
    offerOwner() {
      const token = newToken()
      hub.offer(digest(token))
      return token
    },
    vitals() {
      return {
        ...counts.read(),
        users: hub.users(),
        connections: peers.count(),
        sendqBytes: peers.sendqBytes(),
        uptimeSeconds: (performance.now() - startedMs) / 1000,
      }
    },
  }
}

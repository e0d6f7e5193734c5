/** What stands between the shared port and the decoder: the cheapest looks first, then how often a source may speak. */
import { type Decoded, decode, mayBePacket } from './beacon.ts'
import { bounds } from './bounds.ts'
import { createGate } from './gate.ts'
import type { UdpSource } from './udp.ts'

export interface GuardOptions {
  /** Whether this source is heard even where no place for strangers is left. */
  keeps?(source: string): boolean
  /** Whether a server that is listed speaks from this very port of its host. */
  trusts?(from: UdpSource): boolean
  /** A packet of this source came too soon after its others and was dropped unread. */
  ignored?(source: string, nowMs: number): void
  /** It was dropped because all places are taken, and not for what this source did. */
  crowded?(source: string, nowMs: number): void
}

/** Reads a packet, or calls it junk without reading it. Never throws. */
export type Guard = (bytes: Uint8Array, from: UdpSource, nowMs: number) => Decoded

const junk: Decoded = { got: 'junk' }

/** A guard that remembers at most 256 sources. What is not of this protocol is not counted against its source. */
export function createGuard({ keeps, trusts, ignored, crowded }: GuardOptions = {}): Guard {
  const gate = createGate({ burst: bounds.sourceBurst, perSecond: bounds.sourcePerSecond })
  // Who floods from the address of a server uses up what that may say, but cannot speak from its port.
  const mouths = createGate({ burst: bounds.mouthBurst, perSecond: bounds.mouthPerSecond })
  return (bytes, from, nowMs) => {
    if (!mayBePacket(bytes)) return junk
    const { address, port } = from
    if (gate.admits(address, nowMs, () => keeps?.(address) === true)) return decode(bytes)
    if (trusts?.(from) && mouths.admits(`${address} ${port}`, nowMs)) return decode(bytes)
    ignored?.(address, nowMs)
    if (!gate.knows(address)) crowded?.(address, nowMs)
    return junk
  }
}

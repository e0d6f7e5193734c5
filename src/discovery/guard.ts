/** What stands between the shared port and the decoder: the cheapest looks first, then how often a source may speak. */
import { type Decoded, decode, mayBePacket } from './beacon.ts'
import { bounds } from './bounds.ts'
import { createGate } from './gate.ts'

export interface GuardOptions {
  /** Whether this source is heard even where no place for strangers is left. */
  keeps?(source: string): boolean
  /** A packet of this source came too soon after its others and was dropped unread. */
  ignored?(source: string, nowMs: number): void
}

/** Reads a packet, or calls it junk without reading it. Never throws. */
export type Guard = (bytes: Uint8Array, source: string, nowMs: number) => Decoded

const junk: Decoded = { got: 'junk' }

/** A guard that remembers at most 256 sources. What is not of this protocol is not counted against its source. */
export function createGuard({ keeps, ignored }: GuardOptions = {}): Guard {
  const gate = createGate({ burst: bounds.sourceBurst, perSecond: bounds.sourcePerSecond })
  return (bytes, source, nowMs) => {
    if (!mayBePacket(bytes)) return junk
    if (gate.admits(source, nowMs, () => keeps?.(source) === true)) return decode(bytes)
    ignored?.(source, nowMs)
    return junk
  }
}

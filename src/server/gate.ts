/** How many may come from one address, and how fast: one machine’s crowd leaves the others their places. */
import { type Bucket, createBucket } from '../base/bucket.ts'
import { isLoopback } from '../base/network.ts'
import type { Limits } from '../wire/limits.ts'

export type Entry =
  /** `leave` is called once, when the connection is gone; it may be the same for many. */
  | { readonly ok: true; readonly leave: () => void }
  | { readonly ok: false; readonly text: string; readonly retryMs: number }

export interface Gate {
  /**
   * @param address the peer’s, without its port
   * @param nowMs monotonic
   */
  enter(address: string, nowMs: number): Entry
}

interface Source {
  count: number
  readonly bucket: Bucket
  /** For all who come from there. */
  readonly entry: Entry
}

/** For whoever is not counted. */
const welcome: Entry = { ok: true, leave() {} }

/** A bucket is full again after so long without anybody new, and need not be remembered. */
const fullAfterMs = ({ addressBurst, addressPerSecond }: Limits): number =>
  (addressBurst / addressPerSecond) * 1000

export function createGate(limits: Limits): Gate {
  const rate = { burst: limits.addressBurst, perSecond: limits.addressPerSecond }
  const sources = new Map<string, Source>()
  let sweptAtMs = 0

  function newSource(): Source {
    const leave = () => {
      source.count -= 1
    }
    const source: Source = { count: 0, bucket: createBucket(rate), entry: { ok: true, leave } }
    return source
  }

  /** Addresses nobody is connected from, once in the time that makes every bucket full. */
  function sweep(nowMs: number): void {
    if (nowMs - sweptAtMs < fullAfterMs(limits)) return
    sweptAtMs = nowMs
    for (const [address, { count }] of sources) if (count === 0) sources.delete(address)
  }

  return {
    enter(address, nowMs) {
      // Whoever shares this machine can do it worse harm than this, and may run many clients for good reasons.
      if (isLoopback(address)) return welcome
      sweep(nowMs)
      const source = sources.get(address) ?? newSource()
      sources.set(address, source)
      if (source.count >= limits.addressConnectionsMax)
        return {
          ok: false,
          text: `There are ${source.count} connections from your address, and no more are taken. End one of them, or ask whoever runs the server to allow more.`,
          retryMs: 10_000,
        }
      const waitMs = source.bucket.take(nowMs)
      if (waitMs > 0)
        return {
          ok: false,
          text: `Too many connections came from your address at once. Try again in ${Math.ceil(waitMs / 1000)} s.`,
          retryMs: waitMs,
        }
      source.count += 1
      return source.entry
    },
  }
}

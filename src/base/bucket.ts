/** A token bucket: so much at once, then so much a second. It asks for the time and never reads it. */

export interface Bucket {
  /**
   * Takes `amount` (1) out at `nowMs`, a monotonic time. Gives 0 when granted; otherwise nothing was taken and
   * it gives the milliseconds (whole, at least 1) until it would be, Infinity for more than the bucket holds.
   */
  take(nowMs: number, amount?: number): number
}

/** Rounding of binary fractions must not make somebody wait who has waited what we asked. */
const slackMs = 1e-6

/** How fast it may be emptied; both numbers are above 0. Buckets keep the object they are given, so many may share one. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Starts full. */
export const createBucket = (rate: Rate): Bucket => new RatedBucket(rate)

/** A class, since every connection has several. */
class RatedBucket implements Bucket {
  readonly rate: Rate
  // The one state: when the bucket will be full again. In the past means that it is full.
  fullAtMs = Number.NEGATIVE_INFINITY
  latestMs = Number.NEGATIVE_INFINITY

  constructor(rate: Rate) {
    this.rate = rate
  }

  take(nowMs: number, amount = 1): number {
    const { burst, perSecond } = this.rate
    if (amount > burst) return Number.POSITIVE_INFINITY
    const costMs = 1000 / perSecond
    this.latestMs = Math.max(this.latestMs, nowMs)
    const nextFullAtMs = Math.max(this.fullAtMs, this.latestMs) + amount * costMs
    const waitMs = nextFullAtMs - burst * costMs - this.latestMs
    if (waitMs > slackMs) return Math.ceil(waitMs)
    this.fullAtMs = nextFullAtMs
    return 0
  }
}

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

/** Starts full. Both numbers are above 0. */
export function createBucket({ burst, perSecond }: { burst: number; perSecond: number }): Bucket {
  const costMs = 1000 / perSecond
  const wholeMs = burst * costMs
  // The one state: when the bucket will be full again. In the past means that it is full.
  let fullAtMs = Number.NEGATIVE_INFINITY
  let latestMs = Number.NEGATIVE_INFINITY

  return {
    take(nowMs, amount = 1) {
      if (amount > burst) return Number.POSITIVE_INFINITY
      latestMs = Math.max(latestMs, nowMs)
      const nextFullAtMs = Math.max(fullAtMs, latestMs) + amount * costMs
      const waitMs = nextFullAtMs - wholeMs - latestMs
      if (waitMs > slackMs) return Math.ceil(waitMs)
      fullAtMs = nextFullAtMs
      return 0
    },
  }
}

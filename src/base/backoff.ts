/** How long to wait before the next attempt: growing, capped, and spread by chance so that many do not come at once. */

/** The first wait. */
const backoffFirstMs = 250
/** Each wait is this much longer than the one before. */
const growth = 1.6
/** No wait is longer than this, jitter included. */
export const backoffMsMax = 10_000
/** The part of a wait that chance decides. */
const jitter = 0.5

/**
 * The wait before attempt number `attempt` (0, 1, 2 …), in whole milliseconds.
 * @param random gives 0 up to, not including, 1
 */
export function delayMs(attempt: number, random: () => number): number {
  const full = Math.min(backoffMsMax, backoffFirstMs * growth ** Math.max(0, attempt))
  return Math.round(full * (1 - jitter * random()))
}

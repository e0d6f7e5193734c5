/** A wall clock for what cannot be undone: one that was set forward is believed only when it stays there. */

/**
 * Looks at two clocks and gives the wall-clock milliseconds to go by. Where the wall clock ran ahead of the monotonic one
 * since the look before, that counts from the next look on; where it was set back, that counts at once.
 */
export function createSteadyClock(): (wallMs: number, monotonicMs: number) => number {
  let before: number | null = null
  return (wallMs, monotonicMs) => {
    const offset = wallMs - monotonicMs
    const believed = Math.min(offset, before ?? offset)
    before = offset
    return believed + monotonicMs
  }
}

/** The waits of the wire made short, so that what takes minutes among people takes seconds in a test of the real programs. */
import { limits } from '../../src/wire/limits.ts'

/** Long enough for a loaded machine, short enough that silence is noticed while a test still runs. */
const hasty = {
  clientPingMs: 400,
  clientDeadMs: 1_500,
  serverPingMs: 500,
  serverDeadMs: 1_800,
  stalledMs: 1_500,
  // Whoever crashes comes as somebody new: there is no rest before the one they were has left.
  reconnectingMs: 3_000,
  sayPerSecond: 300,
  joinPerSecond: 50,
  askPerSecond: 100,
  signalPerSecond: 50,
} as const

/** How much faster than time a client’s own clock runs, so that it dials again so much sooner. */
export const hastyClock = 8

/** Changes the table itself, for this process: before anything that reads it is begun. */
export function hasten(more: Partial<Record<keyof typeof limits, number>> = {}): void {
  Object.assign(limits, hasty, more)
}

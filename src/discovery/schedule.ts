/** When to speak: intervals that grow with the crowd, spread by chance, so that one is fast and fifty are quiet. */

// Pure: chance is handed in as a number from 0 up to, not including, 1.

export const schedule = {
  beaconEveryMsMin: 5_000,
  beaconEveryMsMax: 60_000,
  beaconEveryMsPerServer: 500,
  /** A beacon comes this much earlier or later, by chance. */
  jitter: 0.2,
  /** A beacon is believed for this many intervals. */
  ttlIntervals: 3,
  /** A server's first words on a new interface, after each other's start. */
  startBurstMs: [0, 250, 1_000],
  /** Not more often than this, however often name or flags change. */
  changedAgainMs: 1_000,
  farewellMs: [0, 100],
  /** A farewell that takes longer is left as it is. */
  farewellMsMax: 300,
  /** Why five: broadcasts over Wi-Fi are not acknowledged, and held up to 300 ms for sleeping radios. */
  probeBurstMs: [0, 100, 300, 700, 1_500],
  /** The three questions to a server that is late. */
  askMs: [0, 400, 800],
  replyMsMax: 500,
  replyMsPerServer: 2,
  /** How often interfaces are compared, and how often where one look takes longer than `pollSlowMs`. */
  pollMs: 2_000,
  pollSlowMs: 5,
  pollSlowAgainMs: 10_000,
  /** After a failed send: the interface has probably changed. */
  pollSoonMs: 250,
  /** A taken port is tried again. */
  bindAgainMs: 10_000,
  /** The scanner's heartbeat. One that comes later than `stalledMs` means that this machine or process slept. */
  tickMs: 1_000,
  stalledMs: 2_000,
  /** The sweep: so many small probes, then a pause. */
  sweepProbes: 25,
  sweepPauseMs: 25,
  sweepProbesPerSocket: 100,
  /** Answers to the sweep are awaited this long. */
  sweepLingerMs: 1_200,
} as const

/** The interval between two beacons where `servers` (this one included) are on the network, without jitter. */
export function beaconEveryMs(servers: number): number {
  const wanted = Math.max(schedule.beaconEveryMsMin, schedule.beaconEveryMsPerServer * servers)
  return Math.min(schedule.beaconEveryMsMax, wanted)
}

/** `intervalMs`, up to a fifth earlier or later. */
export function jittered(intervalMs: number, chance: number): number {
  return intervalMs * (1 - schedule.jitter + 2 * schedule.jitter * chance)
}

/** How long a beacon of that interval is to be believed, in whole seconds. */
export function ttlSeconds(intervalMs: number): number {
  return Math.ceil((schedule.ttlIntervals * intervalMs) / 1000)
}

/** How long to wait before a reply: next to nothing alone, spread over half a second in a crowd. */
export function replyAfterMs(servers: number, chance: number): number {
  const widest = Math.min(schedule.replyMsMax, schedule.replyMsPerServer * servers)
  return Math.floor(widest * chance)
}

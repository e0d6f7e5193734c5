/** When to speak: intervals that grow with the crowd, spread by chance, so that one is fast and fifty are quiet. */

// Pure: chance is handed in as a number from 0 up to, not including, 1.

export const schedule = {
  /** However many servers there are, or somebody invents. */
  beaconEveryMsMax: 30_000,
  beaconEveryMsPerServer: 500,
  /** A beacon comes this much earlier or later, by chance. */
  jitter: 0.2,
  /** A beacon is believed for this many intervals. */
  ttlIntervals: 3,
  /** A server's first words on a new interface, after each other's start. */
  startBurstMs: [0, 250, 1_000],
  /** Not more often than this, however often name or flags change. */
  changedAgainMs: 1_000,
  /** Who asks and cannot be answered alone is answered with all the others, not more often than this. */
  tellAllMs: 1_000,
  farewellMs: [0, 100],
  /** A farewell that takes longer is left as it is. */
  farewellMsMax: 300,
  /** Why five: broadcasts over Wi-Fi are not acknowledged, and held up to 300 ms for sleeping radios. */
  probeBurstMs: [0, 100, 300, 700, 1_500],
  /** The three questions to a server that is late. */
  askMs: [0, 400, 800],
  replyMsMax: 500,
  replyMsPerServer: 2,
  /** A look at the interfaces that takes longer than `pollSlowMs` is taken only so often. */
  pollSlowMs: 5,
  pollSlowAgainMs: 10_000,
  /** After a failed send, since the interface has probably changed; and while an address settles. */
  pollSoonMs: 250,
  /**
   * An IPv6 address of a card that has just come cannot be used before the system has asked whether somebody else has it
   * (RFC 4862, section 5.4): a second, and some more on a busy network.
   */
  settleMs: 4_000,
  /** A taken port is tried again. */
  bindAgainMs: 10_000,
  /** A port that more came to than is worth the reading is closed for so long; told again when there was none for a minute. */
  reliefMs: 500,
  crushToldMs: 60_000,
  /** A heartbeat of the scanner that comes later than this means that this machine or process slept. */
  stalledMs: 2_000,
  /** The sweep: so many small probes, then a pause. */
  sweepProbes: 25,
  sweepPauseMs: 25,
  sweepProbesPerSocket: 100,
  /** Answers to the sweep are awaited this long. */
  sweepLingerMs: 1_200,
} as const

/** The three intervals that never end. They are handed in, so that a lab need not wait for the usual ones. */
export interface Pace {
  /** Between two beacons of a server that is alone. The shortest life of a beacon is 3 s, so 1 s is the least. */
  readonly beaconEveryMs: number
  /** The scanner's heartbeat. */
  readonly tickMs: number
  /** How often the interfaces are compared. */
  readonly pollMs: number
}

export const usualPace: Pace = { beaconEveryMs: 5_000, tickMs: 1_000, pollMs: 2_000 }

/**
 * How long to wait for the next beat of a clock that beats every `everyMs`, not sooner than after a quarter of it. What
 * keeps to such beats wakes the processor together, and drifts neither away from the clock nor from each other.
 */
export function untilBeat(nowMs: number, everyMs: number): number {
  const restMs = everyMs - (nowMs % everyMs)
  return Math.ceil(restMs < everyMs / 4 ? restMs + everyMs : restMs)
}

/** The interval between two beacons where `servers` (this one included) are on the network, without jitter. */
export function beaconEveryMs(servers: number, pace: Pace = usualPace): number {
  const wanted = Math.max(pace.beaconEveryMs, schedule.beaconEveryMsPerServer * servers)
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

/** Every bound and wait of the server that is not of the wire, each with its answer. */

export const bounds = {
  /** Who came and went is told after so many moments at most, however many more come meanwhile. */
  newsWaitsMax: 4,
  /** How long all that is unsent may be too much. Longer: it is looked for who takes least. */
  weighAfterMs: 100,
  /** When whoever finds the server full, or its door crowded, is told to come again. */
  fullRetryMs: 10_000,
  /** Causes told of one trouble with the disk. More are not. */
  causesMax: 16,
  /** Callers at the server’s own socket at a time. More: hung up on. */
  callersMax: 8,
  /** How long a caller may take to ask. Longer: hung up on. */
  callerAskMs: 5_000,
  /** Monitors that read the metrics at a time. More: not answered. */
  monitorsMax: 16,
  /** How long a monitor may take to ask. Longer: not answered. */
  monitorAskMs: 5_000,
} as const

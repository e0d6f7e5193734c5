/** Every number of the kept history in one table: each bound has a name, a unit and an answer at the bound. */

export const bounds = {
  /** Changes in one transaction. More: the rest go with the next one. */
  commitChangesMax: 1_000,
  /** Changes that wait for their transaction. More: trouble `busy`, nothing kept. */
  waitingChangesMax: 8_192,
  /**
   * How long a change waits for others, where several were told at a time just now; up to how many are waited for; and
   * what “just now” means. Whoever talks alone waits for nobody.
   */
  togetherMs: 1,
  togetherLines: 16,
  againMs: 5,
  /** Questions the worker has not answered yet. More: trouble `busy`. */
  asksMax: 10_000,
  /** Lines read at a time while everything is exported. */
  exportLinesMax: 500,
  /** Lines of one room looked at in one transaction of a retention, so that what is said meanwhile need not wait long. */
  retentionLinesMax: 2_000,
  /** Pages of the index of words that are rewritten at a time to make one piece of many, for the same reason. */
  mergePages: 500,
  /** What part of the index must be newer than its one large piece, before all of it is made one piece again. */
  mergeShareMin: 0.25,
  /** Lines that are not in the index of words yet. More: they are put there before anything else is kept. */
  unindexedLinesMax: 4_000,
  /** Lines put into the index of words at a time. */
  indexLines: 1_000,
  /** Lines that are put there when it is quiet. Fewer: they wait for more, or for a search. */
  quietLinesMin: 500,
  /** How long nothing is asked before the index of words is seen to. */
  quietMs: 1_000,
  /** Devices remembered. More: the one not seen for longest is forgotten and would come back as a new one. */
  devicesMax: 10_000,
  /** Runs of a server remembered. More: who comes back from one that is forgotten is taken at their word. */
  runsMax: 100,
  /** What the write-ahead log is cut back to once its pages are in the file. */
  walBytesMax: 4 * 1024 * 1024,
  /** What is written to see whether a disk in trouble takes lines again: more than the longest line. */
  probeBytes: 16 * 1024,
  /** How long a transaction waits for somebody else who looks into the file. Longer: trouble `in-use`. */
  busyMs: 2_000,
} as const

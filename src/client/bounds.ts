/** Every bound of the client's own memory and patience, each with its answer at the bound. */
export const bounds = {
  /** Entries kept of one room; the oldest go first. */
  scrollbackEntries: 10_000,
  /** Lines waiting for their acknowledgement. More: refused with a sentence, the text stays in the editor. */
  outboxLines: 100,
  /** Rooms a server may make us keep. Lines of more rooms are dropped. */
  rooms: 64,
  /** Members kept of one room. More are not listed. */
  members: 10_000,
  /** Joins and leaves merged into one line; then a new line begins. */
  mergedChanges: 20,
  /** A paste with more lines is asked about. */
  pasteLinesUnasked: 5,
  /** A longer paste is not taken, with a sentence. */
  pasteUnits: 64 * 1024,
  /** Rows the editor may grow to; beyond them it scrolls. */
  inputRows: 6,
  /** Units of a filter, a nick or an address being typed. More are not taken. */
  answerUnits: 400,
  /** Servers that get a number to pick them by. More are picked by address. */
  pickNumbers: 999,
  /** Dials set off at once by a sighting in one outage; then the backoff alone decides. */
  shortcuts: 5,
  /** Nicks tried by ourselves when ours was taken meanwhile; then the user is asked. */
  nickTries: 3,
} as const

/** Every wait of the client, in milliseconds. */
export const patience = {
  /** A second ^C within this leaves. */
  quitAgainMs: 1_000,
  /** An empty list of servers explains itself after this. */
  explainAfterMs: 3_000,
  /** How long a word in the status line stays. */
  toastMs: 5_000,
  /** The bell rings no more often than this. */
  bellEveryMs: 3_000,
  /** A server may ask us to stay away for no longer than this. */
  retryMsMax: 60_000,
  /** A link that lived longer than this starts its backoff anew. */
  settledMs: 10_000,
} as const

/** Every bound and wait of the command line that is not of the wire, each with its answer. */

export const bounds = {
  /** Servers answer within milliseconds; those that the first question missed hear the next one within this. */
  settleMs: 700,
  /** Whoever answers by IPv6 first has answered by IPv4 within this, where there is a way. Later: told with the other. */
  otherAddressMs: 300,
  /** Whoever looks on is told what is looked for, where that takes longer than this. */
  tellAfterMs: 300,
  /** How long the reader of a pipe has to go after the first lines, before the last of them is written. */
  partingMs: 250,
  /** How long a server of one’s own may take to answer an order. Longer: told so. */
  adminAnswerMs: 5_000,
  /** Somebody who was here before the server began anew may come back; they are asked for this often. */
  rejoinMs: 2_000,
  /** The client looks at its clock this often. */
  tickEveryMs: 500,
  /** How often what is no longer to be kept is removed: the index of words is rewritten each time something went. */
  retainEveryMs: 6 * 3_600_000,
  /** An order that could not be kept is tried again this often: a disk that was full has space some time. */
  orderAgainMs: 5_000,
  /** How long a dead socket may be cleared away. Longer: whoever did was killed meanwhile, and another one does. */
  clearingMs: 10_000,

  /** Servers that one user may run at a time on one machine. More: nothing of theirs is kept. */
  homesMax: 64,
  /** Dead sockets looked at in one start. More: the next one goes on. */
  tidiedMax: 64,
  /** Nicks tried in one hello. A server that refuses more of its own suggestions is not meant for us: its words are told. */
  nickTriesMax: 8,
  /** Lines held back while earlier ones are being asked for. More: dropped, and asked for as well. */
  heldLinesMax: 1_000,

  /** A line of standard input: no server could take more. Longer: not sent, and told by its number. */
  inputLineBytesMax: 64 * 1024,
  /** A text that was written in an editor: no line of chat is longer. Longer: not read, with a sentence. */
  composedBytesMax: 1024 * 1024,
  /** A file of settings. Longer: not read, with a sentence. */
  settingsBytesMax: 256 * 1024,
  /** A file with a password. Longer: refused with a sentence. */
  passwordBytesMax: 1024,
  /** A server’s password in letters. Shorter: taken, with a warning. */
  passwordLettersMin: 8,
  /** A log. Longer: it becomes the older one, and the one before that is forgotten. */
  logBytesMax: 10 * 1024 * 1024,
  /** The log of what was done to keep order. Longer: as the other one. */
  auditBytesMax: 1024 * 1024,
} as const

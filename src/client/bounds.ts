/** Every bound of the client's own memory and patience, each with its answer at the bound. */
import { limits } from '../wire/limits.ts'

export const bounds = {
  /** Entries kept of one room; the oldest go first. */
  scrollbackEntries: 10_000,
  /** Lines waiting for their acknowledgement. More: refused with a sentence, the text stays in the editor and grows there. */
  outboxLines: 100,
  /** They take one row in so many of a room’s window, or what is free. More: the newest are shown, the others counted. */
  waitingShare: 3,
  /** Lines of ours that waited too long and are for the user to decide on. More: the oldest are dropped. */
  staleLines: 100,
  /** Lines before the last one seen that a new window asks for, so that what is new has something above it. */
  contextLines: limits.backlogLines,
  /** Lines entered in line mode that wait to be done. More: refused with a sentence that repeats the line. */
  heldLines: 1_000,
  /** Rooms a server may make us keep. Lines of more rooms are dropped. */
  rooms: 64,
  /** Rooms remembered in the order they were shown, for coming back. The oldest go first. */
  visited: 64,
  /** Servers whose keys are kept. More: the one not seen for longest is forgotten and would be new again. */
  knownServers: 1_000,
  /** Names of rooms kept for completion. More are not completed. */
  roomNames: 200,
  /** Nicks ignored. More: refused with a sentence. */
  ignored: 100,
  /** Lines asked for at once when somebody scrolls beyond the first. */
  olderLines: 100,
  /** Lines asked for at once by whoever wants to go far: to the oldest, or to a line that a search has found. */
  pageLinesAsked: 200,
  /** Lines of one answer about the past, however many pieces it has. More are dropped. */
  pageLines: 400,
  /** Rooms listed under the line where one is looked for. */
  roomChoices: 8,
  /** Nicks named in the line about what happened meanwhile. The others are counted. */
  digestNames: 3,
  /** Rows of a text that are shown before it is folded. */
  foldRows: 12,
  /** Long texts shown whole in one room. The one unfolded first is folded again. */
  unfolded: 100,
  /** Pages asked for on the way to one line that a search has found. Then its place is told in words. */
  jumpPages: 25,
  /** Lines listed of what a search has found. */
  foundChoices: 12,
  /** Typists kept of one room. More are not shown. */
  typists: 20,
  /** Members kept of one room. More are not listed. */
  members: 10_000,
  /** Sentences about the list of servers that wait until it is on show; the oldest makes room. */
  untold: 4,
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
  /** Copied at once: terminals take some 74 kB of what is encoded, a third longer. More: refused with a sentence. */
  copyBytes: 48 * 1024,
  copyLines: 1_000,
  /** Cells of what the desktop is told when somebody calls. The rest is cut. */
  noticeCells: 100,
  /** Dials set off at once by a sighting in one outage; then the backoff alone decides. */
  shortcuts: 5,
  /** Places where another server answered in the name of ours, in one outage. More: the oldest is tried again. */
  posers: 8,
  /** Nicks tried by ourselves when ours was taken meanwhile; then the user is asked. */
  nickTries: 3,
} as const

/** What others are told of somebody who has not pressed a key for long. */
export const idleText = 'idle'

/** Every wait of the client, in milliseconds. */
export const patience = {
  /** A second ^C within this leaves. */
  quitAgainMs: 1_000,
  /** Enter that comes so soon after the chosen server went may have been meant for it. */
  justGoneMs: 2_000,
  /** What a server says of its users may be older than our leaving for so long. */
  wordLateMs: 1_000,
  /** A line of ours that waits longer, with none answered meanwhile, is told in the status. */
  unansweredMs: 5_000,
  /** One that waits longer while others of ours are answered is held back to the server’s pace: no network is so slow. */
  heldBackMs: 2_000,
  /** A line of ours that waited longer is not sent by itself: what it says may no longer be true. */
  staleMs: 12 * 3_600_000,
  /** Positions, and what was acknowledged, are written down no more often than this; a new line of ours at once. */
  keepEveryMs: 2_000,
  /** When we were here last is written down this often, whatever else happens. */
  keepAnywayMs: 5 * 60_000,
  /** Whoever comes back after a shorter cut is not told what happened meanwhile. */
  absentMs: 2 * 60_000,
  /** What happened meanwhile is told when nothing more of the past came for so long. */
  digestAfterMs: 250,
  /** Servers answer within this, however busy the network: so long a line that names none of the list waits for it. */
  firstLookMs: 2_000,
  /** An empty list of servers explains itself after this. */
  explainAfterMs: 3_000,
  /** What holds only for now about the list of servers is not told later than this. */
  passingMs: 60_000,
  /** How long a word in the status line stays. */
  toastMs: 5_000,
  /** Without a key for this long we are away. */
  idleAwayMs: 10 * 60_000,
  /** That we type is told no more often than this. */
  typingEveryMs: 3_000,
  /** Whoever was said to type no longer does after this. */
  typingGoneMs: 6_000,
  /** That we have read is told no more often than this. */
  readEveryMs: 1_000,
  /** Where the terminal tells nothing of focus, whoever pressed a key so lately is looking. */
  lookingMs: 20_000,
  /** The bell rings no more often than this. */
  bellEveryMs: 3_000,
  /** A server may ask us to stay away for no longer than this. */
  retryMsMax: 60_000,
  /** A timer fires up to this much before its time by our clock. */
  timerEarlyMs: 10,
  /** A link that lived longer than this starts its backoff anew. */
  settledMs: 10_000,
} as const

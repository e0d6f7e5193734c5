/** Every number of the wire in one table: each bound has a name, a unit and an answer at the bound. */
import { nickBytesMax, nickPointsMax } from '../base/names.ts'

/** The native protocol's version. A server that cannot serve a client's says so, naming both. */
export const protocolVersion = 1

/** The one port of Earshot, TCP for talk and UDP for discovery ("2 EARS"). */
export const defaultPort = 23277

export const limits = {
  /** A line from a client, without its newline. Longer: the line is dropped and `refused too-long`. */
  clientLineBytesMax: 16 * 1024,
  /** A line from a server, without its newline; backlogs are cut into pieces that fit. Longer: the link is dropped. */
  serverLineBytesMax: 64 * 1024,
  /** A chat line's text in UTF-8. Longer: `refused too-long`. */
  bodyBytesMax: 8 * 1024,
  /** A chat line's rows. More: `refused too-long`. */
  bodyLinesMax: 200,
  /** A nick, in code points. Longer: `refused bad-nick`. */
  nickPointsMax,
  /** A nick in UTF-8. Longer: `refused bad-nick`. */
  nickBytesMax,
  /** What a newcomer is told of a room's past. The mandate's number. */
  backlogLines: 50,
  /** Who lacks more, 500 lines they missed and 50 above them, gets the last `backlogLines` and a `gap`. */
  resumeLinesMax: 550,
  /** Lines in one page read from the store. */
  pageLinesMax: 200,
  /** Bytes of the past told at once, at least one line. More: the rest is read when this has been taken. */
  pageBytesMax: 64 * 1024,
  /** Who is further behind while they are told what they missed gets the last `backlogLines` and a `gap`. */
  behindLinesMax: 1_000,
  /** Own lines that somebody who lags is owed an answer for. More, and a `gap` among them: `bye storage`, and they come again. */
  owedLinesMax: 256,
  /** Lines the memory store keeps of one room; the oldest go first. */
  memoryLinesMax: 10_000,
  /** Lines the memory store keeps of all rooms together; the longest histories are shortened alike. */
  memoryAllLinesMax: 100_000,
  /** Unsent bytes of one peer. More: no typing is told and no past read; where it takes none, what is said waits in the store. */
  sendqSoftBytes: 64 * 1024,
  /** Unsent bytes of one peer. More: `bye slow`. A busy turn of a large room has some hundred thousand for everybody. */
  sendqBytesMax: 1024 * 1024,
  /** Unsent bytes of all peers together. More: who has most is cut with `bye slow`, until it is less. */
  sendqsBytesMax: 64 * 1024 * 1024,
  /** How long a peer may take nothing while something waits. Longer: `bye slow`. */
  stalledMs: 30_000,
  /** How often the server tries whether a disk that kept nothing keeps something again. */
  probeEveryMs: 1_000,
  /** The server asks after this silence. */
  serverPingMs: 20_000,
  /** The server takes a peer for dead after this silence. */
  serverDeadMs: 45_000,
  /** The client asks after this silence. */
  clientPingMs: 15_000,
  /** The client takes the server for dead after this silence. */
  clientDeadMs: 30_000,
  /** A line typed by hand, in netcat or telnet. Longer: dropped, and told in a sentence. */
  textLineBytesMax: 4 * 1024,
  /** A newcomer that encrypts and has not agreed on it by then is let go. */
  handshakeMs: 5_000,
  /** A connection that has not said hello by then is let go. */
  helloMs: 10_000,
  /** A member whose connection was lost is shown as reconnecting. Longer: they have left. */
  reconnectingMs: 30_000,
  /** A person at the nick prompt of netcat or telnet who has given none by then is told so and let go. */
  nickMs: 60_000,
  /** Clients that know only whole lists of members get a new one this often at most. More changes: told in the next. */
  pipeListEveryMs: 1_000,
  /** Names in such a list. More: the rest is left out. */
  pipeListNamesMax: 1_000,
  /** Wrong passwords from one address within `loginWindowMs`. More: `refused too-fast`. */
  loginsPerAddress: 3,
  /** Wrong passwords from everywhere within `loginWindowMs`. More: `refused too-fast`, but for addresses that knew it before. */
  loginsInAll: 30,
  loginWindowMs: 60_000,
  /** A wrong password is answered after so long. */
  loginDelayMs: 1_000,
  /** Addresses of which right or wrong passwords are remembered. The oldest are forgotten. */
  loginAddressesMax: 1_000,
  /** Messages that wait while a password is looked at. More: dropped. */
  loginHeldMax: 4,
  /** Bytes a peer may send before its hello is accepted. */
  helloBytesMax: 8 * 1024,
  /** Connections that have not said hello. More: who only holds a place for longest is let go. */
  greetingMax: 128,
  /** Connections in all, or fewer where the system lets this process have fewer files open. More: `bye busy`. */
  connectionsMax: 5_000,
  /** Files the process may have open beside its connections. */
  filesReserved: 64,
  /** Connections that are told `bye busy` at the same time, and in a second. More: dropped without a word, after a while. */
  turnedAwayMax: 32,
  turnedAwayPerSecond: 8,
  /** Connections that are dropped without a word wait unread for so long, and are let go one by one, so many a second. */
  heldBackMs: 2_000,
  heldBackPerSecond: 50,
  /** So many of them, while there are places. More: dropped at once. */
  heldBackMax: 1_024,
  /** Connections from one address, this machine’s own aside; a classroom may share one. More: `bye busy`. */
  addressConnectionsMax: 64,
  /** Connections from one address at once, then one a second. Faster: `bye busy`, with the time to wait. */
  addressBurst: 64,
  addressPerSecond: 1,
  /** Open rooms of a server. More: `refused too-many-rooms`. */
  roomsMax: 200,
  /** Direct conversations of a server. More: `refused too-many-rooms`. */
  directsMax: 5_000,
  /** Rooms one member may be in, direct conversations aside. More: `refused too-many-rooms`. */
  roomsPerMemberMax: 50,
  /** Rooms one member may have made. More: `refused too-many-rooms`. */
  roomsMadePerMemberMax: 20,
  /** Direct conversations one member may be part of. More: `refused too-many-rooms`. */
  directsPerMemberMax: 100,
  /** A room’s password, in UTF-16 units: one that is guessed in a moment keeps nobody out. Shorter: `refused bad-password`. */
  roomPasswordUnitsMin: 6,
  /** A topic in UTF-8. Longer: `refused too-long`. */
  topicBytesMax: 400,
  /** Why somebody is away, in UTF-8. Longer: cut. */
  awayBytesMax: 200,
  /** How long somebody who was kicked stays out, and who was banned where nobody says how long. */
  kickMs: 60_000,
  banMs: 86_400_000,
  /** Bans and mutes that hold at once. More: `refused too-many`. */
  measuresMax: 1_000,
  /** Ops and owners of a server, and people let in by name. More: `refused too-many`. */
  ranksMax: 1_000,
  /** Why somebody was kicked, banned or muted, in UTF-8. Longer: cut. */
  whyBytesMax: 200,
  /** What greets newcomers, in UTF-8. Longer: `refused too-long`. */
  motdBytesMax: 1_024,
  /** How long a token makes its bearer owner. Later: `refused bad-token`. */
  ownMs: 600_000,
  /** In larger rooms typing and reading are not passed on; direct conversations always are small. */
  signalMembersMax: 20,
  /** Lines that a search answers with. */
  foundLinesMax: 50,
  /** Chat lines one session may say at once before the rate below holds; then it is read more slowly. */
  sayBurst: 10,
  sayPerSecond: 3,
  /** What a client may say behind a refused line before it has answered the ping that came with it. More: `bye flood`. */
  heldMessagesMax: 256,
  /** Bytes one session may say at once before the rate below holds; then it is read more slowly. */
  heardBurstBytes: 256 * 1024,
  heardBytesPerSecond: 32 * 1024,
  /** Bytes read of who is read more slowly just now, to notice that they hang up. More: left with the system for now. */
  aheadBytesMax: 64 * 1024,
  /** Lines of who has hung up that are still heard, as fast as anybody’s. More: dropped, and `bye flood` if they listen. */
  leftLinesMax: 30,
  /** Hellos on one connection at once, then one in two seconds. Faster: `refused too-fast`. */
  helloBurst: 5,
  helloPerSecond: 0.5,
  /** Renames at once, then one in ten seconds. Faster: `refused too-fast`. */
  nickBurst: 3,
  nickPerSecond: 0.1,
  /** Nicks that were given up for others, and are still known. More: the first of them are forgotten. */
  formerNicksMax: 1_000,
  /** Joins, leaves and topics at once, then one in two seconds. Faster: `refused too-fast`. */
  joinBurst: 10,
  joinPerSecond: 0.5,
  /** Passwords tried at one locked room, by all together, then one in five seconds. Faster: `refused too-fast`. */
  roomGuessBurst: 20,
  roomGuessPerSecond: 0.2,
  /** Questions (who, rooms, history, search) at once, then four a second. Faster: `refused too-fast`. */
  askBurst: 16,
  askPerSecond: 4,
  /** Typing, reading and going away at once, then one a second. Faster: dropped. */
  signalBurst: 6,
  signalPerSecond: 1,
  /** Faults of ours in so long, each of which cost one connection. More: the server ends, with exit code 70. */
  faultsMax: 20,
  faultsMs: 60_000,
  /** How long a stopping server waits for lines on their way to the disk. */
  lastLinesMs: 2_000,
  /** How long a stopping server waits for its last words to leave. */
  lastWordsMs: 1_000,
} as const

/** The same rows with the numbers that one server is run with. */
export type Limits = { readonly [Row in keyof typeof limits]: number }

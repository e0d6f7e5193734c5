/** Every wire message once: its schema gives the type, the validation and the documentation. */
import * as v from 'valibot'
import { idForm, lineKinds, nameUnitsMax } from './forms.ts'
import { limits } from './limits.ts'
import { type Quick, quickly } from './quick.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const word = (unitsMax: number) => v.pipe(v.string(), v.maxLength(unitsMax))
const id = v.pipe(v.string(), v.regex(idForm, 'expected 1 to 64 of A-Z a-z 0-9 _ -'))
/** Long enough to reach the rules of the chat, which answer a bad name with a sentence. */
const nick = word(limits.clientLineBytesMax)
const room = word(nameUnitsMax)
/** What a member says; a change of topic is a kept line too. */
const kind = v.picklist(['say', 'emote', 'notice'])
/** `reconnecting`: their connection was lost, their place is kept. */
const presence = v.picklist(['here', 'away', 'reconnecting', 'gone'])

/** In a direct conversation `to` is the nick of the other one. */
const line = v.object({
  room,
  seq: count,
  at: count,
  id,
  from: word(nameUnitsMax),
  to: v.optional(word(nameUnitsMax)),
  kind: v.picklist(lineKinds),
  body: v.string(),
})
/** Their connection is not encrypted. */
const plain = v.optional(v.boolean())
/** What somebody may do here, where that is more than to talk, or less. */
const role = v.picklist(['owner', 'op', 'member'])
/** What keeps order. */
const act = v.picklist([
  'kick',
  'ban',
  'unban',
  'bans',
  'mute',
  'unmute',
  'op',
  'deop',
  'motd',
  'allow',
  'lock',
  'unlock',
])
const member = v.object({ nick: word(nameUnitsMax), presence, plain, role: v.optional(role) })
/** Positions in rooms. */
const positions = v.optional(
  v.pipe(
    v.record(room, count),
    v.check(held => Object.keys(held).length <= 64, 'expected at most 64 rooms'),
  ),
)
const limit = v.optional(v.pipe(count, v.minValue(1), v.maxValue(limits.pageLinesMax)))

/** One row of the wire's tables: what the message carries and what it means. */
function row<const Means extends string, Fields extends v.ObjectEntries>(means: Means, fields: Fields) {
  return { means, fields: v.object(fields) }
}

/** What a client may say. */
export const clientMessages = {
  hello: row(
    'opens a conversation; a returning client names its device and the last line it has of each room; `household` is the same for all of one user, and told to nobody',
    {
      v: count,
      nick,
      device: v.optional(id),
      secret: v.optional(id),
      /** Comes without an identity to come back to, so none is kept. */
      guest: v.optional(v.boolean()),
      /** The same for all windows and scripts of one user at this server, and at no other: what keeps one out keeps all. */
      household: v.optional(id),
      epoch: v.optional(id),
      /** The server’s run in which the positions were heard, or a later one they held good in. */
      run: v.optional(id),
      last: positions,
      /** Its nick until it lost the connection, where it is called otherwise since: the others hear of that as of `nick`. */
      was: v.optional(nick),
      /** The newest lines it ever had, of rooms where it asks for older ones once more. */
      seen: positions,
    },
  ),
  auth: row(
    'a step of the login at a server with a password, before hello: SCRAM-SHA-256-PLUS of RFC 7677, bound to the TLS connection; answered by challenge',
    { text: word(1024) },
  ),
  say: row('says something in a room, or to somebody where the room is `@nick`', {
    id,
    room,
    kind,
    body: v.string(),
  }),
  nick: row('asks for another nick', { nick }),
  join: row('enters a room, made where there is none; `@nick` opens a direct conversation', {
    room,
    /** Of a locked room. */
    password: v.optional(word(256)),
  }),
  leave: row('leaves a room', { room }),
  topic: row('sets what a room is about; answered by a kept line of kind `topic`', {
    id,
    room,
    body: v.string(),
  }),
  who: row('asks who is in a room; answered by members', { room }),
  rooms: row('asks which rooms there are', {}),
  history: row('asks for lines before or after a position; answered by page', {
    room,
    before: v.optional(count),
    after: v.optional(count),
    limit,
  }),
  search: row('asks for lines with all these words, in one room or in all of one’s own; answered by found', {
    room: v.optional(room),
    words: word(256),
    limit,
  }),
  typing: row('begins or stops typing; never kept, at most one in three seconds is passed on', {
    room,
    on: v.boolean(),
  }),
  read: row('has read up to a position; never kept', { room, seq: count }),
  away: row('goes away, with a reason or without, or comes back', {
    on: v.boolean(),
    text: v.optional(v.string()),
  }),
  moderate: row('keeps order, where one may; answered by order', {
    act,
    /** A nick; of somebody who is banned, the one they had then, or the address. */
    whom: v.optional(nick),
    /** How long it holds; 0 for good. Left out: as long as is usual. */
    forMs: v.optional(count),
    /** Whoever comes from there is banned, too. */
    byAddress: v.optional(v.boolean()),
    /** Why; or the new greeting; or `on`, `off` or a nick for whom to let in; or a room, and its password behind it. */
    text: v.optional(v.string()),
  }),
  lock: row('locks a room with a password, or opens it again; answered by order', {
    room,
    password: v.optional(word(256)),
  }),
  own: row('becomes owner, by the token that whoever runs the server was given', { token: word(256) }),
  ping: row('asks whether the other side is there', {}),
  pong: row('answers a ping', {}),
  bye: row('leaves', {}),
} as const

/** What a server may say. */
export const serverMessages = {
  welcome: row('answers a hello; device and secret are the client’s identity when it comes back', {
    v: count,
    server: id,
    name: word(256),
    epoch: id,
    /** Names this run of the server on its history. */
    run: v.optional(id),
    device: id,
    secret: id,
    nick: word(256),
    motd: v.string(),
    limits: v.object({ bodyBytesMax: count, bodyLinesMax: count }),
    /** A copy of an earlier day was put back: what the hello names was not said in this history, and no position means anything. */
    wentBack: v.optional(v.boolean()),
  }),
  challenge: row(
    'answers auth: the server’s step; its last one proves that the server knows the password, too',
    {
      text: word(1024),
    },
  ),
  line: row('one kept line; the sender’s own, with its own id, is the acknowledgement', line.entries),
  backlog: row('a room’s past, in pieces that fit a line; the last piece is complete', {
    room,
    lines: v.array(line),
    complete: v.boolean(),
  }),
  gap: row('lines that are left out: too many were missed, by who comes back or takes less than is said', {
    room,
    from: count,
    to: count,
  }),
  direct: row('whom a direct conversation is with; again when their nick changes', { room, with: word(256) }),
  left: row('the room was left, as asked', { room }),
  rooms: row('the rooms there are, in pieces that fit a line', {
    rooms: v.array(v.object({ room, members: count, topic: v.string() })),
    complete: v.boolean(),
  }),
  page: row(
    'answers history, in pieces that fit a line; `more` where lines lie beyond in the same direction',
    {
      room,
      lines: v.array(line),
      more: v.boolean(),
      complete: v.boolean(),
    },
  ),
  found: row('answers search, newest first; `more` where older ones are left out', {
    words: v.string(),
    lines: v.array(line),
    /** There are older ones beyond those that are told. */
    more: v.optional(v.boolean()),
    complete: v.boolean(),
  }),
  typing: row('somebody types, or no longer', { room, nick: word(256), on: v.boolean() }),
  read: row('somebody has read up to there', { room, nick: word(256), seq: count }),
  topic: row('what a room is about, told to who joins it', { room, body: v.string() }),
  members: row('who is in a room: after the backlog of a join, or answering who; in pieces that fit a line', {
    room,
    members: v.array(member),
    complete: v.boolean(),
  }),
  presence: row('one member came, left, changed nick (`was`), went away, or lost their connection', {
    room,
    nick: word(256),
    was: v.optional(word(256)),
    presence,
    plain,
    /** Left out for ordinary members; not told of who has gone. */
    role: v.optional(role),
    /** Why they are away. */
    text: v.optional(v.string()),
  }),
  role: row('what somebody may do here from now on', { nick: word(256), role }),
  order: row('what was done to keep order, in sentences for people, in pieces that fit a line', {
    act: v.union([act, v.picklist(['own'])]),
    lines: v.array(v.string()),
    /** Whether it answers who reads it, or tells them what others did. */
    isAnswer: v.boolean(),
    /** Where it happened: of the rooms of whom it was done to, those of who reads it. */
    rooms: v.optional(v.array(room)),
    complete: v.boolean(),
  }),
  refused: row('why something was not done, and what would be', {
    about: v.string(),
    code: word(32),
    text: v.string(),
    retryMs: v.optional(count),
    suggestion: v.optional(word(256)),
  }),
  storage: row('whether lines can be kept: told when that changes, and to who joins while they cannot', {
    keeps: v.boolean(),
    text: v.string(),
  }),
  ping: row('asks whether the other side is there', {}),
  pong: row('answers a ping; to whoever has not said hello it names the server', {
    server: v.optional(id),
  }),
  bye: row('ends the conversation, with the reason', {
    reason: word(32),
    text: v.string(),
    retryMs: v.optional(count),
  }),
} as const

type Said<Rows extends Record<string, { fields: v.GenericSchema }>> = {
  [T in keyof Rows & string]: { type: T } & v.InferOutput<Rows[T]['fields']>
}[keyof Rows & string]

export type ClientMessage = Said<typeof clientMessages>
export type ServerMessage = Said<typeof serverMessages>
export type WireLine = v.InferOutput<typeof line>
export type Member = v.InferOutput<typeof member>
export type Presence = Member['presence']
export type Role = NonNullable<Member['role']>

/** What reading one line came to: a message, or the reason why it is none, for the peer to read. */
export type Reading<M> =
  | { ok: true; message: M }
  | { ok: false; code: 'bad-json' | 'bad-message' | 'unknown-type'; text: string }

interface Table {
  readonly rows: Readonly<Record<string, { fields: v.GenericSchema }>>
  /** By type; made when the first message of it comes: most programs hear few of them. */
  readonly checks: Map<string, { readonly fields: v.GenericSchema; readonly isRight: Quick }>
}

const clientTable: Table = { rows: clientMessages, checks: new Map() }
const serverTable: Table = { rows: serverMessages, checks: new Map() }

export const readClient = (text: string): Reading<ClientMessage> =>
  read(clientTable, text) as Reading<ClientMessage>
export const readServer = (text: string): Reading<ServerMessage> =>
  read(serverTable, text) as Reading<ServerMessage>

function checkOf({ rows, checks }: Table, type: string) {
  const known = checks.get(type)
  if (known) return known
  const fields = Object.hasOwn(rows, type) ? rows[type]?.fields : undefined
  if (!fields) return undefined
  const made = { fields, isRight: quickly(fields, ['type']) }
  checks.set(type, made)
  return made
}

function read(table: Table, text: string): Reading<unknown> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { ok: false, code: 'bad-json', text: 'This line is not JSON. Each line is one JSON object.' }
  }
  const type = typeof parsed === 'object' && parsed !== null && 'type' in parsed ? parsed.type : undefined
  if (typeof type !== 'string')
    return { ok: false, code: 'bad-message', text: 'A message is an object with a “type”.' }
  const check = checkOf(table, type)
  if (!check)
    return {
      ok: false,
      code: 'unknown-type',
      text: `There is no message of type “${type.slice(0, 32)}” here.`,
    }
  if (check.isRight(parsed)) return { ok: true, message: parsed }
  const checked = v.safeParse(check.fields, parsed)
  if (checked.success) return { ok: true, message: { type, ...(checked.output as object) } }
  const issue = checked.issues[0]
  return {
    ok: false,
    code: 'bad-message',
    text: `In “${type}”, field “${v.getDotPath(issue) ?? '?'}”: ${issue.message}.`.slice(0, 300),
  }
}

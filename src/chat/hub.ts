/** The chat's rules: facts in, effects out. It does no I/O, never reads the clock, and sends only what the store kept. */
import { lobby } from '../base/names.ts'
import { limits as usualLimits } from '../wire/limits.ts'
import { expire, lose } from './absence.ts'
import { caughtUp, goOn, lag, owes, tellOwed } from './catching.ts'
import { addRoom, keptRoom, wake } from './entering.ts'
import { answerFor, ask, heldBack, refuseLine, release } from './fence.ts'
import { createFormerNicks } from './formerNicks.ts'
import { history, rooms, search, who } from './handlers/asking.ts'
import { auth } from './handlers/auth.ts'
import { bye } from './handlers/bye.ts'
import { hello } from './handlers/hello.ts'
import { join, leave } from './handlers/join.ts'
import { lock } from './handlers/lock.ts'
import { nick } from './handlers/nick.ts'
import { hasOwner, type Moderated, moderate, moderateAs, offer, own } from './handlers/order.ts'
import { ping, pong } from './handlers/ping.ts'
import { say } from './handlers/say.ts'
import { away, read, typing } from './handlers/signals.ts'
import { topic } from './handlers/topic.ts'
import { settled } from './leaving.ts'
import { noteFormer } from './naming.ts'
import { createNicks } from './nicks.ts'
import { createOrder, noOrder } from './order.ts'
import { type OpenRoom, openRooms, present } from './roster.ts'
import { createRuns } from './runs.ts'
import {
  addPerson,
  type HubMeans,
  type HubState,
  isJoined,
  personOf,
  type Room,
  refuse,
  roomOf,
  send,
  turnTo,
} from './state.ts'
import { inPieces, lineOf, storageMessage, toWire } from './telling.ts'
import type {
  ClientMessage,
  Draft,
  Effect,
  Handler,
  Handlers,
  Heard,
  KnownPerson,
  Line,
  Looking,
  Moderate,
  Paging,
  Past,
  Present,
  Searching,
  Session,
  SessionId,
} from './types.ts'

const nothingPast: Past = { lines: [], rooms: [], people: [] }

/** One row a message: a message without a handler does not compile. */
const handlers: Handlers = {
  hello,
  auth,
  say,
  nick,
  join,
  leave,
  topic,
  who,
  rooms,
  history,
  search,
  typing,
  read,
  away,
  moderate,
  lock,
  own,
  ping,
  pong,
  bye,
}

export interface Hub {
  /** A connection came, from that address; `isEncrypted` unless told otherwise. */
  open(session: SessionId, isEncrypted?: boolean, address?: string): Effect[]
  /** It said something; `nowMs` is monotonic. */
  receive(from: SessionId, message: ClientMessage, nowMs: number): Effect[]
  /** It said something that is no message; it hears why. */
  refuse(from: SessionId, code: string, text: string): Effect[]
  /** The store kept a line; lines of a room come in seq order. */
  accept(line: Line): Effect[]
  /** What a `remember` effect asked for is kept. */
  remembered(person: KnownPerson): void
  /** The store had kept this line before; its sender hears the first answer again. */
  repeat(to: SessionId, line: Line): Effect[]
  /** The store could not keep it. */
  failed(to: SessionId, draft: Draft): Effect[]
  /** Whether it keeps lines from now on: everybody hears of a change. */
  storage(keeps: boolean): Effect[]
  /** The lines that a `page` effect asked for, oldest first. */
  paged(asked: Paging, lines: readonly Line[]): Effect[]
  /** The lines that a `search` effect asked for, newest first. */
  found(asked: Searching, lines: readonly Line[]): Effect[]
  /** What a `lookUp` effect asked for; null where there is none, undefined where it could not be looked for. */
  lookedUp(asked: Looking, line: Line | null | undefined): Effect[]
  /** Nothing was heard of it for long: it is asked whether it is there. */
  quiet(session: SessionId): Effect[]
  /** It takes less than is said: what is said from now on waits for it in the store alone. */
  lagging(session: SessionId): Effect[]
  /** It has taken what it was sent, which a `drain` effect waited for. */
  drained(session: SessionId): Effect[]
  /** The connection is gone. */
  lost(session: SessionId): Effect[]
  /** The time of a `hold` effect is over. */
  expired(session: SessionId): Effect[]
  /** The server stops: everybody is told. */
  stop(text: string): Effect[]
  /** How many have joined and are connected. */
  users(): number
  /** Whoever runs the server keeps order: what came of it in sentences, and what must happen. */
  moderate(said: Moderate): Moderated
  /** A token of that digest makes its bearer owner, once and for so long. */
  offer(digest: string): void
  /** Whether somebody who could come back is owner. */
  hasOwner(): boolean
  /** Who is here, and which open rooms there are, for whoever runs the server. */
  present(): readonly Present[]
  openRooms(): readonly OpenRoom[]
  /** The nick of a session that has joined, also while it is reconnecting. */
  nickOf(session: SessionId): string | null
}

export function createHub(means: HubMeans, past: Past = nothingPast): Hub {
  const state: HubState = {
    means,
    limits: means.limits ?? usualLimits,
    sessions: new Map(),
    joined: 0,
    rooms: new Map(),
    roomLooks: new Map(),
    nicks: createNicks(),
    formerNicks: createFormerNicks((means.limits ?? usualLimits).formerNicksMax),
    cameRenamed: new Map(),
    people: new Map(),
    peopleById: new Map(),
    keeps: true,
    guesses: new Map(),
    order: createOrder(past.order ?? noOrder),
    runs: createRuns(means.run, past.runs ?? []),
  }
  addRoom(state, lobby, null)
  for (const person of past.people) addPerson(state, person).isRemembered = true
  for (const { room: name, seq, topic } of past.rooms) {
    const room = keptRoom(state, name)
    room.head = seq
    room.topic = topic
  }
  for (const line of past.lines) {
    keep(state, line, keptRoom(state, line.room))
    noteFormer(state, line)
  }

  /** A session that is still there and not on its way out. */
  const connected = (id: SessionId): Session | undefined => {
    const session = state.sessions.get(id)
    return session?.phase.at === 'greeting' || session?.phase.at === 'joined' ? session : undefined
  }
  /** Runs `step` for such a session. */
  const living = (id: SessionId, step: (session: Session) => Effect[]): Effect[] => {
    const session = connected(id)
    return session ? step(session) : []
  }

  function take(session: Session, message: ClientMessage, nowMs: number): Effect[] {
    const held = session.fence && heldBack(state, session, { message, nowMs })
    if (held) return held
    // Whoever speaks after the welcome has read it.
    if (isJoined(session)) session.knowsItself = true
    // The table pairs each type with its handler; the compiler cannot see the pairing through an index.
    const handler = handlers[message.type] as Handler<ClientMessage['type']>
    const effects = handler(state, session, message, nowMs)
    return session.fence ? [...effects, ...release(session, again(session))] : effects
  }

  /** What waited is done now, unless the session ended over something before it. */
  const again =
    (session: Session) =>
    ({ message, nowMs }: Heard) =>
      isJoined(session) ? take(session, message, nowMs) : []

  /** A line of theirs that was kept before: their answer, at once or in its turn. */
  const answer = (to: Session, line: Line): Effect[] =>
    owes(state, state.rooms.get(line.room), to.id, line.seq) ? [] : send([to.id], lineOf(state, line))

  return {
    open(id, isEncrypted = true, address = '') {
      state.sessions.set(id, {
        id,
        address,
        phase: { at: 'greeting' },
        isEncrypted,
        rooms: new Set(),
        buckets: null,
        knowsItself: false,
        isLagging: false,
        pings: 0,
        pongs: 0,
        fence: null,
      })
      return []
    },
    receive(from, message, nowMs) {
      const session = connected(from)
      return session ? take(session, message, nowMs) : []
    },
    quiet: id => living(id, ask),
    refuse: (from, code, text) => living(from, session => refuse(session, '', code, text)),
    accept(line) {
      const room = keptRoom(state, line.room)
      const woken = room.pair === null ? null : wake(state, room)
      keep(state, line, room)
      settled(state, room)
      const to = room.members.live()
      // Where everybody gets it now, nobody is to get it later.
      if (to.length < room.members.size) owes(state, room, state.people.get(line.author)?.session, line.seq)
      const told = to.length > 0 ? send(to, lineOf(state, line)) : []
      return woken === null ? told : [...woken, ...told]
    },
    remembered({ device }) {
      const person = state.people.get(device)
      if (person) person.isRemembered = true
    },
    repeat(to, line) {
      const closed = settled(state, state.rooms.get(line.room))
      return [...living(to, session => answer(session, line)), ...closed]
    },
    failed(to, draft) {
      const closed = settled(state, state.rooms.get(draft.room))
      const told = living(to, session =>
        isJoined(session) ? refuseLine(session, draft.id, 'storage', notKept) : [],
      )
      return [...told, ...closed]
    },
    storage(keeps) {
      if (keeps === state.keeps) return []
      state.keeps = keeps
      const joined = [...state.sessions.values()].filter(isJoined).map(({ id }) => id)
      return send(joined, storageMessage(keeps))
    },
    lookedUp: (asked, line) =>
      living(asked.session, session =>
        answerFor(session, asked, line && answer(session, line), again(session)),
      ),
    paged: (asked, lines) =>
      living(asked.session, session => pagers[asked.why](state, session, asked, lines)),
    found: (asked, lines) =>
      living(asked.session, session => {
        const more = lines.length >= asked.limit ? { more: true } : {}
        const told = lines.slice(0, asked.limit - 1)
        return inPieces(
          // They may have left a room since they asked.
          told.filter(line => session.rooms.has(line.room)).map(line => toWire(state, line)),
          (piece, complete) =>
            send([session.id], { type: 'found', words: asked.words, lines: piece, ...more, complete }),
        )
      }),
    lagging: id => living(id, session => lag(state, session)),
    drained: id => living(id, session => goOn(state, session)),
    lost(id) {
      const session = state.sessions.get(id)
      return session ? lose(state, session) : []
    },
    expired: id => expire(state, id),
    stop(text) {
      const effects: Effect[] = []
      for (const session of state.sessions.values()) {
        if (session.phase.at === 'closing' || session.phase.at === 'reconnecting') continue
        turnTo(state, session, { at: 'closing', reason: 'shutdown' })
        effects.push({ do: 'close', session: session.id, reason: 'shutdown', text })
      }
      return effects
    },
    users: () => state.joined,
    moderate: said => moderateAs(state, said),
    offer: hash => offer(state, hash),
    hasOwner: () => hasOwner(state),
    present: () => present(state),
    openRooms: () => openRooms(state),
    nickOf(id) {
      const session = state.sessions.get(id)
      return session ? (personOf(session)?.nick ?? null) : null
    },
  }
}

const notKept = 'The server could not keep this line, so nobody got it. Try again in a moment.'

/** The line becomes the end of its room. */
function keep(state: HubState, line: Line, room: Room): void {
  room.tail.push(line)
  if (room.tail.length > state.limits.backlogLines) room.tail.shift()
  room.head = Math.max(room.head, line.seq)
  if (line.kind === 'topic') room.topic = line.body
}

/** A page that was asked for. */
function page(state: HubState, session: Session, asked: Paging, lines: readonly Line[]): Effect[] {
  if (!roomOf(state, session, asked.room)) return []
  const more = lines.length === asked.limit && ('after' in asked.from || (lines[0]?.seq ?? 1) > 1)
  return inPieces(
    lines.map(line => toWire(state, line)),
    (piece, complete) => send([session.id], { type: 'page', room: asked.room, lines: piece, more, complete }),
  )
}

const pagers = { catchUp: caughtUp, owed: tellOwed, history: page } as const

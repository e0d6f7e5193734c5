/** The chat's rules: facts in, effects out. It does no I/O, never reads the clock, and sends only what the store kept. */
import { lobby } from '../base/names.ts'
import { limits } from '../wire/limits.ts'
import { bye } from './handlers/bye.ts'
import { hello } from './handlers/hello.ts'
import { nick } from './handlers/nick.ts'
import { ping, pong } from './handlers/ping.ts'
import { say } from './handlers/say.ts'
import {
  backlog,
  depart,
  type HubMeans,
  type HubState,
  headOf,
  isJoined,
  members,
  refuse,
  send,
  toWire,
} from './state.ts'
import type { ClientMessage, Draft, Effect, Handler, Handlers, Line, Session, SessionId } from './types.ts'

/** One row a message: a message without a handler does not compile. */
const handlers: Handlers = { hello, say, nick, ping, pong, bye }

export interface Hub {
  /** A connection came. */
  open(session: SessionId): Effect[]
  /** It said something; `nowMs` is monotonic. */
  receive(from: SessionId, message: ClientMessage, nowMs: number): Effect[]
  /** It said something that is no message; it hears why. */
  refuse(from: SessionId, code: string, text: string): Effect[]
  /** The store kept a line; lines of a room come in seq order. */
  accept(line: Line): Effect[]
  /** The store had kept this line before; its sender hears the first answer again. */
  repeat(to: SessionId, line: Line): Effect[]
  /** The store could not keep it. */
  failed(to: SessionId, draft: Draft): Effect[]
  /** The page that a `page` effect asked for. */
  paged(to: SessionId, room: string, lines: readonly Line[]): Effect[]
  /** The connection is gone. */
  lost(session: SessionId): Effect[]
  /** The server stops: everybody is told. */
  stop(text: string): Effect[]
  /** How many have joined. */
  users(): number
  /** The nick of a session that has joined. */
  nickOf(session: SessionId): string | null
}

/** @param past the newest kept lines of each room, oldest first */
export function createHub(means: HubMeans, past: readonly Line[] = []): Hub {
  const state: HubState = {
    means,
    sessions: new Map(),
    rooms: new Map([[lobby, { name: lobby, members: new Map(), tail: past.slice(-limits.backlogLines) }]]),
    nicks: new Map(),
    devices: new Map(),
    buckets: new Map(),
  }

  /** Runs `step` for a session that is still there and not on its way out. */
  const living = (id: SessionId, step: (session: Session) => Effect[]): Effect[] => {
    const session = state.sessions.get(id)
    return session && session.phase.at !== 'closing' ? step(session) : []
  }

  return {
    open(id) {
      state.sessions.set(id, { id, phase: { at: 'greeting' }, rooms: new Set() })
      return []
    },
    receive: (from, message, nowMs) =>
      living(from, session => {
        // The table pairs each type with its handler; the compiler cannot see the pairing through an index.
        const handler = handlers[message.type] as Handler<ClientMessage['type']>
        return handler(state, session, message, nowMs)
      }),
    refuse: (from, code, text) => living(from, session => refuse(session, '', code, text)),
    accept(line) {
      const room = state.rooms.get(line.room)
      if (!room) return []
      room.tail = [...room.tail.slice(1 - limits.backlogLines), line]
      const live = [...room.members].filter(([, held]) => held.at === 'live').map(([id]) => id)
      return send(live, { type: 'line', ...toWire(line) })
    },
    repeat: (to, line) => living(to, session => send([session.id], { type: 'line', ...toWire(line) })),
    failed: (to, draft) =>
      living(to, session =>
        refuse(
          session,
          draft.id,
          'storage',
          'The server could not keep this line, so nobody got it. Try again in a moment.',
        ),
      ),
    paged: (to, name, lines) =>
      living(to, session => {
        const room = state.rooms.get(name)
        const held = room?.members.get(to)
        if (!room || held?.at !== 'catching-up') return []
        const after = lines.at(-1)?.seq ?? headOf(room)
        const caughtUp = after >= headOf(room)
        room.members.set(to, caughtUp ? { at: 'live' } : { at: 'catching-up', after })
        const told = backlog(to, name, lines, caughtUp)
        return caughtUp
          ? [...told, ...members(state, session.id, room)]
          : [...told, { do: 'page', session: to, room: name, after, limit: limits.pageLinesMax }]
      }),
    lost(id) {
      const session = state.sessions.get(id)
      if (!session) return []
      const effects = depart(state, session)
      state.sessions.delete(id)
      state.buckets.delete(id)
      return effects
    },
    stop(text) {
      const effects: Effect[] = []
      for (const session of state.sessions.values()) {
        if (session.phase.at === 'closing') continue
        session.phase = { at: 'closing', reason: 'shutdown' }
        effects.push({ do: 'close', session: session.id, reason: 'shutdown', text })
      }
      return effects
    },
    users: () => [...state.sessions.values()].filter(isJoined).length,
    nickOf(id) {
      const session = state.sessions.get(id)
      return session && isJoined(session) ? session.phase.nick : null
    },
  }
}

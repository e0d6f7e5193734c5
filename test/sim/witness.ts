/** Sees all that people typed, were told and were shown, and says in the end what of it must not have been. */
import type { Line, ServerMessage } from '../../src/chat/types.ts'
import type { Model } from '../../src/client/model.ts'
import type { Input } from '../../src/client/types.ts'
import type { ClientMessage, WireLine } from '../../src/wire/messages.ts'
import { createPresences } from './presences.ts'
import {
  checkReaders,
  checkShown,
  checkTyped,
  type Gap,
  logOf,
  type Shown,
  type Talker,
  type Typed,
} from './verdict.ts'

interface Session {
  device: string | null
  readonly rooms: Set<string>
  /** Ids of what it said: its own lines are its acknowledgements, also of a room it has left meanwhile. */
  readonly said: Set<string>
}

export interface Witness {
  typed(user: Talker, body: string): void
  turned(user: Talker, before: Model, input: Input): void
  /** A client’s life is over. */
  ended(user: Talker): void
  heard(session: string, message: ClientMessage): void
  told(session: string, message: ServerMessage): void
  /** The store says that it has kept a line. */
  kept(id: string): void
  /** The server knows that a connection is gone. */
  lost(session: string): void
  /** A server process begins. */
  started(): void
  /** What must not have been, in sentences. */
  verdict(kept: readonly Line[], users: readonly Talker[]): readonly string[]
}

/** @param personId how a device is named in direct conversations */
export function createWitness(personId: (device: string) => string, nowMs: () => number): Witness {
  const wrongs = new Set<string>()
  const typed = new Map<string, Typed>()
  const shown: Shown[] = []
  /** Gaps the server told of: whoever has one may miss lines there. */
  const gaps = new Map<Talker, Gap[]>()
  const sessions = new Map<string, Session>()
  /** What was told under each number of each room. */
  const numbered = new Map<string, string[]>()
  const keptIds = new Set<string>()
  const presences = createPresences(nowMs, wrongs)
  let moment = 0

  function heardLine(user: Talker, { room, seq, id }: WireLine): void {
    let ids = numbered.get(room)
    if (!ids) {
      ids = []
      numbered.set(room, ids)
    }
    const before = ids[seq]
    if (before === undefined) ids[seq] = id
    else if (before !== id) wrongs.add(`${room} ${seq} is ${before} and ${id} (${user.nick})`)
  }

  function taken(user: Talker, before: Model, input: Input): void {
    const { outbox } = user.model()
    if (outbox.length >= before.outbox.length) return
    const held = new Set(outbox.map(one => one.id))
    const message = input.got === 'said' ? input.message : null
    for (const { id, body } of before.outbox) {
      const one = typed.get(id)
      if (held.has(id) || !one) continue
      if (message?.type === 'refused') one.refused = message.text
      else if (bringsBack(message, id)) one.acked = moment
      else wrongs.add(`“${body}” of ${user.nick} no longer waits and was not acknowledged`)
      if (one.refused === '') wrongs.add(`“${body}” of ${user.nick} was refused without a reason`)
    }
  }

  function keepClosedRooms(user: Talker, before: Model): void {
    const after = user.model().rooms
    if (after === before.rooms) return
    for (const room of before.rooms.values()) {
      const same = after.get(room.name)
      if (same?.id !== room.id && ![...after.values()].some(one => one.id === room.id))
        shown.push({ user, name: room.name, entries: room.entries })
    }
  }

  function mayHear(session: Session, room: string): boolean {
    if (!room.startsWith('@')) return session.rooms.has(room)
    return session.device !== null && room.slice(1).split('.').includes(personId(session.device))
  }

  const keepAll = (user: Talker): void => {
    for (const room of user.model().rooms.values())
      shown.push({ user, name: room.name, entries: room.entries })
  }

  return {
    typed(user, body) {
      moment++
      const pending = user.model().outbox.at(-1)
      if (pending?.body !== body) return
      const room = user.model().rooms.get(pending.room)
      typed.set(pending.id, {
        user,
        id: pending.id,
        body,
        invoked: moment,
        seenRoom: pending.room,
        seen: room?.lastSeq ?? 0,
        acked: null,
        refused: null,
      })
    },
    turned(user, before, input) {
      moment++
      if (input.got === 'said') {
        const { message } = input
        if (message.type === 'line') heardLine(user, message)
        else if (message.type === 'backlog' || message.type === 'page')
          for (const line of message.lines) heardLine(user, line)
        else if (message.type === 'gap') gaps.set(user, [...(gaps.get(user) ?? []), message])
      }
      taken(user, before, input)
      if (input.got !== 'said' || input.message.type !== 'line') keepClosedRooms(user, before)
    },
    ended: keepAll,
    heard(session, message) {
      const known = sessions.get(session) ?? {
        device: null,
        rooms: new Set<string>(),
        said: new Set<string>(),
      }
      sessions.set(session, known)
      if (message.type === 'hello') {
        known.rooms.add('#lobby')
        for (const room of Object.keys(message.last ?? {})) known.rooms.add(room)
      } else if (message.type === 'join') known.rooms.add(message.room)
      else if (message.type === 'say') known.said.add(message.id)
      presences.heard(session, message)
    },
    told(id, message) {
      const session = sessions.get(id)
      if (!session) return void wrongs.add(`${id} is told before it said anything`)
      presences.told(id, message)
      if (message.type === 'refused' && keptIds.has(message.about))
        wrongs.add(`${message.about} is refused (${message.text}) and was kept before`)
      if (message.type === 'welcome') session.device = message.device
      else if (message.type === 'line' && session.said.has(message.id)) return
      else if ('room' in message && !mayHear(session, message.room))
        wrongs.add(`${id} hears ${message.type} of ${message.room} and is not in it`)
      if (message.type === 'left') session.rooms.delete(message.room)
    },
    kept: id => void keptIds.add(id),
    lost: presences.lost,
    started: presences.started,
    verdict(kept, users) {
      for (const user of users) keepAll(user)
      const log = logOf(kept, wrongs)
      for (const [room, ids] of numbered)
        ids.forEach((id, seq) => {
          const line = log.get(room)?.[seq]
          if (line?.id !== id) wrongs.add(`${room} ${seq} was told as ${id} and is ${line?.id ?? 'not kept'}`)
        })
      checkTyped([...typed.values()], kept, wrongs)
      for (const one of shown) checkShown(one, log, gaps.get(one.user) ?? [], wrongs)
      checkReaders(users, log, wrongs)
      return [...wrongs]
    },
  }
}

function bringsBack(message: ServerMessage | null, id: string): boolean {
  if (message?.type === 'line') return message.id === id
  return message?.type === 'backlog' && message.lines.some(line => line.id === id)
}

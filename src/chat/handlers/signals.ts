/** typing, read and away: passed on and never kept; who is too fast, or in a large room, is not passed on. */
import { cleanLine } from '../../base/clean.ts'
import { truncateUtf8 } from '../../base/utf8.ts'
import { mutedText } from '../measures.ts'
import { paceOf } from '../paces.ts'
import { type HubState, isJoined, notJoined, others, type Room, roomOf, send } from '../state.ts'
import { remarkable } from '../telling.ts'
import type { Handler, Session } from '../types.ts'

/** The room such a signal may be passed on in. */
function signalRoom(state: HubState, from: Session, name: string, nowMs: number): Room | undefined {
  const room = roomOf(state, from, name)
  if (!room || room.members.size > state.limits.signalMembersMax) return undefined
  return paceOf(state, from, 'signal').take(nowMs) === 0 ? room : undefined
}

export const typing: Handler<'typing'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'typing')
  const room = signalRoom(state, from, said.room, nowMs)
  const { nick } = from.phase.person
  return room ? send(others(room, from.id), { type: 'typing', room: room.name, nick, on: said.on }) : []
}

export const read: Handler<'read'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'read')
  const room = signalRoom(state, from, said.room, nowMs)
  if (!room) return []
  const { nick } = from.phase.person
  const seq = Math.min(said.seq, room.head)
  return send(others(room, from.id), { type: 'read', room: room.name, nick, seq })
}

export const away: Handler<'away'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'away')
  const { person } = from.phase
  if (paceOf(state, from, 'signal').take(nowMs) > 0) return []
  // Whoever is muted says nothing that way either.
  const text =
    mutedText(state, from) === null ? truncateUtf8(cleanLine(said.text ?? ''), state.limits.awayBytesMax) : ''
  person.away = said.on ? text : null
  return [...from.rooms].flatMap(name => {
    const room = state.rooms.get(name)
    if (!room || room.pair !== null) return []
    room.members.changed(from.id)
    return send(room.members.connected(), {
      type: 'presence',
      room: name,
      nick: person.nick,
      presence: said.on ? 'away' : 'here',
      ...remarkable(state, from, person),
      ...(said.on && text !== '' ? { text } : {}),
    })
  })
}

/** join and leave: into a room, made where there is none, or into a direct conversation; and out again. */
import { checkRoom, isDirect } from '../../base/rooms.ts'
import { directOf, enter, objectionToMaking, openRoom } from '../entering.ts'
import { exit } from '../leaving.ts'
import { mutedText } from '../measures.ts'
import { unknownNick } from '../naming.ts'
import { isOpenTo, keepOrder } from '../order.ts'
import { guessedTooFast, tooFast } from '../paces.ts'
import {
  type HubState,
  isJoined,
  isOverheard,
  type Joined,
  notInRoom,
  notJoined,
  type Person,
  personNamed,
  type Room,
  refuse,
  roomOf,
  send,
} from '../state.ts'
import type { Effect, Handler } from '../types.ts'

/** Said of passwords where they must not be said. */
export const notOverheard =
  'a password is taken over an encrypted connection only: anybody on the network could read it on this one. Come with Earshot itself.'

const tooManyRooms = 'There are too many rooms. Leave one with /leave, or use one that is there (/rooms).'

export const join: Handler<'join'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'join')
  const fast = tooFast(state, from, 'join', 'join', nowMs)
  if (fast) return fast
  if (isDirect(said.room)) {
    const opened = conversation(state, from, said.room.slice(1))
    return opened.ok ? opened.effects : refuse(from, 'join', opened.code, opened.text, opened.more)
  }
  const checked = checkRoom(said.room)
  if (!checked.ok) return refuse(from, 'join', 'bad-room', checked.text)
  if (from.rooms.has(checked.room))
    return refuse(from, 'join', 'already-in', `You are already in ${checked.room}.`)
  const objection = objectionToMaking(state, checked.room)
  if (objection !== null) return refuse(from, 'join', 'bad-room', objection)
  // The name of a new room is read by all: who may not speak makes none.
  const muted = state.rooms.has(checked.room)
    ? null
    : mutedText(state, from, 'Until then you make no room; /rooms lists those that are there.')
  if (muted !== null) return refuse(from, 'join', 'muted', muted)
  const locked = unlocked(state, from, checked.room, said.password, nowMs)
  if (!locked.ok) return locked.effects
  const own = [...from.rooms].filter(name => !isDirect(name)).length
  const room = own < state.limits.roomsPerMemberMax ? openRoom(state, checked.room, from.phase.person) : null
  if (!room) return refuse(from, 'join', 'too-many-rooms', tooManyRooms)
  return [...enter(state, from, room, { last: undefined }), ...locked.effects]
}

/** Whether they may go in; who knows the password is known from then on. */
function unlocked(
  state: HubState,
  from: Joined,
  room: string,
  password: string | undefined,
  nowMs: number,
): { readonly ok: boolean; readonly effects: Effect[] } {
  const { order, means, limits } = state
  const { device, isGuest } = from.phase.person
  const lock = order.locks.get(room)
  if (lock === undefined || isOpenTo(order, room, device)) return { ok: true, effects: [] }
  if (isOverheard(from))
    return {
      ok: false,
      effects: refuse(from, 'join', 'plaintext', `${room} is locked, and ${notOverheard}`),
    }
  if (password === undefined)
    return {
      ok: false,
      effects: refuse(
        from,
        'join',
        'locked',
        `${room} is locked. With its password: /join ${room} PASSWORD.`,
      ),
    }
  const fast = guessedTooFast(state, from, room, nowMs)
  if (fast) return { ok: false, effects: fast }
  // Hashes are compared: how long that takes tells nothing of the password.
  if (means.digest(lock.salt + password.trim()) !== lock.hash)
    return {
      ok: false,
      effects: refuse(from, 'join', 'wrong-password', `That is not the password of ${room}.`),
    }
  // Nobody comes back as this guest, so there is nobody to know.
  if (isGuest) return { ok: true, effects: [] }
  const devices = [...lock.devices, device].slice(-limits.ranksMax)
  order.locks.set(room, { ...lock, devices })
  return { ok: true, effects: [keepOrder(order)] }
}

export const leave: Handler<'leave'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'leave')
  const checked = checkRoom(said.room)
  const room = roomOf(state, from, isDirect(said.room) || !checked.ok ? said.room : checked.room)
  // Out of a conversation goes nobody whom others would hear: whoever comes back leaves all that were closed, at once.
  const fast = room && room.pair !== null ? null : tooFast(state, from, 'join', 'leave', nowMs)
  if (fast) return fast
  if (!room) return notInRoom(from, 'leave')
  const closed = exit(state, from, room)
  const gone: Effect[] =
    room.pair === null
      ? send(room.members.connected(), {
          type: 'presence',
          room: room.name,
          nick: from.phase.person.nick,
          presence: 'gone',
        })
      : []
  return [...send([from.id], { type: 'left', room: room.name }), ...gone, ...closed]
}

/** The other one of a conversation that is named as the wire names it; no nick is as long as such a name. */
function partnerIn(state: HubState, from: Joined, name: string): Person | undefined {
  const [one = '', other = ''] = name.split('.')
  const { id } = from.phase.person
  return one === id ? state.peopleById.get(other) : other === id ? state.peopleById.get(one) : undefined
}

interface NoConversation {
  readonly ok: false
  readonly code: string
  readonly text: string
  readonly more?: { suggestion: string }
}

/** The direct conversation with whoever has that nick, or of that name, entered; or why there is none. */
export function conversation(
  state: HubState,
  from: Joined,
  nick: string,
): { ok: true; room: Room; effects: Effect[] } | NoConversation {
  const person = partnerIn(state, from, nick) ?? personNamed(state, nick)
  if (!person) {
    const { suggestion, ...unknown } = unknownNick(state, nick)
    return { ok: false, ...unknown, ...(suggestion === null ? {} : { more: { suggestion } }) }
  }
  if (person === from.phase.person) return { ok: false, code: 'no-such-nick', text: 'That is you.' }
  const room = directOf(state, from.phase.person, person)
  if (!room) return { ok: false, code: 'too-many-rooms', text: tooManyRooms }
  return {
    ok: true,
    room,
    effects: from.rooms.has(room.name)
      ? send([from.id], { type: 'direct', room: room.name, with: person.nick })
      : enter(state, from, room, { last: undefined }),
  }
}

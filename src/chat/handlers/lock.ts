/** lock: a room that only those enter who know its password; nothing of it is shown to anybody else. */
import { isDirect } from '../../base/rooms.ts'
import { answer, noted } from '../deeds.ts'
import { roleOf } from '../order.ts'
import { tooFast } from '../paces.ts'
import {
  forgetLock,
  isJoined,
  isOverheard,
  notInRoom,
  notJoined,
  personOf,
  refuse,
  roomOf,
} from '../state.ts'
import type { Handler } from '../types.ts'
import { notOverheard } from './join.ts'

/** A password that nobody needs more than a moment to guess keeps nobody out. */
const passwordUnitsMin = 6

export const lock: Handler<'lock'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'lock')
  const fast = tooFast(state, from, 'join', 'lock', nowMs)
  if (fast) return fast
  const room = roomOf(state, from, said.room)
  if (!room) return notInRoom(from, 'lock')
  const { person } = from.phase
  const { order, limits, means } = state
  const { name } = room
  if (isDirect(name) || room === state.rooms.values().next().value)
    return refuse(
      from,
      'lock',
      'no-lock',
      `${isDirect(name) ? 'A conversation of two' : name} cannot be locked.`,
    )
  if (roleOf(order, person.device) === 'member' && room.maker !== person.id)
    return refuse(from, 'lock', 'not-op', `Only who made ${name}, an op or an owner may lock it.`)
  const deed = { act: said.password === undefined ? 'unlock' : 'lock', by: person.nick, whom: name }
  if (said.password === undefined) {
    if (!forgetLock(state, name)) return refuse(from, 'lock', 'already', `${name} is not locked.`)
    return [...answer(from.id, 'lock', [`${name} is open to everybody again.`]), ...noted(state, deed)]
  }
  if (isOverheard(from)) return refuse(from, 'lock', 'plaintext', `Not locked: ${notOverheard}`)
  const password = said.password.trim()
  if (password.length < passwordUnitsMin)
    return refuse(from, 'lock', 'bad-password', `A password has at least ${passwordUnitsMin} characters.`)
  if (!order.locks.has(name) && order.locks.size >= limits.roomsMax)
    return refuse(from, 'lock', 'too-many', 'Too many rooms are locked already.')
  const salt = means.newSecret()
  // Who is in it stays in it, and may come back.
  const devices = [...room.members.keys()].flatMap(id => {
    const member = state.sessions.get(id)
    const one = member ? personOf(member) : null
    return one ? [one.device] : []
  })
  order.locks.set(name, { room: name, salt, hash: means.digest(salt + password), devices })
  return [
    ...answer(from.id, 'lock', [
      `${name} is locked: others come in with /join ${name} PASSWORD, and do not see that it is there.`,
      'Who is in it stays. /unlock opens it again.',
    ]),
    ...noted(state, deed),
  ]
}

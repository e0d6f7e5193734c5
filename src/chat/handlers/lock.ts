/** lock: a room that only those enter who know its password; nothing of it is shown to anybody else. */
import { answer, noted } from '../deeds.ts'
import { objectionToLocking, shut } from '../locks.ts'
import { roleOf } from '../order.ts'
import { tooFast } from '../paces.ts'
import { forgetLock, isJoined, isOverheard, notInRoom, notJoined, refuse, roomOf } from '../state.ts'
import type { Deed, Handler } from '../types.ts'
import { notOverheard } from './join.ts'

export const lock: Handler<'lock'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'lock')
  const fast = tooFast(state, from, 'join', 'lock', nowMs)
  if (fast) return fast
  const room = roomOf(state, from, said.room)
  if (!room) return notInRoom(from, 'lock')
  const { person } = from.phase
  const { name } = room
  const objection = objectionToLocking(state, room)
  if (objection) return refuse(from, 'lock', objection.code, objection.text)
  if (roleOf(state.order, person.device) === 'member' && room.maker !== person.id)
    return refuse(from, 'lock', 'not-op', `Only who made ${name}, an op or an owner may lock it.`)
  const deed: Deed = { act: said.password === undefined ? 'unlock' : 'lock', by: person.nick, whom: name }
  if (said.password === undefined) {
    if (!forgetLock(state, name)) return refuse(from, 'lock', 'already', `${name} is not locked.`)
    return [
      ...answer(from.id, 'lock', [`${name} is open to everybody again.`]),
      ...noted(state, person, deed),
    ]
  }
  if (isOverheard(from)) return refuse(from, 'lock', 'plaintext', `Not locked: ${notOverheard}`)
  const refused = shut(state, room, said.password)
  if (refused) return refuse(from, 'lock', refused.code, refused.text)
  return [
    ...answer(from.id, 'lock', [
      `${name} is locked: others come in with /join ${name} PASSWORD, and do not see that it is there.`,
      'Who is in it stays. /unlock opens it again.',
    ]),
    ...noted(state, person, deed),
  ]
}

/** nick: another name for a member, if it is free; each room hears the change once. */
import { checkNick } from '../../base/names.ts'
import { mutedText } from '../measures.ts'
import { nickNear, objectionToNick } from '../naming.ts'
import { tooFast } from '../paces.ts'
import { isJoined, notJoined, others, refuse, remember, rename, send } from '../state.ts'
import { remarkable } from '../telling.ts'
import type { Handler } from '../types.ts'

export const nick: Handler<'nick'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, 'nick')
  const checked = checkNick(said.nick)
  if (!checked.ok) return refuse(from, 'nick', 'bad-nick', checked.text)
  const { person } = from.phase
  const was = person.nick
  if (checked.nick === was) return refuse(from, 'nick', 'same-nick', `You are already ${was}.`)
  const objection = objectionToNick(state, checked.nick, { person, isGuest: person.isGuest })
  if (objection)
    return refuse(from, 'nick', objection.code, objection.text, {
      suggestion: nickNear(state, checked.nick, person.isGuest),
    })
  const fast = tooFast(state, from, 'nick', 'nick', nowMs)
  if (fast) return fast
  const muted = mutedText(state, from)
  if (muted !== null) return refuse(from, 'nick', 'muted', muted)
  state.nicks.free(was, from.id)
  state.nicks.take(checked.nick, from.id)
  rename(state, person, checked.nick)
  const told = [...from.rooms].flatMap(name => {
    const room = state.rooms.get(name)
    if (!room) return []
    room.members.changed(from.id)
    if (room.pair !== null)
      return send(others(room, from.id), { type: 'direct', room: name, with: person.nick })
    return send(room.members.connected(), {
      type: 'presence',
      room: name,
      nick: person.nick,
      was,
      presence: person.away === null ? 'here' : 'away',
      ...remarkable(state, from, person),
    })
  })
  return [...remember(person), ...told]
}

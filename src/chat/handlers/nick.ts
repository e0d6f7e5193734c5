/** nick: another name for a member, if it is free; the room hears the change once. */
import { checkNick, fold, suggestNick } from '../../base/names.ts'
import { bucketsOf, isJoined, refuse, send } from '../state.ts'
import type { Handler } from '../types.ts'

export const nick: Handler<'nick'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return refuse(from, 'nick', 'not-joined', 'Say hello first, with a nick.')
  const checked = checkNick(said.nick)
  if (!checked.ok) return refuse(from, 'nick', 'bad-nick', checked.text)
  const was = from.phase.nick
  if (checked.nick === was) return refuse(from, 'nick', 'same-nick', `You are already ${was}.`)
  const holder = state.nicks.get(fold(checked.nick))
  if (holder !== undefined && holder !== from.id)
    return refuse(from, 'nick', 'nick-taken', `“${checked.nick}” is already here.`, {
      suggestion: suggestNick(checked.nick, folded => state.nicks.has(folded)),
    })
  const waitMs = bucketsOf(state, from.id).nick.take(nowMs)
  if (waitMs > 0) {
    const seconds = Math.ceil(waitMs / 1000)
    return refuse(
      from,
      'nick',
      'too-fast',
      `That was one change of name too many; try again in ${seconds} s.`,
      {
        retryMs: waitMs,
      },
    )
  }
  state.nicks.delete(fold(was))
  state.nicks.set(fold(checked.nick), from.id)
  from.phase = { ...from.phase, nick: checked.nick }
  return [...from.rooms].flatMap(room =>
    send([...(state.rooms.get(room)?.members.keys() ?? [])], {
      type: 'presence',
      room,
      nick: checked.nick,
      was,
      presence: 'here',
    }),
  )
}

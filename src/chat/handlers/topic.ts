/** topic: what a room is about. A change is a kept line, so that everybody sees it in its place. */
import { cleanLine } from '../../base/clean.ts'
import { isOverUtf8 } from '../../base/utf8.ts'
import { mutedText } from '../measures.ts'
import { tooFast } from '../paces.ts'
import { isJoined, notInRoom, notJoined, refuse, rememberFirst, roomOf } from '../state.ts'
import type { Handler } from '../types.ts'

export const topic: Handler<'topic'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, said.id)
  const room = roomOf(state, from, said.room)
  if (!room || room.pair !== null) return notInRoom(from, said.id)
  const fast = tooFast(state, from, 'join', said.id, nowMs)
  if (fast) return fast
  const muted = mutedText(state, from)
  if (muted !== null) return refuse(from, said.id, 'muted', muted)
  const body = cleanLine(said.body)
  if (isOverUtf8(body, state.limits.topicBytesMax))
    return refuse(from, said.id, 'too-long', `A topic has at most ${state.limits.topicBytesMax} bytes.`)
  const { person } = from.phase
  const draft = {
    room: room.name,
    id: said.id,
    author: person.device,
    from: person.nick,
    kind: 'topic',
    body,
  } as const
  room.awaited += 1
  return [...rememberFirst(person), { do: 'append', session: from.id, draft }]
}

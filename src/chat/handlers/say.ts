/** say: a line for a room, or for one person; it is sent to nobody before the store has kept it. */
import { cleanText } from '../../base/clean.ts'
import { isDirect } from '../../base/rooms.ts'
import { utf8Bytes } from '../../base/utf8.ts'
import { refuseLine } from '../fence.ts'
import { mutedText } from '../measures.ts'
import { paceOf } from '../paces.ts'
import { isJoined, noSuchRoom, notJoined, otherOf, rememberFirst, roomOf } from '../state.ts'
import type { Effect, Handler } from '../types.ts'
import { conversation } from './join.ts'

const blank = /\s/
/** Without blank rows before it, nor anything blank behind it; most lines have neither, which is quick to see. */
const trimmed = (body: string): string =>
  body.startsWith('\n') || blank.test(body.at(-1) ?? '') ? body.replace(/^\n+|\s+$/g, '') : body

const rowsOf = (body: string): number => (body.includes('\n') ? body.split('\n').length : 1)

export const say: Handler<'say'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, said.id)
  const muted = mutedText(state, from)
  if (muted !== null) return refuseLine(from, said.id, 'muted', muted)
  const body = trimmed(cleanText(said.body))
  if (body === '') return refuseLine(from, said.id, 'empty', 'There was nothing in it that can be shown.')
  if (utf8Bytes(body) > state.limits.bodyBytesMax || rowsOf(body) > state.limits.bodyLinesMax)
    return refuseLine(
      from,
      said.id,
      'too-long',
      `That is too long: at most ${state.limits.bodyBytesMax} bytes and ${state.limits.bodyLinesMax} lines go into one message. Send it in parts.`,
    )
  const effects: Effect[] = []
  let room = roomOf(state, from, said.room)
  if (!room && isDirect(said.room)) {
    const opened = conversation(state, from, said.room.slice(1))
    if (!opened.ok) return refuseLine(from, said.id, opened.code, opened.text, opened.more)
    room = opened.room
    effects.push(...opened.effects)
  }
  if (!room) return refuseLine(from, said.id, 'no-such-room', noSuchRoom)
  const { person } = from.phase
  // A conversation is nobody’s where one of the two is forgotten.
  const whom = otherOf(state, room, person.id)
  if (!person.isRemembered) effects.push(...rememberFirst(person))
  if (whom) effects.push(...rememberFirst(whom))
  const draft = {
    room: room.name,
    id: said.id,
    author: person.device,
    from: person.nick,
    kind: said.kind,
    body,
  }
  room.awaited += 1
  effects.push({ do: 'append', session: from.id, draft })

  const bucket = paceOf(state, from, 'say')
  const waitMs = bucket.take(nowMs)
  if (waitMs > 0) {
    // Kept all the same, on credit: the pause is how long the credit takes to pay back.
    bucket.take(nowMs + waitMs)
    effects.push({ do: 'pause', session: from.id, ms: waitMs })
  }
  return effects
}

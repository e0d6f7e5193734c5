/** say: a line for a room, or for one person; it is sent to nobody before the store has kept it. */
import { cleanText } from '../../base/clean.ts'
import { isDirect } from '../../base/rooms.ts'
import { isOverUtf8 } from '../../base/utf8.ts'
import { refuseLine } from '../fence.ts'
import { mutedText } from '../measures.ts'
import { paceOf } from '../paces.ts'
import { isJoined, noSuchRoom, notJoined, otherOf, rememberFirst, roomOf } from '../state.ts'
import type { Effect, Handler } from '../types.ts'
import { conversation } from './join.ts'

/** Without blank rows before it, nor anything blank behind it; most lines have neither, which is quick to see. */
const trimmed = (body: string): string =>
  body.trim().length === body.length ? body : body.replace(/^\n+|\s+$/g, '')

/** What comes before most lines. */
const nothing: readonly Effect[] = []

const rowsOf = (body: string): number => (body.includes('\n') ? body.split('\n').length : 1)

export const say: Handler<'say'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return notJoined(from, said.id)
  const muted = mutedText(state, from)
  if (muted !== null) return refuseLine(from, said.id, 'muted', muted)
  const body = trimmed(cleanText(said.body))
  if (body === '') return refuseLine(from, said.id, 'empty', 'There was nothing in it that can be shown.')
  if (isOverUtf8(body, state.limits.bodyBytesMax) || rowsOf(body) > state.limits.bodyLinesMax)
    return refuseLine(
      from,
      said.id,
      'too-long',
      `That is too long: at most ${state.limits.bodyBytesMax} bytes and ${state.limits.bodyLinesMax} lines go into one message. Send it in parts.`,
    )
  let room = roomOf(state, from, said.room)
  let before: readonly Effect[] = nothing
  if (!room && isDirect(said.room)) {
    const opened = conversation(state, from, said.room.slice(1))
    if (!opened.ok) return refuseLine(from, said.id, opened.code, opened.text, opened.more)
    room = opened.room
    before = opened.effects
  }
  if (!room) return refuseLine(from, said.id, 'no-such-room', noSuchRoom)
  const { person } = from.phase
  // A conversation is nobody’s where one of the two is forgotten.
  const whom = otherOf(state, room, person.id)
  if (!person.isRemembered) before = [...before, ...rememberFirst(person)]
  if (whom) before = [...before, ...rememberFirst(whom)]
  const draft = {
    room: room.name,
    id: said.id,
    author: person.device,
    from: person.nick,
    kind: said.kind,
    body,
  }
  room.awaited += 1
  const append = { do: 'append', session: from.id, draft } as const
  const effects: Effect[] = before === nothing ? [append] : [...before, append]

  const bucket = paceOf(state, from, 'say')
  const waitMs = bucket.take(nowMs)
  if (waitMs > 0) {
    // Kept all the same, on credit: the pause is how long the credit takes to pay back.
    bucket.take(nowMs + waitMs)
    effects.push({ do: 'pause', session: from.id, ms: waitMs })
  }
  return effects
}

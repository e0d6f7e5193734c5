/** say: a line for a room the speaker is in; it is sent to nobody before the store has kept it. */
import { cleanText } from '../../base/clean.ts'
import { utf8Bytes } from '../../base/utf8.ts'
import { limits } from '../../wire/limits.ts'
import { bucketsOf, isJoined, refuse } from '../state.ts'
import type { Effect, Handler } from '../types.ts'

export const say: Handler<'say'> = (state, from, said, nowMs) => {
  if (!isJoined(from)) return refuse(from, said.id, 'not-joined', 'Say hello first, with a nick.')
  if (!from.rooms.has(said.room))
    return refuse(from, said.id, 'no-such-room', 'You are not in that room, so nothing was sent.')
  const body = cleanText(said.body).replace(/^\n+|\s+$/g, '')
  if (body === '') return refuse(from, said.id, 'empty', 'There was nothing in it that can be shown.')
  const rows = body.split('\n').length
  if (utf8Bytes(body) > limits.bodyBytesMax || rows > limits.bodyLinesMax)
    return refuse(
      from,
      said.id,
      'too-long',
      `That is too long: at most ${limits.bodyBytesMax} bytes and ${limits.bodyLinesMax} lines go into one message. Send it in parts.`,
    )
  const draft = {
    room: said.room,
    id: said.id,
    author: from.phase.device,
    from: from.phase.nick,
    kind: said.kind,
    body,
  }
  const effects: Effect[] = [{ do: 'append', session: from.id, draft }]
  const bucket = bucketsOf(state, from.id).say
  const waitMs = bucket.take(nowMs)
  if (waitMs > 0) {
    // Kept all the same, on credit: the pause is how long the credit takes to pay back.
    bucket.take(nowMs + waitMs)
    effects.push({ do: 'pause', session: from.id, ms: waitMs })
  }
  return effects
}

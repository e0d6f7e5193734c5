/** What the user says: in the room on show, in another one, or to one person; sent now, or kept until we are joined. */
import { cleanText } from '../base/clean.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { bounds } from './bounds.ts'
import { counted } from './labels.ts'
import { bodyBounds, wake } from './link.ts'
import { currentRoom, type Pending } from './model.ts'
import { sayOf } from './returning.ts'
import { conversationWith, enterRoom } from './rooms.ts'
import { patch, putRoom, type Turn, tell, toast, want } from './turn.ts'

/** A sentence about what could not be done; answers false. */
export function complain(turn: Turn, text: string): false {
  tell(turn, text, 'warning')
  toast(turn, text, true)
  return false
}

/** Says `text` in the room on show. False where it was not taken, so that it is not lost. */
export const say = (turn: Turn, text: string, emote: boolean): boolean =>
  sayAt(turn, currentRoom(turn.model).name, text, emote)

/** Says `text` in `#room`, entered where we are not in it yet. What is on show stays. */
export function sayIn(turn: Turn, room: string, text: string): boolean {
  const checked = bodyOf(turn, text)
  if (checked === null) return false
  return enterRoom(turn, room) !== null && sayAt(turn, room, text, false)
}

/** Says `text` to one person alone. What is on show stays. */
export const sayTo = (turn: Turn, nick: string, text: string): boolean =>
  sayAt(turn, conversationWith(turn.model, nick)?.name ?? `@${nick}`, text, false)

/** @param room as the wire calls it, or `@nick` */
export function sayAt(turn: Turn, room: string, text: string, emote: boolean): boolean {
  const body = bodyOf(turn, text)
  if (body === null) return false
  if (body === '') return true
  const { outbox, link, nowMs, wallMs, current } = turn.model
  const sentAtMs = link.at === 'joined' ? nowMs : null
  const pending: Pending = { id: turn.means.newId(), room, from: current, emote, body, wallMs, sentAtMs }
  patch(turn, { outbox: [...outbox, pending] })
  wake(turn)
  // Whoever speaks looks at the newest.
  if (room === current) putRoom(turn, { ...currentRoom(turn.model), anchor: null, newBelow: 0 })
  if (link.at === 'joined') want(turn, { do: 'send', message: sayOf(pending) })
  return true
}

/** What would be sent; null, and a sentence, where it cannot be. */
function bodyOf(turn: Turn, text: string): string | null {
  const body = cleanText(text).replace(/^\n+|\s+$/g, '')
  const { bytesMax, linesMax } = bodyBounds(turn.model)
  const bytes = utf8Bytes(body)
  const lines = body.split('\n').length
  if (bytes > bytesMax || lines > linesMax) {
    complain(
      turn,
      `That is too long to send: ${counted(bytes, 'byte')} in ${counted(lines, 'line')}, and at most ${bytesMax} bytes in ${linesMax} lines go into one message. Send it in parts.`,
    )
    return null
  }
  if (turn.model.outbox.length < bounds.outboxLines) return body
  complain(
    turn,
    `${bounds.outboxLines} lines already wait to be sent, so this one was not taken. Try again when the server answers.`,
  )
  return null
}

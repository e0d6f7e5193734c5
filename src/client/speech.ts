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

/** Whether it was taken: `false` as it stands never, `null` not now, since too many wait. Then its text is not to be lost. */
export type Taken = boolean | null

/** Says `text` in the room on show. */
export const say = (turn: Turn, text: string, emote: boolean): Taken =>
  sayAt(turn, currentRoom(turn.model).name, text, emote)

/** Says `text` in `#room`, entered where we are not in it yet. What is on show stays. */
export function sayIn(turn: Turn, room: string, text: string): Taken {
  const checked = bodyOf(turn, text)
  if (typeof checked !== 'string') return checked
  return enterRoom(turn, room) !== null && sayAt(turn, room, text, false)
}

/** Says `text` to one person alone. What is on show stays. */
export const sayTo = (turn: Turn, nick: string, text: string): Taken =>
  sayAt(turn, conversationWith(turn.model, nick)?.name ?? `@${nick}`, text, false)

/** @param room as the wire calls it, or `@nick` */
export function sayAt(turn: Turn, room: string, text: string, emote: boolean): Taken {
  const body = bodyOf(turn, text)
  if (typeof body !== 'string') return body
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

/** What would be sent; where it cannot be, why not as `Taken` has it, and a sentence. */
function bodyOf(turn: Turn, text: string): string | false | null {
  const body = cleanText(text).replace(/^\n+|\s+$/g, '')
  const { bytesMax, linesMax } = bodyBounds(turn.model)
  const bytes = utf8Bytes(body)
  const lines = body.split('\n').length
  if (bytes > bytesMax || lines > linesMax) {
    return complain(
      turn,
      `That is too long to send: ${counted(bytes, 'byte')} in ${counted(lines, 'line')}, and at most ${bytesMax} bytes in ${linesMax} lines go into one message. Send it in parts.`,
    )
  }
  if (turn.model.outbox.length < bounds.outboxLines) return body
  complain(turn, `${bounds.outboxLines} lines already wait to be sent; this stays here, Enter tries again.`)
  return null
}

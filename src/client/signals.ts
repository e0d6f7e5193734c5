/** What is told of the user without a word of theirs: that they type, that they have read, that they are idle. */
import { isDirect } from '../base/rooms.ts'
import { limits } from '../wire/limits.ts'
import { idleText, patience } from './bounds.ts'
import { currentRoom, type Model, screenOf } from './model.ts'
import { isIgnored, isUnnamed, leaveWhenSaid } from './rooms.ts'
import { recallingIn } from './seeking.ts'
import { patch, putRoom, type Turn, want } from './turn.ts'

/** At the end of every turn: what time and the turn have made due. */
export function signal(turn: Turn): void {
  forgetTypists(turn)
  if (turn.model.link.at !== 'joined') {
    if (turn.model.toldTyping !== null) patch(turn, { toldTyping: null })
    return
  }
  if (turn.model.away === null && turn.model.nowMs - turn.model.keyAtMs >= patience.idleAwayMs)
    goAway(turn, 'idle', idleText)
  leaveWhenSaid(turn)
  tellTyping(turn)
  tellReading(turn)
}

/** The user did something: whoever was idle is back. */
export function stirred(turn: Turn): void {
  patch(turn, { keyAtMs: turn.model.nowMs })
  if (turn.model.away?.because === 'idle') comeBack(turn)
}

export function goAway(turn: Turn, because: 'said' | 'idle', text: string): void {
  patch(turn, { away: { because, text } })
  if (turn.model.link.at === 'joined')
    want(turn, {
      do: 'send',
      message: text === '' ? { type: 'away', on: true } : { type: 'away', on: true, text },
    })
}

export function comeBack(turn: Turn): void {
  patch(turn, { away: null })
  if (turn.model.link.at === 'joined') want(turn, { do: 'send', message: { type: 'away', on: false } })
}

function forgetTypists(turn: Turn): void {
  const { rooms, nowMs } = turn.model
  for (const room of rooms.values()) {
    if (room.typists.size === 0) continue
    const typists = [...room.typists].filter(([, untilMs]) => nowMs < untilMs)
    if (typists.length < room.typists.size) putRoom(turn, { ...room, typists: new Map(typists) })
  }
}

/** A line for the room on show is being typed; commands are nobody’s business. */
const isTyping = (model: Model): boolean =>
  model.tellsTyping &&
  model.editor.recall === null &&
  recallingIn(model) === null &&
  isSpeech(model.editor.text)

const isSpeech = (text: string): boolean => /^(\/\/|[^/#@\s])/.test(text)

function tellTyping(turn: Turn): void {
  const { model } = turn
  const { toldTyping, nowMs, current, editor } = model
  const typing = isTyping(model)
  if (toldTyping !== null && (!typing || toldTyping.room !== current)) {
    // A line that was sent says by itself that it is no longer typed.
    const isSent = model.outbox.some(one => one.room === toldTyping.room)
    if (!isSent && model.rooms.has(toldTyping.room))
      want(turn, { do: 'send', message: { type: 'typing', room: toldTyping.room, on: false } })
    patch(turn, { toldTyping: null })
  }
  const before = turn.model.toldTyping
  if (!typing || model.keyAtMs !== nowMs || editor.text === '') return
  if (before !== null && nowMs - before.atMs < patience.typingEveryMs) return
  const room = currentRoom(model)
  if (isUnnamed(room) || room.members.size > limits.signalMembersMax) return
  patch(turn, { toldTyping: { room: current, atMs: nowMs } })
  want(turn, { do: 'send', message: { type: 'typing', room: current, on: true } })
}

/** In conversations the other one sees how far we have read, once it was on the screen of somebody who looks. */
function tellReading(turn: Turn): void {
  const { model } = turn
  const { nowMs, toldReadAtMs } = model
  if (!model.tellsReading || !model.focused || model.help !== null || screenOf(model) !== 'chat') return
  const room = currentRoom(model)
  if (!isDirect(room.name) || isUnnamed(room) || room.anchor !== null || room.heardSeq <= room.toldReadSeq)
    return
  if (!room.caughtUp || (room.partner !== null && isIgnored(model, room.partner))) return
  if (toldReadAtMs !== null && nowMs - toldReadAtMs < patience.readEveryMs) return
  putRoom(turn, { ...room, toldReadSeq: room.heardSeq })
  patch(turn, { toldReadAtMs: nowMs })
  want(turn, { do: 'send', message: { type: 'read', room: room.name, seq: room.heardSeq } })
}

/** One input’s turn: the model as it becomes, the effects it asks for, and the few steps every part takes. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { late } from '../base/late.ts'
import { fold } from '../base/names.ts'
import { bounds, patience } from './bounds.ts'
import { currentRoom, type Model, type Pending } from './model.ts'
import { newRoom, type Room, roomWith } from './room.ts'
import { type Said, type Tone, told } from './scrollback.ts'
import type { Picker } from './servers.ts'
import type { ClientEffect, Means } from './types.ts'

/**
 * Models are values to everybody outside. Within a turn `model` is the turn's own copy and changes in place: copying
 * it at each step was most of what a line cost. So parts of it may be kept across a `patch`, the whole may not.
 */
export interface Turn {
  readonly model: Model
  readonly effects: ClientEffect[]
  readonly means: Means
}

export function patch(turn: Turn, part: Partial<Model>): void {
  Object.assign(turn.model, part)
}

export function patchPicker(turn: Turn, part: Partial<Picker>): void {
  patch(turn, { picker: { ...turn.model.picker, ...part } })
}

export function want(turn: Turn, ...effects: readonly ClientEffect[]): void {
  turn.effects.push(...effects)
}

export function putRoom(turn: Turn, room: Room): void {
  const rooms = new Map(turn.model.rooms)
  rooms.set(room.name, room)
  patch(turn, { rooms })
}

/** An entry at the end of a room; what is being read stays where it is. */
export function tellRoom(turn: Turn, room: Room, said: Said, wallMs: number): Room {
  const counts = room.anchor !== null && said.kind === 'line'
  const grown = told(room, said, wallMs)
  const next = roomWith(room, counts ? { ...grown, newBelow: room.newBelow + 1 } : grown)
  putRoom(turn, next)
  return next
}

/** The client’s own words, in the room on show. They may quote what was typed or heard, so they are cleaned here. */
export function tell(turn: Turn, text: string, tone: Tone = 'plain'): void {
  tellRoom(turn, currentRoom(turn.model), { kind: 'notice', tone, text: cleanText(text) }, turn.model.wallMs)
}

/** A word in the status line, for a moment; for as long as it is true where `shownMs` is Infinity. */
export function toast(turn: Turn, text: string, isEcho = false, shownMs: number = patience.toastMs): void {
  patch(turn, { toast: { text: cleanLine(text), untilMs: turn.model.nowMs + shownMs, isEcho } })
}

/** A sentence under the list of servers. */
export function note(turn: Turn, text: string): void {
  patchPicker(turn, { note: { text: cleanLine(text) } })
}

/** A line of ours waits no more. */
export function lineAnswered(turn: Turn, pending: Pending): void {
  const { outbox, nowMs, answered } = turn.model
  const { sentAtMs } = pending
  patch(turn, {
    outbox: outbox.filter(one => one !== pending),
    answered: sentAtMs === null ? answered : { sentAtMs, atMs: nowMs },
  })
}

/** The room of that name, made where it is missing; null where there are too many. */
export function roomNamed(turn: Turn, name: string, partner: string | null = null): Room | null {
  const { rooms, nextRoomId } = turn.model
  const known = rooms.get(name)
  if (known) return known
  if (rooms.size >= bounds.rooms) return null
  patch(turn, { nextRoomId: nextRoomId + 1 })
  return newRoom(name, nextRoomId, partner)
}

export function leave(turn: Turn, code: number, text: string | null = null): void {
  if (turn.model.link.at === 'joined') want(turn, { do: 'send', message: { type: 'bye' } })
  want(turn, { do: 'quit', code, text })
}

const endsInWord = late(String.raw`[\p{L}\p{M}\p{N}_-]$`, 'u')
const beginsAsWord = late(String.raw`^[\p{L}\p{M}\p{N}_]`, 'u')

/** Whether `body` names `nick` as a word of its own. */
export function namesNick(body: string, nick: string): boolean {
  const folded = fold(body)
  const wanted = fold(nick)
  if (wanted === '') return false
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    const before = folded.slice(Math.max(0, at - 2), at)
    const after = folded.slice(at + wanted.length, at + wanted.length + 2)
    if (!endsInWord().test(before) && !beginsAsWord().test(after)) return true
  }
  return false
}

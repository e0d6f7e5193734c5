/** Coming back to a server after a life before this one: its rooms, its lines that wait, and those that waited too long. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { lobby } from '../base/names.ts'
import type { ClientMessage } from '../wire/messages.ts'
import { bounds, patience } from './bounds.ts'
import type { Kept } from './kept.ts'
import { counted, dayLabel, timeLabel } from './labels.ts'
import { currentRoom, type Model, type Pending } from './model.ts'
import { newRoom, type Room } from './room.ts'
import { placeOfPending } from './rooms.ts'
import { patch, type Turn, tell, tellRoom, want } from './turn.ts'

/**
 * The rooms we were in and what was not sent. What was kept was written by us, but a file can be anything.
 *
 * @param hasRooms there are rooms already, from another server
 * @param isReset the positions are of another history, in which conversations have other names
 */
export function restore(
  turn: Turn,
  kept: Kept,
  { hasRooms, isReset }: { hasRooms: boolean; isReset: boolean },
): void {
  if (!hasRooms) restoreRooms(turn, kept, isReset)
  const { current, outbox } = turn.model
  const pendingOf = (one: Kept['outbox'][number]): Pending => ({
    id: one.id,
    room: cleanLine(one.room),
    from: current,
    emote: one.emote,
    body: cleanText(one.body),
    wallMs: one.wallMs,
    sentAtMs: null,
  })
  const waiting = kept.outbox.map(pendingOf)
  const stale = kept.stale.map(pendingOf)
  patch(turn, { outbox: [...waiting, ...outbox], stale, greeting: [...turn.model.greeting, ...stale] })
}

/** Below the past, where it belongs: it is later than all of it. */
export function tellGreeting(turn: Turn): void {
  const { greeting } = turn.model
  patch(turn, { greeting: [] })
  for (const one of greeting)
    if (typeof one === 'string') tell(turn, one)
    else if ('warning' in one) tell(turn, one.warning, 'warning')
    else tellStale(turn, one)
}

function restoreRooms(turn: Turn, { rooms: names, closed }: Kept, isReset: boolean): void {
  const { rooms: before } = turn.model
  const rooms = new Map<string, Room>()
  let { nextRoomId } = turn.model
  for (const { name, partner, seq, had = 0 } of names) {
    const clean = cleanLine(name)
    if (rooms.has(clean) || (isReset && partner !== null)) continue
    const room =
      before.get(clean) ?? newRoom(clean, nextRoomId++, partner === null ? null : cleanLine(partner))
    // Of a conversation that was only begun everything is new.
    const newsAfter = seq ?? (partner === null ? null : 0)
    rooms.set(clean, { ...room, newsAfter: isReset ? null : newsAfter, hadSeq: isReset ? 0 : had })
  }
  if (rooms.size === 0) return
  const current = rooms.has(lobby) ? lobby : ([...rooms.keys()][0] ?? lobby)
  patch(turn, { rooms, nextRoomId, current })
  if (!isReset) patch(turn, { closed: new Map(closed.map(({ name, seq }) => [cleanLine(name), seq])) })
}

/** All that waits goes out, in its order and before anything new; what waited too long does not. */
export function sendWaiting(turn: Turn, isRestored: boolean): void {
  const { nowMs, wallMs, outbox } = turn.model
  const isStale = (one: Pending): boolean => wallMs - one.wallMs > patience.staleMs
  const stale = outbox.filter(isStale)
  const waiting = outbox.filter(one => !isStale(one)).map(one => ({ ...one, sentAtMs: nowMs }))
  patch(turn, { outbox: waiting })
  const again = counted(waiting.length, 'line')
  patch(turn, {
    stale: stale.length > 0 ? [...turn.model.stale, ...stale].slice(-bounds.staleLines) : turn.model.stale,
    greeting: [
      ...turn.model.greeting,
      ...(isRestored && waiting.length > 0
        ? [`${again} of yours had not been sent when you left; sent now.`]
        : []),
      ...stale,
    ],
  })
  for (const pending of waiting) want(turn, { do: 'send', message: sayOf(pending) })
}

export const sayOf = ({ id, room, emote, body }: Pending): ClientMessage => ({
  type: 'say',
  id,
  room,
  kind: emote ? 'emote' : 'say',
  body,
})

export function tellUnsent(turn: Turn, pending: Pending, why: string): void {
  const { emote, body } = pending
  const room = turn.model.rooms.get(placeOfPending(turn.model, pending)) ?? currentRoom(turn.model)
  tellRoom(turn, room, { kind: 'refused', from: turn.model.nick, emote, body, why }, turn.model.wallMs)
}

function tellStale(turn: Turn, pending: Pending): void {
  const { wallMs } = pending
  const day = dayLabel(wallMs) === dayLabel(turn.model.wallMs) ? '' : `${dayLabel(wallMs)} `
  tellUnsent(
    turn,
    pending,
    `it waits since ${day}${timeLabel(wallMs)}. /resend sends it now, /discard drops it.`,
  )
}

/** What waited too long is said after all, under its old ids: a line that did arrive is not said twice. */
export function resend(turn: Turn): boolean {
  const { stale, outbox, link, nowMs, wallMs } = turn.model
  if (stale.length === 0) return nothingWaits(turn)
  const isJoined = link.at === 'joined'
  const again = stale.map(one => ({ ...one, wallMs, sentAtMs: isJoined ? nowMs : null }))
  patch(turn, { stale: [], outbox: [...outbox, ...again] })
  if (isJoined) for (const pending of again) want(turn, { do: 'send', message: sayOf(pending) })
  else tell(turn, `${counted(again.length, 'line')} will be sent when the server answers.`)
  return true
}

export function discard(turn: Turn): boolean {
  const { stale } = turn.model
  if (stale.length === 0) return nothingWaits(turn)
  patch(turn, { stale: [] })
  tell(turn, `${counted(stale.length, 'line was', 'lines were')} dropped.`)
  return true
}

function nothingWaits(turn: Turn): true {
  tell(turn, unansweredText(turn.model))
  return true
}

const unansweredText = ({ outbox }: Model): string =>
  outbox.length === 0
    ? 'No line of yours waits for that.'
    : `No line of yours waits for that; ${counted(outbox.length, 'line goes', 'lines go')} out by themselves.`

/** What is looked at: panels, scrolling, where “new” is written, long texts whole or folded, and the bare text. */
import { at } from '../base/ring.ts'
import { bounds } from './bounds.ts'
import { currentRoom, type Panel } from './model.ts'
import { askOlder } from './older.ts'
import type { Room } from './room.ts'
import { membersOf } from './rooms.ts'
import { patch, putRoom, type Turn, toast } from './turn.ts'
import { isFoldable } from './view/entries.ts'
import { gapInSight } from './view/gaps.ts'
import { chatLayout } from './view/layout.ts'
import { memberLines } from './view/members.ts'
import { anchorShowing, scrolled, shownKeys } from './view/pane.ts'

function panels(turn: Turn): readonly Panel[] {
  const { roomsCells, membersCells } = chatLayout(turn.model)
  return [
    'input',
    ...(roomsCells > 0 ? (['rooms'] as const) : []),
    'chat',
    ...(membersCells > 0 ? (['members'] as const) : []),
  ]
}

export function otherPanel(turn: Turn, by: 1 | -1) {
  const order = panels(turn)
  const index = order.indexOf(turn.model.panel)
  patch(turn, { panel: order[(index + by + order.length) % order.length] ?? 'input' })
}

/** Whoever was in a panel that is gone is in the line again. */
export function keepPanel(turn: Turn) {
  if (!panels(turn).includes(turn.model.panel)) patch(turn, { panel: 'input' })
}

export function toggleRooms(turn: Turn) {
  const layout = chatLayout(turn.model)
  if (layout.narrow) return toast(turn, 'Too narrow for it; Act in the bar says where something is new.')
  endBare(turn)
  patch(turn, { roomsShown: layout.roomsCells === 0 })
  keepPanel(turn)
}

export function toggleMembers(turn: Turn) {
  const layout = chatLayout(turn.model)
  if (layout.narrow) return toast(turn, 'Too narrow for it; /who lists them.')
  endBare(turn)
  patch(turn, { membersShown: layout.membersCells === 0 })
  keepPanel(turn)
}

/** Nothing but the text, for the terminal’s own selection, and back. What is read stays where it is. */
export function toggleBare(turn: Turn) {
  if (turn.model.bare) endBare(turn)
  else {
    patch(turn, { bare: true })
    toast(turn, 'Bare text: select it with the mouse and copy. F2 or /bare shows all again.')
  }
  keepPanel(turn)
}

/** The panels come back, and what says how to have them back goes. */
function endBare(turn: Turn) {
  if (turn.model.bare) patch(turn, { bare: false, toast: null })
}

export const pageRows = (turn: Turn): number => Math.max(1, chatLayout(turn.model).chatRows - 1)

/** By so many rows, up being negative, or to an end. */
export function scroll(turn: Turn, by: number | 'oldest' | 'newest') {
  const { model } = turn
  const room = currentRoom(model)
  const anchor = by === 'newest' ? null : scrolled(model, room, chatLayout(model), by)
  const stays = anchor?.key === room.anchor?.key && anchor?.row === room.anchor?.row
  const isUp = by === 'oldest' || (typeof by === 'number' && by < 0)
  const isJoined = model.link.at === 'joined'
  const gap = isUp && isJoined ? gapInSight({ ...room, anchor }, chatLayout(model)) : undefined
  const isMore = room.hasOlder && isJoined && gap === undefined
  const isOldest = by === 'oldest'
  // Nothing is further up: what is before that is at the server.
  if (stays && isUp && gap === undefined)
    return void (isMore && askOlder(turn, isOldest ? bounds.pageLinesAsked : bounds.olderLines, false))
  stand(turn, room, anchor)
  if (isMore && isOldest) toast(turn, 'Home again asks for older lines.')
  if (gap !== undefined && room.caughtUp) askOlder(turn, bounds.olderLines, false, gap)
}

/** Puts the window there; whoever begins to read back has nothing new below yet. */
export function stand(turn: Turn, room: Room, anchor: Room['anchor']) {
  putRoom(turn, { ...room, anchor, newBelow: anchor === null || room.anchor === null ? 0 : room.newBelow })
}

export function scrollMembers(turn: Turn, by: number) {
  const room = currentRoom(turn.model)
  const shown = chatLayout(turn.model).chatRows - 1
  const count = memberLines(membersOf(turn.model, room)).length
  const membersTop = Math.max(0, Math.min(room.membersTop + by, count - shown))
  putRoom(turn, { ...room, membersTop })
}

/** Up to where “new” is written. */
export function toMark(turn: Turn) {
  const room = currentRoom(turn.model)
  const key = room.newFromKey
  const oldest = at(room.entries, 0)?.key
  if (key === null || oldest === undefined)
    return toast(turn, `Nothing is marked as new in ${room.label}. ^O or /unread goes to a room with news.`)
  stand(turn, room, anchorShowing(room, chatLayout(turn.model), Math.max(key, oldest), 'top'))
}

/** The lowest long text on show, whole and from its first row on; where all are whole, folded again. */
export function unfold(turn: Turn) {
  const room = currentRoom(turn.model)
  const layout = chatLayout(turn.model)
  const oldest = at(room.entries, 0)?.key ?? 0
  const long = shownKeys(room, layout).filter(key => {
    const entry = at(room.entries, key - oldest)
    return entry !== undefined && isFoldable(entry, layout.shape)
  })
  if (long.length === 0) return toast(turn, 'No text here is folded; those that are end in “+12 lines”.')
  const folded = long.find(key => !room.unfolded.has(key))
  if (folded !== undefined) return unfoldOne(turn, room, folded)
  putRoom(turn, { ...room, unfolded: new Set([...room.unfolded].filter(key => !long.includes(key))) })
}

function unfoldOne(turn: Turn, room: Room, key: number) {
  const whole = withUnfolded(room, key)
  putRoom(turn, whole)
  stand(turn, whole, anchorShowing(whole, chatLayout(turn.model), key, 'top'))
}

/** The room with that entry whole; of many the one that was unfolded first is folded again. */
export const withUnfolded = (room: Room, key: number): Room => ({
  ...room,
  unfolded: new Set([...[...room.unfolded].slice(1 - bounds.unfolded), key]),
})

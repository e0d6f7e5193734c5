/** The window on a room’s entries: which rows show, and where scrolling leads. It looks only at what it shows. */
import { at } from '../../base/ring.ts'
import type { Row } from '../frame.ts'
import type { Model } from '../model.ts'
import type { Anchor, Room } from '../room.ts'
import { type Finding, findingIn } from '../seeking.ts'
import { entryRows } from './entries.ts'
import type { ChatLayout, Shape } from './layout.ts'
import { markedRows } from './marks.ts'
import { waitingRows } from './waiting.ts'

/** A row of a room: the entry’s place in the ring, and the row within it. */
interface Place {
  readonly index: number
  readonly row: number
}

/** The rows to show, newest last, exactly `layout.chatRows`; what is missing above is empty. */
export function paneRows(model: Model, room: Room, layout: ChatLayout): Row[] {
  const { shape, chatRows } = layout
  const found = findingIn(model)
  const place = room.anchor === null ? null : placeOf(room, room.anchor, shape)
  const rows: Row[] = place === null ? [...waiting(model, room, layout)].reverse() : []
  const last = place ?? lastPlace(room, shape)
  if (last !== null) {
    for (let index = last.index; index >= 0 && rows.length < chatRows; index--) {
      const entry = marked(room, index, shape, found)
      const upTo = index === last.index ? last.row + 1 : entry.length
      for (let row = upTo - 1; row >= 0 && rows.length < chatRows; row--) rows.push(entry[row] ?? [])
    }
    rows.reverse()
    // Read near the beginning in a window that grew: what comes after fills it.
    let next: Place | null = place
    while (rows.length < chatRows && next !== null) {
      next = stepDown(room, next, shape)
      if (next !== null) rows.push(marked(room, next.index, shape, found)[next.row] ?? [])
    }
  } else rows.reverse()
  const missing = chatRows - rows.length
  return missing > 0 ? [...Array.from({ length: missing }, (): Row => []), ...rows] : rows
}

/** The rows of an entry, with the words in them that are looked for. */
function marked(room: Room, index: number, shape: Shape, found: Finding | null): readonly Row[] {
  const rows = entryRows(room, index, shape)
  const entry = found === null ? undefined : at(room.entries, index)
  return found === null || entry === undefined ? rows : markedRows(rows, entry, shape, found)
}

/** The rows of our lines that wait, below the newest entry. */
function waiting(model: Model, room: Room, layout: ChatLayout): readonly Row[] {
  if (model.outbox.length === 0) return []
  const last = lastPlace(room, layout.shape)
  const toldRows = last === null ? 0 : rowsThrough(room, last, layout.chatRows, layout.shape)
  return waitingRows(model, room, layout, toldRows)
}

/**
 * Where the window stands after scrolling by `rows`, up being negative; null at the newest.
 * `'oldest'` shows the very first row on top.
 */
export function scrolled(model: Model, room: Room, layout: ChatLayout, by: number | 'oldest'): Anchor | null {
  const { shape, chatRows } = layout
  const start = room.anchor === null ? lastPlace(room, shape) : placeOf(room, room.anchor, shape)
  if (start === null) return null
  if (by !== 'oldest' && by >= 0) return anchorAt(room, moveDown(room, start, by, shape), shape)
  const first = firstPlace(room, shape)
  if (first === null) return null
  // Following, the lowest rows are our pending ones: they go out of sight first.
  const hidden = room.anchor === null ? waiting(model, room, layout).length : 0
  let place = by === 'oldest' ? first : moveUp(room, start, Math.max(0, -by - hidden), shape)
  const above = rowsThrough(room, place, chatRows, shape)
  if (above < chatRows) {
    const lower = moveDown(room, place, chatRows - above, shape)
    if (lower === null) return null
    place = lower
  }
  const entry = at(room.entries, place.index)
  return hidden > 0 && entry ? { key: entry.key, row: place.row } : anchorAt(room, place, shape)
}

/**
 * Where the window stands that shows the entry `key` from its row `row` on: on top, or in the middle. null at the
 * newest, also where there is no such entry.
 */
export function anchorShowing(
  room: Room,
  { shape, chatRows }: ChatLayout,
  key: number,
  where: 'top' | 'middle',
  row = 0,
): Anchor | null {
  const firstKey = at(room.entries, 0)?.key
  if (firstKey === undefined || key < firstKey || key - firstKey >= room.entries.size) return null
  const place = placeOf(room, { key, row }, shape)
  if (place === null) return null
  const last = moveDown(room, place, where === 'top' ? chatRows - 1 : chatRows >> 1, shape)
  // Near the beginning the window is full all the same.
  const missing = last === null ? 0 : chatRows - rowsThrough(room, last, chatRows, shape)
  return anchorAt(room, last === null ? null : moveDown(room, last, missing, shape), shape)
}

/** Keys of the entries of which a row is shown, newest first. */
export function shownKeys(room: Room, { shape, chatRows }: ChatLayout): readonly number[] {
  const place = room.anchor === null ? lastPlace(room, shape) : placeOf(room, room.anchor, shape)
  const keys: number[] = []
  if (place === null) return keys
  let left = chatRows
  for (let index = place.index; index >= 0 && left > 0; index--) {
    const rows = index === place.index ? place.row + 1 : entryRows(room, index, shape).length
    const entry = at(room.entries, index)
    if (entry !== undefined && rows > 0) keys.push(entry.key)
    left -= rows
  }
  return keys
}

const anchorAt = (room: Room, place: Place | null, shape: Shape): Anchor | null => {
  const entry = place === null ? undefined : at(room.entries, place.index)
  if (place === null || entry === undefined || stepDown(room, place, shape) === null) return null
  return { key: entry.key, row: place.row }
}

/** Where an anchor is now: its entry may be wrapped otherwise, told by a later one, or gone. */
function placeOf(room: Room, anchor: Anchor, shape: Shape): Place | null {
  const firstKey = at(room.entries, 0)?.key
  if (firstKey === undefined) return null
  const index = anchor.key - firstKey
  if (index < 0) return firstPlace(room, shape)
  for (let later = index; later < room.entries.size; later++) {
    const { length } = entryRows(room, later, shape)
    if (length > 0) return { index: later, row: later === index ? Math.min(anchor.row, length - 1) : 0 }
  }
  return lastPlace(room, shape)
}

function lastPlace(room: Room, shape: Shape): Place | null {
  for (let index = room.entries.size - 1; index >= 0; index--) {
    const { length } = entryRows(room, index, shape)
    if (length > 0) return { index, row: length - 1 }
  }
  return null
}

function firstPlace(room: Room, shape: Shape): Place | null {
  for (let index = 0; index < room.entries.size; index++)
    if (entryRows(room, index, shape).length > 0) return { index, row: 0 }
  return null
}

function moveUp(room: Room, from: Place, rows: number, shape: Shape): Place {
  let place = from
  let left = rows
  while (left > place.row) {
    let index = place.index - 1
    while (index >= 0 && entryRows(room, index, shape).length === 0) index--
    if (index < 0) return { index: place.index, row: 0 }
    left -= place.row + 1
    place = { index, row: entryRows(room, index, shape).length - 1 }
  }
  return { index: place.index, row: place.row - left }
}

/** null where the rows end before. */
function moveDown(room: Room, from: Place, rows: number, shape: Shape): Place | null {
  let place: Place | null = from
  for (let left = rows; left > 0 && place !== null; left--) place = stepDown(room, place, shape)
  return place
}

function stepDown(room: Room, place: Place, shape: Shape): Place | null {
  if (place.row + 1 < entryRows(room, place.index, shape).length)
    return { index: place.index, row: place.row + 1 }
  for (let index = place.index + 1; index < room.entries.size; index++)
    if (entryRows(room, index, shape).length > 0) return { index, row: 0 }
  return null
}

/** How many rows there are up to and with `place`, counted no further than `enough`. */
function rowsThrough(room: Room, place: Place, enough: number, shape: Shape): number {
  let count = place.row + 1
  for (let index = place.index - 1; index >= 0 && count < enough; index--)
    count += entryRows(room, index, shape).length
  return count
}

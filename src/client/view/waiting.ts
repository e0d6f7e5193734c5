/** Our own lines that wait at the end of a room’s window: the newest of them, so that what is told above stays in sight. */
import { bounds } from '../bounds.ts'
import type { Row } from '../frame.ts'
import { counted } from '../labels.ts'
import type { Model } from '../model.ts'
import type { Room } from '../room.ts'
import { placeOfPending } from '../rooms.ts'
import { countRow, pendingRows } from './entries.ts'
import type { ChatLayout } from './layout.ts'

/**
 * Rows of our unacknowledged lines, at most their share of the window or what is free in it; where they are more, a row
 * that counts the earlier ones. Whatever comes while they wait is above them, and without a bound it would be out of
 * sight at once.
 *
 * @param toldRows how many rows all else in the room would take
 */
export function waitingRows(
  model: Model,
  room: Room,
  { shape, chatRows }: ChatLayout,
  toldRows: number,
): readonly Row[] {
  const waiting = model.outbox.filter(one => placeOfPending(model, one) === room.name)
  const rowsMax = Math.max(1, Math.floor(chatRows / bounds.waitingShare), chatRows - toldRows)
  const newest: (readonly Row[])[] = []
  let rows = 0
  for (let index = waiting.length - 1; index >= 0 && rows <= rowsMax; index--) {
    const pending = waiting[index]
    if (pending === undefined) continue
    const own = pendingRows(pending, model.nick, shape)
    newest.unshift(own)
    rows += own.length
  }
  if (rows <= rowsMax) return newest.flat()
  // One alone is cut at its end: who says it stands in its first row.
  if (waiting.length === 1) return newest.flat().slice(0, rowsMax)
  while (newest.length > 1 && rows > rowsMax - 1) rows -= newest.shift()?.length ?? 0
  const shown = newest.flat().slice(0, rowsMax - 1)
  const earlier = waiting.length - (shown.length > 0 ? newest.length : 0)
  const words =
    shown.length > 0 ? `${counted(earlier, 'earlier line')} of yours` : `${counted(earlier, 'line')} of yours`
  return [countRow(`… ${words} not sent yet`, shape), ...shown]
}

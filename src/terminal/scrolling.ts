/** Scrolling: by how far a pane has moved from one frame to the next, and moving what the terminal shows as far. */
import type { Cell, Screen } from 'blessed/lib/widgets/screen.js'
import type { Pane, Row } from '../client/frame.ts'
import { plainAttribute } from './palette.ts'

/** Less than this many rows of a pane are drawn anew as quickly as they are moved. */
const movedMin = 4

/**
 * How many rows up what was shown has moved; negative: down; 0: not, or for so few rows that moving them is not worth
 * the bytes. Empty rows are as many as there is room for and tell nothing.
 */
export function movedBy(before: Pane | null, after: Pane | null): number {
  if (before === null || after === null) return 0
  if (before.top !== after.top || before.rows.length !== after.rows.length) return 0
  const places = new Map<Row, number>()
  for (const [place, row] of before.rows.entries()) if (row.length > 0) places.set(row, place)
  const votes = new Map<number, number>()
  for (const [place, row] of after.rows.entries()) {
    const was = places.get(row)
    if (was !== undefined) votes.set(was - place, (votes.get(was - place) ?? 0) + 1)
  }
  let by = 0
  let most = Math.max(votes.get(0) ?? 0, movedMin - 1)
  for (const [distance, count] of votes)
    if (count > most) {
      by = distance
      most = count
    }
  return by
}

/**
 * Moves the rows `top` to `bottom` of the terminal up by `by` rows (negative: down), from edge to edge, and what blessed
 * believes is shown with them; rows that come in are blank. A region, newlines at its end and reverse newlines at its
 * beginning are what every terminal since the VT100 knows; lines deleted and inserted are not.
 */
export function moveRows(screen: Screen, top: number, bottom: number, by: number): void {
  const count = Math.min(Math.abs(by), bottom + 1 - top)
  const moves =
    by > 0 ? `\x1b[${bottom + 1}H${'\n'.repeat(count)}` : `\x1b[${top + 1}H${'\x1bM'.repeat(count)}`
  // The whole screen is the region again right after: also where its size has changed and we were not told yet.
  screen._buf += `\x1b[${top + 1};${bottom + 1}r${moves}\x1b[r`
  for (const rows of [screen.lines, screen.olines]) {
    const [from, to] = by > 0 ? [top, bottom + 1 - count] : [bottom + 1 - count, top]
    const gone: Cell[][] = rows.splice(from, count)
    for (const row of gone) for (const cell of row) blank(cell)
    ;(rows as Cell[][]).splice(to, 0, ...gone)
  }
}

function blank(cell: Cell): void {
  cell[0] = plainAttribute
  cell[1] = ' '
}

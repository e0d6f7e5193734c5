/** One cluster as bytes for a cell: made harmless, and fenced where terminals disagree on its width. */
import { late } from '../base/late.ts'

/**
 * The view's text is clean already. It is filtered once more here, because a control byte that reached the terminal
 * would be obeyed: C0, DEL, C1, what turns the direction of the row, line separators, byte order marks, and
 * halves of surrogate pairs.
 */
const unsafe = late(
  String.raw`[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]`,
  'gu',
)
const mayBeUnsafe = /[^\x20-\x7e\xa1-\u0600\u2500-\u257f\u3041-\ud7a3]/

/** The text without anything a terminal could obey. */
export function harmless(text: string): string {
  return mayBeUnsafe.test(text) ? text.replace(unsafe(), '') : text
}

/** Ranges on which every terminal agrees: one cell, then two cells. */
const agreedNarrow: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa1, 0xac],
  [0xae, 0x2ff],
  [0x370, 0x482],
  [0x48a, 0x52f],
  [0x531, 0x556],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0xe01, 0xe30],
  [0xe40, 0xe46],
  [0x1e00, 0x1eff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20bf],
  [0x2190, 0x21ff],
  [0x2500, 0x25a1],
  [0x2800, 0x28ff],
]
const agreedWide: readonly (readonly [number, number])[] = [
  [0x3001, 0x303e],
  [0x3041, 0x3096],
  [0x309b, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xff5e],
]

function within(ranges: readonly (readonly [number, number])[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last)
}

/** Each row of a pane has its bars of this: they are known without a search. */
const isBoxDrawing = (code: number): boolean => code >= 0x2500 && code <= 0x257f

/** Whether all terminals give this cluster the same number of cells: one code point, of the old and settled ranges. */
export function isAgreed(text: string, cells: number): boolean {
  const code = text.codePointAt(0) ?? 0
  if (text.length > (code > 0xffff ? 2 : 1)) return false
  return (
    code < 0x7f ||
    (cells === 1 && isBoxDrawing(code)) ||
    within(cells === 2 ? agreedWide : agreedNarrow, code)
  )
}

/** Signs that East Asian set-ups of terminals widen, though rows are drawn with them. Letters stay what they are. */
export function isDrawing(text: string): boolean {
  const code = text.codePointAt(0) ?? 0
  return (code >= 0x2010 && code <= 0x206f) || (code >= 0x2190 && code <= 0x25ff) || code === 0xb7
}

const leadingMark = late(String.raw`^[\p{M}\p{Cf}]`, 'u')

/**
 * The cluster at `column` (from 0): its cells are blanked, the cursor is set, the cluster is drawn, and the cursor is
 * set behind it, so that whatever the terminal takes its width to be, its neighbours stand where they belong.
 * A mark without a base gets a space for one; else it would sit on the cell before and stay there.
 */
export function fenced(text: string, cells: number, column: number): string {
  return `${' '.repeat(cells)}\x1b[${column + 1}G${leadingMark().test(text) ? ' ' : ''}${text}\x1b[${column + cells + 1}G`
}

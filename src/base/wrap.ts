/** Text broken into rows of a width: at blanks, between wide characters, and inside words that are too long. */
import { eachCluster } from './clusters.ts'
import { clusterCellsMax } from './measures.ts'

/** A row of a paragraph, as offsets in UTF-16 units. Blanks at the break lie between `to` and the next row's `from`. */
export interface RowSpan {
  readonly from: number
  readonly to: number
}

// Signs that may not start a row in Chinese and Japanese.
const closers = '、。，．・：；！？）］｝〉》」』】〕ー…々'

/** What stands for a character that is wider than the whole row: nothing else would fit. */
const tooWide = '…'

/**
 * Wraps a paragraph from `start`, the start of a row, on. `onRow` is told each row but the last and where the next one
 * starts, and ends the work by answering false; else the answer is the last row. What follows a row's start depends on
 * nothing before it: `rewrapSpans` lives on that.
 */
function wrapFrom(
  paragraph: string,
  cells: number,
  start: number,
  onRow: (row: RowSpan, next: number) => boolean,
): RowSpan | null {
  let from = start // the row being filled starts here
  let used = 0 // its cells so far
  let wordEnd = start // where its last word so far ends
  let onlyBlanks = true
  let afterWide = false
  let blanksAfter: RowSpan | null = null // a row that ended at blanks, until the next word is met
  let breakTo = 0 // the last place to break: the row would end here …
  let breakFrom = 0 // … and the next one start here; 0 for no such place
  let breakUsed = 0 // cells of the row up to `breakFrom`
  let goesOn = true

  const next = (row: RowSpan, nextFrom: number) => {
    from = nextFrom
    breakFrom = 0
    goesOn = onRow(row, nextFrom)
  }
  const addBlank = (at: number, end: number) => {
    afterWide = false
    if (used + 1 > cells) {
      blanksAfter = { from, to: onlyBlanks ? at : wordEnd }
      return
    }
    used += 1
    if (onlyBlanks) return
    breakTo = wordEnd
    breakFrom = end
    breakUsed = used
  }

  eachCluster(
    paragraph,
    (at, end, taken) => {
      const isBlank = end === at + 1 && paragraph.charCodeAt(at) === 0x20
      if (blanksAfter !== null) {
        if (isBlank) return true
        next(blanksAfter, at)
        blanksAfter = null
        used = 0
        onlyBlanks = true
      }
      if (isBlank) {
        addBlank(at, end)
        return true
      }
      // A row may break on both sides of a wide character, but not before a sign that closes.
      const isWide = taken >= 2
      const isAfterWord = !onlyBlanks && wordEnd === at
      if (isAfterWord && (isWide || afterWide) && !closers.includes(paragraph.slice(at, end))) {
        breakTo = at
        breakFrom = at
        breakUsed = used
      }
      if (goesOn && used + taken > cells && breakFrom > from) {
        used -= breakUsed
        next({ from, to: breakTo }, breakFrom)
      }
      if (goesOn && used + taken > cells && at > from) {
        used = 0
        next({ from, to: at }, at)
      }
      used += taken
      wordEnd = end
      onlyBlanks = false
      afterWide = isWide
      return goesOn
    },
    start,
  )
  if (!goesOn) return null
  return blanksAfter ?? { from, to: paragraph.length }
}

/**
 * The rows of one paragraph (no newline in it), none wider than `cells`; at least one row. Only a character that is
 * by itself wider than `cells` makes a wider row; it then stands alone in it.
 */
export function wrapSpans(paragraph: string, cells: number): readonly RowSpan[] {
  const rows: RowSpan[] = []
  const last = wrapFrom(paragraph, cells, 0, row => rows.push(row) > 0)
  if (last !== null) rows.push(last)
  return rows
}

/**
 * `wrapSpans(paragraph, cells)`, quick where `rows` of an `earlier` text with much in common are known: only the rows
 * around the change are measured again.
 */
export function rewrapSpans(
  earlier: string,
  rows: readonly RowSpan[],
  paragraph: string,
  cells: number,
): readonly RowSpan[] {
  const shorter = Math.min(earlier.length, paragraph.length)
  let before = 0
  while (before < shorter && earlier.charCodeAt(before) === paragraph.charCodeAt(before)) before++
  let after = 0
  while (
    after < shorter - before &&
    earlier.charCodeAt(earlier.length - 1 - after) === paragraph.charCodeAt(paragraph.length - 1 - after)
  ) {
    after++
  }
  // A row stands when all that decided on its end does: that reaches into the row after the next one, and a border is
  // known only with the code point behind it.
  const kept = Math.max(0, rowAt(rows, before - 2) - 2)
  const found = rows.slice(0, kept)
  const grown = paragraph.length - earlier.length
  const last = wrapFrom(paragraph, cells, rows[kept]?.from ?? 0, (row, next) => {
    found.push(row)
    if (next < paragraph.length - after) return true
    const same = rowAt(rows, next - grown)
    if (rows[same]?.from !== next - grown) return true
    for (const { from, to } of rows.slice(same)) found.push({ from: from + grown, to: to + grown })
    return false
  })
  if (last !== null) found.push(last)
  return found
}

/** The index of the last row that starts at or before `offset`; 0 where none does. */
export function rowAt(rows: readonly RowSpan[], offset: number): number {
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((rows[middle]?.from ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** The text of a row. A character wider than the whole row is shown as “…”. */
export function rowText(paragraph: string, row: RowSpan, cells: number): string {
  const text = paragraph.slice(row.from, row.to)
  if (cells >= clusterCellsMax) return text
  let isTooWide = false
  eachCluster(text, (_from, _to, taken) => {
    isTooWide = taken > cells
    return !isTooWide
  })
  return isTooWide ? tooWide : text
}

/**
 * The rows of a body that may hold newlines; none is wider than `cells` (at least 1 is taken), and nothing is lost but
 * the blanks at breaks. Indentation is kept. A character that is wider than the row is shown as “…”.
 */
export function wrap(text: string, cells: number): string[] {
  const most = Math.max(1, Math.floor(cells))
  const rows: string[] = []
  for (const paragraph of text.split('\n')) {
    for (const row of wrapSpans(paragraph, most)) rows.push(rowText(paragraph, row, most))
  }
  return rows
}

/** The small pieces rows are made of: spans fitted to a width, bars with two ends, lines with words in the middle. */
import { truncate, width } from '../../base/cells.ts'
import type { Row, Span, Style } from '../frame.ts'

export const span = (text: string, style: Style = 'plain'): Span => ({ text, style })

const rowWidth = (row: Row): number => row.reduce((sum, part) => sum + width(part.text), 0)

/** The spans cut to `cells`, and filled to exactly that in `fill` where it is given. */
export function fit(spans: Row, cells: number, fill?: Style): Row {
  const fitted: Span[] = []
  let used = 0
  for (const part of spans) {
    if (part.text === '') continue
    const taken = width(part.text)
    if (used + taken > cells) {
      const cut = truncate(part.text, Math.max(0, cells - used))
      if (cut !== '') fitted.push({ text: cut, style: part.style })
      used += width(cut)
      break
    }
    fitted.push(part)
    used += taken
  }
  if (fill !== undefined && used < cells) fitted.push(span(' '.repeat(cells - used), fill))
  return fitted
}

/** A row filled to `cells` in `fill`, with `right` at its end; where both do not fit, `left` is cut. */
export function bar(left: Row, right: Row, cells: number, fill: Style = 'bar'): Row {
  const end = fit(right, cells)
  const room = cells - rowWidth(end)
  return [...fit(left, room, fill), ...end]
}

/** `──── words ────` over the whole width. */
export function rule(words: string, cells: number, style: Style): Row {
  const text = truncate(` ${words} `, Math.max(0, cells - 4))
  const rest = Math.max(0, cells - width(text))
  const before = Math.floor(rest / 2)
  return fit([span('─'.repeat(before) + text + '─'.repeat(rest - before), style)], cells)
}

/** Words as they are shown at the left, or right-aligned. */
export function rightAligned(text: string, cells: number): string {
  const cut = truncate(text, cells)
  return ' '.repeat(Math.max(0, cells - width(cut))) + cut
}

/** Exactly `count` rows: the last ones cut off, or empty ones added. */
export function sized(rows: readonly Row[], count: number): Row[] {
  const cut = rows.slice(0, Math.max(0, count))
  while (cut.length < count) cut.push([])
  return cut
}

/** The first of `length` rows on show where `count` fit: the chosen one stays in sight, and nothing else moves them. */
export const topOf = (chosen: number, count: number, length: number): number =>
  Math.max(0, Math.min(chosen - Math.floor(count / 2), length - count))

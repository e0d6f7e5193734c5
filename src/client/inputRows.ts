/** The input as rows of a width around its cursor. */
import { width } from '../base/cells.ts'
import { type Measures, measures } from '../base/measures.ts'
import { type RowSpan, rewrapSpans, rowAt, rowText, wrapSpans } from '../base/wrap.ts'

/**
 * The rows of `editor.text` to show, at most `rowsMax`, scrolled so that the cursor is among them. Rows are at most
 * `cells - 1` wide: the last cell is the cursor's where it stands behind a full row. `cursor.x` is below `cells`.
 */
export function layout(
  editor: { readonly text: string; readonly cursor: number },
  cells: number,
  rowsMax: number,
): { rows: string[]; cursor: { x: number; y: number } } {
  const room = Math.max(1, Math.floor(cells) - 1)
  const spans = spansOf(editor.text, room)
  const most = Math.max(1, Math.floor(rowsMax))
  const row = rowAt(spans, editor.cursor)
  const span = spans[row] ?? { from: 0, to: 0 }
  const x = width(editor.text.slice(span.from, editor.cursor))
  const top = Math.max(0, Math.min(row - (most >> 1), spans.length - most))
  return {
    rows: spans.slice(top, top + most).map(shown => rowText(editor.text, shown, room)),
    cursor: { x: Math.max(0, Math.min(x, Math.floor(cells) - 1)), y: row - top },
  }
}

// A frame is drawn more often than the text changes, and a key changes one line of a long paste: lines that were
// wrapped for the last layout are not measured again, and a long line that changed is only where it did.
interface Wrapped {
  readonly measures: Measures
  readonly cells: number
  readonly lines: readonly string[]
  readonly rows: ReadonlyMap<string, readonly RowSpan[]>
}
let last: Wrapped = { measures: measures(), cells: 0, lines: [], rows: new Map() }
const longLineUnits = 512

function spansOf(text: string, cells: number): readonly RowSpan[] {
  const lines = text.split('\n')
  const rows = new Map<string, readonly RowSpan[]>()
  const spans: RowSpan[] = []
  let start = 0
  for (const [index, line] of lines.entries()) {
    const own = rows.get(line) ?? rowsOf(line, index, cells)
    rows.set(line, own)
    for (const { from, to } of own) spans.push({ from: start + from, to: start + to })
    start += line.length + 1
  }
  last = { measures: measures(), cells, lines, rows }
  return spans
}

function rowsOf(line: string, index: number, cells: number): readonly RowSpan[] {
  if (last.cells !== cells || last.measures !== measures()) return wrapSpans(line, cells)
  const known = last.rows.get(line)
  if (known !== undefined) return known
  const earlier = last.lines[index]
  const rows = earlier === undefined ? undefined : last.rows.get(earlier)
  if (line.length < longLineUnits || earlier === undefined || rows === undefined)
    return wrapSpans(line, cells)
  return rewrapSpans(earlier, rows, line, cells)
}

/** Words that are looked for, marked where they stand in the rows of an entry. */
import { width } from '../../base/cells.ts'
import { holds, wantedOf } from '../finding.ts'
import type { Row, Span } from '../frame.ts'
import type { Entry } from '../scrollback.ts'
import type { Finding } from '../seeking.ts'
import type { Shape } from './layout.ts'
import { span } from './parts.ts'

/** `rows` as they are where the entry does not hold all the words. The entry gone to has a sign in front of its text. */
export function markedRows(rows: readonly Row[], entry: Entry, shape: Shape, found: Finding): readonly Row[] {
  const wanted = wantedOf(found.words.text)
  if (!holds(entry, wanted)) return rows
  const isHit = entry.key === found.hit
  const front = shape.bare ? 0 : shape.cells - shape.bodyCells - 2
  return rows.map(row => {
    let cells = 0
    return row.flatMap(part => {
      const from = cells
      cells += width(part.text)
      // A blank separator has the same place, but its cell is all there is for the sign.
      if (cells === front && part.text === shape.separator)
        return isHit ? [span(part.text === ' ' ? '>' : ' > ', 'accent')] : [part]
      return from < front ? [part] : pieces(part, wanted)
    })
  })
}

/** The part cut at the words in it. */
function pieces(part: Span, wanted: readonly string[]): Span[] {
  const lower = part.text.toLowerCase()
  // Where small letters take more room than capitals places would not fit.
  if (lower.length !== part.text.length) return [part]
  const cut: Span[] = []
  let done = 0
  while (done < part.text.length) {
    let at = -1
    let units = 0
    for (const word of wanted) {
      const place = lower.indexOf(word, done)
      if (place >= 0 && (at < 0 || place < at || (place === at && word.length > units))) {
        at = place
        units = word.length
      }
    }
    if (at < 0) break
    if (at > done) cut.push({ text: part.text.slice(done, at), style: part.style })
    cut.push({ text: part.text.slice(at, at + units), style: 'selected' })
    done = at + units
  }
  if (cut.length === 0) return [part]
  if (done < part.text.length) cut.push({ text: part.text.slice(done), style: part.style })
  return cut
}

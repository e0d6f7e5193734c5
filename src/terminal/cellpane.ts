/** The one blessed box: it writes the rows of a frame cell by cell, and nothing of blessed's own text handling is used. */
import type { Cell, Line, Screen } from 'blessed/lib/widgets/screen.js'
import { asciiFor } from '../base/ascii.ts'
import { clusters } from '../base/cells.ts'
import type { Frame, Row, Span } from '../client/frame.ts'
import { Box } from './blessed.ts'
import { fenced, harmless, isAgreed, isDrawing } from './glyphs.ts'
import { type Palette, plainAttribute } from './palette.ts'

/** A text no cell can hold: where blessed believes this is shown, it draws the cell anew. */
const unknown = '\0'

const ascii = /^[\x20-\x7e]*$/

/** How frames look. What changes in it is seen by rows drawn after `forget`. */
export interface Look {
  palette: Palette
  /** Whether more than ASCII can be shown. */
  unicode: boolean
  /** Whether lines and dots of drawing fill one cell each, as we count them. */
  drawing: boolean
}

export interface Cellpane {
  /** What the next `screen.render()` draws. Rows and cells beyond the screen are left out. */
  show(frame: Frame): void
  /** No row of the last frame is on the screen as it should be: the screen was blanked, or the look is another. */
  forget(): void
}

/**
 * Covers `screen` with a box that draws frames.
 *
 * 1. A wide cluster stands in its first cell, and its others hold '' (which blessed writes as nothing).
 * 2. When a cell of a wide cluster changes, all are drawn: an unchanged one would make blessed count the cursor short.
 * 3. When a fenced cluster appears or goes, the rest of its row is drawn: the terminal may have drawn it wider than we think.
 */
export function createCellpane(screen: Screen, look: Look): Cellpane {
  const box = new Box({ parent: screen, top: 0, left: 0, width: '100%', height: '100%' })
  let rows: readonly Row[] = []
  let drawn: readonly (Row | undefined)[] = []

  const put = (cell: Cell | undefined, attribute: number, text: string): void => {
    if (cell === undefined) return
    cell[0] = attribute
    cell[1] = text
  }

  /** Writes one span from column `x` on and returns the column behind it. */
  const writeSpan = (line: Line, x: number, span: Span): number => {
    const attribute = look.palette[span.style]
    const text = harmless(span.text)
    let at = x
    if (ascii.test(text)) {
      for (let index = 0; index < text.length && at < line.length; index += 1, at += 1) {
        put(line[at], attribute, text.charAt(index))
      }
      return at
    }
    for (const cluster of clusters(text)) {
      const { cells } = cluster
      if (cells === 0) continue
      if (at + cells > line.length) {
        // Half a wide cluster is left: blanks keep the row's style up to the edge.
        for (; at < line.length; at += 1) put(line[at], attribute, ' ')
        return at
      }
      const isAscii = !look.unicode || (!look.drawing && isDrawing(cluster.text))
      const agreed = isAscii || isAgreed(cluster.text, cells)
      const shown = isAscii ? asciiFor(cluster.text) : cluster.text
      put(line[at], attribute, agreed ? shown : fenced(shown, cells, at))
      for (let more = 1; more < cells; more += 1) put(line[at + more], attribute, isAscii ? ' ' : '')
      at += cells
    }
    return at
  }

  const spoil = (cell: Cell | undefined): void => {
    if (cell !== undefined) cell[1] = unknown
  }

  /** Makes blessed draw anew what the terminal may have drawn otherwise than blessed believes. */
  const spoilNeighbours = (line: Line, shown: Cell[]): void => {
    let restOfRow = false
    for (let x = 0; x < line.length; x += 1) {
      const [attribute, text] = line[x] ?? [plainAttribute, ' ']
      const [attributeShown, textShown] = shown[x] ?? [plainAttribute, ' ']
      if (restOfRow) spoil(shown[x])
      else if (text !== textShown || attribute !== attributeShown) {
        if (isFence(text) || isFence(textShown)) restOfRow = true
        for (let next = x + 1; line[next]?.[1] === ''; next += 1) spoil(shown[next])
        let first = x
        while (first > 0 && line[first]?.[1] === '') first -= 1
        for (; first < x; first += 1) spoil(shown[first])
      }
    }
  }

  const writeRow = (line: Line, shown: Cell[], row: Row): void => {
    let x = 0
    for (const span of row) {
      if (x >= line.length) break
      x = writeSpan(line, x, span)
    }
    for (; x < line.length; x += 1) put(line[x], plainAttribute, ' ')
    spoilNeighbours(line, shown)
    line.dirty = true
  }

  const nothing: Row = []
  box.render = () => {
    screen.lines.forEach((line, y) => {
      const row = rows[y] ?? nothing
      const shown = screen.olines[y]
      if (drawn[y] === row || shown === undefined) return
      writeRow(line, shown, row)
    })
    drawn = screen.lines.map((_, y) => rows[y] ?? nothing)
  }

  return {
    show: frame => {
      rows = frame.rows
    },
    forget: () => {
      drawn = []
    },
  }
}

/** Cells hold no more than a fence or one cluster; only a fence holds ESC. */
function isFence(text: string): boolean {
  return text.includes('\x1b')
}

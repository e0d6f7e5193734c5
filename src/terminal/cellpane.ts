/** The one blessed box: it writes the rows of a frame cell by cell, and nothing of blessed's own text handling is used. */
import type { Cell, Line, Screen } from 'blessed/lib/widgets/screen.js'
import { asciiFor, asciiText } from '../base/ascii.ts'
import { clusters, pad, width } from '../base/cells.ts'
import type { Frame, Pane, Row, Span } from '../client/frame.ts'
import { Box } from './blessed.ts'
import { fenced, harmless, isAgreed, isDrawing } from './glyphs.ts'
import { type Palette, plainAttribute, showsOnBlank } from './palette.ts'
import { movedBy, moveRows } from './scrolling.ts'

/** A text no cell can hold: where blessed believes this is shown, it draws the cell anew. */
const unknown = '\0'

/** The bytes that pass over cells. */
const passedMin = 4

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
  /** The screen was blanked: rows that show nothing are there already. */
  blanked(): void
  /** No row of the last frame is on the screen as it should be: the look is another. */
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
  let drawn: (Row | undefined)[] = []
  let pane: Pane | null = null
  let drawnPane: Pane | null = null

  const put = (cell: Cell | undefined, attribute: number, text: string): void => {
    if (cell === undefined) return
    cell[0] = attribute
    cell[1] = text
  }

  /** What a blank is drawn in: where its style shows nothing on it, as one that needs no bytes. */
  const blankOf = (attribute: number): number => (showsOnBlank(attribute) ? attribute : plainAttribute)

  /** Writes one span from column `x` on and returns the column behind it. */
  const writeSpan = (line: Line, x: number, span: Span): number => {
    const attribute = look.palette[span.style]
    const whole = harmless(span.text)
    // In a bar nothing stands in columns: what a wide sign leaves free is behind its words, not in front of them.
    const isBar = span.style === 'bar' || span.style === 'barBold'
    const text = isBar && !look.unicode ? pad(asciiText(whole), width(whole)) : whole
    let at = x
    if (ascii.test(text)) {
      const blanks = text.length - text.trimStart().length
      for (let index = 0; index < text.length && at < line.length; index += 1, at += 1) {
        put(line[at], index < blanks ? blankOf(attribute) : attribute, text.charAt(index))
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
    let last = -1
    for (let x = 0; x < line.length; x += 1) {
      const [attribute, text] = line[x] ?? [plainAttribute, ' ']
      const [attributeShown, textShown] = shown[x] ?? [plainAttribute, ' ']
      if (restOfRow) spoil(shown[x])
      else if (text !== textShown || attribute !== attributeShown) {
        if (isShort(line, last, x)) for (let gap = last + 1; gap < x; gap += 1) spoil(shown[gap])
        last = x
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

  /** Moves what is on the screen already; whatever else is on those rows is then drawn where it differs. */
  const scroll = (): void => {
    const by = movedBy(drawnPane, pane)
    if (pane === null || by === 0) return
    const { top } = pane
    const bottom = top + pane.rows.length - 1
    if (bottom >= drawn.length || bottom >= screen.lines.length) return
    moveRows(screen, top, bottom, by)
    const came = Array.from({ length: Math.abs(by) }, () => undefined)
    const moved = drawn.slice(top, bottom + 1)
    const stayed = by > 0 ? [...moved.slice(by), ...came] : [...came, ...moved.slice(0, by)]
    drawn.splice(top, stayed.length, ...stayed)
  }

  const nothing: Row = []
  box.render = () => {
    scroll()
    for (const [y, line] of screen.lines.entries()) {
      const row = rows[y] ?? nothing
      const shown = screen.olines[y]
      const before = drawn[y]
      if (shown !== undefined && (before === undefined || !isSame(before, row))) writeRow(line, shown, row)
      drawn[y] = row
    }
    drawnPane = pane
  }

  return {
    show: frame => {
      rows = frame.rows
      pane = frame.pane ?? null
    },
    blanked: () => {
      drawn = screen.lines.map(() => nothing)
      drawnPane = null
    },
    forget: () => {
      drawn = []
      drawnPane = null
    },
  }
}

/**
 * Whether the cells between `last` and `x` are drawn with fewer bytes than are needed to pass over them: four, and what
 * they are drawn in must be set already.
 */
function isShort(line: Line, last: number, x: number): boolean {
  if (last < 0 || x - last > passedMin) return false
  const attribute = line[last]?.[0]
  for (let gap = last + 1; gap < x; gap += 1) {
    const cell = line[gap]
    if (cell === undefined || cell[0] !== attribute || cell[1].length !== 1 || cell[1] > '~') return false
  }
  return true
}

/** Whether both are drawn alike. Most rows of a frame are those of the one before, made anew. */
function isSame(a: Row, b: Row): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every((span, index) => {
    const other = b[index]
    return span === other || (span.text === other?.text && span.style === other.style)
  })
}

/** Cells hold no more than a fence or one cluster; only a fence holds ESC. */
function isFence(text: string): boolean {
  return text.includes('\x1b')
}

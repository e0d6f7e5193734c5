/** A terminal's screen at one moment: its cells with their looks, and what differs from run to run made the same. */
import { createXterm } from '../../test/screens/screen.ts'

/** How a cell looks; colours are numbers of the palette of 256, null the terminal's own. */
export interface Look {
  readonly ink: number | null
  readonly paper: number | null
  readonly bold: boolean
  readonly underlined: boolean
  readonly inverse: boolean
}

export interface Cell {
  /** A cluster; '' in the second cell of a wide one. */
  readonly char: string
  readonly look: Look
}

export interface Still {
  readonly columns: number
  readonly rows: readonly (readonly Cell[])[]
  /** Null while the program hides it. */
  readonly cursor: { readonly x: number; readonly y: number } | null
}

export const plain: Look = { ink: null, paper: null, bold: false, underlined: false, inverse: false }

export const rowText = (cells: readonly Cell[]): string => cells.map(({ char }) => char).join('')

/** The rows as text, blanks at their ends and empty rows at the end cut. */
export const stillText = ({ rows }: Still): string =>
  rows
    .map(cells => rowText(cells).trimEnd())
    .join('\n')
    .trimEnd()

/** One unit a cell, so that a place in the text is a place in the row. */
const unitsOf = (cells: readonly Cell[]): string =>
  cells.map(({ char }) => (char.length === 1 ? char : '?')).join('')

/**
 * Round trips are what nobody can repeat: each is shown as one millisecond. What that makes shorter is taken from the
 * next wide gap, so that all else stays in its column.
 */
function withOneTrip(cells: readonly Cell[]): readonly Cell[] {
  const text = unitsOf(cells)
  const found = /( *)(?:<1|\d+)( ?ms)(?=\s|$)/.exec(text)
  if (found === null) return cells
  const [whole, before = '', unit = ''] = found
  const from = found.index + before.length
  const to = found.index + whole.length
  const look = cells[to - 1]?.look ?? plain
  const shown = [...`1${unit}`].map(char => ({ char, look }))
  const blanks = Array.from({ length: to - from - shown.length }, () => ({ char: ' ', look }))
  // In a column of numbers the gap is before it, in a sentence behind it.
  if (before.length > 1) return [...cells.slice(0, from), ...blanks, ...shown, ...cells.slice(to)]
  const gap = text.indexOf('  ', to)
  if (gap < 0) return [...cells.slice(0, from), ...shown, ...cells.slice(to), ...blanks]
  return [...cells.slice(0, from), ...shown, ...cells.slice(to, gap), ...blanks, ...cells.slice(gap)]
}

/** What stands for the codes of servers, whose keys are made anew for each session, from the top of the screen down. */
const codes = ['k7qm-3xvd', 'c5we-t6hn', 'y2pb-4jra']

export function settled(rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] {
  const left = [...codes]
  return rows.map(withOneTrip).map(cells => {
    const found = /(?<=\bnew )[a-z2-7]{4}-[a-z2-7]{4}\b/.exec(unitsOf(cells))
    if (found === null) return cells
    const code = left.shift() ?? ''
    return cells.map((one, x) => ({ ...one, char: code[x - found.index] ?? one.char }))
  })
}

export interface Follower {
  /** The screen as text, as far as it was read. */
  text(): string
  still(): Still
  /** Takes what the program has written since. */
  follow(written: string): Promise<void>
  resize(columns: number, rows: number): void
}

/** A screen that reads what a program wrote when it is asked to, and can then be looked at cell by cell. */
export function createFollower(columns: number, rows: number): Follower {
  const terminal = createXterm(columns, rows, 'modern')
  let hidden = false
  for (const [final, hides] of [
    ['h', false],
    ['l', true],
  ] as const)
    terminal.parser.registerCsiHandler({ prefix: '?', final }, modes => {
      if (modes.includes(25)) hidden = hides
      return false
    })
  let read = 0
  const still = (): Still => {
    const screen = terminal.buffer.active
    const shown = Array.from({ length: terminal.rows }, (_, y) => {
      const line = screen.getLine(screen.viewportY + y)
      return Array.from({ length: terminal.cols }, (__, x): Cell => {
        const cell = line?.getCell(x)
        if (cell === undefined) return { char: ' ', look: plain }
        return {
          char: cell.getWidth() === 0 ? '' : cell.getChars() || ' ',
          look: {
            ink: cell.isFgDefault() ? null : cell.getFgColor(),
            paper: cell.isBgDefault() ? null : cell.getBgColor(),
            bold: cell.isBold() !== 0,
            underlined: cell.isUnderline() !== 0,
            inverse: cell.isInverse() !== 0,
          },
        }
      })
    })
    return {
      columns: terminal.cols,
      rows: settled(shown),
      cursor: hidden ? null : { x: screen.cursorX, y: screen.cursorY },
    }
  }
  return {
    still,
    text: () => stillText(still()),
    follow: written =>
      new Promise(resolve => {
        const news = written.slice(read)
        read = written.length
        terminal.write(news, resolve)
      }),
    resize: (nextColumns, nextRows) => terminal.resize(nextColumns, nextRows),
  }
}

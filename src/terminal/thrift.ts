/** The same drawing in fewer bytes: blessed resets, sets and moves for each run of cells, also where nothing changes by it. */

/** A style, a move, another sequence, or text up to the next of them. */
const pieces =
  /\x1b\[([\d;]*)m|\x1b\[(?:(\d+)(?:;(\d+))?H|(\d+)C|(\d+)G)|\x1b(?:\[[\d;?]*[A-Za-z]|[^[])|[^\x1b]+/g

/** Styles of this kind set one thing only, the colour of letters, so that one takes the place of another. */
const isColour = /^(?:[39][0-7]|38;5;\d+)$/

/** Where the cursor stands and comes back to is said behind each frame. */
const kept = new Set(['\x1b7', '\x1b8'])

/**
 * Draws the same cells in the same styles. Styles and moves are held back until something is drawn with them. The text
 * must begin in the plain style, and leaves it so; where the cursor ends is not said.
 */
export function thrifty(text: string): string {
  let drawn = ''
  /** The style the terminal is in, and the one that what comes is drawn in; '' is plain. */
  let shown = ''
  let style = ''
  /** Where the cursor is to go before anything is drawn; row 0: it stays where it is. */
  let row = 0
  let column = 0

  const settle = (): void => {
    if (row > 0) drawn += column > 1 ? `\x1b[${row};${column}H` : `\x1b[${row}H`
    row = 0
    if (shown === style) return
    const replaces = shown === '' || (isColour.test(shown) && isColour.test(style))
    drawn += style === '' ? '\x1b[m' : replaces ? `\x1b[${style}m` : `\x1b[0;${style}m`
    shown = style
  }

  for (const [piece, styled, toRow, toColumn = '1', by, at] of text.matchAll(pieces)) {
    if (styled !== undefined) style = styled
    else if (toRow !== undefined) {
      row = Number(toRow)
      column = Number(toColumn)
    } else if (row > 0 && by !== undefined) column += Number(by)
    else if (row > 0 && at !== undefined) column = Number(at)
    // A move along the row is the same in any style.
    else if (by !== undefined || at !== undefined) drawn += piece
    else if (!kept.has(piece)) {
      settle()
      drawn += piece
    }
  }
  style = ''
  settle()
  return drawn
}

/** A finished screen as rows of styled text: what the view makes and the terminal draws. */

/** A role, not a colour: `terminal/` maps roles to what the terminal can show, and never by colour alone. */
export type Style =
  | 'plain'
  | 'dim'
  | 'bold'
  | 'accent'
  | 'warning'
  | 'error'
  | 'selected'
  | 'bar'
  | 'barBold'
  | 'mention'
  | `nick${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`

export interface Span {
  readonly text: string
  readonly style: Style
}

export type Row = readonly Span[]

/** A part of the screen that scrolls: its rows from `top` on. Rows that only moved are the same objects as before. */
export interface Pane {
  readonly top: number
  readonly rows: readonly Row[]
}

/**
 * 1. `rows.length` is the terminal's height; each row is at most `columns` cells wide (`base/cells` measures).
 * 2. A row object that did not change since the last frame may be the same object: the terminal then skips it.
 * 3. `pane` is a hint: where its rows have moved, the terminal may move what it shows instead of drawing it again. What
 *    stands beside it on the same rows need not have moved.
 * 4. No text in it holds a control character; every remote text went through `base/clean`.
 */
export interface Frame {
  readonly columns: number
  readonly rows: readonly Row[]
  readonly pane?: Pane | null
  /** Cell of the cursor, or null where it is hidden. */
  readonly cursor: { readonly x: number; readonly y: number } | null
  readonly title: string
}

/** Where everything stands on the chat screen, for the view that draws it and the keys that scroll it. */
import { truncate, width } from '../../base/cells.ts'
import { bounds } from '../bounds.ts'
import { type Editor, layout as inputLayout } from '../editor.ts'
import type { Model } from '../model.ts'
import { shownRooms } from '../rooms.ts'
import { findingIn, recallingIn } from '../seeking.ts'

/** Smaller windows show one line that says so. */
const columnsMin = 20
const rowsMin = 5
/** Below this there is no side panel and the nick stands on the text’s row. */
const narrowBelow = 60
/** From here on the members are shown unasked. */
const membersFrom = 100
const membersCells = 16
/** From here on the rooms are shown unasked, where there is more than one. */
const roomsFrom = 80
const roomsCells = 14
const statusFromRows = 8

/** How the rows of one entry are cut. */
export interface Shape {
  /** All of a row, without the mark of the active panel. */
  readonly cells: number
  /** 0 where the time stands on a row of its own. */
  readonly timeCells: number
  readonly nickCells: number
  readonly separator: string
  readonly bodyCells: number
  /** Nothing but text, for the terminal’s own selection. */
  readonly bare: boolean
}

export interface ChatLayout {
  readonly narrow: boolean
  readonly shape: Shape
  readonly chatRows: number
  /** 0 without a panel of members; its border is one more. */
  readonly membersCells: number
  /** 0 without a panel of rooms; its border is one more. */
  readonly roomsCells: number
  readonly hasStatus: boolean
  /** In front of what is typed, behind the mark of the active panel. */
  readonly prompt: string
  readonly input: {
    readonly rows: readonly string[]
    readonly cursor: { readonly x: number; readonly y: number }
  }
}

export const isTooSmall = (model: Model): boolean => model.columns < columnsMin || model.rows < rowsMin

export function chatLayout(model: Model): ChatLayout {
  const { columns, rows } = model
  const narrow = columns < narrowBelow
  const { bare } = model
  const shown = !narrow && !bare && (model.membersShown ?? columns >= membersFrom)
  const several = shownRooms(model).length > 1
  const listed = !narrow && !bare && (model.roomsShown ?? (several && columns >= roomsFrom))
  const hasStatus = rows >= statusFromRows
  const inputRowsMax = Math.max(1, Math.min(bounds.inputRows, rows - 4))
  const { prompt, editor } = typedInto(model)
  const input = inputLayout(editor, Math.max(2, columns - 1 - width(prompt)), inputRowsMax)
  const chatRows = Math.max(1, rows - 1 - (hasStatus ? 1 : 0) - input.rows.length)
  return {
    narrow,
    shape: bare
      ? { ...shapeOf(columns, true), bare, bodyCells: columns }
      : shapeOf(columns - 1 - (shown ? membersCells + 1 : 0) - (listed ? roomsCells + 1 : 0), narrow),
    chatRows,
    membersCells: shown ? membersCells : 0,
    roomsCells: listed ? roomsCells : 0,
    hasStatus,
    prompt,
    input,
  }
}

/** The line at the bottom: what is said next, or the words that something is looked for by. */
function typedInto(model: Model): { prompt: string; editor: Pick<Editor, 'text' | 'cursor'> } {
  const finding = findingIn(model)
  if (finding !== null) return { prompt: 'find: ', editor: finding.words }
  const recalling = recallingIn(model)
  if (recalling === null) return { prompt: '> ', editor: model.editor }
  return {
    prompt: `${truncate(`^R ${recalling.words}`, Math.max(4, model.columns >> 1))}: `,
    editor: model.editor,
  }
}

function shapeOf(cells: number, narrow: boolean): Shape {
  const timeCells = narrow ? 0 : 5
  const nickCells = narrow ? Math.max(4, Math.min(8, Math.floor(cells / 5))) : cells < 80 ? 10 : 12
  const separator = narrow ? ' ' : ' │ '
  const before = (narrow ? 0 : timeCells + 1) + nickCells + separator.length
  // Two cells at the end are for the mark of our own lines.
  return { cells, timeCells, nickCells, separator, bodyCells: Math.max(1, cells - before - 2), bare: false }
}

/** The mouse, where the user has switched it on: the wheel scrolls what is under it, a click takes the row. */
import { chosenByMouse } from './choosing.ts'
import { scroll, scrollMembers } from './looking.ts'
import { currentRoom, type Model, screenOf } from './model.ts'
import { enter } from './orders.ts'
import { membersOf, show, shownRooms } from './rooms.ts'
import { patch, type Turn, toast, want } from './turn.ts'
import type { Pointed } from './types.ts'
import { helpTopMax } from './view/help.ts'
import { chatLayout, isTooSmall } from './view/layout.ts'
import { memberLines, membersTop } from './view/members.ts'
import { topOf } from './view/parts.ts'
import { firstServerRow, pickerPageRows } from './view/picker.ts'

/** Rows for one notch of the wheel. */
const wheelRows = 3

export function turnMouse(turn: Turn, mouse: boolean): void {
  patch(turn, { mouse })
  want(turn, { do: 'mouse', on: mouse })
  toast(
    turn,
    mouse
      ? 'The mouse scrolls and chooses; with Shift it marks text as before. /mouse off ends it.'
      : 'The mouse is the terminal’s own again.',
  )
}

/** A terminal may tell of the mouse though nobody asked it to; then it says nothing. */
export function pointed(turn: Turn, at: Pointed) {
  const { model } = turn
  if (!model.mouse || isTooSmall(model)) return
  const by = at.mouse === 'click' ? 0 : at.mouse === 'wheelUp' ? -wheelRows : wheelRows
  if (model.help !== null) {
    const top = Math.max(0, Math.min(model.help.top + by, helpTopMax(model)))
    return patch(turn, { help: { ...model.help, top } })
  }
  if (model.ask !== null) return
  const screen = screenOf(model)
  if (screen === 'picker') {
    if (by !== 0) return chosenByMouse(turn, model.picker.chosenIndex + Math.sign(by), false)
    const row = at.y - firstServerRow
    if (row >= 0 && row < pickerPageRows(model)) chosenByMouse(turn, row, true)
  } else if (screen === 'chat') inChat(turn, at, by)
}

function inChat(turn: Turn, { x, y }: Pointed, by: number): void {
  const { model } = turn
  const { roomsCells, membersCells, chatRows } = chatLayout(model)
  const row = y - 1
  const isInside = row >= 0 && row < chatRows
  const onMembers = isInside && membersCells > 0 && x >= model.columns - membersCells
  const onRooms = isInside && x < roomsCells
  if (by !== 0) {
    if (onMembers) scrollMembers(turn, by)
    else scroll(turn, by)
  } else if (onRooms) {
    const room = roomAt(model, row, chatRows)
    if (room !== undefined) show(turn, room.name)
  } else if (onMembers) {
    const nick = memberAt(model, row, chatRows)
    if (nick !== undefined && nick !== model.nick) enter(turn, `/msg ${nick}`, { lineMode: false })
  } else if (isInside) patch(turn, { panel: 'chat' })
  else if (row > chatRows) patch(turn, { panel: 'input' })
}

function roomAt(model: Model, row: number, chatRows: number) {
  const rooms = shownRooms(model)
  const current = rooms.findIndex(room => room.name === model.current)
  return rooms[topOf(current, chatRows, rooms.length) + row]
}

/** Below the heading; headings between are nobody. */
function memberAt(model: Model, row: number, chatRows: number): string | undefined {
  if (row === 0) return undefined
  const room = currentRoom(model)
  const lines = memberLines(membersOf(model, room))
  const line = lines[membersTop(room, lines.length, chatRows) + row - 1]
  return typeof line === 'object' ? line.nick : undefined
}

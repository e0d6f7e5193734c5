/** The chat screen: a bar with the room, the room’s window, who is here, a bar with the connection, and the line being typed. */
import type { Row } from '../frame.ts'
import { timeLabel } from '../labels.ts'
import { currentRoom, type Model, type Room } from '../model.ts'
import { type ChatLayout, chatLayout, promptCells } from './layout.ts'
import { memberRows } from './members.ts'
import { paneRows } from './pane.ts'
import { bar, fit, span } from './parts.ts'
import { linkText, linkWord } from './status.ts'

/** What stands in front of the active panel: seen without colours, too. */
const activeMark = '▌'

export interface Page {
  readonly rows: readonly Row[]
  readonly cursor: { readonly x: number; readonly y: number } | null
}

export function chatPage(model: Model): Page {
  const layout = chatLayout(model)
  const room = currentRoom(model)
  const { columns } = model
  const rows = [header(model, room, layout), ...middle(model, room, layout)]
  if (layout.hasStatus) rows.push(status(model, room, columns))
  const inputFrom = rows.length
  const active = model.panel === 'input'
  layout.input.rows.forEach((text, index) => {
    const prompt = index === 0 ? '> ' : '  '
    rows.push(
      fit(
        [span(active ? activeMark : ' ', 'accent'), span(prompt, active ? 'bold' : 'dim'), span(text)],
        columns,
      ),
    )
  })
  const { x, y } = layout.input.cursor
  return { rows, cursor: { x: promptCells + x, y: inputFrom + y } }
}

function header(model: Model, room: Room, layout: ChatLayout): Row {
  const here = room.members.size
  const name = model.server?.name ?? model.heading
  if (layout.narrow)
    return bar(
      [span(room.name, 'barBold'), span(` ${here} here`, 'bar')],
      [span(` ${below(room)}${linkWord(model)}`, 'bar')],
      model.columns,
    )
  return bar(
    [span(` ${room.name}`, 'barBold'), span(`  ${name}`, 'bar')],
    [span(` ${here} here `, 'bar')],
    model.columns,
  )
}

function middle(model: Model, room: Room, layout: ChatLayout): Row[] {
  const chat = paneRows(model, room, layout)
  const mark = span(model.panel === 'chat' ? activeMark : ' ', 'accent')
  if (layout.membersCells === 0)
    return chat.map(row => (row.length === 0 && mark.text === ' ' ? [] : [mark, ...row]))
  const members = memberRows(model, room, layout.membersCells, layout.chatRows)
  return chat.map((row, index) => [
    mark,
    ...fit(row, layout.shape.cells, 'plain'),
    span('│', 'dim'),
    ...(members[index] ?? []),
  ])
}

function status(model: Model, room: Room, columns: number): Row {
  const right = [span(` ${below(room)}${timeLabel(model.wallMs)} `, 'bar')]
  if (model.toast !== null) return bar([span(` ${model.toast.text}`, 'barBold')], right, columns)
  const waiting = model.outbox.length > 0 ? ` · ${model.outbox.length} not sent yet` : ''
  return bar(
    [span(` ${model.nick}`, 'barBold'), span(` · ${room.name}${waiting} · ${linkText(model)}`, 'bar')],
    right,
    columns,
  )
}

function below(room: Room): string {
  if (room.anchor === null) return ''
  return room.newBelow > 0 ? `↓ ${room.newBelow} new (End)  ` : '↓ more (End)  '
}

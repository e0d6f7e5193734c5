/** The chat screen: a bar with the room, the room’s window, who is here, a bar with the connection, and the line being typed. */
import { width } from '../../base/cells.ts'
import { seekingText } from '../finding.ts'
import type { Pane, Row } from '../frame.ts'
import { hostingText } from '../hosting.ts'
import { timeLabel } from '../labels.ts'
import { leadsBack } from '../link.ts'
import { currentRoom, type Model } from '../model.ts'
import type { Room } from '../room.ts'
import { presenceOf } from '../rooms.ts'
import { type ChatLayout, chatLayout } from './layout.ts'
import { memberRows } from './members.ts'
import { paneRows } from './pane.ts'
import { bar, fit, span } from './parts.ts'
import { activity, roomRows } from './rooms.ts'
import { isReadable, linkText, linkWord, lockText, storageWord } from './status.ts'

/** What stands in front of the active panel: seen without colours, too. */
const activeMark = '▌'

export interface Page {
  readonly rows: readonly Row[]
  readonly pane?: Pane
  readonly cursor: { readonly x: number; readonly y: number } | null
}

export function chatPage(model: Model): Page {
  const layout = chatLayout(model)
  const room = currentRoom(model)
  const { columns } = model
  const chat = paneRows(model, room, layout)
  const rows = [header(model, room, layout), ...middle(model, room, layout, chat)]
  if (layout.hasStatus) rows.push(status(model, room, layout))
  const inputFrom = rows.length
  const active = model.panel === 'input'
  const promptCells = width(layout.prompt)
  const style = model.editor.last === 'refused' ? 'dim' : 'plain'
  layout.input.rows.forEach((text, index) => {
    const prompt = index === 0 ? layout.prompt : ' '.repeat(promptCells)
    rows.push(
      fit(
        [span(active ? activeMark : ' ', 'accent'), span(prompt, active ? 'bold' : 'dim'), span(text, style)],
        columns,
      ),
    )
  })
  const { x, y } = layout.input.cursor
  const cursor = { x: 1 + promptCells + x, y: inputFrom + y }
  return { rows, pane: { top: 1, rows: chat }, cursor }
}

function header(model: Model, room: Room, layout: ChatLayout): Row {
  const here = hereText(model, room)
  const name = model.server?.name ?? model.heading
  if (layout.narrow) {
    const active = activity(model)
    const notSaving = storageWord(model) && `${storageWord(model)}  `
    return bar(
      [span(room.label, 'barBold'), span(` ${here}`, 'bar')],
      [
        span(
          ` ${active === '' ? '' : `${active}  `}${layout.hasStatus ? '' : below(room)}${leadsBack(model) ? 'Esc: list  ' : ''}${notSaving}${linkWord(model)}${isReadable(model) ? ' PLAIN' : ''}`,
          'bar',
        ),
      ],
      model.columns,
    )
  }
  const [about, where] = room.topic === '' ? [name, ''] : [room.topic, `${name}  `]
  const hosting = hostingText(model)
  const right = leadsBack(model)
    ? 'Esc: back to the list'
    : `${hosting === '' ? where : `${hosting}  `}${here}`
  return bar(
    [span(` ${room.label}`, 'barBold'), span(`  ${about}`, 'bar')],
    [span(` ${right} `, 'bar')],
    model.columns,
  )
}

/** How many are in a room and connected; of a conversation, whether the other one is here. */
function hereText(model: Model, room: Room): string {
  if (room.partner !== null) return presenceOf(model, room.partner) ?? 'not here'
  let here = 0
  for (const presence of room.members.values()) if (presence !== 'reconnecting') here += 1
  return `${here} here`
}

function middle(model: Model, room: Room, layout: ChatLayout, chat: readonly Row[]): readonly Row[] {
  const { roomsCells, membersCells, chatRows } = layout
  if (layout.shape.bare) return chat
  const mark = span(model.panel === 'chat' ? activeMark : ' ', 'accent')
  const border = span('│', 'dim')
  const rooms = roomsCells === 0 ? [] : roomRows(model, roomsCells, chatRows)
  const left = (index: number): Row => (roomsCells === 0 ? [] : [...(rooms[index] ?? []), border])
  if (membersCells === 0)
    return chat.map((row, index) =>
      roomsCells === 0 && row.length === 0 && mark.text === ' ' ? [] : [...left(index), mark, ...row],
    )
  const members = memberRows(model, room, membersCells, chatRows)
  return chat.map((row, index) => [
    ...left(index),
    mark,
    ...fit(row, layout.shape.cells, 'plain'),
    border,
    ...(members[index] ?? []),
  ])
}

function status(model: Model, room: Room, layout: ChatLayout): Row {
  const { columns } = model
  const right = [span(` ${below(room)}${timeLabel(model.wallMs)} `, 'bar')]
  const seeking = seekingText(model, room)
  if (seeking !== null) return bar([span(` ${seeking}`, 'barBold')], right, columns)
  if (model.toast !== null) return bar([span(` ${model.toast.text}`, 'barBold')], right, columns)
  const waiting = model.outbox.length > 0 ? `${model.outbox.length} not sent` : ''
  const active = layout.roomsCells === 0 ? activity(model) : ''
  const away = model.away === null ? '' : 'away'
  // The header names the room, too; the reason why nothing works needs the place, and comes before all else.
  const parts =
    model.link.at === 'waiting'
      ? [linkText(model), waiting, active, away]
      : [
          storageWord(model),
          room.label,
          away,
          active,
          waiting,
          linkText(model),
          lockText(model, layout.narrow),
          typingText(room),
        ]
  return bar(
    [span(` ${model.nick}`, 'barBold'), span(` · ${parts.filter(part => part !== '').join(' · ')}`, 'bar')],
    right,
    columns,
  )
}

/** “ann types …”; of many it is enough that they do. */
function typingText(room: Room): string {
  const nicks = [...room.typists.keys()]
  if (nicks.length === 0) return ''
  return nicks.length > 3
    ? 'several type …'
    : `${nicks.join(', ')} ${nicks.length === 1 ? 'types' : 'type'} …`
}

function below(room: Room): string {
  if (room.anchor === null) return ''
  return room.newBelow > 0 ? `↓ ${room.newBelow} new (End)  ` : '↓ more (End)  '
}

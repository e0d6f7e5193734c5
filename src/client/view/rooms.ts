/** The panel of rooms, and the few words about them where there is no panel. */
import { pad, truncate, width } from '../../base/cells.ts'
import type { Row, Span } from '../frame.ts'
import type { Model } from '../model.ts'
import type { Room } from '../room.ts'
import { shownRooms } from '../rooms.ts'
import { span, topOf } from './parts.ts'

/** A larger count says no more. */
const countMax = 99

const counted = (count: number): string => (count > countMax ? `${countMax}+` : `${count}`)

/** `3`, `99+`, and `!1` where somebody calls for us. */
function badgeOf(room: Room): string {
  if (room.mentions > 0) return `!${counted(room.mentions)}`
  return room.unread > 0 ? counted(room.unread) : ''
}

/** Rows of exactly `cells`, `count` of them; the room on show is always among them. */
export function roomRows(model: Model, cells: number, count: number): Row[] {
  const rooms = shownRooms(model)
  const current = rooms.findIndex(room => room.name === model.current)
  const top = topOf(current, count, rooms.length)
  const rows = rooms.slice(top, top + count).map(room => roomRow(model, room, cells))
  const blank: Row = [span(' '.repeat(cells))]
  while (rows.length < count) rows.push(blank)
  return rows
}

function roomRow(model: Model, room: Room, cells: number): Row {
  const isCurrent = room.name === model.current
  const badge = badgeOf(room)
  const nameCells = cells - 2 - (badge === '' ? 0 : width(badge) + 1)
  const name = pad(truncate(room.label, nameCells), nameCells)
  const end = badge === '' ? ' ' : ` ${badge} `
  const isActive = isCurrent && model.panel === 'rooms'
  const calls = room.mentions > 0
  return [
    span(isCurrent ? '▌' : ' ', 'accent'),
    span(name, isActive ? 'selected' : isCurrent || room.unread > 0 ? 'bold' : 'plain'),
    span(end, calls ? 'mention' : 'bold'),
  ]
}

/** `Act: 2 4!`: the numbers of the rooms with something new; empty where there is none. */
export function activity(model: Model): string {
  const numbers = shownRooms(model).flatMap((room, index) =>
    room.unread === 0 ? [] : [`${index + 1}${room.mentions > 0 ? '!' : ''}`],
  )
  return numbers.length === 0 ? '' : `Act: ${numbers.join(' ')}`
}

/** The rooms that fit what is typed, the chosen one marked, for the question which room to show. */
export function choiceRow(room: Room, isChosen: boolean): Span[] {
  const badge = badgeOf(room)
  const topic = room.topic === '' ? '' : `  ${room.topic}`
  return [
    span(isChosen ? ' ▌' : '  ', 'accent'),
    span(room.label, isChosen ? 'selected' : 'plain'),
    span(badge === '' ? '' : `  ${badge}`, 'bold'),
    span(topic, 'dim'),
  ]
}

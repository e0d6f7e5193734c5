/** The panel of members: who is here, then who is away, then who reconnects, in the order of their names. */
import { fold } from '../../base/names.ts'
import type { Presence } from '../../wire/messages.ts'
import type { Row } from '../frame.ts'
import type { Model } from '../model.ts'
import type { Room } from '../room.ts'
import { isIgnored, membersOf } from '../rooms.ts'
import { styleOfNick } from './entries.ts'
import { fit, sized, span } from './parts.ts'

interface Shown {
  readonly nick: string
  readonly presence: Presence
}

const order: readonly Presence[] = ['here', 'away', 'reconnecting', 'gone']

const memory = new WeakMap<ReadonlyMap<string, Presence>, readonly Shown[]>()

/** The members in the order they are shown. */
export function sortedMembers(members: ReadonlyMap<string, Presence>): readonly Shown[] {
  const known = memory.get(members)
  if (known) return known
  const keyed = [...members].map(([nick, presence]) => ({
    nick,
    presence,
    key: `${order.indexOf(presence)}${fold(nick)}`,
  }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  memory.set(members, keyed)
  return keyed
}

/** What stands below the heading “Here n”: who is here, then, below headings of their own, the others. */
export function memberLines(members: ReadonlyMap<string, Presence>): readonly (Shown | string)[] {
  const all = sortedMembers(members)
  const those = (presence: Presence) => all.filter(one => one.presence === presence)
  const below = (heading: string, some: readonly Shown[]) =>
    some.length === 0 ? [] : [`${heading} ${some.length}`, ...some]
  return [...those('here'), ...below('Away', those('away')), ...below('Reconnecting', those('reconnecting'))]
}

/** The first line that is shown where there are `count` rows, one of them for the heading. */
export const membersTop = (room: Room, lines: number, count: number): number =>
  Math.max(0, Math.min(room.membersTop, lines - (count - 1)))

/** Rows of exactly `cells`, `count` of them; the first tells how many are here. */
export function memberRows(model: Model, room: Room, cells: number, count: number): Row[] {
  const members = membersOf(model, room)
  const lines = memberLines(members)
  const here = sortedMembers(members).filter(one => one.presence === 'here').length
  const active = model.panel === 'members'
  const top = membersTop(room, lines.length, count)
  const rows: Row[] = [
    fit([span(active ? '▌' : ' ', 'accent'), span(`Here ${here}`, 'bold')], cells, 'plain'),
  ]
  for (const line of lines.slice(top, top + count - 1)) {
    if (typeof line === 'string') {
      rows.push(fit([span(` ${line}`, 'bold')], cells, 'plain'))
      continue
    }
    const { nick, presence } = line
    const own = nick === model.nick
    rows.push(
      fit(
        [
          span(own ? ' *' : '  '),
          span(nick, presence !== 'here' ? 'dim' : own ? 'bold' : styleOfNick(nick)),
          span(model.roles.has(nick) ? ` ${model.roles.get(nick)}` : '', 'dim'),
          span(isIgnored(model, nick) ? ' (ignored)' : '', 'dim'),
          span(model.readable.has(nick) ? ' (plain)' : '', 'dim'),
        ],
        cells,
        'plain',
      ),
    )
  }
  const hidden = lines.slice(top + count - 1).filter(line => typeof line !== 'string').length
  if (hidden > 0 && rows.length > 1)
    rows[rows.length - 1] = fit([span(`  +${hidden + 1} more`, 'dim')], cells, 'plain')
  return sized(rows, count).map(row => (row.length === 0 ? [span(' '.repeat(cells))] : row))
}

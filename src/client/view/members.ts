/** The panel of members: who is here, then who is away, in the order of their names. */
import { fold } from '../../base/names.ts'
import type { Presence } from '../../wire/messages.ts'
import type { Row } from '../frame.ts'
import type { Model, Room } from '../model.ts'
import { styleOfNick } from './entries.ts'
import { fit, sized, span } from './parts.ts'

interface Shown {
  readonly nick: string
  readonly presence: Presence
}

const memory = new WeakMap<ReadonlyMap<string, Presence>, readonly Shown[]>()

/** The members in the order they are shown. */
export function sortedMembers(members: ReadonlyMap<string, Presence>): readonly Shown[] {
  const known = memory.get(members)
  if (known) return known
  const keyed = [...members].map(([nick, presence]) => ({
    nick,
    presence,
    key: `${presence === 'here' ? 0 : 1}${fold(nick)}`,
  }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  memory.set(members, keyed)
  return keyed
}

/** Rows of exactly `cells`, `count` of them; the first tells how many there are. */
export function memberRows(model: Model, room: Room, cells: number, count: number): Row[] {
  const all = sortedMembers(room.members)
  const active = model.panel === 'members'
  const top = Math.max(0, Math.min(room.membersTop, all.length - (count - 1)))
  const rows: Row[] = [
    fit([span(active ? '▌' : ' ', 'accent'), span(`Here ${all.length}`, 'bold')], cells, 'plain'),
  ]
  for (const { nick, presence } of all.slice(top, top + count - 1)) {
    const own = nick === model.nick
    const away = presence === 'here' ? '' : ' (away)'
    rows.push(
      fit(
        [
          span(own ? ' *' : '  '),
          span(nick, presence !== 'here' ? 'dim' : own ? 'bold' : styleOfNick(nick)),
          span(away, 'dim'),
        ],
        cells,
        'plain',
      ),
    )
  }
  const hidden = all.length - top - (count - 1)
  if (hidden > 0 && rows.length > 1)
    rows[rows.length - 1] = fit([span(`  +${hidden + 1} more`, 'dim')], cells, 'plain')
  return sized(rows, count).map(row => (row.length === 0 ? [span(' '.repeat(cells))] : row))
}

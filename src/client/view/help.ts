/** The help: live keys and commands out of their tables, scrolled and narrowed by typing. */
import { pad, width, wrap } from '../../base/cells.ts'
import { commands } from '../../chat/commands.ts'
import { isFor, moreFor } from '../../chat/roles.ts'
import { type AnswerKeys, questionOf } from '../ask.ts'
import type { Row } from '../frame.ts'
import { type KeyRow, keyLabel, keymap, keyPlaces } from '../keymap.ts'
import { type Model, screenOf } from '../model.ts'
import { ownRole } from '../roles.ts'
import { findingIn, recallingIn } from '../seeking.ts'
import type { Page } from './chat.ts'
import { bar, fit, sized, span } from './parts.ts'

const cellsMax = 112
const leftCellsMax = 28
/** At each side, where there is room for them. */
const marginCells = 2
const fullBelow = 64

interface HelpLine {
  readonly left: string
  readonly right: string
}

const findingKeys: AnswerKeys = [
  ['Up ^R', 'an older line; past the oldest, ask the server'],
  ['Down ^F', 'a newer line'],
  ['Enter', 'stay there'],
  ['Esc', 'go back'],
]
const recallingKeys: AnswerKeys = [
  ['^R', 'an older line'],
  ['Enter', 'take it'],
  ['Esc', 'go back'],
]

/** The keys of what is open over the screen; null where nothing is. */
function openKeys(model: Model): AnswerKeys | null {
  if (model.ask !== null) return questionOf(model.ask).keys
  if (screenOf(model) !== 'chat') return null
  return findingIn(model) !== null ? findingKeys : recallingIn(model) !== null ? recallingKeys : null
}

/** Where keys mean something now. */
function placesOf(model: Model, isOver: boolean): KeyRow['on'][] {
  const screen = screenOf(model)
  const isTyped = model.ask === null ? isOver || screen === 'chat' : 'editor' in model.ask
  return [...(isOver ? [] : [screen]), 'everywhere' as const, ...(isTyped ? ['line' as const] : [])]
}

/** What help says of what is open, or on this screen, headings with an empty `right`. */
function helpLines(model: Model): HelpLine[] {
  const open = openKeys(model)
  const wanted = (model.help?.filter ?? '').toLowerCase()
  const role = ownRole(model)
  const more = moreFor(role)
  const lines: HelpLine[] = []
  const add = (heading: string, rows: HelpLine[]) => {
    const kept = rows.filter(row => `${row.left} ${row.right}`.toLowerCase().includes(wanted))
    if (kept.length > 0) lines.push({ left: heading, right: '' }, ...kept)
  }
  if (open !== null)
    add(
      'Here',
      open.map(([left, right]) => ({ left, right })),
    )
  else if (screenOf(model) === 'chat')
    add('Commands', [
      ...commands.filter(row => isFor(role, row.name)).map(row => ({ left: row.usage, right: row.help })),
      ...(more === '' ? [] : [{ left: '…', right: more }]),
    ])
  for (const place of placesOf(model, open !== null))
    add(
      keyPlaces[place],
      keymap
        .filter(row => row.on === place)
        .map(row => ({ left: row.keys.map(keyLabel).join(' '), right: row.help })),
    )
  return lines
}

function helpRows(model: Model): Row[] {
  const isNarrow = model.columns < fullBelow
  const cells = isNarrow ? model.columns : Math.min(cellsMax, model.columns - 2 * marginCells)
  const margin = ' '.repeat(Math.floor((model.columns - cells) / 2))
  const leftCells = Math.min(leftCellsMax, Math.floor(cells * (isNarrow ? 0.4 : 0.3)))
  const rightCells = Math.max(1, cells - leftCells - 3)
  return helpLines(model).flatMap(({ left, right }): Row[] => {
    if (right === '')
      return [[], [span(`${margin} `), span(left, 'bold')]].map(row => fit(row, model.columns))
    const first = width(left) > leftCells ? wrap(left, leftCells) : [left]
    const second = wrap(right, rightCells)
    return Array.from({ length: Math.max(first.length, second.length) }, (_, index) =>
      fit(
        [
          span(`${margin}  `),
          span(pad(first[index] ?? '', leftCells), 'accent'),
          span(` ${second[index] ?? ''}`),
        ],
        model.columns,
      ),
    )
  })
}

/** The last row that may stand on top. */
export const helpTopMax = (model: Model): number => Math.max(0, helpRows(model).length - (model.rows - 2))

export function helpPage(model: Model): Page {
  const rows = helpRows(model)
  const filter = model.help?.filter ?? ''
  const top = Math.min(model.help?.top ?? 0, helpTopMax(model))
  const more = rows.length > model.rows - 2 ? ' · PgDn PgUp scroll' : ''
  return {
    rows: [
      bar([span(' Help', 'barBold')], [span('Esc closes ', 'bar')], model.columns),
      ...sized(
        rows.length === 0 ? [[span(' Nothing here has that in it.')]] : rows.slice(top),
        model.rows - 2,
      ),
      bar(
        [span(filter === '' ? ' type to narrow' : ` only “${filter}”`, 'bar'), span(more, 'bar')],
        [],
        model.columns,
      ),
    ].map(row => fit(row, model.columns)),
    cursor: null,
  }
}

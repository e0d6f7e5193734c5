/** The list of servers on this network, and the page shown while one is being joined. */
import { pad, width, wrap } from '../../base/cells.ts'
import type { Sighting } from '../../discovery/types.ts'
import { patience } from '../bounds.ts'
import type { Row, Style } from '../frame.ts'
import type { Model } from '../model.ts'
import { addressOf, emptyListText, isCompatible, listed, namesOf, remarkOf, rttText } from '../servers.ts'
import { standingOf } from '../trust.ts'
import type { Page } from './chat.ts'
import { bar, fit, rightAligned, sized, span, topOf } from './parts.ts'
import { linkText } from './status.ts'

/** What the row above does not say; all of it fits in one row of 80 cells. */
const hintsOf = ({ scans }: Model): readonly string[] => [
  'm host:port',
  '/ filter',
  ...(scans ? ['r rescan'] : []),
  'h host here',
  ...(scans ? ['S sweep'] : []),
  '? help',
  'q quit',
]

/** Where there is one row for them: the way on and the way back. */
const fewHints: readonly string[] = ['m host:port', '? help', 'q quit', 'h host here']

/** As many rows as the hints need, none of them split. */
function hintRows(hints: readonly string[], columns: number): string[] {
  const rows: string[] = []
  for (const hint of hints) {
    const longer = rows.length === 0 ? hint : `${rows.at(-1)} · ${hint}`
    if (rows.length > 0 && width(longer) > columns - 2) rows.push(hint)
    else rows.splice(-1, 1, longer)
  }
  return rows
}

export function pickerPage(model: Model): Page {
  const { columns, rows } = model
  const foot = footRows(model)
  const listRows = Math.max(1, rows - 2 - foot.length)
  return {
    rows: sized([head(model), columnsRow(columns), ...sized(list(model, listRows), listRows), ...foot], rows),
    cursor: null,
  }
}

/** The row of the screen on which the list begins. */
export const firstServerRow = 2

/** How many servers a page shows, for the keys that turn pages. */
export const pickerPageRows = (model: Model): number => Math.max(1, model.rows - 2 - footRows(model).length)

function head(model: Model): Row {
  const { outlets, sightings, sweep } = model.picker
  const working = outlets.filter(outlet => outlet.trouble === null)
  const where = working.length === 0 || !model.scans ? '' : `listening on ${namesOf(working)}  `
  const swept = sweep === null || sweep.done ? '' : `asked ${sweep.asked} of ${sweep.total}  `
  const found = model.scans ? `${sightings.length} found ` : 'not looking '
  if (model.columns < 60)
    return bar([span('earshot', 'barBold')], [span(` ${swept}${found}`, 'bar')], model.columns)
  return bar(
    [
      span(' earshot', 'barBold'),
      span(model.scans ? '  servers on this network' : '  no server chosen yet', 'bar'),
    ],
    [span(` ${swept}${where}${found}`, 'bar')],
    model.columns,
  )
}

/** Widths of NAME, ADDRESS, USERS and RTT; what is left belongs to the remarks. */
function cellsOf(columns: number): readonly [number, number, number, number] {
  if (columns < 60) {
    const name = Math.floor((columns - 4) * 0.45)
    return [name, columns - 4 - name, 0, 0]
  }
  const name = Math.min(30, Math.floor(columns * 0.26))
  return [name, columns < 100 ? 21 : 26, 6, 6]
}

function columnsRow(columns: number): Row {
  const [name, address, users, rtt] = cellsOf(columns)
  const words = users === 0 ? [] : [rightAligned('USERS', users), ' ', rightAligned('RTT', rtt)]
  return fit([span(`   ${pad('NAME', name)} ${pad('ADDRESS', address)}${words.join('')}`, 'dim')], columns)
}

function list(model: Model, count: number): Row[] {
  const { picker } = model
  const servers = listed(model)
  if (picker.sightings.length > 0 && servers.length === 0)
    return [
      [],
      ...wrapped(
        `No server here has “${picker.filter}” in its name or address. Esc shows them all.`,
        model,
        'plain',
      ),
    ]
  const why = emptyListText(model, patience.explainAfterMs)
  if (servers.length === 0) {
    const words = why.length === 0 ? ['Looking for servers …'] : why
    const shown = (texts: readonly string[]): Row[] => texts.flatMap(text => wrapped(text, model, 'plain'))
    const all = [[], ...shown(words)]
    // What can be done matters more than why it may be needed.
    return all.length <= count ? all : shown([words[0] ?? '', ...hintsIn(words)])
  }
  const chosen = servers.findIndex(one => one.key === picker.chosen)
  // The chosen row stays in sight; nothing else moves the list.
  const top = topOf(chosen, count, servers.length)
  return servers.slice(top, top + count).map(one => serverRow(one, one.key === picker.chosen, model))
}

/** What can be done, each in a row of its own. */
const hintsIn = (words: readonly string[]): string[] =>
  words.length > 1 ? (words.at(-1) ?? '').split('   ') : []

function serverRow(sighting: Sighting, isChosen: boolean, model: Model): Row {
  const { columns } = model
  const [name, address, users, rtt] = cellsOf(columns)
  const standing = standingOf(model.known, sighting)
  const grave =
    sighting.twin === 'conflict' ||
    !isCompatible(sighting) ||
    standing === 'changed' ||
    standing === 'impostor'
  const style: Style = isChosen ? 'selected' : sighting.state === 'late' ? 'dim' : 'plain'
  const remark = remarkOf(model, sighting, columns < 100)
  if (users === 0)
    return fit(
      [
        span(isChosen ? ' ▌ ' : '   ', style),
        span(`${pad(sighting.name, name)} `, style),
        span(grave ? remark : addressOf(sighting), style),
      ],
      columns,
    )
  const numbers = `${rightAligned(`${sighting.users}`, users)} ${rightAligned(rttText(sighting), rtt)}  `
  return fit(
    [
      span(isChosen ? ' ▌ ' : '   ', style),
      span(`${pad(sighting.name, name)} ${pad(addressOf(sighting), address)}${numbers}`, style),
      span(remark, grave && !isChosen ? 'warning' : style),
    ],
    columns,
    isChosen ? 'selected' : undefined,
  )
}

/** At the bottom: troubles, the last word to the user, who we shall be, and the keys. */
function footRows(model: Model): Row[] {
  const { picker, columns, rows } = model
  const troubled = picker.outlets.filter(outlet => outlet.trouble !== null)
  const foot: Row[] = []
  if (troubled.length > 0 && rows >= 10) {
    const troubles = troubled.map(outlet => `${outlet.interfaceName} ${outlet.address}: ${outlet.trouble}`)
    foot.push(fit([span(` not listening on ${troubles.join('; ')}`, 'dim')], columns))
  }
  if (picker.note !== null)
    foot.push(...wrapped(picker.note.text, model, 'warning').slice(0, rows >= 10 ? 4 : 1))
  if (picker.filtering)
    foot.push(fit([span(` / ${picker.filter}`, 'bold'), span('▏  Enter keep · Esc all', 'dim')], columns))
  else if (picker.filter !== '')
    foot.push(fit([span(` only “${picker.filter}” · / change · Esc all`, 'dim')], columns))
  else {
    const as = listed(model).length > 0 ? `Enter: join as ${model.nick}` : `You are ${model.nick}`
    foot.push(
      ...hintRows([as, 'n: another nick', ...(columns < 60 ? [] : ['t: theme'])], columns).map(text =>
        fit([span(` ${text}`, 'bold')], columns),
      ),
    )
  }
  const all = columns < 60 || rows < 10 ? fewHints : hintsOf(model)
  const hints = hintRows(all, columns).slice(0, columns < 60 || rows < 10 ? 1 : 2)
  foot.push(...hints.map(text => fit([span(` ${text}`, 'dim')], columns)))
  return foot
}

const wrapped = (text: string, model: Model, style: Style): Row[] =>
  wrap(text, Math.max(1, model.columns - 2)).map(part => fit([span(` ${part}`, style)], model.columns))

/** Between the list and the chat: where we are going, as whom, and the way back. */
export function connectingPage(model: Model): Page {
  const { columns, rows } = model
  const words = [
    `Joining ${model.heading} as ${model.nick}: ${linkText(model)} …`,
    '',
    model.straight ? 'q quit' : 'Esc back to the list · q quit',
  ]
  const body = words.flatMap(text => (text === '' ? [[]] : wrapped(text, model, 'plain')))
  return { rows: sized([bar([span(' earshot', 'barBold')], [], columns), [], ...body], rows), cursor: null }
}

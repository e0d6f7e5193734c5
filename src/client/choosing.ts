/** The list of servers: what its keys do, what plain mode’s words do, and how sightings come into it. */
import { fold } from '../base/names.ts'
import { formatTarget, parseTarget } from '../base/target.ts'
import type { Sighting } from '../discovery/types.ts'
import { defaultPort } from '../wire/limits.ts'
import { askAddress, askNick } from './ask.ts'
import { bounds, patience } from './bounds.ts'
import { nextTheme } from './dressing.ts'
import { leaveAsking } from './hosting.ts'
import { type Action, doneBy } from './keymap.ts'
import { join } from './link.ts'
import type { Model } from './model.ts'
import { incompatibleText, isCompatible, listed, type Picker, targetOf, unscannedText } from './servers.ts'
import { isAsKnown } from './trust.ts'
import { note, patch, patchPicker, type Turn, want } from './turn.ts'
import type { Typed } from './types.ts'
import { topOf } from './view/parts.ts'
import { pickerPageRows } from './view/picker.ts'

export function sighted(turn: Turn, sightings: readonly Sighting[]): void {
  const { picker, nowMs, known } = turn.model
  const numbered = new Set(picker.numbers)
  const fresh = sightings.filter(one => !numbered.has(one.key))
  const knownFirst = [true, false].flatMap(is => fresh.filter(one => isAsKnown(known, one) === is))
  const before = listed(turn.model).find(one => one.key === picker.chosen)
  patchPicker(turn, {
    sightings,
    numbers: [...picker.numbers, ...new Set(knownFirst.map(one => one.key))].slice(0, bounds.pickNumbers),
    sinceMs: picker.sightings.length > 0 && sightings.length === 0 ? nowMs : picker.sinceMs,
  })
  followChosen(turn, before)
  settleChoice(turn)
  preferKnown(turn)
  if (before === undefined || sightings.some(one => one.key === before.key)) return
  const now = chosenSighting(turn.model.picker)
  const isAnother = now !== undefined && now.id !== before.id && fold(now.name) !== fold(before.name)
  patchPicker(turn, { gone: isAnother ? { id: before.id, name: before.name, atMs: nowMs } : null })
}

/** The chosen server has another row now, or is back before anything else was chosen: the choice goes with it. */
function followChosen(turn: Turn, before: Sighting | undefined): void {
  const { picker } = turn.model
  const rows = listed(turn.model)
  const lost = before !== undefined && !rows.some(one => one.key === before.key) ? before.id : undefined
  const id = lost ?? (isJustGone(turn.model) ? picker.gone?.id : undefined)
  const row = rows.find(one => one.id === id)
  if (row) patchPicker(turn, { chosen: row.key, gone: null })
}

/**
 * Nobody chose who was heard first. As long as others may still answer, the server used last is meant; later nothing slips
 * under Enter, but for a server we know whose name or identity the chosen one took.
 */
function preferKnown(turn: Turn): void {
  const { picker, known } = turn.model
  const chosen = chosenSighting(picker)
  const isLate = hasLooked(turn.model)
  if (picker.isMoved || chosen === undefined || (isLate && isAsKnown(known, chosen))) return
  const rows = listed(turn.model)
  const ours = rows.filter(one => isAsKnown(known, one))
  const usedMs = ({ id }: Sighting) => known.get(id)?.lastMs ?? 0
  const meant = isLate
    ? ours.find(one => one.id === chosen.id || fold(one.name) === fold(chosen.name))
    : ours.toSorted((a, b) => usedMs(b) - usedMs(a))[0]
  if (meant) patchPicker(turn, { chosenIndex: rows.indexOf(meant), chosen: meant.key })
}

/** The chosen server went so lately that Enter may have been meant for it. */
const isJustGone = ({ picker: { gone }, nowMs }: Model): boolean =>
  gone !== null && nowMs - gone.atMs < patience.justGoneMs

const chosenSighting = (picker: Picker): Sighting | undefined =>
  picker.sightings.find(one => one.key === picker.chosen)

/** Keeps the choice on a row that is there: the same server, or what stands where it stood. */
function settleChoice(turn: Turn): void {
  const { picker } = turn.model
  const rows = listed(turn.model)
  const index = rows.findIndex(one => one.key === picker.chosen)
  const chosenIndex = index >= 0 ? index : Math.max(0, Math.min(picker.chosenIndex, rows.length - 1))
  patchPicker(turn, { chosenIndex, chosen: rows[chosenIndex]?.key ?? null })
}

function choose(turn: Turn, index: number): void {
  const rows = listed(turn.model)
  const chosenIndex = Math.max(0, Math.min(index, rows.length - 1))
  patchPicker(turn, { chosenIndex, chosen: rows[chosenIndex]?.key ?? null, isMoved: true, gone: null })
}

export function pickerStroke(turn: Turn, stroke: Typed): void {
  if (turn.model.picker.filtering && filterStroke(turn, stroke)) return
  if ('key' in stroke && stroke.key === 'C-c') leaveAsking(turn, 130)
  else if ('key' in stroke) act(turn, doneBy(stroke.key, 'picker', 'everywhere'))
  else if ('text' in stroke) {
    const [letter = ''] = stroke.text
    act(turn, doneBy(letter, 'picker'))
  }
}

function act(turn: Turn, does: ReturnType<typeof doneBy>): void {
  if (typeof does === 'string') deeds[does]?.(turn)
}

const by = (rows: (turn: Turn) => number) => (turn: Turn) =>
  choose(turn, turn.model.picker.chosenIndex + rows(turn))

const deeds: { readonly [A in Action]?: (turn: Turn) => void } = {
  join: joinChosen,
  up: by(() => -1),
  down: by(() => 1),
  pageUp: by(turn => -pickerPageRows(turn.model)),
  pageDown: by(turn => pickerPageRows(turn.model)),
  oldest: turn => choose(turn, 0),
  newest: turn => choose(turn, Number.MAX_SAFE_INTEGER),
  address: askAddress,
  filter: turn => patchPicker(turn, { filtering: true }),
  rescan(turn) {
    if (!turn.model.scans) return note(turn, unscannedText)
    patchPicker(turn, { sinceMs: turn.model.nowMs, note: null, sweep: null })
    want(turn, { do: 'probe' })
  },
  host,
  sweep(turn) {
    if (!turn.model.scans) return note(turn, unscannedText)
    patchPicker(turn, { sweep: { asked: 0, total: 0, done: false } })
    note(turn, 'Asking every address of these networks, one by one …')
    want(turn, { do: 'sweep' })
  },
  nick: turn => askNick(turn, 'keep', null, turn.model.nick),
  theme: nextTheme,
  help: turn => patch(turn, { help: { top: 0, filter: '' } }),
  redraw: turn => want(turn, { do: 'redraw' }),
  suspend: turn => want(turn, { do: 'suspend' }),
  escape(turn) {
    patchPicker(turn, { filter: '', filtering: false, note: null })
    settleChoice(turn)
  },
  quit: turn => leaveAsking(turn, 0),
}

/** A wheel's notch chooses; a click takes a row on show, and joins where it was the chosen one. */
export function chosenByMouse(turn: Turn, index: number, isClick: boolean) {
  if (!isClick) return choose(turn, index)
  const { picker } = turn.model
  const rows = listed(turn.model)
  const chosen = rows.findIndex(one => one.key === picker.chosen)
  const clicked = rows[topOf(chosen, pickerPageRows(turn.model), rows.length) + index]
  if (clicked === undefined) return
  if (clicked.key === picker.chosen) joinChosen(turn)
  else choose(turn, rows.indexOf(clicked))
}

function host(turn: Turn) {
  const { hosted, hostName, picker } = turn.model
  if (picker.hosting) return
  if (hosted !== null) return join(turn, hosted.target, hostName)
  patchPicker(turn, { hosting: true })
  note(turn, `Starting a server here, named ${turn.model.hostName} …`)
  want(turn, { do: 'host', name: turn.model.hostName })
}

function joinChosen(turn: Turn) {
  const { picker } = turn.model
  const sighting = chosenSighting(picker)
  if (!sighting) return note(turn, 'There is no server to join yet. h starts one here, m takes an address.')
  if (picker.gone !== null && isJustGone(turn.model)) {
    patchPicker(turn, { gone: null })
    return note(turn, `${picker.gone.name} has just gone. Enter joins ${sighting.name} instead.`)
  }
  joinSighting(turn, sighting)
}

function joinSighting(turn: Turn, sighting: Sighting) {
  if (!isCompatible(sighting)) return note(turn, incompatibleText(sighting))
  join(turn, targetOf(sighting), sighting.name, sighting.id)
}

/** Typing the filter; false for keys that mean what they always mean here. */
function filterStroke(turn: Turn, stroke: Typed): boolean {
  const { filter } = turn.model.picker
  if ('key' in stroke) {
    if (stroke.key === 'Enter') patchPicker(turn, { filtering: false })
    else if (stroke.key === 'Backspace') patchPicker(turn, { filter: [...filter].slice(0, -1).join('') })
    else if (stroke.key === 'C-u') patchPicker(turn, { filter: '' })
    else return false
  } else if ('text' in stroke || 'paste' in stroke) {
    const typed = ('text' in stroke ? stroke.text : stroke.paste).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    patchPicker(turn, { filter: (filter + typed).slice(0, 64).toWellFormed(), isMoved: true })
  }
  settleChoice(turn)
  return true
}

/** Whether the servers that are here have had the time to answer. */
export const hasLooked = ({ scans, picker, nowMs }: Model): boolean =>
  !scans || nowMs - picker.sinceMs >= patience.firstLookMs

/** A whole line at the list; what is not in it yet is looked at once more when all had the time to answer. */
export function pickerEntered(turn: Turn, line: string): void {
  const waits = !hasLooked(turn.model) && isNotThere(turn.model.picker, line.trim())
  patchPicker(turn, { choice: waits ? line : null })
  if (!waits) choosePlainly(turn, line)
}

/** The line that waited for the list: its server is there now, or will not come. */
export function chooseAsEntered(turn: Turn): void {
  const { choice } = turn.model.picker
  if (choice !== null && turn.model.link.at === 'scanning') pickerEntered(turn, choice)
}

/** A number, a name or nothing at all, for which the list has no server. */
function isNotThere(picker: Picker, text: string): boolean {
  if (text === '') return chosenSighting(picker) === undefined
  if (/^\d+$/.test(text)) return sightingOf(picker, Number(text)) === undefined
  return (
    !isWord(text) && !/[\s.:[\]]/.test(text) && !picker.sightings.some(one => fold(one.name) === fold(text))
  )
}

/** Words that say what to do, in any case; a letter means what the key means. */
const words = { quit: ['quit', 'exit', 'q'], help: ['help', '?'] } as const
const letters = ['m', 'r', 'h', 'S', 's', 'n']

const isWord = (text: string): boolean =>
  letters.includes(text) || [...words.quit, ...words.help].some(word => word === wordOf(text))

const wordOf = (text: string): string => text.replace(/^\//, '').toLowerCase()

/** A number, a letter as among its keys, a server’s name, or an address. */
function choosePlainly(turn: Turn, line: string) {
  const text = line.trim()
  const word = wordOf(text)
  if (text === '') return joinChosen(turn)
  if (/^\d+$/.test(text)) return joinNumber(turn, Number(text))
  if (words.quit.some(one => one === word)) return leaveAsking(turn, 0)
  if (words.help.some(one => one === word))
    return note(
      turn,
      'A number joins that server; host:port joins any. r asks the network again, S asks every address, h starts a server here, n changes your nick, q leaves.',
    )
  const letter = text === 's' ? 'S' : text
  const does = letters.includes(letter) ? doneBy(letter, 'picker') : undefined
  if (does !== undefined) return act(turn, does)
  const named = turn.model.picker.sightings.filter(one => fold(one.name) === fold(text))
  if (named.length === 1 && named[0]) return joinSighting(turn, named[0])
  const read = parseTarget(text.replace(/^m\s+/, ''), defaultPort)
  if (!read.ok) return note(turn, read.text)
  join(turn, { hosts: [read.host], port: read.port }, formatTarget(read.host, read.port))
}

const sightingOf = (picker: Picker, number: number): Sighting | undefined =>
  picker.sightings.find(one => one.key === picker.numbers[number - 1])

function joinNumber(turn: Turn, number: number): void {
  const sighting = sightingOf(turn.model.picker, number)
  if (sighting) joinSighting(turn, sighting)
  else note(turn, `There is no server with the number ${number} here. Give one of the list, or host:port.`)
}

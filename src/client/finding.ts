/** Words looked for in the lines of a room, from one to the next; beyond those that are here, at the server. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { at } from '../base/ring.ts'
import { bounds } from './bounds.ts'
import { type Edit, type Editor, edit, emptyEditor } from './editor.ts'
import { doneBy } from './keymap.ts'
import { pageRows, scroll, stand, withUnfolded } from './looking.ts'
import { currentRoom, type Model } from './model.ts'
import { askOlder } from './older.ts'
import type { Room } from './room.ts'
import { show } from './rooms.ts'
import type { Entry } from './scrollback.ts'
import { type Finding, findingIn, recallingIn } from './seeking.ts'
import { complain } from './speech.ts'
import { patch, type Turn, toast, want } from './turn.ts'
import type { Typed } from './types.ts'
import { entryRows } from './view/entries.ts'
import { chatLayout, type Shape } from './view/layout.ts'
import { anchorShowing, shownKeys } from './view/pane.ts'

/** The words that a line must hold, all of them, in small letters. */
export const wantedOf = (words: string): readonly string[] =>
  cleanLine(words)
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')

/** Whether what somebody said, or the client told, has all the words in it. */
export function holds(entry: Entry, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return false
  const text =
    entry.kind === 'line' || entry.kind === 'refused' ? entry.body : entry.kind === 'notice' ? entry.text : ''
  const lower = text.toLowerCase()
  return wanted.every(word => lower.includes(word))
}

const typed = (text: string): Editor => edit(emptyEditor, { edit: 'insert', text })

/** Opens the line for the words; with words it goes to the newest line that has them. */
export function beginFinding(turn: Turn, words: string) {
  const room = currentRoom(turn.model)
  const finding: Finding = {
    room: room.id,
    words: typed(cleanLine(words)),
    hit: null,
    origin: room.anchor,
    isLast: false,
  }
  patch(turn, { finding, recalling: null, panel: 'input', completion: null, toast: null })
  if (words !== '') afresh(turn)
}

/** Looks from the lowest line on show upwards: the words are others than before. */
function afresh(turn: Turn) {
  const finding = findingIn(turn.model)
  if (finding === null) return
  const room = currentRoom(turn.model)
  const lowest = finding.hit ?? shownKeys(room, chatLayout(turn.model))[0] ?? room.nextKey - 1
  goTo(turn, finding, keyFrom(room, finding, lowest, -1) ?? keyFrom(room, finding, room.nextKey - 1, -1))
}

/** The first entry from `key` on that has the words, going up (-1) or down (1); null where there is none. */
function keyFrom(room: Room, { words }: Finding, key: number, by: 1 | -1): number | null {
  const wanted = wantedOf(words.text)
  const oldest = at(room.entries, 0)?.key ?? 0
  for (let index = key - oldest; index >= 0 && index < room.entries.size; index += by) {
    const entry = at(room.entries, index)
    if (entry !== undefined && holds(entry, wanted)) return entry.key
  }
  return null
}

function goTo(turn: Turn, finding: Finding, hit: number | null) {
  patch(turn, { finding: { ...finding, hit, isLast: false } })
  if (hit === null) return
  const room = withUnfolded(currentRoom(turn.model), hit)
  const layout = chatLayout(turn.model)
  const row = rowWith(room, hit, wantedOf(finding.words.text), layout.shape)
  stand(turn, room, anchorShowing(room, layout, hit, 'middle', row))
}

/** The first row of an entry with one of the words in it. */
function rowWith(room: Room, key: number, wanted: readonly string[], shape: Shape): number {
  const rows = entryRows(room, key - (at(room.entries, 0)?.key ?? 0), shape)
  const lower = rows.map(row =>
    row
      .map(part => part.text)
      .join('')
      .toLowerCase(),
  )
  return Math.max(
    0,
    lower.findIndex(text => wanted.some(word => text.includes(word))),
  )
}

function older(turn: Turn, finding: Finding) {
  const room = currentRoom(turn.model)
  const from = finding.hit === null ? room.nextKey - 1 : finding.hit - 1
  const key = keyFrom(room, finding, from, -1)
  if (key !== null) return goTo(turn, finding, key)
  if (wantedOf(finding.words.text).length === 0) return
  if (!finding.isLast) return patch(turn, { finding: { ...finding, isLast: true } })
  endFinding(turn, 'back')
  askServer(turn, finding.words.text, false)
}

/**
 * Asks the server for all lines with these words. The answer is a list to choose from, or lines where lines are
 * printed. False where the server does not answer.
 */
export function askServer(turn: Turn, words: string, inLines: boolean): boolean {
  if (turn.model.link.at !== 'joined')
    return complain(turn, 'The server does not answer now, so this was not asked. Try again when it does.')
  patch(turn, {
    questions: turn.model.questions + 1,
    searchedAtMs: inLines ? turn.model.searchedAtMs : turn.model.nowMs,
  })
  want(turn, {
    do: 'send',
    message: { type: 'search', words: cleanLine(words).slice(0, 256).toWellFormed() },
  })
  return true
}

function newer(turn: Turn, finding: Finding) {
  if (finding.hit === null) return
  const key = keyFrom(currentRoom(turn.model), finding, finding.hit + 1, 1)
  if (key === null) toast(turn, 'No newer line here has that.')
  else goTo(turn, finding, key)
}

function endFinding(turn: Turn, how: 'stay' | 'back') {
  const finding = findingIn(turn.model)
  patch(turn, { finding: null, toast: null })
  if (finding !== null && how === 'back') stand(turn, currentRoom(turn.model), finding.origin)
}

/** A key while words are looked for. */
export function findStroke(turn: Turn, finding: Finding, stroke: Typed) {
  if (!('key' in stroke)) {
    const text = cleanText('text' in stroke ? stroke.text : stroke.paste).replaceAll('\n', ' ')
    return retyped(turn, finding, { edit: 'insert', text })
  }
  const { key } = stroke
  const does = doneBy(key, 'chat', 'line')
  if (key === 'Escape' || key === 'C-c' || key === 'C-g') return endFinding(turn, 'back')
  if (key === 'Enter') return endFinding(turn, 'stay')
  if (key === 'Up' || key === 'C-p' || key === 'C-r') return older(turn, finding)
  if (key === 'Down' || key === 'C-n' || key === 'C-f') return newer(turn, finding)
  if (does === 'pageUp') return scroll(turn, -pageRows(turn))
  if (does === 'pageDown') return scroll(turn, pageRows(turn))
  const edits = doneBy(key, 'line')
  if (typeof edits === 'object') retyped(turn, finding, edits)
}

function retyped(turn: Turn, finding: Finding, change: Edit) {
  const words = edit(finding.words, change)
  if (words.text.length > bounds.answerUnits || words.text.includes('\n')) return
  const isSame = words.text === finding.words.text
  patch(turn, { finding: { ...finding, words } })
  if (!isSame) afresh(turn)
}

/** What the status line says while something is looked for; null while nothing is. */
export function seekingText(model: Model, room: Room): string | null {
  const finding = findingIn(model)
  if (finding === null) {
    const recalling = recallingIn(model)
    if (recalling === null) return null
    const none =
      recalling.words === '' ? 'type a part of a line you sent' : 'you sent no older line with that'
    const where = recalling.isMissing || recalling.at === null ? `${none} · ` : ''
    return `${where}${model.columns < 60 ? '^R · Enter · Esc' : '^R older · Enter take it · Esc back'}`
  }
  const wanted = wantedOf(finding.words.text)
  if (wanted.length === 0) return 'type what to look for above · Esc back'
  if (finding.hit === null && !finding.isLast) return 'no line here has that · ↑ ask the server · Esc back'
  if (finding.isLast) return 'no older line here · ↑ once more asks the server · Esc back'
  const { place, count } = placeAmong(room, finding.hit, wanted)
  const keys = model.columns < 60 ? '↑ ↓ · Enter · Esc' : '↑ older ↓ newer · Enter stay · Esc back'
  return `${place} of ${count} · ${keys}`
}

/** Which of the lines with the words it is, counted from the newest. */
function placeAmong(
  room: Room,
  hit: number | null,
  wanted: readonly string[],
): { place: number; count: number } {
  let place = 0
  let count = 0
  for (let index = room.entries.size - 1; index >= 0; index--) {
    const entry = at(room.entries, index)
    if (entry === undefined || !holds(entry, wanted)) continue
    count++
    if (entry.key === hit) place = count
  }
  return { place, count }
}

/** Goes to a line by its place at the server, for which pages may have to be asked for. */
export function jumpTo(turn: Turn, name: string, seq: number, words: string) {
  if (!turn.model.rooms.has(name)) {
    return toast(
      turn,
      'That conversation is closed here. /msg NICK opens it again, and /search finds the line.',
    )
  }
  show(turn, name)
  patch(turn, { jump: { room: name, seq, words, pages: 0 } })
  goOnJumping(turn)
}

/** At the end of a turn: the line that is gone to is here, or one more page is asked for. */
export function goOnJumping(turn: Turn) {
  const { jump, pieces, current } = turn.model
  if (jump === null || pieces.older !== null) return
  const room = currentRoom(turn.model)
  if (current !== jump.room) return patch(turn, { jump: null })
  const key = keyOf(room, jump.seq)
  if (key !== null) {
    patch(turn, { jump: null })
    beginFinding(turn, '')
    const finding = findingIn(turn.model)
    if (finding !== null) goTo(turn, { ...finding, words: typed(jump.words) }, key)
    return
  }
  const isAbove = room.firstSeq === null || jump.seq < room.firstSeq
  if (!isAbove || jump.pages >= bounds.jumpPages) {
    patch(turn, { jump: null })
    return toast(turn, 'That line is not among those kept here, and too far up to be fetched.')
  }
  patch(turn, { jump: { ...jump, pages: jump.pages + 1 } })
  askOlder(turn, Math.min(bounds.pageLinesAsked, Math.max(50, (room.firstSeq ?? 0) - jump.seq + 30)), false)
  // Nothing was asked for, and it was said why.
  if (turn.model.pieces.older === null) patch(turn, { jump: null })
}

function keyOf(room: Room, seq: number): number | null {
  for (let index = room.entries.size - 1; index >= 0; index--) {
    const entry = at(room.entries, index)
    if (entry?.kind === 'line' && entry.seq === seq) return entry.key
  }
  return null
}

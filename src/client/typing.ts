/** The chat screen’s keys: the line, the panels, scrolling, and leaving. */
import { cleanText } from '../base/clean.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { askPaste, askRoom } from './ask.ts'
import { bounds, patience } from './bounds.ts'
import { completed, isCompletable, type Words } from './complete.ts'
import { accept, type Edit, edit } from './editor.ts'
import { leaveAsking } from './hosting.ts'
import { type Action, doneBy } from './keymap.ts'
import { counted } from './labels.ts'
import { backToList, bodyBounds, leadsBack } from './link.ts'
import { currentRoom, type Model, type Panel } from './model.ts'
import { askOlder } from './older.ts'
import { enter } from './orders.ts'
import { membersOf, show, shownRooms } from './rooms.ts'
import { patch, putRoom, type Turn, toast, want } from './turn.ts'
import type { Typed } from './types.ts'
import { gapInSight } from './view/gaps.ts'
import { chatLayout } from './view/layout.ts'
import { memberLines, sortedMembers } from './view/members.ts'
import { scrolled } from './view/pane.ts'

export function chatStroke(turn: Turn, stroke: Typed) {
  if (!('key' in stroke) || doneBy(stroke.key, 'chat') !== 'interrupt') forgetInterrupt(turn)
  if ('text' in stroke) return change(turn, { edit: 'insert', text: stroke.text })
  if ('paste' in stroke) return paste(turn, stroke.paste)
  const number = /^M-([1-9])$/.exec(stroke.key)?.[1]
  if (number !== undefined) return numbered(turn, Number(number))
  const does = doneBy(stroke.key, 'chat', 'line', 'everywhere')
  if (does === undefined) return
  if (does !== 'complete') patch(turn, { completion: null })
  if (typeof does === 'string') deeds[does]?.(turn)
  else change(turn, does)
}

/** ^C once more leaves for exactly as long as the status line says so: until the tick after its time, or another key. */
export function interruptDue(turn: Turn): void {
  const { nowMs, interruptedAtMs } = turn.model
  if (interruptedAtMs !== null && nowMs - interruptedAtMs > patience.quitAgainMs) forgetInterrupt(turn)
}

function forgetInterrupt(turn: Turn): void {
  const { interruptedAtMs, toast: shown } = turn.model
  if (interruptedAtMs === null) return
  patch(turn, { interruptedAtMs: null, toast: shown?.untilMs === Number.POSITIVE_INFINITY ? null : shown })
}

function numbered(turn: Turn, number: number): void {
  const room = shownRooms(turn.model)[number - 1]
  if (room) show(turn, room.name)
  else toast(turn, `You are in ${counted(shownRooms(turn.model).length, 'room')}.`)
}

function step(turn: Turn, by: 1 | -1): void {
  const rooms = shownRooms(turn.model)
  const room = rooms[rooms.findIndex(one => one.name === turn.model.current) + by]
  if (room) show(turn, room.name)
}

/** What words can be completed to, best first: who is in the room on show comes before who is elsewhere. */
function wordsOf(model: Model): Words {
  const nicks = new Set<string>()
  for (const room of [currentRoom(model), ...model.rooms.values()]) {
    for (const { nick } of sortedMembers(membersOf(model, room))) nicks.add(nick)
    if (room.partner !== null) nicks.add(room.partner)
  }
  nicks.delete(model.nick)
  const own = shownRooms(model).flatMap(room => (room.partner === null ? [room.name] : []))
  return { nicks: [...nicks], rooms: [...new Set([...own, ...model.roomNames])] }
}

/** Whatever changes the line makes the line the active panel. */
function change(turn: Turn, action: Edit): void {
  const editor = edit(turn.model.editor, action)
  patch(turn, { editor, panel: 'input', completion: null })
  if (editor.answer !== null) toast(turn, editor.answer)
}

function paste(turn: Turn, pasted: string) {
  if (pasted.length > bounds.pasteUnits)
    return toast(turn, `This paste is too long (over ${bounds.pasteUnits / 1024} KiB). Paste it in parts.`)
  const text = cleanText(pasted)
  const lines = text.replace(/\n$/, '').split('\n').length
  const { bytesMax, linesMax } = bodyBounds(turn.model)
  const isTooLong = lines > linesMax || utf8Bytes(text) > bytesMax
  if (lines > bounds.pasteLinesUnasked && !isTooLong) return askPaste(turn, text)
  change(turn, { edit: 'insert', text })
  if (isTooLong && turn.model.editor.answer === null)
    toast(
      turn,
      `This is ${counted(lines, 'line')}, and ${linesMax} lines or ${bytesMax} bytes go into one message. Cut it down.`,
    )
}

const deeds: { readonly [A in Action]?: (turn: Turn) => void } = {
  send(turn) {
    const { editor } = turn.model
    // The line is emptied first: what the command does may fill it again.
    const accepted = accept(editor)
    patch(turn, { editor: accepted.editor, panel: 'input' })
    if (!enter(turn, accepted.entered, { lineMode: false })) patch(turn, { editor })
  },
  complete(turn) {
    const { model } = turn
    if (!isCompletable(model.editor, model.completion))
      return model.editor.text === '' ? otherPanel(turn, 1) : undefined
    const done = completed(model.editor, model.completion, wordsOf(model))
    if (done) patch(turn, done)
    else toast(turn, 'Nothing completes this word.')
  },
  panelBack: turn => otherPanel(turn, -1),
  up: turn => upOrDown(turn, -1),
  down: turn => upOrDown(turn, 1),
  pageUp: turn => scroll(turn, -pageRows(turn)),
  pageDown: turn => scroll(turn, pageRows(turn)),
  oldest: turn => toEnd(turn, 'oldest'),
  newest: turn => toEnd(turn, 'newest'),
  help: turn => patch(turn, { help: { top: 0, filter: '' } }),
  nextRoom: turn => void enter(turn, '/next', { lineMode: false }),
  previousRoom: turn => void enter(turn, '/previous', { lineMode: false }),
  unread: turn => void enter(turn, '/unread', { lineMode: false }),
  findRoom: turn => askRoom(turn),
  roomList(turn) {
    const layout = chatLayout(turn.model)
    if (layout.narrow) return toast(turn, 'Too narrow for it; Act in the bar says where something is new.')
    patch(turn, { roomsShown: layout.roomsCells === 0 })
    keepPanel(turn)
  },
  members(turn) {
    const layout = chatLayout(turn.model)
    if (layout.narrow) return toast(turn, 'Too narrow for it; /who lists them.')
    patch(turn, { membersShown: layout.membersCells === 0 })
    keepPanel(turn)
  },
  redraw: turn => want(turn, { do: 'redraw' }),
  suspend: turn => want(turn, { do: 'suspend' }),
  interrupt(turn) {
    const { nowMs, interruptedAtMs, editor } = turn.model
    if (interruptedAtMs !== null) return leaveAsking(turn, 130)
    const emptied = editor.text !== ''
    if (emptied) patch(turn, { editor: edit(editor, { edit: 'clear' }) })
    patch(turn, { interruptedAtMs: nowMs })
    const text = emptied ? 'Line emptied. ^C once more leaves.' : 'Press ^C once more to leave.'
    toast(turn, text, false, Number.POSITIVE_INFINITY)
  },
  endOfInput(turn) {
    if (turn.model.editor.text === '') leaveAsking(turn, 0)
    else change(turn, { edit: 'delete' })
  },
  escape(turn) {
    if (leadsBack(turn.model)) backToList(turn)
    else patch(turn, { panel: 'input', toast: null })
  },
}

function panels(turn: Turn): readonly Panel[] {
  const { roomsCells, membersCells } = chatLayout(turn.model)
  return [
    'input',
    ...(roomsCells > 0 ? (['rooms'] as const) : []),
    'chat',
    ...(membersCells > 0 ? (['members'] as const) : []),
  ]
}

function otherPanel(turn: Turn, by: 1 | -1): void {
  const order = panels(turn)
  const index = order.indexOf(turn.model.panel)
  patch(turn, { panel: order[(index + by + order.length) % order.length] ?? 'input' })
}

/** Whoever was in a panel that is gone is in the line again. */
export function keepPanel(turn: Turn): void {
  if (!panels(turn).includes(turn.model.panel)) patch(turn, { panel: 'input' })
}

const pageRows = (turn: Turn): number => Math.max(1, chatLayout(turn.model).chatRows - 1)

function upOrDown(turn: Turn, by: 1 | -1): void {
  const { panel } = turn.model
  if (panel === 'chat') scroll(turn, by)
  else if (panel === 'members') scrollMembers(turn, by)
  else if (panel === 'rooms') step(turn, by)
  else change(turn, { edit: by < 0 ? 'up' : 'down' })
}

function toEnd(turn: Turn, end: 'oldest' | 'newest'): void {
  const { panel, editor } = turn.model
  if (panel === 'members') scrollMembers(turn, end === 'oldest' ? -Infinity : Infinity)
  else if (panel === 'input' && editor.text !== '') change(turn, { edit: end === 'oldest' ? 'home' : 'end' })
  else scroll(turn, end)
}

export function scroll(turn: Turn, by: number | 'oldest' | 'newest'): void {
  const { model } = turn
  const room = currentRoom(model)
  const anchor = by === 'newest' ? null : scrolled(model, room, chatLayout(model), by)
  const stays = anchor?.key === room.anchor?.key && anchor?.row === room.anchor?.row
  const isUp = by === 'oldest' || (typeof by === 'number' && by < 0)
  const gap =
    isUp && model.link.at === 'joined' ? gapInSight({ ...room, anchor }, chatLayout(model)) : undefined
  // Nothing is further up: what is before that is at the server.
  if (stays && isUp && gap === undefined) {
    if (room.hasOlder && model.link.at === 'joined') askOlder(turn, bounds.olderLines, false)
    return
  }
  putRoom(turn, { ...room, anchor, newBelow: anchor === null || room.anchor === null ? 0 : room.newBelow })
  if (gap !== undefined && room.caughtUp) askOlder(turn, bounds.olderLines, false, gap)
}

export function scrollMembers(turn: Turn, by: number): void {
  const room = currentRoom(turn.model)
  const shown = chatLayout(turn.model).chatRows - 1
  const count = memberLines(membersOf(turn.model, room)).length
  const membersTop = Math.max(0, Math.min(room.membersTop + by, count - shown))
  putRoom(turn, { ...room, membersTop })
}

/** The chat screen’s keys: the line, the panels, scrolling, and leaving. */
import { askRoom } from './ask.ts'
import { patience } from './bounds.ts'
import { completed, isCompletable, optionsText, type Words } from './complete.ts'
import { compose } from './composing.ts'
import { accept, broughtBack, type Edit, type Editor, edit, isDraft, refused, stays } from './editor.ts'
import { beginFinding, findStroke } from './finding.ts'
import { leaveAsking } from './hosting.ts'
import { type Action, doneBy } from './keymap.ts'
import { counted } from './labels.ts'
import { backToList, leadsBack } from './link.ts'
import {
  otherPanel,
  pageRows,
  scroll,
  scrollMembers,
  toggleBare,
  toggleMembers,
  toggleRooms,
  toMark,
  unfold,
} from './looking.ts'
import { currentRoom, type Model } from './model.ts'
import { enter } from './orders.ts'
import { paste } from './pasting.ts'
import { beginRecalling, recallStroke } from './recalling.ts'
import { membersOf, show, shownRooms } from './rooms.ts'
import { findingIn, recallingIn } from './seeking.ts'
import { patch, type Turn, toast, want } from './turn.ts'
import type { Typed } from './types.ts'
import { sortedMembers } from './view/members.ts'

export function chatStroke(turn: Turn, stroke: Typed) {
  const finding = findingIn(turn.model)
  if (finding !== null) return findStroke(turn, finding, stroke)
  const recalling = recallingIn(turn.model)
  if (recalling !== null && recallStroke(turn, recalling, stroke)) return
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

/** Nothing is lost of a line that was not taken, whatever it is. */
function keep(turn: Turn, editor: Editor, isTaken: false | null, isAnswered: boolean): void {
  const givesWay = isTaken !== null && !isDraft(editor)
  patch(turn, { editor: givesWay ? refused(editor) : stays(editor) })
  // Why it was not taken stands in the room; where it does not, the status line says that instead.
  if (givesWay && isAnswered) toast(turn, 'Type anew; Up brings this back.')
}

/** Whatever changes the line makes the line the active panel. */
function change(turn: Turn, action: Edit): void {
  const editor = edit(turn.model.editor, action)
  patch(turn, { editor, panel: 'input', completion: null })
  if (editor.answer !== null) toast(turn, editor.answer)
}

const deeds: { readonly [A in Action]?: (turn: Turn) => void } = {
  send(turn) {
    const { editor } = turn.model
    // The line is emptied first: what the command does may fill it again.
    const accepted = accept(editor)
    patch(turn, { editor: accepted.editor, panel: 'input', toast: null })
    const { id, nextKey } = currentRoom(turn.model)
    const isTaken = enter(turn, accepted.entered, { lineMode: false })
    const room = currentRoom(turn.model)
    const isAnswered = room.id === id && room.nextKey > nextKey
    if (isTaken !== true) keep(turn, editor, isTaken, isAnswered)
    // What was answered stands at the end, so that is where to look.
    if (isAnswered && room.anchor !== null) scroll(turn, 'newest')
  },
  complete(turn) {
    const { model } = turn
    if (!isCompletable(model.editor, model.completion))
      return model.editor.text === '' ? otherPanel(turn, 1) : undefined
    const done = completed(model.editor, model.completion, wordsOf(model))
    if (done) patch(turn, done)
    else toast(turn, 'Nothing completes this word.')
    if (done && done.completion.options.length > 1) toast(turn, optionsText(done.completion))
  },
  panelNext: turn => otherPanel(turn, 1),
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
  roomList: toggleRooms,
  members: toggleMembers,
  bare: toggleBare,
  mark: toMark,
  unfold,
  find(turn) {
    if (turn.model.editor.text === '') beginFinding(turn, '')
    else change(turn, { edit: 'right' })
  },
  recall: beginRecalling,
  compose: turn => compose(turn, turn.model.editor.text),
  redraw: turn => want(turn, { do: 'redraw' }),
  suspend: turn => want(turn, { do: 'suspend' }),
  interrupt(turn) {
    const { nowMs, interruptedAtMs, editor } = turn.model
    if (interruptedAtMs !== null) return leaveAsking(turn, 130)
    const emptied = editor.text !== ''
    if (emptied) patch(turn, { editor: broughtBack(edit(editor, { edit: 'clear' })) })
    patch(turn, { interruptedAtMs: nowMs })
    const text = emptied ? 'Line emptied. ^C once more leaves.' : 'Press ^C once more to leave.'
    toast(turn, text, false, Number.POSITIVE_INFINITY)
  },
  endOfInput(turn) {
    if (turn.model.editor.text === '') leaveAsking(turn, 0)
    else change(turn, { edit: 'delete' })
  },
  escape(turn) {
    if (turn.model.bare) toggleBare(turn)
    else if (leadsBack(turn.model)) backToList(turn)
    else patch(turn, { panel: 'input', toast: null })
  },
}

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

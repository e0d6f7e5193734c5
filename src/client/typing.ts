/** The chat screen’s keys: the line, the panels, scrolling, and leaving. */
import { cleanText } from '../base/clean.ts'
import { askPaste } from './ask.ts'
import { bounds, patience } from './bounds.ts'
import { completed, isCompletable } from './complete.ts'
import { accept, type Edit, edit } from './editor.ts'
import { type Action, doneBy } from './keymap.ts'
import { currentRoom, type Panel } from './model.ts'
import { enter } from './speech.ts'
import { leave, patch, putRoom, type Turn, toast, want } from './turn.ts'
import type { Stroke } from './types.ts'
import { chatLayout } from './view/layout.ts'
import { sortedMembers } from './view/members.ts'
import { scrolled } from './view/pane.ts'

export function chatStroke(turn: Turn, stroke: Stroke) {
  if ('focused' in stroke) return
  if ('text' in stroke) return change(turn, { edit: 'insert', text: stroke.text })
  if ('paste' in stroke) return paste(turn, stroke.paste)
  const does = doneBy(stroke.key, 'chat', 'line', 'everywhere')
  if (does === undefined) return
  if (does !== 'interrupt') patch(turn, { interruptedAtMs: null })
  if (does !== 'complete') patch(turn, { completion: null })
  if (typeof does === 'string') deeds[does]?.(turn)
  else change(turn, does)
}

/** Whatever changes the line makes the line the active panel. */
function change(turn: Turn, action: Edit): void {
  const editor = edit(turn.model.editor, action)
  patch(turn, { editor, panel: 'input', completion: null, interruptedAtMs: null })
  if (editor.answer !== null) toast(turn, editor.answer)
}

function paste(turn: Turn, pasted: string) {
  if (pasted.length > bounds.pasteUnits)
    return toast(turn, `This paste is too long (over ${bounds.pasteUnits / 1024} KiB). Paste it in parts.`)
  const text = cleanText(pasted)
  const lines = text.replace(/\n$/, '').split('\n').length
  if (lines > bounds.pasteLinesUnasked) askPaste(turn, text)
  else change(turn, { edit: 'insert', text })
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
    const nicks = sortedMembers(currentRoom(model).members)
      .map(member => member.nick)
      .filter(nick => nick !== model.nick)
    const done = completed(model.editor, model.completion, nicks)
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
    if (interruptedAtMs !== null && nowMs - interruptedAtMs <= patience.quitAgainMs) return leave(turn, 130)
    const emptied = editor.text !== ''
    if (emptied) patch(turn, { editor: edit(editor, { edit: 'clear' }) })
    patch(turn, { interruptedAtMs: nowMs })
    toast(turn, emptied ? 'Line emptied. ^C once more leaves.' : 'Press ^C once more to leave.')
  },
  endOfInput(turn) {
    if (turn.model.editor.text === '') leave(turn, 0)
    else change(turn, { edit: 'delete' })
  },
  escape: turn => patch(turn, { panel: 'input', toast: null }),
}

function panels(turn: Turn): readonly Panel[] {
  return chatLayout(turn.model).membersCells > 0 ? ['input', 'chat', 'members'] : ['input', 'chat']
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
  else change(turn, { edit: by < 0 ? 'up' : 'down' })
}

function toEnd(turn: Turn, end: 'oldest' | 'newest'): void {
  const { panel, editor } = turn.model
  if (panel === 'members') scrollMembers(turn, end === 'oldest' ? -Infinity : Infinity)
  else if (panel === 'input' && editor.text !== '') change(turn, { edit: end === 'oldest' ? 'home' : 'end' })
  else scroll(turn, end)
}

function scroll(turn: Turn, by: number | 'oldest' | 'newest'): void {
  const { model } = turn
  const room = currentRoom(model)
  const anchor = by === 'newest' ? null : scrolled(model, room, chatLayout(model), by)
  putRoom(turn, { ...room, anchor, newBelow: anchor === null || room.anchor === null ? 0 : room.newBelow })
}

function scrollMembers(turn: Turn, by: number): void {
  const room = currentRoom(turn.model)
  const shown = chatLayout(turn.model).chatRows - 1
  const membersTop = Math.max(0, Math.min(room.membersTop + by, room.members.size - shown))
  putRoom(turn, { ...room, membersTop })
}

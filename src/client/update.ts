/** Inputs in, the next model and its effects out: one row an input, and whoever shows a screen hears its keys. */
import { parseCommand } from '../chat/commands.ts'
import { tellAbsence } from './absence.ts'
import { answer, askStroke } from './ask.ts'
import { bounds } from './bounds.ts'
import { chooseAsEntered, pickerEntered, pickerStroke, sighted } from './choosing.ts'
import { composed } from './composing.ts'
import { goOnJumping } from './finding.ts'
import { heard, heardLines } from './heard.ts'
import { keep } from './kept.ts'
import { doneBy } from './keymap.ts'
import { dialDue, foundAgain, giveUpJoining, join, unlinked } from './link.ts'
import { loggedIn, loginFailed } from './login.ts'
import { keepPanel } from './looking.ts'
import { linked } from './meeting.ts'
import { isBusy, type Model, screenOf } from './model.ts'
import { pointed, turnMouse } from './mouse.ts'
import { takeOutlets } from './network.ts'
import { enter } from './orders.ts'
import { findingIn, recallingIn } from './seeking.ts'
import { sweptText } from './servers.ts'
import { signal, stirred } from './signals.ts'
import { leave, note, patch, patchPicker, type Turn, tell, toast, want } from './turn.ts'
import type { ClientEffect, Input, Means, Stroke, Typed } from './types.ts'
import { chatStroke, interruptDue } from './typing.ts'
import { takeListNotice } from './untold.ts'
import { helpTopMax } from './view/help.ts'

type Of<G extends Input['got']> = Extract<Input, { got: G }>
export type Update = (model: Model, input: Input) => readonly [Model, readonly ClientEffect[]]

export function createUpdate(means: Means): Update {
  return (model, input) => {
    const nowMs = means.nowMs()
    const turn: Turn = { model: { ...model, nowMs, wallMs: means.wallMs() }, effects: [], means }
    if (model.toast !== null && nowMs >= model.toast.untilMs) patch(turn, { toast: null })
    dialDue(turn)
    const takes = rows[input.got] as (turn: Turn, input: Input) => void
    takes(turn, input)
    chooseAsEntered(turn)
    doHeld(turn)
    goOnJumping(turn)
    signal(turn)
    tellAbsence(turn)
    keep(turn, model)
    return [turn.model, turn.effects]
  }
}

const rows: { readonly [G in Input['got']]: (turn: Turn, input: Of<G>) => void } = {
  stroke: (turn, { stroke: typed }) => stroke(turn, typed),
  entered,
  size(turn, { columns, rows: high }) {
    patch(turn, { columns, rows: high })
    keepPanel(turn)
  },
  sightings(turn, { sightings }) {
    sighted(turn, sightings)
    foundAgain(turn)
  },
  outlets: (turn, { outlets }) => takeOutlets(turn, outlets),
  notice: (turn, { text }) => (screenOf(turn.model) === 'chat' ? tell(turn, text) : note(turn, text)),
  listNotice: takeListNotice,
  sweep(turn, { asked, total, done }) {
    patchPicker(turn, { sweep: { asked, total, done } })
    if (!done) return
    note(turn, sweptText(turn.model.picker, asked))
  },
  linked,
  loggedIn: (turn, { login }) => loggedIn(turn, login),
  loginFailed: (turn, { text, retryMs }) => loginFailed(turn, text, retryMs),
  said(turn, { message }) {
    patch(turn, { heardWallMs: turn.model.wallMs })
    heard(turn, message)
  },
  lines(turn, { lines }) {
    patch(turn, { heardWallMs: turn.model.wallMs })
    heardLines(turn, lines)
  },
  unlinked: (turn, { text }) => unlinked(turn, text),
  rtt(turn, { ms }) {
    const { answered, nowMs, rttMs, wallMs } = turn.model
    const askedAtMs = nowMs - ms
    // The server hears one after the other: behind a line of ours that was not answered yet, the question waited with it.
    const hasWaited = answered !== null && answered.sentAtMs < askedAtMs && answered.atMs > askedAtMs
    patch(turn, { rttMs: hasWaited ? rttMs : ms, heardWallMs: wallMs })
  },
  hosted(turn, { target, token }) {
    const wanted = turn.model.picker.hosting && turn.model.link.at === 'scanning'
    patchPicker(turn, { hosting: false })
    patch(turn, { hosted: { target, id: null, token: token ?? null, left: null } })
    if (wanted) join(turn, target, turn.model.hostName)
  },
  hostingFailed(turn, { text }) {
    patchPicker(turn, { hosting: false })
    note(turn, text)
  },
  composed: (turn, { text }) => composed(turn, text),
  composeFailed: (turn, { text }) => toast(turn, text),
  tick: interruptDue,
}

function stroke(turn: Turn, typed: Stroke) {
  if ('focused' in typed) return patch(turn, { focused: typed.focused, tellsFocus: true })
  stirred(turn)
  if ('mouse' in typed) return pointed(turn, typed)
  const everywhere = 'key' in typed ? doneBy(typed.key, 'everywhere') : undefined
  if (everywhere === 'mouse') return turnMouse(turn, !turn.model.mouse)
  if (everywhere === 'redraw' || everywhere === 'suspend') return want(turn, { do: everywhere })
  const { help, ask } = turn.model
  if (help !== null) return helpStroke(turn, typed)
  // Whatever is asked or looked for is there again behind the help.
  const isSeeking = findingIn(turn.model) !== null || recallingIn(turn.model) !== null
  if (everywhere === 'help' && (ask !== null || isSeeking)) return openHelp(turn)
  if (ask !== null) return askStroke(turn, ask, typed)
  screens[screenOf(turn.model)](turn, typed)
}

const screens = { picker: pickerStroke, connecting: connectingStroke, chat: chatStroke } as const

function connectingStroke(turn: Turn, typed: Typed): void {
  const key = 'key' in typed ? typed.key : 'text' in typed ? typed.text.slice(0, 1) : ''
  const does = doneBy(key, 'connecting', 'everywhere')
  if (does === 'escape') giveUpJoining(turn)
  else if (does === 'quit') leave(turn, key === 'C-c' ? 130 : 0)
  else if (does === 'help') openHelp(turn)
}

/** A whole line, from plain mode: it goes wherever a line can go now. */
function entered(turn: Turn, { text }: Of<'entered'>) {
  stirred(turn)
  const { ask } = turn.model
  if (ask !== null) {
    if (text.trim().toLowerCase() === '/quit') return leave(turn, 0)
    return answer(turn, ask, text === '' && 'editor' in ask ? ask.editor.text : text)
  }
  const screen = screenOf(turn.model)
  const { held, outbox, picker, interactive } = turn.model
  // What a pipe says behind its choice is for the server that it has chosen; a person thinks better of a choice.
  const isChoice = screen === 'picker' && (picker.choice === null || interactive)
  if (isChoice) return pickerEntered(turn, text)
  // A pipe waits for nothing: what it says too early or too fast is done in its order when it can be.
  const waits = screen !== 'chat' || held.length > 0 || outbox.length >= bounds.outboxLines
  // Who leaves has said all before that, unless nothing was said.
  if (!waits || (isQuit(text) && held.length === 0)) return void enter(turn, text, { lineMode: true })
  if (held.length < bounds.heldLines) return patch(turn, { held: [...held, text] })
  toast(turn, `${bounds.heldLines} lines already wait for the server, so this one was not taken: ${text}`)
}

/** Lines that waited, as soon as there is somebody to say them to. */
function doHeld(turn: Turn): void {
  while (turn.model.link.at === 'joined' && turn.model.outbox.length < bounds.outboxLines) {
    const [text, ...held] = turn.model.held
    if (text === undefined) return
    if (isQuit(text) && isBusy({ ...turn.model, held: [] })) return
    patch(turn, { held })
    enter(turn, text, { lineMode: true })
  }
}

function isQuit(text: string): boolean {
  const parsed = parseCommand(text, { lineMode: true })
  return parsed.is === 'command' && parsed.name === 'quit'
}

const openHelp = (turn: Turn): void => patch(turn, { help: { top: 0, filter: '' } })

function helpStroke(turn: Turn, typed: Typed) {
  const { help, rows: high } = turn.model
  if (help === null) return
  const scroll = (top: number) =>
    patch(turn, { help: { ...help, top: Math.max(0, Math.min(top, helpTopMax(turn.model))) } })
  if ('text' in typed) {
    const filter = (help.filter + typed.text)
      .replace(/[\p{Cc}\p{Cf}]/gu, '')
      .slice(0, 40)
      .toWellFormed()
    return patch(turn, { help: { top: 0, filter } })
  }
  if (!('key' in typed)) return
  const page = Math.max(1, high - 3)
  const moves: Record<string, number> = {
    Up: help.top - 1,
    Down: help.top + 1,
    PageUp: help.top - page,
    PageDown: help.top + page,
    Home: 0,
    End: Number.MAX_SAFE_INTEGER,
  }
  const top = moves[typed.key]
  if (top !== undefined) scroll(top)
  else if (typed.key === 'Backspace')
    patch(turn, { help: { top: 0, filter: help.filter.slice(0, -1).toWellFormed() } })
  else if (['Escape', 'Enter', 'F1', 'C-c'].includes(typed.key)) patch(turn, { help: null })
}

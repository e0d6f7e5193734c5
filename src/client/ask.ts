/** Questions: asked over whatever is shown, answered with Enter, left with Escape. */
import { cleanLine } from '../base/clean.ts'
import { checkNick } from '../base/names.ts'
import { formatTarget, parseTarget } from '../base/target.ts'
import { defaultPort } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { accept, edit, emptyEditor } from './editor.ts'
import { jumpTo } from './finding.ts'
import { doneBy } from './keymap.ts'
import { counted } from './labels.ts'
import { giveUpJoining, join, listFromNowOn, sayHello } from './link.ts'
import { answerPassword } from './login.ts'
import { trust } from './meeting.ts'
import type { Ask } from './model.ts'
import { pasteMore } from './pasting.ts'
import { roomsLike, show, shownRooms } from './rooms.ts'
import { say } from './speech.ts'
import { doubtText } from './trust.ts'
import { leave, patch, type Turn, toast, want } from './turn.ts'
import type { Typed } from './types.ts'

/** Keys as people write them, and what each does. */
export type AnswerKeys = readonly (readonly [key: string, does: string])[]

/** All of them in one row. */
export const keysText = (keys: AnswerKeys): string => keys.map(pair => pair.join(' ')).join(' · ')

/** What is asked, and which keys answer. */
export function questionOf(ask: Ask): { readonly question: string; readonly keys: AnswerKeys } {
  switch (ask.about) {
    case 'nick':
      return {
        question: 'Which nick do you want?',
        keys: [
          ['Enter', 'take it'],
          ['Esc', 'cancel'],
        ],
      }
    case 'trust':
      return {
        question: 'If it is right, type /trust and the last four of the new code.',
        keys: [
          ['/trust', '+ last four of the new code'],
          ['Esc', 'leaves'],
        ],
      }
    case 'password':
      return {
        question: 'The password?',
        keys: [
          ['Enter', 'log in'],
          ['Esc', 'cancel'],
        ],
      }
    case 'address':
      return {
        question: 'Which server? Its name or address, with a port if it has its own: host:port',
        keys: [
          ['Enter', 'join'],
          ['Esc', 'cancel'],
        ],
      }
    case 'room':
      return {
        question: 'Which room? A part of its name, or its number.',
        keys: [
          ['Enter', 'show it'],
          ['Up Down', 'choose'],
          ['Esc', 'cancel'],
        ],
      }
    case 'leave':
      return {
        question: 'Others are here; quitting ends the server. Enter quits, Esc stays.',
        keys: [
          ['Enter', 'quit'],
          ['Esc', 'stay'],
        ],
      }
    case 'found': {
      const what = `${counted(ask.lines.length, 'line')} with “${ask.words}”`
      return {
        question: ask.isCut
          ? `The newest ${what}; there are more, and more words find less. Which one?`
          : `${what}, the newest first. Which one?`,
        keys: [
          ['Enter', 'go to it'],
          ['Up Down', 'choose'],
          ['Esc', 'close'],
        ],
      }
    }
    case 'paste':
      return {
        question: `Send these ${counted(ask.lines, 'line')} as one message?`,
        keys: [
          ['Enter', 'send'],
          ['e', 'edit'],
          ['Esc', 'cancel'],
        ],
      }
  }
}

export function askNick(turn: Turn, then: 'join' | 'keep', why: string | null, prefill: string): void {
  patch(turn, {
    ask: { about: 'nick', then, why, editor: edit(emptyEditor, { edit: 'insert', text: prefill }) },
  })
}

export function askAddress(turn: Turn): void {
  patch(turn, { ask: { about: 'address', why: null, editor: emptyEditor } })
}

export function askRoom(turn: Turn): void {
  patch(turn, { ask: { about: 'room', why: null, editor: emptyEditor, chosen: 0 } })
}

export function askStroke(turn: Turn, ask: Ask, stroke: Typed) {
  if ('key' in stroke) {
    if (stroke.key === 'Enter') return answer(turn, ask, 'editor' in ask ? ask.editor.text : '')
    // Whoever presses one of them once more means it.
    if (ask.about === 'leave' && (stroke.key === 'C-c' || stroke.key === 'C-d')) return leave(turn, ask.code)
    const isEnd = stroke.key === 'C-d' && 'editor' in ask && ask.editor.text === ''
    if (stroke.key === 'Escape' || stroke.key === 'C-c' || isEnd) return cancel(turn, ask)
  }
  if (ask.about === 'leave') return
  if (ask.about === 'found') return choosing(turn, ask, stroke)
  if (ask.about === 'paste') {
    if ('paste' in stroke) pasteMore(turn, ask, stroke.paste)
    else if ('text' in stroke && stroke.text === 'e') answer(turn, ask, 'e')
    return
  }
  if ('key' in stroke) {
    const does = doneBy(stroke.key, 'line')
    if (ask.about === 'room') {
      const count = Math.min(bounds.roomChoices, roomsLike(turn.model, ask.editor.text).length)
      const by = { Up: -1, 'C-p': -1, Down: 1, 'C-n': 1, Tab: 1, 'C-g': 1 }[stroke.key]
      if (by !== undefined)
        return patch(turn, { ask: { ...ask, chosen: (ask.chosen + by + count) % Math.max(1, count) } })
      if (typeof does === 'object')
        patch(turn, { ask: { ...ask, chosen: 0, editor: edit(ask.editor, does) } })
      return
    }
    if (typeof does === 'object') patch(turn, { ask: { ...ask, editor: edit(ask.editor, does) } })
    return
  }
  const typed = 'text' in stroke ? stroke.text : stroke.paste
  const text = cleanLine(typed.slice(0, bounds.answerUnits)) || (/^\s+$/.test(typed) ? ' ' : '')
  if (ask.editor.text.length + text.length <= bounds.answerUnits)
    patch(turn, {
      ask: {
        ...ask,
        editor: edit(ask.editor, { edit: 'insert', text }),
        ...(ask.about === 'room' ? { chosen: 0 } : {}),
      },
    })
}

const stepsOf: Readonly<Record<string, number>> = {
  Up: -1,
  'C-p': -1,
  Down: 1,
  'C-n': 1,
  Tab: 1,
  PageUp: -bounds.foundChoices,
  PageDown: bounds.foundChoices,
  Home: -Infinity,
  End: Infinity,
}

function choosing(turn: Turn, ask: Extract<Ask, { about: 'found' }>, stroke: Typed): void {
  const by = 'key' in stroke ? stepsOf[stroke.key] : undefined
  if (by === undefined) return
  const chosen = Math.max(0, Math.min(ask.lines.length - 1, ask.chosen + by))
  patch(turn, { ask: { ...ask, chosen } })
}

/** The answer, from the keys or as a whole line. */
export function answer(turn: Turn, ask: Ask, text: string) {
  switch (ask.about) {
    case 'nick':
      return answerNick(turn, ask, text)
    case 'trust':
      return answerTrust(turn, ask, text)
    case 'password':
      return answerPassword(turn, text)
    case 'address': {
      if (text.trim() === '') return cancel(turn, ask)
      const read = parseTarget(text, defaultPort)
      if (!read.ok) return patch(turn, { ask: { ...ask, why: cleanLine(read.text) } })
      patch(turn, { ask: null })
      return join(turn, { hosts: [read.host], port: read.port }, formatTarget(read.host, read.port))
    }
    case 'room': {
      const numbered = /^\d{1,2}$/.test(text) ? shownRooms(turn.model)[Number(text) - 1] : undefined
      const room = numbered ?? roomsLike(turn.model, text)[ask.chosen]
      patch(turn, { ask: null })
      return room
        ? show(turn, room.name)
        : toast(turn, 'You are in no room of that name. /join #ROOM enters one.')
    }
    case 'found': {
      const line = ask.lines[ask.chosen]
      patch(turn, { ask: null })
      return line === undefined ? undefined : jumpTo(turn, line.room, line.seq, ask.words)
    }
    case 'leave':
      patch(turn, { ask: null })
      return text.trim() === '' ? leave(turn, ask.code) : undefined
    case 'paste': {
      patch(turn, { ask: null })
      // What cannot be sent is not lost: it goes where it can be cut down.
      if (text !== 'e' && say(turn, ask.text, false)) {
        const { editor } = turn.model
        const { history } = accept({ ...editor, text: ask.text.replace(/\n+$/, '') }).editor
        return patch(turn, { editor: { ...editor, history, recall: null } })
      }
      const editor = edit(turn.model.editor, { edit: 'insert', text: ask.text })
      patch(turn, { editor })
      if (editor.answer !== null) toast(turn, editor.answer)
    }
  }
}

/** Nothing but the code is a yes; whatever else is typed, both codes stay in sight. */
function answerTrust(turn: Turn, ask: Extract<Ask, { about: 'trust' }>, text: string): void {
  const given = /^\/trust\s+(.*)$/i.exec(text.trim())?.[1]
  const no = given === undefined ? 'Nothing is sent before this is settled.' : trust(turn, given)
  const { doubt, wallMs } = turn.model
  if (no !== null && doubt !== null)
    patch(turn, { ask: { ...ask, why: `${no} ${doubtText(doubt, wallMs)}`, editor: emptyEditor } })
}

function answerNick(turn: Turn, ask: Extract<Ask, { about: 'nick' }>, text: string) {
  const checked = checkNick(text.trim())
  if (!checked.ok) return patch(turn, { ask: { ...ask, why: checked.text } })
  patch(turn, { ask: null, nick: checked.nick })
  if (ask.then === 'keep') return want(turn, { do: 'rememberNick', nick: checked.nick })
  const { link, server, heading, interactive } = turn.model
  if (link.at === 'greeting') {
    patch(turn, { link: { ...link, tries: link.tries + 1 } })
    sayHello(turn)
  } else if (link.at === 'waiting' && server === null) {
    // It may be gone meanwhile. Whoever just answered a question is told so and has a list to choose from, where one is shown.
    if (interactive) listFromNowOn(turn)
    join(turn, link.target, heading)
  }
}

function cancel(turn: Turn, ask: Ask): void {
  patch(turn, { ask: null })
  const isForJoining =
    (ask.about === 'nick' && ask.then === 'join') || ask.about === 'trust' || ask.about === 'password'
  if (isForJoining && turn.model.server === null) giveUpJoining(turn)
}

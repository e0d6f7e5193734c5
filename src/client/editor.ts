/** The line editor: a text and a cursor that always stands on a cluster border, with kill ring, undo and history. */
import { cleanTyped } from '../base/clean.ts'
import { borderAfter, borderBefore, borderFrom } from '../base/clusters.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { lineEnd, lineStart, otherLine, wordEnd, wordStart } from './motions.ts'

export { layout } from './inputRows.ts'

/** Bounds of the editor; each has an answer where it is met. */
export const editorBounds = {
  /** Text in UTF-8. What would go beyond is not added, and `answer` says so. */
  textBytesMax: 64 * 1024,
  /** Entries kept of what was entered; the oldest go first. */
  historyMax: 200,
  /** Killed texts kept for yank and yankPop; the oldest go first. */
  killsMax: 16,
  /** Steps back; the oldest go first. */
  undoMax: 100,
  /** Texts that stand aside while a line of its own is typed. More: what is typed then goes on with the last of them. */
  asideMax: 100,
} as const

interface Snapshot {
  readonly text: string
  readonly cursor: number
}

export interface Editor extends Snapshot {
  /** A sentence for the user where the last edit met a bound, else null. */
  readonly answer: string | null
  /** Killed texts, newest first. */
  readonly kills: readonly string[]
  /** What undo goes back to, newest last. */
  readonly past: readonly Snapshot[]
  /** What was entered, newest last. */
  readonly history: readonly string[]
  /** While history is looked through: which entry shows, and the text that was being written before. */
  readonly recall: { readonly at: number; readonly draft: string } | null
  /** What came last, where the next edit may go on with it: kills grow together, typed letters are undone by words. */
  readonly last: 'insert' | 'erase' | 'kill' | 'yank' | 'refused' | 'stays' | null
  /** Texts that could not be taken yet, newest last: each comes back when the line is empty. */
  readonly aside: readonly string[]
  /** Where the last yank stands and which kill it was, for yankPop. */
  readonly yanked: { readonly from: number; readonly to: number; readonly kill: number } | null
}

export const emptyEditor: Editor = {
  text: '',
  cursor: 0,
  answer: null,
  kills: [],
  past: [],
  history: [],
  recall: null,
  last: null,
  aside: [],
  yanked: null,
}

type PlainEdit =
  | 'left'
  | 'right'
  | 'wordLeft'
  | 'wordRight'
  | 'home'
  | 'end'
  | 'up'
  | 'down'
  | 'backspace'
  | 'delete'
  | 'killWordLeft'
  | 'killWordRight'
  | 'killToStart'
  | 'killToEnd'
  | 'yank'
  | 'yankPop'
  | 'transpose'
  | 'undo'
  | 'historyBack'
  | 'historyForward'
  | 'newline'
  | 'clear'

/**
 * One thing done to the text. `home`, `end`, `killToStart` and `killToEnd` are of the line the cursor is in; at its
 * border the two kills take the newline. `up` and `down` go to the next line of the text and, beyond its first and
 * last, through history. Offsets of `replace` are UTF-16 units and are moved on to the next cluster border.
 */
export type Edit =
  | { edit: 'insert'; text: string }
  | { edit: PlainEdit }
  | { edit: 'replace'; from: number; to: number; text: string }

/** `editor` after `action`. Inserted text is cleaned of controls; past 64 KiB nothing is added and `answer` says so. */
export function edit(editor: Editor, action: Edit): Editor {
  switch (action.edit) {
    case 'insert':
      if (editor.last === 'stays') return goneOn(editor, action.text)
      if (isReplacedBy(editor, action.text)) return replaced(editor, action.text)
      return spliced(editor, editor.cursor, editor.cursor, action.text, 'insert')
    case 'replace': {
      const from = borderFrom(editor.text, Math.min(action.from, action.to))
      const to = borderFrom(editor.text, Math.max(action.from, action.to))
      return spliced(editor, from, to, action.text, null)
    }
    default:
      return plainEdits[action.edit](editor)
  }
}

const plainEdits: { readonly [K in PlainEdit]: (editor: Editor) => Editor } = {
  left: editor => moved(editor, borderBefore(editor.text, editor.cursor)),
  right: editor => moved(editor, borderAfter(editor.text, editor.cursor)),
  wordLeft: editor => moved(editor, wordStart(editor.text, editor.cursor)),
  wordRight: editor => moved(editor, wordEnd(editor.text, editor.cursor)),
  home: editor => moved(editor, lineStart(editor.text, editor.cursor)),
  end: editor => moved(editor, lineEnd(editor.text, editor.cursor)),
  up: editor => {
    const to = otherLine(editor.text, editor.cursor, -1)
    return to === null ? recalled(editor, -1) : moved(editor, to)
  },
  down: editor => {
    const to = otherLine(editor.text, editor.cursor, 1)
    return to === null ? recalled(editor, 1) : moved(editor, to)
  },
  backspace: editor => spliced(editor, borderBefore(editor.text, editor.cursor), editor.cursor, '', 'erase'),
  delete: editor => spliced(editor, editor.cursor, borderAfter(editor.text, editor.cursor), '', 'erase'),
  killWordLeft: editor => killed(editor, wordStart(editor.text, editor.cursor)),
  killWordRight: editor => killed(editor, wordEnd(editor.text, editor.cursor)),
  killToStart: editor => {
    const start = lineStart(editor.text, editor.cursor)
    return killed(editor, start === editor.cursor ? borderBefore(editor.text, start) : start)
  },
  killToEnd: editor => {
    const end = lineEnd(editor.text, editor.cursor)
    return killed(editor, end === editor.cursor ? borderAfter(editor.text, end) : end)
  },
  yank: editor => yanked(editor, editor.cursor, editor.cursor, 0),
  yankPop: editor => {
    const { yanked: at } = editor
    if (editor.last !== 'yank' || at === null) return moved(editor, editor.cursor)
    return yanked(editor, at.from, at.to, (at.kill + 1) % editor.kills.length)
  },
  transpose: editor => transposed(editor),
  undo: editor => {
    const before = editor.past.at(-1)
    if (before === undefined) return moved(editor, editor.cursor)
    return { ...rested(editor), ...before, past: editor.past.slice(0, -1), recall: null }
  },
  historyBack: editor => recalled(editor, -1),
  historyForward: editor => recalled(editor, 1),
  newline: editor => spliced(editor, editor.cursor, editor.cursor, '\n', null),
  clear: editor => spliced(editor, 0, editor.text.length, '', null),
}

/** Enter: the text goes into history (not when blank, nor twice in a row); the editor is empty, or has what stood aside. */
export function accept(editor: Editor): { entered: string; editor: Editor } {
  const entered = editor.text
  const isNew = entered.trim() !== '' && entered !== editor.history.at(-1)
  const history = isNew ? [...editor.history, entered].slice(-editorBounds.historyMax) : editor.history
  return {
    entered,
    editor: broughtBack({ ...emptyEditor, kills: editor.kills, history, aside: editor.aside }),
  }
}

/**
 * What was entered was not taken, and stands there as it did: to be mended, or gone on with after a blank. Whatever
 * else is typed takes its place, and history and undo have it.
 */
export const refused = (editor: Editor): Editor => ({ ...editor, last: 'refused' })

/**
 * What was entered cannot be taken yet, which is no mistake of who typed it: it stands there and gives way to nothing.
 * What is typed next is its next line; a command and words for somebody else are a line of their own meanwhile.
 */
export const stays = (editor: Editor): Editor => ({ ...editor, last: 'stays' })

/** Where the line is empty, the newest of what stands aside. */
export function broughtBack(editor: Editor): Editor {
  const text = editor.aside.at(-1)
  if (editor.text !== '' || text === undefined) return editor
  return stays({ ...editor, text, cursor: text.length, aside: editor.aside.slice(0, -1) })
}

/** Said as one, a line for one person would be heard by all, and a command would not be done. */
const isOfItsOwn = (text: string): boolean => /^[/@#]/.test(text)

/** Many lines of words are nobody’s slip. */
export const isDraft = ({ text }: Editor): boolean => text.includes('\n') && !isOfItsOwn(text)

function goneOn(editor: Editor, text: string): Editor {
  const added = cleanTyped(text)
  if (added === '') return editor
  const isApart = isOfItsOwn(added) || isOfItsOwn(editor.text)
  if (isApart && editor.aside.length < editorBounds.asideMax)
    return spliced(setAside(editor), 0, 0, added, 'insert')
  const { length } = editor.text
  return spliced(editor, length, length, `\n${added}`, 'insert')
}

const setAside = ({ kills, history, aside, text }: Editor): Editor => ({
  ...emptyEditor,
  kills,
  history,
  aside: [...aside, text],
})

const isReplacedBy = (editor: Editor, text: string): boolean =>
  editor.last === 'refused' && /^\S/u.test(cleanTyped(text))

function replaced(editor: Editor, text: string): Editor {
  const { history } = accept(editor).editor
  return spliced({ ...editor, history }, 0, editor.text.length, text, 'insert')
}

/** The same text, with nothing for the next edit to join. */
function rested(editor: Editor): Editor {
  return { ...editor, answer: null, last: null, yanked: null }
}

function moved(editor: Editor, cursor: number): Editor {
  return { ...rested(editor), cursor }
}

/** `text` in place of `from`…`to`, the cursor behind it: the one place where the text changes. */
function spliced(editor: Editor, from: number, to: number, text: string, kind: Editor['last']): Editor {
  const added = cleanTyped(text)
  if (from === to && added === '') return rested(editor)
  const whole = editor.text.slice(0, from) + added + editor.text.slice(to)
  if (added !== '' && isTooLong(whole)) {
    return {
      ...rested(editor),
      answer: 'A text holds at most 64 KiB, so this was not added. Send it in parts.',
    }
  }
  const joins =
    kind !== null && kind === editor.last && (kind === 'erase' || (kind === 'insert' && isLetters(added)))
  const { cursor } = editor
  const past = joins
    ? editor.past
    : [...editor.past, { text: editor.text, cursor }].slice(-editorBounds.undoMax)
  // What was added may join what stands after it, as a letter before a combining mark does.
  const after = borderFrom(whole, from + added.length)
  return { ...rested(editor), text: whole, cursor: after, past, recall: null, last: kind }
}

function isTooLong(text: string): boolean {
  // A unit is three bytes at most, so most texts need no count.
  return text.length * 3 > editorBounds.textBytesMax && utf8Bytes(text) > editorBounds.textBytesMax
}

/** Whether `text` belongs to the word being typed, for undo: a blank starts a new step, and so does a paste. */
function isLetters(text: string): boolean {
  return text.length <= 4 && !/^\s/u.test(text)
}

/** What lies between the cursor and `border` goes to the kill ring; kills in a row are one. */
function killed(editor: Editor, border: number): Editor {
  if (border === editor.cursor) return rested(editor)
  const from = Math.min(border, editor.cursor)
  const to = Math.max(border, editor.cursor)
  const text = editor.text.slice(from, to)
  const [newest = '', ...older] = editor.kills
  const joined = border < editor.cursor ? text + newest : newest + text
  const kills = editor.last === 'kill' ? [joined, ...older] : [text, ...editor.kills]
  return { ...spliced(editor, from, to, '', 'kill'), kills: kills.slice(0, editorBounds.killsMax) }
}

function yanked(editor: Editor, from: number, to: number, kill: number): Editor {
  const text = editor.kills[kill]
  if (text === undefined) return rested(editor)
  const after = spliced(editor, from, to, text, 'yank')
  return after.answer === null ? { ...after, yanked: { from, to: from + text.length, kill } } : after
}

/** Swaps the clusters around the cursor and moves on; at a line's end the two before it. */
function transposed(editor: Editor): Editor {
  const { text } = editor
  const atEnd = editor.cursor === lineEnd(text, editor.cursor)
  const middle = atEnd ? borderBefore(text, editor.cursor) : editor.cursor
  const from = borderBefore(text, middle)
  const to = borderAfter(text, middle)
  const swapped = text.slice(middle, to) + text.slice(from, middle)
  if (from === middle || swapped.includes('\n')) return rested(editor)
  return spliced(editor, from, to, swapped, null)
}

/** One entry back (-1) or forward (1) in history; past the newest, the text that was being written. */
function recalled(from: Editor, by: -1 | 1): Editor {
  const editor = from.last === 'stays' && from.aside.length < editorBounds.asideMax ? setAside(from) : from
  const { history, recall } = editor
  const at = (recall?.at ?? history.length) + by
  if (at < 0 || at > history.length) return rested(editor)
  const draft = recall?.draft ?? editor.text
  const text = history[at] ?? draft
  const past = recall === null ? [...editor.past, { text: editor.text, cursor: editor.cursor }] : editor.past
  return {
    ...rested(editor),
    text,
    cursor: text.length,
    past: past.slice(-editorBounds.undoMax),
    recall: at === history.length ? null : { at, draft },
  }
}

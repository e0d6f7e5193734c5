/** Tab: the words that could be meant left of the cursor, one after the other. */
import { fold } from '../base/names.ts'
import { type ArgumentKind, commandNamed, commands } from '../chat/commands.ts'
import { type Editor, edit } from './editor.ts'
import { emojiLike } from './emoji.ts'
import { themeNames } from './themes.ts'

/** A completion under way; it goes on as long as the text is what it made of it. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly options: readonly string[]
  /** What the options are called where they are listed. */
  readonly names: readonly string[]
  readonly index: number
  readonly text: string
}

/** What there is to complete to, best first. */
export interface Words {
  readonly nicks: readonly string[]
  readonly rooms: readonly string[]
}

/** Whether Tab has something to complete: a word left of the cursor, or a completion to go on with. */
export const isCompletable = (editor: Editor, before: Completion | null): boolean =>
  goesOn(editor, before) || /\S$/.test(editor.text.slice(0, editor.cursor))

const goesOn = (editor: Editor, before: Completion | null): before is Completion =>
  before !== null && before.text === editor.text && before.to === editor.cursor

/**
 * The editor with the next option in place, and the completion to go on with; null for both where nothing fits.
 */
export function completed(
  editor: Editor,
  before: Completion | null,
  words: Words,
): { readonly editor: Editor; readonly completion: Completion } | null {
  const begun = goesOn(editor, before)
    ? { ...before, index: (before.index + 1) % before.options.length }
    : begin(editor, words)
  const option = begun?.options[begun.index]
  if (begun === null || option === undefined) return null
  const after = edit(editor, { edit: 'replace', from: begun.from, to: begun.to, text: option })
  return { editor: after, completion: { ...begun, to: after.cursor, text: after.text } }
}

/** What Tab would put there next, for the status line. */
export function optionsText({ names, index }: Completion): string {
  const next = [...names.slice(index + 1), ...names.slice(0, index)]
  return `${names[index]} · Tab once more: ${next.slice(0, 12).join(' · ')}`
}

function begin(editor: Editor, words: Words): Completion | null {
  const left = editor.text.slice(0, editor.cursor)
  const word = /\S+$/.exec(left)?.[0]
  if (word === undefined) return null
  const from = left.length - word.length
  const emoji = word.startsWith(':') ? emojiLike(word) : []
  const options = emoji.length > 0 ? emoji.map(one => one.sign) : optionsFor(left.slice(0, from), word, words)
  const names =
    emoji.length > 0 ? emoji.map(one => `${one.sign} ${one.name}`) : options.map(one => one.trim())
  if (options.length === 0) return null
  return { from, to: editor.cursor, options, names, index: 0, text: editor.text }
}

function optionsFor(before: string, word: string, words: Words): readonly string[] {
  if (before === '' && /^\/[^/]*$/.test(word)) {
    const begun = word.slice(1).toLowerCase()
    return commands
      .filter(row => row.name.startsWith(begun))
      .map(row => withBlank(row.name, row.takes.length > 0))
  }
  const command = /^\/[^/\s]\S*/.exec(before)?.[0]
  if (command === undefined) return inText(before === '', word, words)
  const takes = commandNamed(command)?.takes ?? []
  // The last kind goes on to the end of the line only where it is a text.
  const index = before.trim().split(/\s+/).length - 1
  const kind = takes[index] ?? (takes.at(-1) === 'text' ? 'text' : undefined)
  return kind === undefined ? [] : byKind[kind](word, words)
}

/** What each kind of argument can be. */
const byKind: { readonly [K in ArgumentKind]: (word: string, words: Words) => readonly string[] } = {
  newNick: () => [],
  count: () => [],
  nick: (word, { nicks }) => like(nicks, word.replace(/^@/, '')).map(nick => `${nick} `),
  room: (word, { rooms, nicks }) => [
    ...like(rooms, word.startsWith('#') ? word : `#${word}`).map(room => `${room} `),
    ...(word.startsWith('@') ? like(nicks, word.slice(1)).map(nick => `@${nick} `) : []),
  ],
  text: (word, words) => inText(false, word, words),
  command: word => commands.filter(row => row.name.startsWith(word.toLowerCase())).map(row => row.name),
  onOff: word => like(['on', 'off'], word),
  theme: word => like(themeNames, word),
}

function inText(isFirst: boolean, word: string, { nicks, rooms }: Words): readonly string[] {
  if (word.startsWith('#')) return like(rooms, word).map(room => `${room} `)
  const at = word.startsWith('@') ? '@' : ''
  const suffix = isFirst && at === '' ? ': ' : ' '
  return like(nicks, word.slice(at.length)).map(nick => `${at}${nick}${suffix}`)
}

function like(names: readonly string[], begun: string): readonly string[] {
  const wanted = fold(begun)
  return names.filter(name => fold(name).startsWith(wanted))
}

const withBlank = (name: string, more: boolean): string => `/${name}${more ? ' ' : ''}`

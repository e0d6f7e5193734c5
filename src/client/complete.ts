/** Tab: the words that could be meant left of the cursor, one after the other. */
import { fold } from '../base/names.ts'
import { commandNamed, commands } from '../chat/commands.ts'
import { type Editor, edit } from './editor.ts'

/** A completion under way; it goes on as long as the text is what it made of it. */
export interface Completion {
  readonly from: number
  readonly to: number
  readonly options: readonly string[]
  readonly index: number
  readonly text: string
}

/** Whether Tab has something to complete: a word left of the cursor, or a completion to go on with. */
export const isCompletable = (editor: Editor, before: Completion | null): boolean =>
  goesOn(editor, before) || /\S$/.test(editor.text.slice(0, editor.cursor))

const goesOn = (editor: Editor, before: Completion | null): before is Completion =>
  before !== null && before.text === editor.text && before.to === editor.cursor

/**
 * The editor with the next option in place, and the completion to go on with; null for both where nothing fits.
 * @param nicks best first
 */
export function completed(
  editor: Editor,
  before: Completion | null,
  nicks: readonly string[],
): { readonly editor: Editor; readonly completion: Completion } | null {
  const begun = goesOn(editor, before)
    ? { ...before, index: (before.index + 1) % before.options.length }
    : begin(editor, nicks)
  const option = begun?.options[begun.index]
  if (begun === null || option === undefined) return null
  const after = edit(editor, { edit: 'replace', from: begun.from, to: begun.to, text: option })
  return { editor: after, completion: { ...begun, to: after.cursor, text: after.text } }
}

function begin(editor: Editor, nicks: readonly string[]): Completion | null {
  const left = editor.text.slice(0, editor.cursor)
  const word = /\S+$/.exec(left)?.[0]
  if (word === undefined) return null
  const from = left.length - word.length
  const options = optionsFor(left.slice(0, from), word, nicks)
  return options.length === 0 ? null : { from, to: editor.cursor, options, index: 0, text: editor.text }
}

function optionsFor(before: string, word: string, nicks: readonly string[]): string[] {
  if (before === '' && /^\/[^/]*$/.test(word)) {
    const begun = word.slice(1).toLowerCase()
    return commands
      .filter(row => row.name.startsWith(begun))
      .map(row => withBlank(row.name, row.argument !== 'none'))
  }
  const command = /^\/[^/\s]\S*/.exec(before)?.[0]
  const argument = command === undefined ? 'text' : commandNamed(command)?.argument
  if (argument === 'command')
    return commands.filter(row => row.name.startsWith(word.toLowerCase())).map(row => row.name)
  if (argument !== 'text') return []
  const at = word.startsWith('@') ? '@' : ''
  const begun = fold(word.slice(at.length))
  const suffix = before === '' && at === '' ? ': ' : ' '
  return nicks.filter(nick => fold(nick).startsWith(begun)).map(nick => `${at}${nick}${suffix}`)
}

const withBlank = (name: string, more: boolean): string => `/${name}${more ? ' ' : ''}`

/** The line written in an editor of the user’s own: it goes there and comes back. */
import { cleanText } from '../base/clean.ts'
import { edit } from './editor.ts'
import { patch, type Turn, toast, want } from './turn.ts'

/** Hands `text` to the user’s editor. Until it comes back the line stays as it is. */
export function compose(turn: Turn, text: string): void {
  patch(turn, { completion: null, panel: 'input' })
  want(turn, { do: 'compose', text })
}

/** What came back takes the place of the line; it is not sent before Enter says so, and undo brings the line back. */
export function composed(turn: Turn, text: string): void {
  const { editor } = turn.model
  const whole = cleanText(text).replace(/\n+$/, '')
  const after = edit(editor, { edit: 'replace', from: 0, to: editor.text.length, text: whole })
  patch(turn, { editor: after, panel: 'input', finding: null, recalling: null, completion: null })
  if (after.answer !== null) toast(turn, after.answer)
  else if (whole !== '') toast(turn, 'Enter sends it.')
}

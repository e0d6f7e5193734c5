/** ^R: a line typed before, found by a part of it, older and older; taken into the line or left again. */
import { cleanText } from '../base/clean.ts'
import { borderFrom } from '../base/clusters.ts'
import { bounds } from './bounds.ts'
import { type Editor, edit } from './editor.ts'
import { currentRoom } from './model.ts'
import type { Recalling } from './seeking.ts'
import { patch, type Turn } from './turn.ts'
import type { Typed } from './types.ts'

export function beginRecalling(turn: Turn): void {
  const { editor } = turn.model
  const room = currentRoom(turn.model).id
  const recalling: Recalling = { room, words: '', at: null, isMissing: false, before: editor }
  patch(turn, { recalling, finding: null, panel: 'input', completion: null, toast: null })
}

/** The newest line with the words in it before the place `below`, shown in the line with the cursor at them. */
function look(turn: Turn, recalling: Recalling, below: number): void {
  const { history } = recalling.before
  const wanted = recalling.words.toLowerCase()
  for (let at = below - 1; at >= 0 && wanted !== ''; at--) {
    const text = history[at] ?? ''
    const place = text.toLowerCase().indexOf(wanted)
    if (place < 0) continue
    patch(turn, {
      recalling: { ...recalling, at, isMissing: false },
      editor: atPlace(recalling.before, text, place),
    })
    return
  }
  patch(turn, { recalling: { ...recalling, isMissing: true } })
}

/** `editor` with that text instead, as one step that can be undone, the cursor at a cluster’s border. */
function atPlace(editor: Editor, text: string, place: number): Editor {
  const whole = edit(editor, { edit: 'replace', from: 0, to: editor.text.length, text })
  return { ...whole, cursor: borderFrom(whole.text, place) }
}

/** A key while a line is looked for. True where it has done all it does; false where it is for the line that was found. */
export function recallStroke(turn: Turn, recalling: Recalling, stroke: Typed): boolean {
  if (!('key' in stroke)) {
    const typed = cleanText('text' in stroke ? stroke.text : stroke.paste).replaceAll('\n', ' ')
    const words = recalling.words + typed
    if (words.length > bounds.answerUnits) return true
    // What is shown may have the longer words, too.
    look(turn, { ...recalling, words }, (recalling.at ?? recalling.before.history.length - 1) + 1)
    return true
  }
  switch (stroke.key) {
    case 'C-r':
    case 'Up':
      look(turn, recalling, recalling.at ?? recalling.before.history.length)
      return true
    case 'Backspace':
    case 'C-h': {
      const words = [...recalling.words].slice(0, -1).join('')
      const again = { ...recalling, words, at: null, isMissing: false }
      patch(turn, { recalling: again, editor: recalling.before })
      if (words !== '') look(turn, again, recalling.before.history.length)
      return true
    }
    case 'Escape':
    case 'C-c':
    case 'C-g':
      patch(turn, { recalling: null, editor: recalling.before })
      return true
    case 'Enter':
    case 'Tab':
      patch(turn, { recalling: null })
      return true
    default:
      patch(turn, { recalling: null })
      return false
  }
}

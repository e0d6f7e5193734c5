/** What is pasted: a few lines go into the line, many are asked about, and more than one message holds are cut down there. */
import { cleanText } from '../base/clean.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { bounds } from './bounds.ts'
import { edit } from './editor.ts'
import { counted } from './labels.ts'
import { bodyBounds } from './link.ts'
import type { Ask } from './model.ts'
import { patch, type Turn, toast } from './turn.ts'

export function paste(turn: Turn, pasted: string) {
  if (pasted.length > bounds.pasteUnits)
    return toast(turn, `This paste is too long (over ${bounds.pasteUnits / 1024} KiB). Paste it in parts.`)
  const text = cleanText(pasted)
  const lines = linesIn(text)
  const { bytesMax, linesMax } = bodyBounds(turn.model)
  const isTooLong = lines > linesMax || utf8Bytes(text) > bytesMax
  if (lines > bounds.pasteLinesUnasked && !isTooLong)
    return patch(turn, { ask: { about: 'paste', why: null, text, lines } })
  insertPaste(turn, text)
  if (isTooLong && turn.model.editor.answer === null)
    toast(
      turn,
      `This is ${counted(lines, 'line')}, and ${linesMax} lines or ${bytesMax} bytes go into one message. Cut it down.`,
    )
}

/** More came while a paste is asked about: its rest, where the terminal marks no paste and a slow link tore it apart. */
export function pasteMore(turn: Turn, ask: Extract<Ask, { about: 'paste' }>, pasted: string) {
  patch(turn, { ask: null })
  const whole = ask.text + pasted
  if (whole.length <= bounds.pasteUnits) return paste(turn, whole)
  // What was asked about is not lost over it.
  insertPaste(turn, ask.text)
  paste(turn, pasted)
}

function insertPaste(turn: Turn, text: string): void {
  const editor = edit(turn.model.editor, { edit: 'insert', text })
  patch(turn, { editor, panel: 'input', completion: null })
  if (editor.answer !== null) toast(turn, editor.answer)
}

const linesIn = (text: string): number => text.replace(/\n$/, '').split('\n').length

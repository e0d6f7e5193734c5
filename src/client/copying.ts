/** `/copy`: the last lines of the room on show, for the clipboard of whoever sits at the terminal. */
import { at } from '../base/ring.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { bounds } from './bounds.ts'
import { counted } from './labels.ts'
import { currentRoom } from './model.ts'
import type { Entry } from './scrollback.ts'
import { type Turn, want } from './turn.ts'

type Line = Extract<Entry, { kind: 'line' }>

/** The last `count` lines of the room; a single one bare, several with who said them. null where there are none. */
function textOf(turn: Turn, count: number): { readonly text: string; readonly lines: number } | null {
  const { entries } = currentRoom(turn.model)
  const lines: Line[] = []
  for (let index = entries.size - 1; index >= 0 && lines.length < count; index--) {
    const entry = at(entries, index)
    if (entry?.kind === 'line') lines.unshift(entry)
  }
  const [only] = lines
  if (only === undefined) return null
  if (lines.length === 1) return { text: only.body, lines: 1 }
  const said = lines.map(({ from, body, emote }) => (emote ? `* ${from} ${body}` : `${from}: ${body}`))
  return { text: said.join('\n'), lines: lines.length }
}

/** `/copy [COUNT]`. @returns what is wrong, or null where it was handed to the terminal, which tells what came of it */
export function orderCopy(turn: Turn, argument: string): string | null {
  const word = argument.trim() || '1'
  const count = /^\d{1,4}$/.test(word) ? Number(word) : 0
  if (count < 1 || count > bounds.copyLines)
    return `How many lines? /copy copies the last one, /copy 5 the last five; at most ${bounds.copyLines}.`
  const copied = textOf(turn, count)
  if (copied === null) return 'Nothing was said here yet that could be copied.'
  const bytes = utf8Bytes(copied.text)
  if (bytes > bounds.copyBytes)
    return `These are ${counted(copied.lines, 'line')} with ${bytes} bytes, and ${bounds.copyBytes} go into the clipboard. Copy fewer.`
  want(turn, { do: 'copy', text: copied.text, what: counted(copied.lines, 'line') })
  return null
}

/** What is found out about the list of servers while it is not on show: told when it is, where it holds by then. */
import { bounds, patience } from './bounds.ts'
import { screenOf } from './model.ts'
import { note, patchPicker, type Turn } from './turn.ts'
import type { Input } from './types.ts'

/** Of no use to people who talk: it is told below the list, now or when that is opened. */
export function takeListNotice(turn: Turn, { text, passes }: Extract<Input, { got: 'listNotice' }>): void {
  const { picker, nowMs } = turn.model
  const untilMs = passes ? nowMs + patience.passingMs : Infinity
  if (screenOf(turn.model) === 'picker') note(turn, text)
  else patchPicker(turn, { untold: [...picker.untold, { text, untilMs }].slice(-bounds.untold) })
}

/** The list is on show again. @param text what else there is to say; '' for nothing */
export function tellUntold(turn: Turn, text: string): void {
  const { untold } = turn.model.picker
  const held = untold.filter(one => turn.model.nowMs < one.untilMs).map(one => one.text)
  const words = [text, ...held].filter(one => one !== '').join(' ')
  if (untold.length > 0) patchPicker(turn, { untold: [] })
  if (words !== '') note(turn, words)
}

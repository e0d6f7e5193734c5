/** The pictures as they lie here: read, and told apart from what is seen now. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { framesOf } from './svg.ts'

/** The file of the animation. */
export const animation = 'earshot.svg'

/** The files of the screens as text, in the order of the README. */
export const screens = [
  { file: 'picker.txt', title: 'The list of servers' },
  { file: 'chat-80x24.txt', title: 'The chat in 80 columns and 24 rows' },
  { file: 'chat-120x40.txt', title: 'The chat in 120 columns and 40 rows' },
  { file: 'chat-40x12.txt', title: 'The chat in 40 columns and 12 rows' },
] as const

export const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

export const heldText = (name: string): string =>
  existsSync(pathOf(name)) ? readFileSync(pathOf(name), 'utf8') : ''

/** What a session is held to: the frames of the animation in their order, and the screens as text. */
export interface Held {
  readonly frames: readonly string[]
  screen(name: string): string
}

export const held = (): Held => ({ frames: framesOf(heldText(animation)), screen: heldText })

/** A picture that does not show what is seen now. */
export class Stale extends Error {}

/** The first line that differs, both ways, as far as a terminal’s row. */
export function firstDifference(before: string, now: string): string {
  const was = before.split('\n')
  const is = now.split('\n')
  const longer = was.length > is.length ? was : is
  const at = longer.findIndex((_, index) => was[index] !== is[index])
  const [old = '', young = ''] = [was[at], is[at]]
  const from = Math.max(0, [...young].findIndex((char, index) => char !== old[index]) - 40)
  const part = (line: string): string => line.slice(from, from + 150)
  return `line ${at + 1}, column ${from + 1}\n  - ${part(old)}\n  + ${part(young)}`
}

/** The bytes that turn the terminal's modes on and off again, in one place so that each has its counterpart. */
import { bounds } from './bounds.ts'
import { harmless } from './glyphs.ts'
import type { Profile } from './profile.ts'

type Modes = Pick<Profile, 'terminal' | 'title'>

/** Ends a string sequence that was cut off in the middle; alone it says nothing. */
const endOfString = '\x1b\\'

/** Around each frame: where the terminal knows it, the frame is shown at once. */
export const frameBegin = '\x1b[?2026h'
export const frameEnd = '\x1b[?2026l'
export const hideCursor = '\x1b[?25l'
export const showCursor = '\x1b[?25h'
export const bell = '\x07'

/** Both counted from 0. */
export function cursorTo(x: number, y: number): string {
  return `\x1b[${y + 1};${x + 1}H`
}

/**
 * Title saved, alternate screen, bracketed paste, focus reports, no wrapping at the edge (a cluster wider than we think
 * must not spill into the next row), no cursor. The mouse stays the terminal's own. The title is saved on a stack: `again`
 * is for modes that may be set already, and leaves it alone.
 */
export function enterModes(profile: Modes, how: 'anew' | 'again'): string {
  return `${profile.title && how === 'anew' ? '\x1b[22;2t' : ''}\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?7l${hideCursor}\x1b[m`
}

/**
 * Undoes `enterModes`, wherever in a frame the bytes before it broke off. The cursor comes back with `?25h` alone: the
 * terminal description's own way would also stop it from blinking. The mouse is switched off though we never switch it
 * on: a program before us may have left it.
 */
export function leaveModes(profile: Modes, how: 'anew' | 'again'): string {
  const wipe = profile.terminal === 'linux' ? '\x1b[H\x1b[J' : ''
  const mouseOff = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l'
  return (
    `${endOfString}${frameEnd}\x1b[m${mouseOff}\x1b[?1004l\x1b[?2004l\x1b[?7h${wipe}` +
    `\x1b[?1049l${profile.title && how === 'anew' ? '\x1b[23;2t' : ''}${showCursor}`
  )
}

/** The title without anything that could end the sequence it stands in. */
export function titleOf(text: string): string {
  const cut = [...harmless(text)].slice(0, bounds.titleCharsMax).join('')
  return `\x1b]2;${cut}\x07`
}

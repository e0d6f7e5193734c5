/** The bytes that turn the terminal's modes on and off again, in one place so that each has its counterpart. */
import { late } from '../base/late.ts'
import { bounds } from './bounds.ts'
import { harmless } from './glyphs.ts'
import type { Profile } from './profile.ts'

type Modes = Pick<Profile, 'terminal' | 'title'>

/** Ends a string sequence that was cut off in the middle; alone it says nothing. */
const endOfString = '\x1b\\'

/** What begins with it is taken for an order by no terminal. */
const safeStart = late(String.raw`^[#@\p{L}]`, 'u')

/** Ends a scrolling that was cut off in the middle. It would move the cursor. */
const wholeRegion = '\x1b7\x1b[r\x1b8'

/** Around each frame: where the terminal knows it, the frame is shown at once. */
export const frameBegin = '\x1b[?2026h'
export const frameEnd = '\x1b[?2026l'
export const hideCursor = '\x1b[?25l'
export const showCursor = '\x1b[?25h'
export const bell = '\x07'
/** Wheel and buttons only, in coordinates that know no bound. Motion is never asked for. */
export const mouseOn = '\x1b[?1000h\x1b[?1006h'
export const mouseOff = '\x1b[?1000l\x1b[?1006l'

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
 * terminal description's own way would also stop it from blinking. The mouse is switched off though it may never have
 * been switched on: a program before us may have left it.
 */
export function leaveModes(profile: Modes, how: 'anew' | 'again'): string {
  const wipe = profile.terminal === 'linux' ? '\x1b[H\x1b[J' : ''
  const everyMouseOff = '\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l'
  return (
    `${endOfString}${frameEnd}${wholeRegion}\x1b[m${everyMouseOff}\x1b[?1004l\x1b[?2004l\x1b[?7h${wipe}` +
    `\x1b[?1049l${profile.title && how === 'anew' ? '\x1b[23;2t' : ''}${showCursor}`
  )
}

/** The title without anything that could end the sequence it stands in. */
export function titleOf(text: string): string {
  const cut = [...harmless(text)].slice(0, bounds.titleCharsMax).join('')
  return `\x1b]2;${cut}\x07`
}

/** For the desktop, where the terminal passes it on. It begins with no digit: some terminals take numbers for orders. */
export function noticeOf(text: string, through: Through): string {
  const cut = [...harmless(text)].slice(0, bounds.noticeCharsMax).join('')
  const sequence = `\x1b]9;${safeStart().test(cut) ? '' : ': '}${cut}\x07`
  return through === 'tmux' ? inTmux(sequence) : through === null ? sequence : ''
}

/** What stands between us and the terminal, and passes on only what is wrapped for it. */
export type Through = 'tmux' | 'screen' | null

const inTmux = (sequence: string): string => `\x1bPtmux;${sequence.replaceAll('\x1b', '\x1b\x1b')}\x1b\\`

/**
 * Puts `text` into the clipboard of whoever sits at the terminal. tmux takes it as it is where it was told to keep the
 * clipboard, and passes it on wrapped where it was told that; screen passes on short pieces only.
 */
export function clipboardOf(text: string, through: Through): string {
  const sequence = `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`
  if (through === 'tmux') return sequence + inTmux(sequence)
  if (through === null) return sequence
  const pieces = sequence.match(new RegExp(`[\\s\\S]{1,${bounds.screenPieceChars}}`, 'g')) ?? []
  return pieces.map(piece => `\x1bP${piece}\x1b\\`).join('')
}

/** Roles to blessed's attribute numbers, one table for each theme and depth; no state is told by colour alone. */
import type { Style } from '../client/frame.ts'
import type { Theme } from '../client/themes.ts'
import type { Depth } from './profile.ts'

/** The terminal's own colour. */
const own = 0x1ff

const bold = 1
const underline = 2
const inverse = 8

/** Blessed's attribute: flags above nine bits of foreground above nine bits of background. No italic, no dim. */
function attribute(flags: number, foreground = own, background = own): number {
  return (flags << 18) | (foreground << 9) | background
}

/** What blessed takes for a blank cell. */
export const plainAttribute = attribute(0)

/** Whether a blank in it looks otherwise than a plain one: it has a background, is inverse or underlined. */
export function showsOnBlank(attributes: number): boolean {
  return (attributes & own) !== own || ((attributes >> 18) & (underline | inverse)) !== 0
}

export type Palette = Readonly<Record<Style, number>>

const mono: Palette = {
  plain: plainAttribute,
  dim: plainAttribute,
  bold: attribute(bold),
  accent: attribute(bold),
  warning: attribute(bold),
  error: attribute(bold | underline),
  selected: attribute(inverse),
  bar: attribute(inverse),
  barBold: attribute(inverse | bold),
  mention: attribute(bold | underline),
  nick0: plainAttribute,
  nick1: plainAttribute,
  nick2: plainAttribute,
  nick3: plainAttribute,
  nick4: plainAttribute,
  nick5: plainAttribute,
  nick6: plainAttribute,
  nick7: plainAttribute,
}

/** For whoever sees colours badly, or wants none: heavier marks, and nothing dimmed. */
const contrast: Palette = {
  ...mono,
  warning: attribute(bold | underline),
  error: attribute(bold | inverse),
  mention: attribute(bold | inverse),
  selected: attribute(bold | inverse),
  nick1: attribute(bold),
  nick3: attribute(bold),
  nick5: attribute(bold),
  nick7: attribute(bold),
}

/**
 * Colours 0 to 7 only, and of those neither black nor white nor blue for text: one of them is the background of most
 * themes, or cannot be read on it. "Dim" stays plain, because bright black shows as black on eight colours and as the
 * background in some themes of sixteen.
 */
const eight: Palette = {
  ...mono,
  accent: attribute(bold, 6),
  warning: attribute(bold, 3),
  error: attribute(bold | underline, 1),
  mention: attribute(bold | underline, 5),
  nick0: attribute(0, 6),
  nick1: attribute(0, 2),
  nick2: attribute(0, 5),
  nick3: attribute(0, 3),
  nick4: attribute(bold, 6),
  nick5: attribute(bold, 2),
  nick6: attribute(bold, 5),
  nick7: attribute(bold, 3),
}

/** On a dark background yellow, cyan and green can be read best; red is too dark for text that is not bold. */
const eightOnDark: Palette = {
  ...eight,
  mention: attribute(bold | underline, 3),
  nick2: attribute(0, 5),
  nick3: attribute(0, 3),
}

/** On a light one blue, red and magenta can, and yellow and cyan cannot. */
const eightOnLight: Palette = {
  ...eight,
  accent: attribute(bold, 4),
  warning: attribute(bold, 5),
  mention: attribute(bold | underline, 1),
  nick0: attribute(0, 4),
  nick1: attribute(0, 2),
  nick2: attribute(0, 5),
  nick3: attribute(0, 1),
  nick4: attribute(bold, 4),
  nick5: attribute(bold, 2),
  nick6: attribute(bold, 5),
  nick7: attribute(bold, 1),
}

/** Every text colour here has a contrast of at least 3.6 on black and on white (grey on the bar: against the bar). */
const many: Palette = {
  ...mono,
  dim: attribute(0, 244),
  accent: attribute(bold, 32),
  warning: attribute(bold, 166),
  error: attribute(bold | underline, 196),
  bar: attribute(0, 255, 238),
  barBold: attribute(bold, 255, 238),
  mention: attribute(bold | underline, 198),
  nick0: attribute(0, 32),
  nick1: attribute(0, 130),
  nick2: attribute(0, 28),
  nick3: attribute(0, 162),
  nick4: attribute(0, 30),
  nick5: attribute(0, 99),
  nick6: attribute(0, 64),
  nick7: attribute(0, 133),
}

/** Contrast of at least 6 on black. */
const manyOnDark: Palette = {
  ...many,
  dim: attribute(0, 247),
  accent: attribute(bold, 81),
  warning: attribute(bold, 214),
  error: attribute(bold | underline, 210),
  mention: attribute(bold | underline, 213),
  nick0: attribute(0, 75),
  nick1: attribute(0, 180),
  nick2: attribute(0, 114),
  nick3: attribute(0, 211),
  nick4: attribute(0, 80),
  nick5: attribute(0, 147),
  nick6: attribute(0, 149),
  nick7: attribute(0, 183),
}

/** Contrast of at least 5 on white. */
const manyOnLight: Palette = {
  ...many,
  dim: attribute(0, 241),
  accent: attribute(bold, 25),
  warning: attribute(bold, 94),
  error: attribute(bold | underline, 124),
  bar: attribute(0, 234, 252),
  barBold: attribute(bold, 234, 252),
  mention: attribute(bold | underline, 125),
  nick0: attribute(0, 25),
  nick1: attribute(0, 94),
  nick2: attribute(0, 22),
  nick3: attribute(0, 125),
  nick4: attribute(0, 23),
  nick5: attribute(0, 55),
  nick6: attribute(0, 58),
  nick7: attribute(0, 89),
}

const coloured: Readonly<Record<Exclude<Theme, 'contrast'>, { few: Palette; many: Palette }>> = {
  neutral: { few: eight, many },
  dark: { few: eightOnDark, many: manyOnDark },
  light: { few: eightOnLight, many: manyOnLight },
}

/** The attribute number of every role. Without colours the themes are one, but for the one of strong marks. */
export function paletteOf(depth: Depth, theme: Theme): Palette {
  if (theme === 'contrast') return contrast
  if (depth === 'mono') return mono
  return depth === 256 ? coloured[theme].many : coloured[theme].few
}

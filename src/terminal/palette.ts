/** Roles to blessed's attribute numbers, one table per colour depth; no state is told by colour alone. */
import type { Style } from '../client/frame.ts'
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

type Palette = Readonly<Record<Style, number>>

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

/** The attribute number of every role at this depth. */
export function paletteOf(depth: Depth): Palette {
  return depth === 'mono' ? mono : depth === 256 ? many : eight
}

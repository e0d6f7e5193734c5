/** Hostile text made harmless: no control, no hidden character, no endless pile of marks leaves this file. */
import { truncate } from './cells.ts'
import { late } from './late.ts'

/** Bounds of this file; what lies beyond is dropped without a word, for no honest text reaches them. */
export const cleanBounds = {
  /** Marks over one base. Real scripts need four. */
  marksMax: 8,
  /** Pictographs joined into one, as in a family. Emoji have four. */
  joinedMax: 5,
  /** A tab becomes this many blanks: a tab's width depends on its column, which a cell pane does not know. */
  tabCells: 4,
} as const

const plain = /[^\x20-\x7e\n]/
const word = /^[\x21-\x7e]*$/
const newlines = /\r\n|[\r\u0085\u2028\u2029]/g

// One sign for every control. The pictures of U+2400 exist for C0 only, and a picture is also something one may type.
const unprintable = late(
  String.raw`[\0-\x09\x0b-\x1f\x7f-\x9f\p{Surrogate}\p{Noncharacter_Code_Point}]`,
  'gu',
)
const replacement = '\ufffd'

// Characters that reorder, hide or smuggle text. The flags of England, Scotland and Wales are the only honest use of
// tag characters. Joiners and emoji selectors (200C, 200D, FE0E, FE0F) have their own rule below.
const hidden = late(
  [
    '(\\u{1f3f4}\\u{e0067}\\u{e0062}(?:\\u{e0065}\\u{e006e}\\u{e0067}|\\u{e0073}\\u{e0063}\\u{e0074}|\\u{e0077}\\u{e006c}\\u{e0073})\\u{e007f})',
    '[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]', // bidi controls
    '[\\u00ad\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b\\u2060-\\u2065\\u206a-\\u206f]',
    '[\\u3164\\ufe00-\\ufe0d\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}]',
    '[\\u{e0000}-\\u{e0fff}]',
  ].join('|'),
  'gu',
)

// Viramas, after which a joiner shapes the next letter (“ශ්‍රී ලංකා” is wrong without it).
const viramas = '\\u094d\\u09cd\\u0a4d\\u0acd\\u0b4d\\u0bcd\\u0c4d\\u0ccd\\u0d4d\\u0dca\\u1039\\u17d2'
const pictograph = '\\p{Extended_Pictographic}[\\u{1f3fb}-\\u{1f3ff}\\ufe0e\\ufe0f]?'
const joiners = late(
  [
    `(${pictograph}(?:\\u200d${pictograph}){0,${cleanBounds.joinedMax - 1}}`,
    '[0-9#*]\\ufe0f\\u20e3',
    `(?<=[${viramas}])\\u200d(?=\\p{L})`,
    '(?<=(?![\\ufe0e\\ufe0f])[\\p{L}\\p{M}])\\u200c(?=\\p{L}))',
    '[\\u200c\\u200d\\ufe0e\\ufe0f]',
  ].join('|'),
  'gu',
)
const hasJoiner = /\u200c|\u200d|\ufe0e|\ufe0f/
const marks = late(`(\\p{M}{${cleanBounds.marksMax}})\\p{M}+`, 'gu')
const hasMark = late(String.raw`\p{M}`, 'u')
// Marks without a base would be drawn onto whatever stands left of the text.
const baseless = late(String.raw`^\p{M}+`, 'gmu')
const baselessOrBlank = late(String.raw`^[\s\p{M}]+`, 'u')

function withoutStrayJoiners(text: string): string {
  return hasJoiner.test(text) ? text.replace(joiners(), '$1') : text
}

/**
 * Text as it is typed or pasted, piece by piece: newlines are `\n`, tabs are blanks, controls are U+FFFD and hidden
 * characters are gone. What needs its neighbours (joiners, marks, composing) is left to `cleanText` of the whole.
 */
export function cleanTyped(text: string): string {
  if (!plain.test(text)) return text
  return text
    .replace(newlines, '\n')
    .replaceAll('\t', ' '.repeat(cleanBounds.tabCells))
    .replace(unprintable(), replacement)
    .replace(hidden(), '$1')
}

/**
 * A body made harmless, in NFC. Kept: newlines (all kinds as `\n`), joiners and selectors inside emoji, ZWNJ between
 * letters. A tab becomes four blanks, any other control U+FFFD; bidi controls, invisible characters and marks past the
 * eighth on one base, or on none, are removed. Cleaning twice is cleaning once. It may be empty afterwards.
 */
export function cleanText(text: string): string {
  if (!plain.test(text)) return text
  const composed = withoutStrayJoiners(cleanTyped(text)).normalize('NFC')
  if (!hasMark().test(composed)) return composed
  // Dropped marks may leave a joiner without what it stood on.
  return withoutStrayJoiners(composed.replace(marks(), '$1').replace(baseless(), ''))
}

/**
 * One harmless line: `cleanText` with newlines as blanks, trimmed, and cut with “…” to `cellsMax` cells where given.
 * Names of servers, topics, errors of the other side and everything that goes into a row, a title or a log.
 */
export function cleanLine(text: string, cellsMax = Number.POSITIVE_INFINITY): string {
  // Names of ASCII are most of what comes here, with every line that is said.
  if (word.test(text) && text.length <= cellsMax) return text
  const line = cleanText(text).replaceAll('\n', ' ').trim().replace(baselessOrBlank(), '')
  // A cut may leave a joiner with nothing to join.
  return withoutStrayJoiners(cellsMax === Number.POSITIVE_INFINITY ? line : truncate(line, cellsMax))
}

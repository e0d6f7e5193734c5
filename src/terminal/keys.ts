/** Tables of what terminals send for keys: xterm, rxvt, the Linux console and the kitty protocol. */

const byLetter: Readonly<Record<string, string>> = {
  A: 'Up',
  B: 'Down',
  C: 'Right',
  D: 'Left',
  F: 'End',
  H: 'Home',
  P: 'F1',
  Q: 'F2',
  R: 'F3',
  S: 'F4',
  Z: 'S-Tab',
}

/** rxvt says shift (after CSI) or control (after SS3) by a small letter. */
const bySmallLetter: Readonly<Record<string, string>> = { a: 'Up', b: 'Down', c: 'Right', d: 'Left' }

const byNumber: Readonly<Record<number, string>> = {
  1: 'Home',
  2: 'Insert',
  3: 'Delete',
  4: 'End',
  5: 'PageUp',
  6: 'PageDown',
  7: 'Home',
  8: 'End',
  11: 'F1',
  12: 'F2',
  13: 'F3',
  14: 'F4',
  15: 'F5',
  17: 'F6',
  18: 'F7',
  19: 'F8',
  20: 'F9',
  21: 'F10',
  23: 'F11',
  24: 'F12',
}

/** The Linux console sends F1 to F5 as `CSI [ A` to `CSI [ E`. */
const byConsoleLetter: Readonly<Record<string, string>> = { A: 'F1', B: 'F2', C: 'F3', D: 'F4', E: 'F5' }

/** The keypad in application mode, after SS3. */
const byKeypadLetter: Readonly<Record<string, string>> = {
  ' ': ' ',
  X: '=',
  j: '*',
  k: '+',
  l: ',',
  m: '-',
  n: '.',
  o: '/',
  p: '0',
  q: '1',
  r: '2',
  s: '3',
  t: '4',
  u: '5',
  v: '6',
  w: '7',
  x: '8',
  y: '9',
}

const byCode: Readonly<Record<number, string>> = {
  8: 'Backspace',
  9: 'Tab',
  10: 'Enter',
  13: 'Enter',
  27: 'Escape',
  32: 'Space',
  127: 'Backspace',
  57414: 'Enter',
  57417: 'Left',
  57418: 'Right',
  57419: 'Up',
  57420: 'Down',
  57421: 'PageUp',
  57422: 'PageDown',
  57423: 'Home',
  57424: 'End',
  57425: 'Insert',
  57426: 'Delete',
}

/** The kitty protocol's keypad: 57399 is `0`. */
const keypadText = '0123456789./*-+'
const keypadTextFrom = 57399

/** The control bytes below space: `C-Space`, `C-a` … `C-z`, `C-\`, `C-]`, `C-^`, `C-_`. */
export function controlKey(code: number): string {
  if (code === 0) return 'C-Space'
  if (code === 9) return 'Tab'
  if (code === 13) return 'Enter'
  if (code === 8 || code === 127) return 'Backspace'
  if (code === 27) return 'Escape'
  return `C-${String.fromCharCode(code <= 26 ? code + 96 : code + 64)}`
}

/** Adds modifiers to a key's name, always in the order `C-` `M-` `S-`, keeping those it already has. */
export function withModifiers(key: string, control: boolean, meta: boolean, shift: boolean): string {
  const found = /^(C-)?(M-)?(S-)?(.+)$/s.exec(key)
  if (found === null) return key
  const [, c, m, s, name] = found
  return (
    (control || c !== undefined ? 'C-' : '') +
    (meta || m !== undefined ? 'M-' : '') +
    (shift || s !== undefined ? 'S-' : '') +
    name
  )
}

/** xterm's modifier parameter is one more than the bits shift 1, alt 2, control 4, super 8, hyper 16, meta 32. */
function modified(key: string, parameter: number | undefined): string | null {
  const bits = Math.max(0, (parameter ?? 1) - 1)
  if ((bits & 24) !== 0) return null
  return withModifiers(key, (bits & 4) !== 0, (bits & 34) !== 0, (bits & 1) !== 0)
}

/** A key or a text, as a terminal's sequence says it; null where the sequence is no key of ours. */
export type Typed = { readonly key: string } | { readonly text: string } | null

function keyOrNull(key: string | null | undefined): Typed {
  return key === null || key === undefined ? null : { key }
}

function isScalar(code: number): boolean {
  return (
    code >= 0x20 && code <= 0x10ffff && !(code >= 0x7f && code <= 0x9f) && !(code >= 0xd800 && code <= 0xdfff)
  )
}

/** A key named by its code point (kitty's `CSI … u`, xterm's `CSI 27 ; … ~`). */
function typedCode(code: number, shifted: number | undefined, parameter: number | undefined): Typed {
  const named = byCode[code]
  const bits = Math.max(0, (parameter ?? 1) - 1)
  if (named !== undefined) {
    if (named === 'Space' && (bits & 62) === 0) return { text: ' ' }
    return keyOrNull(modified(named, parameter))
  }
  const keypad = keypadText[code - keypadTextFrom]
  const plain =
    keypad ?? (isScalar(code) && !(code >= 0xe000 && code <= 0xf8ff) ? String.fromCodePoint(code) : null)
  if (plain === null) return null
  const upper =
    shifted !== undefined && isScalar(shifted) ? String.fromCodePoint(shifted) : plain.toUpperCase()
  const shift = (bits & 1) !== 0
  if ((bits & 62) === 0) return { text: shift ? upper : plain }
  // Alt with shift is named as ESC and the capital letter are: `M-B`.
  if ((bits & 4) === 0)
    return keyOrNull(shift ? modified(upper, (bits & ~1) + 1) : modified(plain, parameter))
  return keyOrNull(modified(plain, parameter))
}

/** `parameters` are those between `ESC [` and `final`. Private sequences (`?`, `>`, `<`, `=`) are replies, never keys. */
export function typedControlSequence(parameters: string, final: string): Typed {
  if (!/^[\d;:]*$/.test(parameters)) return null
  const fields = parameters.split(';').map(field => field.split(':').map(Number))
  const [first, second, third] = fields
  const number = first?.[0] ?? 0
  const modifier = second?.[0] || undefined
  // The third kind of event is the release of a key.
  if (second?.[1] === 3) return null
  // A cursor position is reported as `CSI row ; column R`, which xterm also sends for F3 with modifiers.
  if (final === 'R' && parameters !== '') return null
  if (final === '~') {
    if (number === 27 && third?.[0] !== undefined) return typedCode(third[0], undefined, modifier)
    return keyOrNull(byNumber[number] && modified(byNumber[number], modifier))
  }
  if (final === 'u') return typedCode(number, first?.[1], modifier)
  const rxvtBits = final === '$' ? 2 : final === '^' ? 5 : final === '@' ? 6 : 0
  if (rxvtBits > 0) return keyOrNull(byNumber[number] && modified(byNumber[number], rxvtBits))
  const small = bySmallLetter[final]
  if (small !== undefined) return parameters === '' ? { key: `S-${small}` } : null
  return keyOrNull(byLetter[final] && modified(byLetter[final], modifier))
}

/** `CSI [ A` and its like. */
export function typedConsoleSequence(final: string): Typed {
  return keyOrNull(byConsoleLetter[final])
}

/** `ESC O` with an optional modifier before the letter. */
export function typedSingleShift(parameters: string, final: string): Typed {
  const modifier = Number(parameters.split(';').at(-1) || '1')
  if (final === 'M') return { key: 'Enter' }
  if (final === 'I') return { key: 'Tab' }
  const small = bySmallLetter[final]
  if (small !== undefined) return { key: `C-${small}` }
  const text = byKeypadLetter[final]
  if (text !== undefined) return { text }
  return final === 'Z' ? null : keyOrNull(byLetter[final] && modified(byLetter[final], modifier))
}

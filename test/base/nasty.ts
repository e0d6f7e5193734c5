/** Text as a hostile or merely foreign typist would send it, for properties. */
import fc from 'fast-check'

const pieces = [
  ...'aZ1#_.- \n\t',
  ...['e\u0301', '\u0301', '\u0308', 'ß', 'ñ', 'ς', 'İ', 'я', 'ש', 'ع', '\u064b', '\u0600'],
  ...['日', '。', 'カ', '\u3099', 'ﾞ', '한', '\u1112', '\u1161', '\u11ab', '\u3000'],
  ...['न', '\u094d', 'ि', 'म', 'ශ', '\u0dca', 'ร', 'ส', '\u0e31', '\u0e33', '\u0958', '\u0d4e'],
  ...[
    '😀',
    '👨',
    '👩',
    '❤',
    '☝',
    '🏴',
    '\u{1f3fd}',
    '🇩',
    '🇪',
    '🇫',
    '\u20e3',
    '\ufe0f',
    '\ufe0e',
    '\u200d',
    '\u200c',
  ],
  ...['\u{e0067}', '\u{e0062}', '\u{e0073}', '\u{e0063}', '\u{e0074}', '\u{e007f}'],
  ...['\0', '\x07', '\x1b', '\x1b[2J', '\r', '\r\n', '\x7f', '\x85', '\x9b', '\x9d', '\u2028', '\u2029'],
  ...[
    '\u202e',
    '\u2066',
    '\u200e',
    '\u200b',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\u3164',
    '\ufff9',
    '\ufffe',
    '\ud83d',
    '\udc68',
  ],
  ...['\u0344', '\ufb2c', '\u1e9b\u0323', '\u{1d15e}', '\u212b', 'ﬁ', '①', '\ufdfa', 'Ａ', '\u2126'],
]

/** Some of the above in any order, now and then with any code points between. */
export const nasty: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...pieces) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
      { weight: 1, arbitrary: fc.constantFrom(...pieces).map(piece => piece.repeat(11)) },
    ),
    { maxLength: 24 },
  )
  .map(parts => parts.join(''))

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** The clusters of `text` as the platform sees them, without any short cut. */
export function segmented(text: string): string[] {
  return [...segmenter.segment(text)].map(part => part.segment)
}

/** Hostile text made harmless. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { width } from '../../src/base/cells.ts'
import { cleanBounds, cleanLine, cleanText, cleanTyped } from '../../src/base/clean.ts'
import { nasty } from './nasty.ts'

const scotland = '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'

const table: readonly [what: string, text: string, clean: string][] = [
  ['plain text stays', 'Hello, world!', 'Hello, world!'],
  ['nothing stays nothing', '', ''],
  ['newlines of all kinds become \\n', 'a\r\nb\rc\u0085d\u2028e\u2029f\ng', 'a\nb\nc\nd\ne\nf\ng'],
  ['a tab becomes blanks', 'a\tb', 'a    b'],
  ['an escape sequence loses its escape', '\x1b[31mred\x1b[0m', '\ufffd[31mred\ufffd[0m'],
  ['a C1 sequence loses its start', '\u009b2J\u009d0;title\x07', '\ufffd2J\ufffd0;title\ufffd'],
  ['NUL and DEL are shown', 'a\0b\x7f', 'a\ufffdb\ufffd'],
  ['a lone surrogate is shown', 'a\ud83db\udc68', 'a\ufffdb\ufffd'],
  ['a non-character is shown', 'a\ufffeb\u{1ffff}', 'a\ufffdb\ufffd'],
  ['bidi controls go', 'a\u202eb\u2066c\u2069\u200e\u200f\u061cd', 'abcd'],
  [
    'invisible characters go',
    'a\u00ad\u034f\u115f\u17b4\u180b\u200b\u2060\u206f\u3164\ufeff\uffa0\ufffb\u{1bca0}\u{1d173}b',
    'ab',
  ],
  ['tag characters go', 'a\u{e0001}\u{e0041}\u{e007f}\u{e0100}b', 'ab'],
  ['a black flag followed by smuggled tags loses them', '🏴\u{e0068}\u{e0069}', '🏴'],
  ['the flag of Scotland stays', scotland, scotland],
  ['stray variation selectors go', 'a\ufe0fb\ufe0e\ufe00', 'ab'],
  ['a family stays', '👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦'],
  ['a couple with skin tones stays', '👨🏻‍❤️‍💋‍👨🏿', '👨🏻‍❤️‍💋‍👨🏿'],
  ['an emoji in text style stays', '❤\ufe0e', '❤\ufe0e'],
  ['a keycap stays', '1\ufe0f\u20e3', '1\ufe0f\u20e3'],
  ['a selector on a digit goes', '1\ufe0f', '1'],
  ['a joiner between letters goes', 'a\u200db', 'ab'],
  ['a joiner at the end of an emoji goes', '👩\u200d', '👩'],
  ['an endless chain is cut into pieces', '👩\u200d'.repeat(7), `${'👩\u200d'.repeat(4)}👩👩\u200d👩`],
  ['a non-joiner between Persian letters stays', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['a non-joiner elsewhere goes', ' \u200c a\u200c 1\u200c2', '  a 12'],
  ['the joiner in Sri Lanka’s own name stays', 'ශ්\u200dරී ලංකා', 'ශ්\u200dරී ලංකා'],
  ['text is composed', 'e\u0301A\u030a', 'éÅ'],
  ['the ninth mark goes', `x${'\u0323'.repeat(9)}y`, `x${'\u0323'.repeat(8)}y`],
  ['marks without a base go', '\u0301a\n\u0301b \u0301c', 'a\nb \u0301c'],
  [
    'a joiner whose virama went goes too',
    `क${'\u0323'.repeat(8)}\u094d\u200dष`,
    `क${'\u094d'}${'\u0323'.repeat(7)}ष`,
  ],
]

for (const [what, text, clean] of table) {
  test(what, () => {
    assert.equal(cleanText(text), clean)
  })
}

/** What no cleaned text may hold. */
const harm =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\p{Surrogate}\p{Noncharacter_Code_Point}\p{Bidi_Control}\u2028\u2029]|\p{M}{9}/u
/** Everything Unicode calls ignorable, but for the joiners and selectors that emoji and letters need. */
const invisible = /(?!\u200c|\u200d|\ufe0e|\ufe0f)\p{Default_Ignorable_Code_Point}/u
const flags =
  /🏴\u{e0067}\u{e0062}(?:\u{e0065}\u{e006e}\u{e0067}|\u{e0073}\u{e0063}\u{e0074}|\u{e0077}\u{e006c}\u{e0073})\u{e007f}/gu

function assertClean(text: string): void {
  assert.doesNotMatch(text, harm)
  assert.doesNotMatch(text.replace(flags, ''), invisible)
  assert.equal(text, text.normalize('NFC'))
}

test('cleaned text holds nothing harmful, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(nasty, text => {
      const cleaned = cleanText(text)
      assertClean(cleaned)
      assert.equal(cleanText(cleaned), cleaned)
    }),
    { numRuns: 5000 },
  )
})

test('a cleaned line is one trimmed line within its cells, and cleaning it again changes nothing', () => {
  fc.assert(
    fc.property(nasty, fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }), (text, cells) => {
      const line = cleanLine(text, cells)
      assertClean(line)
      assert.ok(!line.includes('\n'))
      if (cells !== undefined) assert.ok(width(line) <= cells)
      assert.equal(line, line.trim())
      assert.equal(cleanLine(line, cells), line)
      assert.equal(cleanLine(line), line)
    }),
    { numRuns: 5000 },
  )
})

test('typed text holds no control and nothing that hides', () => {
  fc.assert(
    fc.property(nasty, text => {
      const typed = cleanTyped(text)
      assert.doesNotMatch(typed.replace(/\p{M}{9,}/gu, ''), harm)
      assert.doesNotMatch(typed.replace(flags, ''), invisible)
      assert.equal(cleanTyped(typed), typed)
    }),
    { numRuns: 2000 },
  )
})

test('every code point comes out harmless, alone and between letters', () => {
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point)
    const line = cleanLine(`a${character}b`)
    if (line === `a${character}b` && point >= 0x20 && point < 0x7f) continue
    if (harm.test(line) || invisible.test(line) || line.includes('\n') || line.length > 8) {
      assert.fail(`U+${point.toString(16)} gives ${JSON.stringify(line)}`)
    }
    if (cleanLine(line) !== line) assert.fail(`U+${point.toString(16)} is not clean at once`)
  }
})

test('ten thousand marks leave eight', () => {
  assert.equal(cleanText(`x${'\u0323'.repeat(10_000)}`).length, 1 + cleanBounds.marksMax)
})

test('a line is cut to its cells', () => {
  assert.equal(cleanLine('  hello\r\n world ', 8), 'hello  …')
  assert.equal(cleanLine('hello', 5), 'hello')
  assert.equal(cleanLine('日本語', 5), '日本…')
  assert.equal(cleanLine('\n \n'), '')
})

test('a line starts with no mark, even behind trimmed blanks', () => {
  assert.equal(cleanLine(' \u0301 \u0301hello'), 'hello')
})

test('a line cut between letters leaves no joiner behind', () => {
  assert.equal(cleanLine('می\u200cخواهم', 3), 'می…')
})

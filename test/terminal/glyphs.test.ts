/** What may stand in a cell. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { asciiFor } from '../../src/base/ascii.ts'
import { fenced, harmless, isAgreed } from '../../src/terminal/glyphs.ts'
import { titleOf } from '../../src/terminal/modes.ts'

test('nothing a terminal could obey is left of any text', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\x1b[2J',
        '\u009b2J',
        '\u009d0;x\u009c',
        '\x07',
        '\r',
        '\x7f',
        '\u202e',
        '\u2066',
        '\ufeff',
        '\ud800',
        '\u2028',
      ),
    ),
  )
  fc.assert(
    fc.property(hostile, parts => {
      assert.doesNotMatch(
        harmless(parts.join('')),
        /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u,
      )
    }),
  )
})

test('ordinary text of any script stays as it is', () => {
  for (const text of [
    'plain',
    'Zoë',
    '日本語',
    'हिन्दी',
    'العربية',
    '👨‍👩‍👧 👍🏽 ❤️ 🇩🇪',
    '│ ─ ✓ ↓',
    'e\u0301',
    '🏴\u{e0067}\u{e0062}\u{e007f}',
  ]) {
    assert.equal(harmless(text), text)
  }
})

test('a title cannot end the sequence it stands in, and has a bound', () => {
  assert.equal(titleOf('a\x07b\x1b\\c\u009cd'), '\x1b]2;ab\\cd\x07')
  assert.equal(titleOf('x'.repeat(10_000)).length, 205)
})

test('clusters on which terminals disagree are fenced, letters and box drawing are not', () => {
  for (const [text, cells] of [
    ['a', 1],
    ['é', 1],
    ['Ж', 1],
    ['│', 1],
    ['日', 2],
    ['한', 2],
  ] as const) {
    assert.ok(isAgreed(text, cells), text)
  }
  for (const [text, cells] of [
    ['e\u0301', 1],
    ['👍', 2],
    ['👍🏽', 2],
    ['❤️', 2],
    ['✔', 1],
    ['🇩🇪', 2],
    ['\u{f0001}', 1],
    ['\ue0b0', 1],
    ['䷀', 2],
  ] as const) {
    assert.ok(!isAgreed(text, cells), text)
  }
})

test('a fence blanks its cells, draws the cluster in place and ends behind it', () => {
  assert.equal(fenced('👍', 2, 4), '  \x1b[5G👍\x1b[7G')
  assert.equal(fenced('\u0301', 1, 0), ' \x1b[1G \u0301\x1b[2G')
})

test('ASCII stands for what has no ASCII, always one character', () => {
  const table = [
    ['é', 'e'],
    ['│', '|'],
    ['─', '-'],
    ['┼', '+'],
    ['…', '.'],
    ['’', "'"],
    ['日', '?'],
    ['⠿', '*'],
    ['👍🏽', '?'],
    ['e\u0301', 'e'],
  ] as const
  for (const [text, ascii] of table) assert.equal(asciiFor(text), ascii)
})

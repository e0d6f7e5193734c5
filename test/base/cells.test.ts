/** Width, cutting and filling by cells. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { clusters, pad, truncate, width } from '../../src/base/cells.ts'
import { borderAfter, borderBefore, borderFrom, eachCluster, plainStep } from '../../src/base/clusters.ts'
import { nasty, segmented } from './nasty.ts'

const samples: readonly [name: string, text: string, cells: number, clusters: number][] = [
  ['nothing', '', 0, 0],
  ['ASCII', 'hello', 5, 5],
  ['Latin', 'Grüße', 5, 5],
  ['Greek', 'Καλημέρα', 8, 8],
  ['Cyrillic', 'привет', 6, 6],
  ['a decomposed letter', 'e\u0301', 1, 1],
  ['eight marks on one letter', `a${'\u0308'.repeat(8)}`, 1, 1],
  ['box drawing', '│─┼', 3, 3],
  ['braille', '⠿', 1, 1],
  ['Chinese', '日本語', 6, 3],
  ['Hiragana and Katakana', 'サーバーです', 12, 6],
  ['decomposed Katakana', 'ハ\u3099', 2, 1],
  ['halfwidth Katakana', 'ｶﾅ', 2, 2],
  ['Hangul', '한국어', 6, 3],
  ['Hangul jamo', '\u1112\u1161\u11ab', 2, 1],
  ['full-width Latin', 'ＡＢ', 4, 2],
  ['an ideographic space', '\u3000', 2, 1],
  ['an ideograph beyond the BMP', '𠮷', 2, 1],
  ['Thai', 'สวัสดี', 4, 4],
  ['Thai sara am', 'กำ', 2, 1],
  ['Devanagari', 'नमस्ते', 4, -1],
  ['Arabic with marks', 'مُحَمَّد', 4, 4],
  ['Hebrew', 'שלום', 4, 4],
  ['an emoji', '😀', 2, 1],
  ['a heart as text', '❤', 1, 1],
  ['a heart as emoji', '❤\ufe0f', 2, 1],
  ['a skin tone', '👍🏽', 2, 1],
  ['a skin tone on a narrow base', '☝🏽', 2, 1],
  ['a flag', '🇩🇪', 2, 1],
  ['two flags', '🇩🇪🇫🇷', 4, 2],
  ['the flag of Scotland', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}', 2, 1],
  ['a keycap', '1\ufe0f\u20e3', 2, 1],
  ['a family', '👨‍👩‍👧‍👦', 2, 1],
  ['a rainbow flag', '🏳️‍🌈', 2, 1],
  ['a heart on fire', '❤️‍🔥', 2, 1],
  ['a watch', '⌚', 2, 1],
  ['a private character', '\ue0b0', 1, 1],
  ['the replacement character', '\ufffd', 1, 1],
  ['mixed', 'ab日c👍🏽!', 8, 6],
]

for (const [name, text, cells, count] of samples) {
  test(`${name} fills ${cells} cells`, () => {
    assert.equal(width(text), cells)
    const found = clusters(text)
    assert.equal(found.map(cluster => cluster.text).join(''), text)
    assert.equal(
      found.reduce((sum, cluster) => sum + cluster.cells, 0),
      cells,
    )
    // How a Devanagari conjunct is counted differs between the Unicode tables of Node's versions.
    if (count >= 0) assert.equal(found.length, count)
  })
}

test('each plain character is one cluster beside any plain neighbour, as wide as by itself', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
  // Digits, wide signs, pictographs and precomposed Hangul: what the break rules tell apart among plain characters.
  const neighbours = ['a', '1', '日', '한', '가', '각', '😀', '©', 'ส', 'ア', 'א']
  let plain = 0
  for (let point = 0; point <= 0x1ffff; point++) {
    const character = String.fromCodePoint(point)
    const step = plainStep(character, 0)
    if (step === 0) continue
    plain++
    assert.equal(step >> 2, character.length)
    const measured = width(`${character}\u0301`)
    assert.equal(step & 3, measured, `U+${point.toString(16)}`)
    const text = neighbours.map(neighbour => character + neighbour + character).join('')
    assert.equal([...segmenter.segment(text)].length, [...text].length, `U+${point.toString(16)}`)
  }
  assert.ok(plain > 40_000)
})

test('clusters are those of the Segmenter', () => {
  fc.assert(
    fc.property(nasty, text => {
      assert.deepEqual(
        clusters(text).map(cluster => cluster.text),
        segmented(text),
      )
    }),
    { numRuns: 2000 },
  )
})

test('a walk from any border on finds the same clusters', () => {
  fc.assert(
    fc.property(nasty, text => {
      const starts: number[] = []
      eachCluster(text, from => starts.push(from) > 0)
      for (const [index, start] of starts.entries()) {
        const rest: number[] = []
        eachCluster(text, from => rest.push(from) > 0, start)
        assert.deepEqual(rest, starts.slice(index))
      }
    }),
  )
})

test('borders are found from any offset', () => {
  fc.assert(
    fc.property(nasty, text => {
      const borders = [0]
      for (const cluster of segmented(text)) borders.push((borders.at(-1) ?? 0) + cluster.length)
      for (let at = 0; at <= text.length; at++) {
        assert.equal(
          borderFrom(text, at),
          borders.find(border => border >= at),
        )
        assert.equal(borderAfter(text, at), borders.find(border => border > at) ?? text.length)
        assert.equal(borderBefore(text, at), borders.findLast(border => border < at) ?? 0)
      }
    }),
  )
})

test('text that fits is not cut', () => {
  assert.equal(truncate('hello', 5), 'hello')
  assert.equal(truncate('日本', 4), '日本')
  assert.equal(truncate('', 0), '')
})

test('text that does not fit ends in an ellipsis', () => {
  assert.equal(truncate('hello', 4), 'hel…')
  assert.equal(truncate('日本語', 4), '日…')
  assert.equal(truncate('日本語', 5), '日本…')
  assert.equal(truncate('👍🏽👍🏽', 3), '👍🏽…')
  assert.equal(truncate('hello', 4, '...'), 'h...')
  assert.equal(truncate('hello', 2, '...'), '..')
  assert.equal(truncate('hello', 1), '…')
  assert.equal(truncate('hello', 0), '')
  assert.equal(truncate('hello', -1), '')
  assert.equal(truncate('hello', 3, ''), 'hel')
})

test('padded text is exactly as wide as asked', () => {
  assert.equal(pad('ab', 4), 'ab  ')
  assert.equal(pad('日本語', 4), '日… ')
  assert.equal(pad('日本', 3), '日…')
  assert.equal(pad('x', 0), '')
  fc.assert(
    fc.property(nasty, fc.integer({ min: 0, max: 30 }), (text, cells) => {
      assert.equal(width(pad(text, cells)), cells)
    }),
  )
})

test('cut text is never wider than asked and starts as the text does', () => {
  fc.assert(
    fc.property(
      nasty,
      fc.integer({ min: -1, max: 30 }),
      fc.constantFrom('…', '...', '', '日'),
      (text, cells, ellipsis) => {
        const cut = truncate(text, cells, ellipsis)
        assert.ok(width(cut) <= Math.max(0, cells))
        if (width(text) <= cells) assert.equal(cut, text)
      },
    ),
  )
})

test('a sign that takes what follows into its cluster is filled up all the same', () => {
  assert.equal(width(pad('\u0600'.repeat(11), 3)), 3)
  assert.equal(width(pad('\u0600', 5)), 5)
})

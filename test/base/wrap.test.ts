/** Rows of a width. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { width, wrap } from '../../src/base/cells.ts'
import { rewrapSpans, wrapSpans } from '../../src/base/wrap.ts'
import { nasty, segmented } from './nasty.ts'

const table: readonly [text: string, cells: number, rows: string[]][] = [
  ['', 5, ['']],
  ['hello', 5, ['hello']],
  ['hello world', 11, ['hello world']],
  ['hello world', 10, ['hello', 'world']],
  ['hello world', 5, ['hello', 'world']],
  ['hello   world', 6, ['hello', 'world']],
  ['hello ', 5, ['hello']],
  ['hello      ', 5, ['hello']],
  ['a\nb', 5, ['a', 'b']],
  ['a\n\nb\n', 5, ['a', '', 'b', '']],
  ['  indented text', 10, ['  indented', 'text']],
  ['    abcdefgh', 6, ['    ab', 'cdefgh']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['x abcdefgh', 4, ['x', 'abcd', 'efgh']],
  ['ab cd ef', 4, ['ab', 'cd', 'ef']],
  ['日本語です', 4, ['日本', '語で', 'す']],
  ['日本語です', 5, ['日本', '語で', 'す']],
  ['日本。語', 4, ['日', '本。', '語']],
  ['abc日本', 5, ['abc日', '本']],
  ['日本abc', 5, ['日本', 'abc']],
  ['日本', 1, ['…', '…']],
  ['a日', 1, ['a', '…']],
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3, ['👨‍👩‍👧‍👦', '👨‍👩‍👧‍👦']],
  ['e\u0301e\u0301', 1, ['e\u0301', 'e\u0301']],
  ['      ', 3, ['   ']],
  ['hello', 0, ['h', 'e', 'l', 'l', 'o']],
]

for (const [text, cells, rows] of table) {
  test(`${JSON.stringify(text)} in ${cells} cells is ${rows.length} rows`, () => {
    assert.deepEqual(wrap(text, cells), rows)
  })
}

const bodies = nasty.map(text => text.replace(/\r/g, ''))

test('no row is wider than asked, and nothing is lost but blanks', () => {
  fc.assert(
    fc.property(bodies, fc.integer({ min: 2, max: 20 }), (text, cells) => {
      const rows = wrap(text, cells)
      for (const row of rows) assert.ok(width(row) <= cells, JSON.stringify(row))
      assert.equal(rows.join('').replaceAll(' ', ''), text.replace(/[ \n]/g, ''))
    }),
    { numRuns: 2000 },
  )
})

test('at one cell no row is wider, and there is an end', () => {
  fc.assert(
    fc.property(bodies, text => {
      for (const row of wrap(text, 1)) assert.ok(width(row) <= 1)
    }),
  )
})

test('rows never break inside a cluster', () => {
  fc.assert(
    fc.property(
      bodies.map(text => text.replaceAll('\n', '')),
      fc.integer({ min: 1, max: 12 }),
      (text, cells) => {
        const borders = new Set([0])
        let at = 0
        for (const cluster of segmented(text)) {
          at += cluster.length
          borders.add(at)
        }
        for (const { from, to } of wrapSpans(text, cells)) assert.ok(borders.has(from) && borders.has(to))
      },
    ),
  )
})

test('what lies between two rows is blanks', () => {
  fc.assert(
    fc.property(
      bodies.map(text => text.replaceAll('\n', '')),
      fc.integer({ min: 1, max: 12 }),
      (text, cells) => {
        let at = 0
        for (const { from, to } of wrapSpans(text, cells)) {
          assert.match(text.slice(at, from), /^ *$/)
          assert.ok(to >= from)
          at = to
        }
        assert.match(text.slice(at), /^ *$/)
      },
    ),
  )
})

test('wrapping what changed gives what wrapping everything gives', () => {
  const lines = fc.oneof(
    bodies.map(text => text.replaceAll('\n', '')),
    fc.string({ unit: fc.constantFrom('a', ' ', '日', '。', 'e\u0301', '🇩', '\u0301'), maxLength: 60 }),
  )
  fc.assert(
    fc.property(
      lines,
      lines,
      lines,
      lines,
      fc.integer({ min: 1, max: 12 }),
      (start, old, fresh, end, cells) => {
        const earlier = start + old + end
        const now = start + fresh + end
        assert.deepEqual(rewrapSpans(earlier, wrapSpans(earlier, cells), now, cells), wrapSpans(now, cells))
      },
    ),
    { numRuns: 3000 },
  )
})

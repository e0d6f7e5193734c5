import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createLines, type LineRead } from '../../src/wire/lines.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const feedAll = (pieces: Iterable<Uint8Array>, lineBytesMax = 8): LineRead[] => {
  const lines = createLines({ lineBytesMax })
  return [...pieces].flatMap(piece => lines.feed(piece))
}
const one = (chunk: Uint8Array) => Array.from(chunk, (_, at) => chunk.slice(at, at + 1))

const transcripts: [string, Uint8Array, LineRead[]][] = [
  ['nothing', bytes(''), []],
  ['an unfinished line', bytes('abc'), []],
  ['two lines', bytes('ab\ncd\n'), [{ line: 'ab' }, { line: 'cd' }]],
  ['CR LF', bytes('ab\r\n\r\n'), [{ line: 'ab' }, { line: '' }]],
  ['a lone CR stays, only the last one is an ending', bytes('a\rb\r\r\n'), [{ line: 'a\rb\r' }]],
  ['exactly the bound', bytes('12345678\n12345678\r\n'), [{ line: '12345678' }, { line: '12345678' }]],
  ['one over the bound', bytes('123456789\nok\n'), [{ fault: 'too-long' }, { line: 'ok' }]],
  ['one over the bound, ended by CR LF', bytes('123456789\r\nok\n'), [{ fault: 'too-long' }, { line: 'ok' }]],
  [
    'a CR at the bound that ends nothing',
    bytes('12345678\rx\nok\n'),
    [{ fault: 'too-long' }, { line: 'ok' }],
  ],
  ['two CR at the bound', bytes('12345678\r\r\nok\n'), [{ fault: 'too-long' }, { line: 'ok' }]],
  [
    'far over the bound, told once',
    bytes(`${'x'.repeat(99)}\nok\n`),
    [{ fault: 'too-long' }, { line: 'ok' }],
  ],
  [
    'too long twice',
    bytes(`${'x'.repeat(9)}\n${'y'.repeat(9)}\n`),
    [{ fault: 'too-long' }, { fault: 'too-long' }],
  ],
  ['letters of several bytes', bytes('añ€\n😀😀\n'), [{ line: 'añ€' }, { line: '😀😀' }]],
  [
    'a byte that is no UTF-8',
    Uint8Array.of(0x61, 0xff, 10, 0x62, 10),
    [{ fault: 'not-utf8' }, { line: 'b' }],
  ],
  [
    'a letter cut by the newline',
    Uint8Array.of(0xe2, 0x82, 10, 0x62, 10),
    [{ fault: 'not-utf8' }, { line: 'b' }],
  ],
  ['an encoded surrogate', Uint8Array.of(0xed, 0xa0, 0x80, 10), [{ fault: 'not-utf8' }]],
  ['an overlong slash', Uint8Array.of(0xc0, 0xaf, 10), [{ fault: 'not-utf8' }]],
  ['a byte order mark and NUL are kept as they came', bytes('\ufeffa\0\n'), [{ line: '\ufeffa\0' }]],
]
for (const [name, stream, expected] of transcripts) {
  test(`${name}: the same lines however the bytes are split`, () => {
    assert.deepEqual(feedAll([stream]), expected)
    assert.deepEqual(feedAll(one(stream)), expected)
    for (let at = 0; at <= stream.length; at++)
      assert.deepEqual(feedAll([stream.slice(0, at), stream.slice(at)]), expected, `split at ${at}`)
  })
}

test('any lines come back as they were sent, in any pieces', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).filter(text => !/[\r\n]/.test(text))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(30)), fc.boolean(), (sent, cuts, crlf) => {
      const stream = bytes(sent.map(text => text + (crlf ? '\r\n' : '\n')).join(''))
      const pieces: Uint8Array[] = []
      let from = 0
      for (const cut of cuts) {
        pieces.push(stream.slice(from, from + cut))
        from += cut
      }
      pieces.push(stream.slice(from))
      assert.deepEqual(
        feedAll(pieces, 4096),
        sent.map(text => ({ line: text })),
      )
    }),
  )
})

test('random bytes never throw, are the same in any pieces, and hold no more than the bound', () => {
  const noise = fc
    .uint8Array({ maxLength: 60 })
    .map(all => all.map(byte => (byte < 60 ? 10 : byte < 90 ? 13 : byte)))
  fc.assert(
    fc.property(noise, fc.nat(60), (stream, at) => {
      const whole = feedAll([stream])
      assert.deepEqual(feedAll([stream.slice(0, at), stream.slice(at)]), whole)
      assert.deepEqual(feedAll(one(stream)), whole)
      const newlines = stream.filter(byte => byte === 10).length
      assert.ok(whole.length >= newlines && whole.length <= newlines + 1)
    }),
    { numRuns: 500 },
  )
})

test('ten megabytes without a newline are told once and never held', () => {
  const lines = createLines({ lineBytesMax: 16_384 })
  const chunk = new Uint8Array(65_536).fill(0x78)
  const reads: LineRead[] = []
  for (let at = 0; at < 160; at++) {
    reads.push(...lines.feed(chunk))
    assert.ok(lines.pendingBytes() <= 16_385)
  }
  reads.push(...lines.feed(bytes('\nok\n')))
  assert.deepEqual(reads, [{ fault: 'too-long' }, { line: 'ok' }])
})

test('a chunk may be overwritten after it was fed', () => {
  const lines = createLines({ lineBytesMax: 100 })
  const chunk = bytes('abc')
  lines.feed(chunk)
  assert.equal(lines.pendingBytes(), 3)
  chunk.fill(0x21)
  assert.deepEqual(lines.feed(bytes('d\n')), [{ line: 'abcd' }])
  assert.equal(lines.pendingBytes(), 0)
})

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createSift, endOfInput, interrupt } from '../../src/dialects/telnet.ts'

const bytes = (text: string) => Uint8Array.from(text, unit => unit.charCodeAt(0))
const read = (pieces: readonly Uint8Array[]): string => {
  const sift = createSift()
  return pieces.map(piece => [...sift.feed(piece)].map(byte => String.fromCharCode(byte)).join('')).join('')
}

const table: [what: string, came: string, lines: string][] = [
  ['a line of netcat', 'hello\n', 'hello\n'],
  ['CR LF', 'a\r\nb\r\n', 'a\nb\n'],
  ['CR NUL, as telnet sends Enter', 'a\r\0b\r\0', 'a\nb\n'],
  ['CR alone, as a raw terminal sends Enter', 'a\rb\r', 'a\nb\n'],
  ['Enter twice', 'a\r\n\r\n', 'a\n\n'],
  ['a negotiation', '\xff\xfd\x03\xff\xfb\x18hello\xff\xfe\x01\n', 'hello\n'],
  ['a subnegotiation', 'a\xff\xfa\x18\x00xterm\xff\xf0b\n', 'ab\n'],
  ['^C of telnet', 'half\xff\xf4\xff\xfd\x06', `half\n${interrupt}\n`],
  ['^D of telnet', '\xff\xec', `\n${endOfInput}\n`],
  ['commands that mean nothing here', 'a\xff\xf1b\xff\xf9c\n', 'abc\n'],
  ['a byte 255 of another encoding', 'na\xffve\n', 'na\xffve\n'],
  ['the same at the end of a line', 'na\xff\nnext\n', 'na\xff\nnext\n'],
  ['what looks like a negotiation across a line', '\xff\xfe\nnext\n', '\xff\xfe\nnext\n'],
  ['255 twice', 'a\xff\xffb\n', 'a\xffb\n'],
]
for (const [what, came, lines] of table)
  test(`${what} is read, however it is split`, () => {
    const stream = bytes(came)
    assert.equal(read([stream]), lines)
    for (let at = 0; at <= stream.length; at++)
      assert.equal(read([stream.slice(0, at), stream.slice(at)]), lines, `split at ${at}`)
    assert.equal(read(Array.from(stream, (_, at) => stream.slice(at, at + 1))), lines)
  })

test('a subnegotiation without an end does not swallow what is said later', () => {
  assert.match(read([bytes(`\xff\xfa${'x'.repeat(2_000)}\nhello\n`)]), /hello\n$/)
})

test('text without returns and commands comes through as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), text => {
      const plain = text.replace(/\r/g, '')
      const stream = new TextEncoder().encode(plain)
      assert.deepEqual(createSift().feed(stream), stream)
    }),
  )
})

test('any bytes split anywhere come out the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 10, 13, 65, 236, 240, 244, 250, 251, 254, 255), { maxLength: 30 }),
      fc.nat(30),
      (all, at) => {
        const stream = Uint8Array.from(all)
        assert.equal(read([stream.slice(0, at), stream.slice(at)]), read([stream]))
      },
    ),
  )
})

test('whoever sends returns is sent returns', () => {
  const sift = createSift()
  sift.feed(bytes('a\n'))
  assert.equal(sift.returns(), false)
  sift.feed(bytes('b\r\n'))
  assert.equal(sift.returns(), true)
})

/** The frame reader: bytes to lines, however they are cut, beside a second reader that is too simple to be wrong. */
import fc from 'fast-check'
import { createLines, type LineRead } from '../../../src/wire/lines.ts'
import { bytesOf, holds, type Target } from '../target.ts'

/** The first byte says how long a line may be, the second where the rest is cut. */
const maxima = [1, 2, 7, 16, 64, 63, 256, 1024]
const headBytes = 2
const lf = 0x0a
const cr = 0x0d
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function simply(bytes: Uint8Array, max: number): string {
  const told: string[] = []
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(lf, from)
    const whole = bytes.subarray(from, end < 0 ? bytes.length : end)
    const text = whole.at(-1) === cr ? whole.subarray(0, -1) : whole
    if (text.length > max) told.push('too-long')
    else if (end >= 0) told.push(decoded(text))
    if (end < 0) break
    from = end + 1
  }
  return told.join('\n')
}

function decoded(bytes: Uint8Array): string {
  // Cheaper than asking the decoder, for most of what is made here is ASCII or nothing at all.
  try {
    return `=${strict.decode(bytes)}`
  } catch {
    return 'not-utf8'
  }
}

const shown = (read: LineRead): string => ('line' in read ? `=${read.line}` : read.fault)

function read(bytes: Uint8Array, max: number, cutEvery: number): string {
  const lines = createLines({ lineBytesMax: max })
  const told: string[] = []
  for (let from = 0; from < bytes.length; from += cutEvery) {
    const piece = bytes.slice(from, from + cutEvery)
    for (const one of lines.feed(piece)) told.push(shown(one))
    // The piece may be reused afterwards.
    piece.fill(0xaa)
    holds(lines.pendingBytes() <= max + 1, () => `${lines.pendingBytes()} bytes wait of at most ${max + 1}`)
  }
  return told.join('\n')
}

const pieces = ['a', 'abc', '\n', '\r\n', '\r', '\n\n', 'é', '日本', '😀', '\0', 'x'.repeat(70), '\ufeff']

export const lines: Target = {
  name: 'lines',
  means: 'bytes to lines, as every connection reads them',
  covers: ['wire/lines.ts'],
  bytesMax: 512,
  seeds: ['\x04\x03hello\nworld\r\n', '\x00\x01\r\n\n', '\x01\x01ab\r\nabc\n'].map(bytesOf),
  tokens: [...pieces, '\xff', '\xc3'],
  structured: fc
    .tuple(
      fc.nat(255),
      fc.nat(255),
      fc.array(fc.oneof(fc.constantFrom(...pieces).map(bytesOf), fc.uint8Array({ maxLength: 4 })), {
        maxLength: 30,
      }),
    )
    .map(([max, cut, parts]) => Uint8Array.from([max, cut, ...parts.flatMap(part => [...part])])),
  run(input) {
    const max = maxima[(input[0] ?? 0) % maxima.length] ?? 1
    const bytes = input.subarray(headBytes)
    const whole = simply(bytes, max)
    const cutEvery = 1 + ((input[1] ?? 0) % 64)
    const cut = read(bytes, max, cutEvery)
    holds(
      cut === whole,
      () => `cut every ${cutEvery}: ${JSON.stringify(cut)}, whole: ${JSON.stringify(whole)}`,
    )
  },
}

/** What is put together by hand is the very text that JSON would be. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ServerMessage } from '../../src/wire/messages.ts'
import { write } from '../../src/wire/written.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
  fc.constantFrom('', '"', '\\', '\n', '\u0000', '\u007f', '\u2028', '\ud800', '\udfff', '😀', 'é', 'a"b'),
)

test('a line is written as JSON writes it, whatever is said in it', () => {
  const kind = fc.constantFrom<'say' | 'emote' | 'notice' | 'topic'>('say', 'emote', 'notice', 'topic')
  const parts = {
    room: text,
    seq: fc.maxSafeNat(),
    at: fc.maxSafeNat(),
    id: text,
    from: text,
    kind,
    body: text,
  }
  fc.assert(
    fc.property(fc.record(parts), fc.option(text), (line, to) => {
      const alone: Extract<ServerMessage, { type: 'line' }> = { type: 'line', ...line }
      const message = to === null ? alone : { ...alone, to }
      assert.equal(write(message), JSON.stringify(message))
    }),
    { numRuns: 1_000 },
  )
})

import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { native } from '../../src/dialects/native.ts'
import { limits } from '../../src/wire/limits.ts'
import { readServer } from '../../src/wire/messages.ts'
import { dialectContract, oneOfEach, sameMeans } from '../contract/dialect.ts'

dialectContract(native, {
  transcript: [
    { line: '{"type":"hello","v":1,"nick":"ann"}', says: [{ type: 'hello', v: 1, nick: 'ann' }] },
    { line: '', says: [] },
    { line: ' \t\r', says: [] },
    {
      line: '{"type":"say","id":"a-1","room":"#lobby","kind":"say","body":"añ€😀\\n"}\r',
      says: [{ type: 'say', id: 'a-1', room: '#lobby', kind: 'say', body: 'añ€😀\n' }],
    },
    { line: '{"type":"ping","later":{"unknown":[1]}}', says: [{ type: 'ping' }] },
    { line: '{"type":"nick","nick":"bo"}', says: [{ type: 'nick', nick: 'bo' }] },
    { line: '{"type":"bye"}', says: [{ type: 'bye' }] },
  ],
  bad: [
    { line: 'hello?', answer: /^\{"type":"refused","about":"line","code":"bad-json","text":"[^"]+\."\}$/ },
    { line: '[]', answer: /"code":"bad-message"/ },
    { line: 'null', answer: /"code":"bad-message"/ },
    { line: '{"type":"dance"}', answer: /"code":"unknown-type".*“dance”/ },
    { line: '{"type":"__proto__"}', answer: /"code":"unknown-type"/ },
    { line: '{"type":"say","id":"a","room":"#lobby","kind":"say"}', answer: /"code":"bad-message".*body/ },
    { line: '{"type":"hello","v":"1","nick":"ann"}', answer: /"code":"bad-message".*“v”/ },
  ],
})

test('each message is one line, and a client reads it back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), words => {
      for (const message of oneOfEach(words)) {
        const line = native.open(sameMeans()).render(message)
        assert.ok(!/[\n\r]/.test(line))
        // What goes over the wire is UTF-8; no half letter may be left for it to bend.
        const sent = new TextDecoder('utf-8', { fatal: true }).decode(new TextEncoder().encode(line))
        assert.equal(sent, line)
        assert.deepEqual(readServer(line), { ok: true, message })
      }
    }),
  )
})

test('an answer stays small however long the line was', () => {
  const codec = native.open(sameMeans())
  for (const line of [`{"type":"${'x'.repeat(16_000)}"}`, 'x'.repeat(limits.clientLineBytesMax)]) {
    const [heard] = [...codec.parse(line)]
    assert.ok(heard && 'answer' in heard)
    assert.ok(codec.render(heard.answer).length < 600)
  }
})

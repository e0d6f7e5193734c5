import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { native } from '../../src/dialects/native.ts'
import { pipe } from '../../src/dialects/pipe.ts'
import { createSniff, type Sniffed } from '../../src/dialects/sniff.ts'
import { text } from '../../src/dialects/text.ts'

const target = '192.168.1.20:23277'
const sentence = 'This is an Earshot chat server. Join it with: earshot join 192.168.1.20:23277'
const bytes = (text: string) => Uint8Array.from(text, unit => unit.charCodeAt(0))
const sniff = (pieces: readonly Uint8Array[]): Sniffed | undefined => {
  const nose = createSniff(target)
  for (const piece of pieces) {
    const sniffed = nose.feed(piece)
    if (sniffed) return sniffed
  }
  return undefined
}

const http = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${sentence}\n`
const table: [string, Sniffed][] = [
  ['{"type":"hello","v":1,"nick":"ann"}\n', { speaks: native }],
  ['{', { speaks: native }],
  ['GET / HTTP/1.1\r\nHost: a\r\n\r\n', { sendAway: http }],
  ['HEAD / HTTP/1.1\r\n', { sendAway: http }],
  ['POST /{"type":"say"} HTTP/1.1\r\n', { sendAway: http }],
  ['OPTIONS * HTTP/1.1\r\n', { sendAway: http }],
  ['\x16\x03\x01\x02\x00\x01', { encrypts: true }],
  ['NICK ann\r\nUSER ann 0 * :Ann\r\n', { sendAway: `ERROR :${sentence}\r\n` }],
  ['CAP LS 302\r\n', { sendAway: `ERROR :${sentence}\r\n` }],
  ['MSG|ann: hello\n', { speaks: pipe }],
  ['CMD_USER|ann', { speaks: pipe }],
  ['hello\n', { speaks: text }],
  ['GETTING\n', { speaks: text }],
  ['MSG\n', { speaks: text }],
  ['Nick\n', { speaks: text }],
  ['\n{"type":"hello"}', { speaks: text }],
  ['\xff\xfb\x1f telnet', { speaks: text }],
  ['\x00', { speaks: text }],
]

for (const [first, expected] of table)
  test(`${JSON.stringify(first.slice(0, 20))} is told from its first bytes, however they are split`, () => {
    const stream = bytes(first)
    assert.deepEqual(sniff([stream]), expected)
    for (let at = 0; at <= stream.length; at++)
      assert.deepEqual(sniff([stream.slice(0, at), stream.slice(at)]), expected, `split at ${at}`)
    assert.deepEqual(sniff(Array.from(stream, (_, at) => stream.slice(at, at + 1))), expected)
  })

test('what may still become several things is waited for', () => {
  for (const first of ['', 'G', 'GET', 'P', 'CMD_USER', 'MSG', 'NICK'])
    assert.equal(sniff([bytes(first)]), undefined)
})

test('any bytes are decided within the longest opening', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 9, maxLength: 30 }), stream => {
      assert.ok(sniff([stream]))
    }),
  )
})

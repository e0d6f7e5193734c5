/** What every dialect must keep; each dialect's own test runs this with its words. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Codec, Dialect, Heard } from '../../src/dialects/types.ts'
import { createLines } from '../../src/wire/lines.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'

const hostile = 'a\nb\r\nc\rd\0\u2028e\u0085"\\|\ud800\u202e</script>{}😀'

/** One of each message, with people's words set to `words`. */
export function oneOfEach(words: string): ServerMessage[] {
  const line = { room: '#lobby', seq: 1, at: 1_795_239_842_113, id: 'a', from: words, body: words } as const
  return [
    {
      type: 'welcome',
      v: 1,
      server: 's',
      name: words,
      epoch: 'e',
      device: 'd',
      secret: 'x',
      nick: words,
      motd: words,
      limits: { bodyBytesMax: 1, bodyLinesMax: 1 },
    },
    { type: 'line', ...line, kind: 'say' },
    { type: 'line', ...line, kind: 'emote' },
    {
      type: 'backlog',
      room: '#lobby',
      lines: [
        { ...line, kind: 'say' },
        { ...line, seq: 2, kind: 'emote' },
      ],
      complete: true,
    },
    { type: 'backlog', room: '#lobby', lines: [], complete: true },
    { type: 'gap', room: '#lobby', from: 1, to: 9 },
    { type: 'members', room: '#lobby', members: [{ nick: words, presence: 'here' }], complete: true },
    { type: 'presence', room: '#lobby', nick: words, was: words, presence: 'here' },
    { type: 'presence', room: '#lobby', nick: words, presence: 'gone' },
    { type: 'refused', about: words, code: 'bad-nick', text: words, suggestion: words, retryMs: 5 },
    { type: 'ping' },
    { type: 'pong' },
    { type: 'bye', reason: 'slow', text: words },
  ]
}

export interface DialectWords {
  /** A conversation and what it says, in order. */
  transcript: readonly { line: string; says: readonly ClientMessage[] }[]
  /** Lines that are answered, each with a pattern of the answer as it goes out. */
  bad: readonly { line: string; answer: RegExp }[]
}

export function dialectContract(dialect: Dialect, { transcript, bad }: DialectWords): void {
  let ids = 0
  const open = (): Codec => {
    ids = 0
    return dialect.open(() => `id-${ids++}`)
  }
  const hear = (pieces: readonly Uint8Array[]): Heard[] => {
    const lines = createLines({ lineBytesMax: 16_384 })
    const codec = open()
    return pieces
      .flatMap(piece => lines.feed(piece))
      .flatMap(read => ('line' in read ? codec.parse(read.line) : assert.fail(read.fault)))
  }
  const stream = new TextEncoder().encode(transcript.map(({ line }) => `${line}\n`).join(''))
  const says = transcript.flatMap(row => row.says).map(message => ({ message }))

  test(`${dialect.name}: a transcript says the same, split at every byte and byte by byte`, () => {
    assert.ok(says.length > 0)
    for (let at = 0; at <= stream.length; at++)
      assert.deepEqual(hear([stream.slice(0, at), stream.slice(at)]), says, `split at ${at}`)
    assert.deepEqual(hear(Array.from(stream, (_, at) => stream.slice(at, at + 1))), says)
  })

  for (const { line, answer } of bad)
    test(`${dialect.name}: ${JSON.stringify(line.slice(0, 50))} is answered in the dialect`, () => {
      const codec = open()
      const heard = codec.parse(line)
      assert.equal(heard.length, 1)
      assert.ok(heard[0] && 'answer' in heard[0], JSON.stringify(heard))
      assert.match(codec.render(heard[0].answer), answer)
    })

  test(`${dialect.name}: no line throws, and each answer can be rendered`, () => {
    const said = transcript.map(row => row.line)
    const bent = fc
      .tuple(fc.constantFrom(...said), fc.nat(200), fc.nat(5), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([line, at, cut, put]) => line.slice(0, at) + put + line.slice(at + cut))
    const codec = open()
    const check = (line: string) => {
      for (const heard of codec.parse(line)) {
        if ('answer' in heard) assert.notEqual(codec.render(heard.answer), '')
        else assert.equal(Object.getPrototypeOf(heard.message), Object.prototype)
      }
    }
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), bent, fc.json()), check), { numRuns: 1000 })
    for (const line of [hostile, '['.repeat(8_000), '{"type":'.repeat(2_000), 'x'.repeat(16_384)]) check(line)
  })

  test(`${dialect.name}: what people wrote makes no line of its own`, () => {
    const rows = (message: ServerMessage) => open().render(message).split('\n').length
    const words = [hostile, '\n', '\r', '\r\n\r\n', '\0', '']
    for (const each of words) {
      const harmless = oneOfEach('word')
      oneOfEach(each).forEach((message, at) => {
        const rendered = open().render(message)
        assert.ok(!/[\r\0]/.test(rendered), `${message.type}: ${JSON.stringify(rendered)}`)
        assert.ok(!rendered.endsWith('\n'), `${message.type} ends with a newline`)
        const same = harmless[at]
        assert.ok(same)
        assert.ok(rows(message) <= rows(same), `${message.type} got more rows`)
      })
    }
  })

  test(`${dialect.name}: a rendering depends on the message alone`, () => {
    const once = open()
    for (const message of oneOfEach('ann')) {
      assert.equal(once.render(message), open().render(message))
      assert.equal(once.render(message), once.render(message))
    }
  })

  test(`${dialect.name}: no opening begins with another`, () => {
    for (const one of dialect.openings)
      for (const other of dialect.openings) assert.ok(one === other || !one.startsWith(other))
    assert.ok(dialect.openings.every(opening => opening.length > 0))
  })
}

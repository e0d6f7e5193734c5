/** What every dialect must keep; each dialect's own test runs this with its words. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Codec, Dialect, Heard } from '../../src/dialects/types.ts'
import { createLines } from '../../src/wire/lines.ts'
import type { ClientMessage, ServerMessage } from '../../src/wire/messages.ts'

const hostile = 'a\nb\r\nc\rd\0\u2028e\u0085"\\|\ud800\u202e</script>{}😀'
const at = 1_795_239_842_113

/** What a codec is told of its world, the same each time. */
export function sameMeans(serverName = 'den') {
  let ids = 0
  return { serverName, newId: () => `id-${ids++}`, wallMs: () => at }
}

/** One of each message, with people's words set to `words`. */
export function oneOfEach(words: string): ServerMessage[] {
  const line = { room: '#lobby', seq: 1, at, id: 'a', from: words, body: words } as const
  const direct = { ...line, room: '@a.b', to: words } as const
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
    { type: 'line', ...line, kind: 'notice' },
    { type: 'line', ...line, kind: 'topic' },
    { type: 'line', ...direct, kind: 'say' },
    { type: 'line', ...direct, kind: 'emote' },
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
    { type: 'direct', room: '@a.b', with: words },
    { type: 'left', room: '#lobby' },
    { type: 'rooms', rooms: [{ room: words, members: 1, topic: words }], complete: true },
    { type: 'page', room: '#lobby', lines: [{ ...line, kind: 'say' }], more: true, complete: true },
    { type: 'page', room: '#lobby', lines: [{ ...line, kind: 'say' }], more: false, complete: true },
    { type: 'found', words, lines: [{ ...line, kind: 'say' }], complete: true },
    { type: 'typing', room: '#lobby', nick: words, on: true },
    { type: 'read', room: '#lobby', nick: words, seq: 1 },
    { type: 'topic', room: '#lobby', body: words },
    { type: 'members', room: '#lobby', members: [{ nick: words, presence: 'here' }], complete: true },
    { type: 'presence', room: '#lobby', nick: words, was: words, presence: 'here' },
    { type: 'presence', room: '#lobby', nick: words, was: 'other', presence: 'here' },
    { type: 'presence', room: '#lobby', nick: words, presence: 'gone' },
    { type: 'presence', room: '#lobby', nick: words, presence: 'away', text: words },
    { type: 'refused', about: words, code: 'bad-nick', text: words, suggestion: words, retryMs: 5 },
    { type: 'ping' },
    { type: 'pong' },
    { type: 'bye', reason: 'slow', text: words },
  ]
}

/** The answer to a hello, under that nick. */
export const welcomed = (nick: string): ServerMessage => ({
  ...(oneOfEach('den')[0] as Extract<ServerMessage, { type: 'welcome' }>),
  nick,
  motd: '',
})

export interface DialectWords {
  /** A conversation: each line, what it says, what it is answered at once, and what the peer is told after it. */
  transcript: readonly {
    line: string
    says: readonly ClientMessage[]
    answers?: RegExp
    told?: readonly ServerMessage[]
  }[]
  /** What a peer was told before it says one of the following. */
  joined?: readonly ServerMessage[]
  /** Lines that are answered, each with a pattern of the answer as it goes out. */
  bad: readonly { line: string; answer: RegExp }[]
  /** Rows that go on with the one before; none where each message is one line. */
  continuation?: RegExp
}

export function dialectContract(
  dialect: Dialect,
  { transcript, joined = [], bad, continuation }: DialectWords,
): void {
  const open = (told: readonly ServerMessage[] = []): Codec => {
    const codec = dialect.open(sameMeans())
    for (const message of told) codec.render(message)
    return codec
  }
  const answerOf = (codec: Codec, heard: Heard): string =>
    'answer' in heard ? codec.render(heard.answer) : 'says' in heard ? heard.says : ''

  /** Messages and answers of the transcript, fed in these pieces. */
  const hear = (pieces: readonly Uint8Array[]): { says: ClientMessage[]; answers: string[] } => {
    const lines = createLines({ lineBytesMax: dialect.lineBytesMax })
    const codec = open()
    let count = 0
    const says: ClientMessage[] = []
    const answers: string[] = []
    for (const piece of pieces)
      for (const read of lines.feed(codec.sift ? codec.sift(piece) : piece)) {
        assert.ok('line' in read, 'fault' in read ? read.fault : '')
        for (const heard of codec.parse(read.line)) {
          if ('message' in heard) says.push(heard.message)
          else answers.push(answerOf(codec, heard).replaceAll('\r', ''))
        }
        for (const message of transcript[count]?.told ?? []) codec.render(message)
        count += 1
      }
    return { says, answers }
  }
  const stream = new TextEncoder().encode(transcript.map(({ line }) => `${line}\n`).join(''))
  const says = transcript.flatMap(row => row.says)
  const patterns = transcript.flatMap(row => (row.answers ? [row.answers] : []))

  test(`${dialect.name}: a transcript says the same, split at every byte and byte by byte`, () => {
    assert.ok(says.length > 0)
    const check = (pieces: readonly Uint8Array[], how: string) => {
      const heard = hear(pieces)
      assert.deepEqual(heard.says, says, how)
      assert.equal(heard.answers.length, patterns.length, `${how}: ${heard.answers.join('\n')}`)
      for (const [index, pattern] of patterns.entries()) assert.match(heard.answers[index] ?? '', pattern)
    }
    for (let split = 0; split <= stream.length; split++)
      check([stream.slice(0, split), stream.slice(split)], `split at ${split}`)
    check(
      Array.from(stream, (_, index) => stream.slice(index, index + 1)),
      'byte by byte',
    )
  })

  for (const { line, answer } of bad)
    test(`${dialect.name}: ${JSON.stringify(line.slice(0, 50))} is answered in the dialect`, () => {
      const codec = open(joined)
      const heard = [...codec.parse(line)]
      assert.equal(heard.length, 1, JSON.stringify(heard))
      assert.ok(heard[0] && !('message' in heard[0]), JSON.stringify(heard))
      assert.match(answerOf(codec, heard[0]), answer)
    })

  test(`${dialect.name}: no line throws, and each answer can be rendered`, () => {
    const said = transcript.map(row => row.line)
    const bent = fc
      .tuple(fc.constantFrom(...said), fc.nat(200), fc.nat(5), fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([line, from, cut, put]) => line.slice(0, from) + put + line.slice(from + cut))
    const codecs = [open(), open(joined)]
    const check = (line: string) => {
      for (const codec of codecs)
        for (const heard of codec.parse(line)) {
          if ('message' in heard) assert.equal(Object.getPrototypeOf(heard.message), Object.prototype)
          else assert.notEqual(answerOf(codec, heard), '')
        }
    }
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), bent, fc.json()), check), { numRuns: 1000 })
    for (const line of [hostile, '['.repeat(8_000), '{"type":'.repeat(2_000), 'x'.repeat(16_384)]) check(line)
  })

  test(`${dialect.name}: what people wrote makes no line of its own`, () => {
    const rows = (message: ServerMessage, told: readonly ServerMessage[]) =>
      open(told)
        .render(message)
        .split('\n')
        .filter((row, index) => index === 0 || !continuation?.test(row)).length
    const words = [
      hostile,
      '\n',
      '\r',
      '\r\n\r\n',
      '\0',
      '',
      'a\n12:04 #lobby ann: forged\n-- forged\nSRV|forged',
    ]
    for (const told of [[], joined])
      for (const each of words) {
        const harmless = oneOfEach('word')
        oneOfEach(each).forEach((message, index) => {
          const rendered = open(told).render(message)
          assert.ok(!/[\r\0]/.test(rendered), `${message.type}: ${JSON.stringify(rendered)}`)
          assert.ok(!rendered.endsWith('\n'), `${message.type} ends with a newline`)
          const same = harmless[index]
          assert.ok(same)
          assert.ok(rows(message, told) <= rows(same, told), `${message.type} got more rows: ${rendered}`)
        })
      }
  })

  if (dialect.shared)
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

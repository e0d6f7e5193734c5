/** What people and older programs type: bytes to messages and answers, the same however the bytes are cut. */
import fc from 'fast-check'
import { cleanLine } from '../../../src/base/clean.ts'
import { checkNick } from '../../../src/base/names.ts'
import { commandRows } from '../../../src/chat/commandRows.ts'
import { pipe } from '../../../src/dialects/pipe.ts'
import { text } from '../../../src/dialects/text.ts'
import type { Codec, Dialect } from '../../../src/dialects/types.ts'
import { createLines } from '../../../src/wire/lines.ts'
import type { ClientMessage, ServerMessage } from '../../../src/wire/messages.ts'
import { write } from '../../../src/wire/written.ts'
import { bytesOf, harmless, holds, type Target } from '../target.ts'

/** What one line is answered with is at most so many times as long, and this much beside. */
const answerBounds = { times: 4, unitsBeside: 8_192 } as const
const wallMs = 1_795_239_842_113

const welcome = (nick: string): ServerMessage => ({
  type: 'welcome',
  v: 1,
  server: 's',
  name: 'den',
  epoch: 'e',
  device: 'd',
  secret: 'x',
  nick,
  motd: '',
  limits: { bodyBytesMax: 8192, bodyLinesMax: 200 },
})

/** What a server might answer: unlike ours it says what was said as it is, for a dialect trusts nobody. */
function answersTo(message: ClientMessage, count: number): readonly ServerMessage[] {
  switch (message.type) {
    case 'hello': {
      const nick = checkNick(message.nick)
      if (nick.ok)
        return [
          welcome(nick.nick),
          {
            type: 'members',
            room: '#lobby',
            members: [{ nick: nick.nick, presence: 'here' }],
            complete: true,
          },
        ]
      return [{ type: 'refused', about: 'hello', code: 'bad-nick', text: nick.text, suggestion: 'guest-1' }]
    }
    case 'say': {
      const { room, kind, body, id } = message
      return [
        {
          type: 'line',
          room,
          seq: count + 1,
          at: wallMs + count * 60_000,
          id,
          from: count % 2 ? body : 'ann',
          to: body,
          kind,
          body,
        },
      ]
    }
    case 'nick':
      return [{ type: 'presence', room: '#lobby', nick: message.nick, was: 'ann', presence: 'here' }]
    case 'join':
      return [
        { type: 'backlog', room: message.room, lines: [], complete: true },
        {
          type: 'members',
          room: message.room,
          members: [{ nick: message.room, presence: 'here' }],
          complete: true,
        },
      ]
    case 'leave':
      return [{ type: 'left', room: message.room }]
    case 'topic':
      return [{ type: 'topic', room: message.room, body: message.body }]
    case 'search':
      return [{ type: 'found', words: message.words, lines: [], complete: true }]
    case 'rooms':
      return [{ type: 'rooms', rooms: [{ room: '#lobby', members: 1, topic: '' }], complete: true }]
    default:
      return []
  }
}

interface Talk {
  readonly heard: readonly string[]
  /** Without returns: whether a screen wants them shows only with time. */
  readonly told: string
}

function talk(dialect: Dialect, bytes: Uint8Array, cutAt: number): Talk {
  let ids = 0
  const codec: Codec = dialect.open({ serverName: 'den', newId: () => `id-${ids++}`, wallMs: () => wallMs })
  const lines = createLines({ lineBytesMax: dialect.lineBytesMax })
  const heard: string[] = []
  let told = ''
  let lineUnits = 0
  const tell = (words: string) => {
    holds(
      words.length <= lineUnits * answerBounds.times + answerBounds.unitsBeside,
      () => `a line of ${lineUnits} letters is answered with ${words.length}`,
    )
    told += `${words.replaceAll('\r', '')}\n`
  }
  for (const piece of [bytes.slice(0, cutAt), bytes.slice(cutAt)])
    for (const read of lines.feed(codec.sift ? codec.sift(piece) : piece)) {
      if ('fault' in read) {
        tell(
          codec.render({ type: 'refused', about: 'line', code: read.fault, text: 'That line was dropped.' }),
        )
        continue
      }
      lineUnits = read.line.length
      for (const one of codec.parse(read.line)) {
        if ('says' in one) tell(one.says)
        else if ('answer' in one) tell(codec.render(one.answer))
        else {
          heard.push(write(one.message))
          for (const answer of answersTo(one.message, heard.length)) tell(codec.render(answer))
        }
      }
    }
  if (codec.kept?.waits()) tell(codec.kept.take())
  return { heard, told }
}

function check(dialect: Dialect, input: Uint8Array): void {
  const bytes = input.subarray(1)
  const whole = talk(dialect, bytes, 0)
  harmless(whole.told, 'what is told')
  const cutAt = (input[0] ?? 0) % (bytes.length + 1)
  const cut = talk(dialect, bytes, cutAt)
  const same = cut.told === whole.told && cut.heard.join('\n') === whole.heard.join('\n')
  holds(same, () => `cut at ${cutAt} it says ${JSON.stringify(cut)}, whole ${JSON.stringify(whole)}`)
}

const hostile = [
  '\x1b[2J',
  '\x9b31m',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\0',
  '\x07',
  '\r',
  '👩‍👩‍👧',
  'e\u0301',
  '日',
  '\ud83d',
]
const commands = commandRows.flatMap(row => [
  `/${row.name}`,
  ...row.aliases.map(alias => `/${alias}`),
  ...row.bareWords,
])
const nouns = ['#dev', '@bob', 'bob', '#lobby', 'ann', '#', '@', '//', '1d', '50', 'x'.repeat(40)]
const telnet = [
  '\xff\xfd\x01',
  '\xff\xf4',
  '\xff\xec',
  '\xff\xfa\x18\x00\xff\xf0',
  '\xff\xff',
  '\r\0',
  '\r\n',
  '\x03',
  '\x04',
]

const latin1 = (words: string): Uint8Array => Uint8Array.from(Buffer.from(words, 'latin1'))
const spoken = (openings: readonly string[], raw: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.nat(255),
      fc.array(
        fc.oneof(
          { weight: 3, arbitrary: fc.constantFrom(...commands, ...nouns, ' ', ' ', '\n', '\n').map(bytesOf) },
          { weight: 1, arbitrary: fc.constantFrom(...openings, ...hostile, 'hello').map(bytesOf) },
          {
            weight: 1,
            arbitrary:
              raw.length === 0 ? fc.uint8Array({ maxLength: 3 }) : fc.constantFrom(...raw).map(latin1),
          },
          { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).map(bytesOf) },
        ),
        { maxLength: 24 },
      ),
    )
    .map(([cut, parts]) =>
      Uint8Array.from([
        cut,
        ...bytesOf(openings[cut % openings.length] ?? ''),
        ...parts.flatMap(part => [...part]),
      ]),
    )

export const textDialect: Target = {
  name: 'text',
  means: 'what is typed in netcat and telnet',
  covers: [
    'dialects/text.ts',
    'dialects/telnet.ts',
    'dialects/speech.ts',
    'dialects/telling.ts',
    'dialects/visit.ts',
    'chat/commands.ts',
  ],
  bytesMax: 600,
  seeds: [
    '\x05ann\nhello\n/me waves\n@bob psst\n/join #dev\n',
    '\x09\r\nann\r\n/who\r\n/topic a b\r\n/quit\r\n',
  ].map(bytesOf),
  tokens: [...commands, ...nouns, ...hostile, '\n', '\r\n', ' '],
  structured: spoken(['ann\n', '\n', '/nick bo\n', ''], telnet),
  run: input => check(text, input),
}

export const pipeDialect: Target = {
  name: 'pipe',
  means: 'what clients of older LAN chats send',
  covers: ['dialects/pipe.ts', 'dialects/visit.ts', 'chat/commands.ts'],
  bytesMax: 600,
  seeds: ['\x05CMD_USER|ann\nMSG|ann: hello\n/msg bob psst\nMSG|ann: /me waves\nplain | text\n'].map(bytesOf),
  tokens: ['CMD_USER|', 'MSG|', 'SRV|', 'ULIST|', ': ', ...commands, ...nouns, ...hostile, '\n'],
  structured: spoken(['CMD_USER|ann\n', 'MSG|ann: ', 'CMD_USER|', 'MSG|'], []),
  run: input => check(pipe, input),
}
void cleanLine

/** Rows of a history file, with anything in any column: what is read of them is a line that every client takes. */
import fc from 'fast-check'
import { pipe } from '../../../src/dialects/pipe.ts'
import { text } from '../../../src/dialects/text.ts'
import { toDevice, toHead, toLine } from '../../../src/store/rows.ts'
import { readServer } from '../../../src/wire/messages.ts'
import { write } from '../../../src/wire/written.ts'
import { bytesOf, harmless, holds, type Target, textOf } from '../target.ts'

// An input is columns, one after the other: which one, of what kind, how long, and so many bytes. One that is not named
// is as it should be.
const headBytes = 3
const columns = [
  'room',
  'id',
  'author',
  'nick',
  'kind',
  'body',
  'seq',
  'at',
  'topic',
  'secret_hash',
  'household',
  'seen_at',
]
const sound = {
  room: '#lobby',
  id: 'id-1',
  author: 'device-a',
  nick: 'ann',
  kind: 'say',
  body: 'hello',
  seq: 7,
  at: 1_795_239_842_113,
  topic: 'what it is about',
  secret_hash: 'hash',
  household: '',
  seen_at: 1,
}
const odd = [null, 0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 63), 2 ** 63, 1e300]

/** What a driver may give for a column: text of any letters, numbers of any size, nothing. */
function heldIn(kind: number, bytes: Uint8Array): unknown {
  switch (kind % 4) {
    case 0:
      return odd[(bytes[0] ?? 0) % odd.length]
    case 1:
      return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
    case 2:
      // Long, of few bytes.
      return textOf(bytes.subarray(0, 14)).repeat(300)
    default:
      return textOf(bytes)
  }
}

function rowOf(input: Uint8Array): Record<string, unknown> {
  const row: Record<string, unknown> = { ...sound }
  for (let from = 0; from + headBytes <= input.length; ) {
    const [which = 0, kind = 0, length = 0] = input.subarray(from, from + headBytes)
    from += headBytes
    row[columns[which % columns.length] ?? ''] = heldIn(kind, input.subarray(from, from + length))
    from += length
  }
  return row
}

let ids = 0
const means = { serverName: 'den', newId: () => `id-${ids++}`, wallMs: () => sound.at }

function run(input: Uint8Array): void {
  const row = rowOf(input)
  const { author: _, ...line } = toLine(row)
  const head = toHead(row)
  // A room with a name that nobody can have made is not there, and so are its lines.
  if (head !== null) {
    const said = { type: 'line', ...line } as const
    const written = write(said)
    const read = readServer(written)
    holds(read.ok, () => `a client refuses ${written.slice(0, 300)}`)
    if (read.ok) holds(write(read.message) === written, () => `a client reads otherwise ${written}`)
    const topic = readServer(write({ type: 'topic', room: head.room, body: head.topic }))
    holds(topic.ok, () => 'a client refuses the topic')
    for (const dialect of [text, pipe]) {
      const codec = dialect.open(means)
      harmless(codec.render(said).replaceAll('\r', ''), 'a line')
    }
  }
  const device = toDevice(row)
  holds(Number.isSafeInteger(device.seenAt) && device.nick.length <= 256, () => 'a device nobody has')
}

const column = (name: string, kind: number, bytes: Uint8Array): number[] => [
  columns.indexOf(name),
  kind,
  bytes.length,
  ...bytes,
]

const hostile = [
  '"',
  '\\',
  '","x":"',
  '\x1b[2J',
  '\x9b',
  '\u202e',
  '\0',
  '\r\n',
  '#',
  '@a.b',
  '日',
  'topic',
  'emote',
]

export const rows: Target = {
  name: 'rows',
  means: 'rows of a history file, as every client is told them',
  covers: ['store/rows.ts', 'wire/written.ts'],
  bytesMax: 300,
  seeds: [
    Uint8Array.from([]),
    Uint8Array.from(column('kind', 3, bytesOf('say","x":"'))),
    Uint8Array.from([...column('seq', 0, Uint8Array.from([4])), ...column('id', 3, bytesOf('a b'))]),
  ],
  tokens: hostile,
  structured: fc
    .array(
      fc.tuple(
        fc.constantFrom(...columns),
        fc.nat(255),
        fc.oneof(
          fc.constantFrom(...hostile).map(bytesOf),
          fc.string({ unit: 'binary', maxLength: 8 }).map(bytesOf),
          fc.uint8Array({ maxLength: 8 }),
        ),
      ),
      { maxLength: 8 },
    )
    .map(parts =>
      Uint8Array.from(parts.flatMap(([name, kind, bytes]) => column(name, kind, bytes.slice(0, 255)))),
    ),
  run,
}

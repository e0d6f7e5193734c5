/** The messages of the wire: whatever a line says, it is a message as the table has it, or it is refused in a sentence. */
import fc from 'fast-check'
import {
  type ClientMessage,
  clientMessages,
  type Reading,
  readClient,
  readServer,
  type ServerMessage,
  serverMessages,
} from '../../../src/wire/messages.ts'
import { write } from '../../../src/wire/written.ts'
import { bytesOf, holds, type Target, textOf } from '../target.ts'

const refusalUnitsMax = 300
const codes = new Set(['bad-json', 'bad-message', 'unknown-type'])

const word = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('ann', '#lobby', '@bob', 'id-1', 'say', 'here', '', 'x'.repeat(257)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
)
const number = fc.oneof(fc.constantFrom(0, 1, -1, 0.5, 200, 201, 2 ** 53, 2 ** 53 - 1, 1e300), fc.nat())
const plain = fc.oneof(word, number, fc.boolean(), fc.constant(null))
const line = fc.record(
  {
    room: word,
    seq: number,
    at: number,
    id: word,
    from: word,
    to: word,
    kind: fc.constantFrom('say', 'emote', 'notice', 'topic', 'other'),
    body: word,
  },
  { requiredKeys: [] },
)
const value = fc.oneof(
  { weight: 6, arbitrary: plain },
  { weight: 1, arbitrary: fc.array(line, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(word, number, { maxKeys: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

/** A message of that table with fields as they should be, nearly. */
function nearly(rows: typeof clientMessages | typeof serverMessages): fc.Arbitrary<Uint8Array> {
  const names = Object.keys(rows)
  const fields = [...new Set(Object.values(rows).flatMap(row => Object.keys(row.fields.entries)))]
  const oneField = fc.tuple(fc.constantFrom(...fields, '__proto__', 'later'), value)
  const ofRow = fc.constantFrom(...names).chain(type => {
    const own = Object.keys(Object.entries(rows).find(([name]) => name === type)?.[1].fields.entries ?? {})
    return fc
      .tuple(
        fc.tuple(...own.map(field => fc.tuple(fc.constant(field), value))),
        fc.array(oneField, { maxLength: 2 }),
      )
      .map(([known, more]) => [['type', type], ...known, ...more] as [string, unknown][])
  })
  return ofRow.map(pairs =>
    bytesOf(`{${pairs.map(([key, held]) => `${JSON.stringify(key)}:${JSON.stringify(held)}`).join(',')}}`),
  )
}

function check<M extends ClientMessage | ServerMessage>(
  read: (text: string) => Reading<M>,
  text: string,
): void {
  const first = read(text)
  if (!first.ok) {
    holds(first.text.length <= refusalUnitsMax, () => `a refusal of ${first.text.length} letters`)
    holds(codes.has(first.code), () => `a refusal by the name of ${first.code}`)
    return
  }
  holds(Object.getPrototypeOf(first.message) === Object.prototype, () => 'a message with another prototype')
  const written = write(first.message)
  const second = read(written)
  holds(second.ok, () => `written again it is refused: ${written}`)
  if (second.ok) holds(write(second.message) === written, () => `written twice it differs: ${written}`)
}

const words = [
  ...[
    '"type":"',
    '"room":"#lobby"',
    '"room":"@bob"',
    '"id":"a-1"',
    '"kind":"say"',
    '"body":""',
    '"v":1',
    'null',
  ],
  ...[
    'true',
    'false',
    '[]',
    '{}',
    '__proto__',
    'constructor',
    '\\u0000',
    '\\ud800',
    '1e999',
    '-0',
    '"last":{',
    '"seen":{',
  ],
]

export const clientLines: Target = {
  name: 'client-messages',
  means: 'what a client says, as the server reads it',
  covers: ['wire/messages.ts'],
  bytesMax: 1024,
  seeds: [
    '{"type":"hello","v":1,"nick":"ann","device":"d","secret":"s","epoch":"e","run":"1-r","last":{"#lobby":1},"seen":{"#lobby":9}}',
    '{"type":"say","id":"a-1","room":"#lobby","kind":"say","body":"hello"}',
    '{"type":"history","room":"#lobby","before":1,"limit":50}',
    '{"type":"search","words":"a b"}',
  ].map(bytesOf),
  tokens: [...words, ...Object.keys(clientMessages)],
  structured: nearly(clientMessages),
  run: input => check(readClient, textOf(input)),
}

export const serverLines: Target = {
  name: 'server-messages',
  means: 'what a server says, as the client reads it',
  covers: ['wire/messages.ts'],
  bytesMax: 1024,
  seeds: [
    '{"type":"line","room":"#lobby","seq":1,"at":2,"id":"a","from":"ann","kind":"say","body":"hello"}',
    '{"type":"members","room":"#lobby","members":[{"nick":"ann","presence":"here"}],"complete":true}',
    '{"type":"refused","about":"line","code":"too-long","text":"Too long.","retryMs":5}',
    '{"type":"backlog","room":"#lobby","lines":[],"complete":true}',
  ].map(bytesOf),
  tokens: [...words, ...Object.keys(serverMessages)],
  structured: nearly(serverMessages),
  run: input => check(readServer, textOf(input)),
}

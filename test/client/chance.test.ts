import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { items } from '../../src/base/ring.ts'
import { bounds } from '../../src/client/bounds.ts'
import { keymap } from '../../src/client/keymap.ts'
import type { Input, Stroke } from '../../src/client/types.ts'
import type { ServerMessage } from '../../src/wire/messages.ts'
import { den, drive, sighting, wallStart } from './driver.ts'

/** Texts as strangers and cats on keyboards write them. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    'ann: hi',
    '日本語 '.repeat(9),
    '👍🏽👨‍👩‍👧‍👦🇩🇪',
    'a\u0301'.repeat(20),
    '\u001b[2J\u009b2J',
    'one\ntwo\r\nthree\n',
    '/nick x',
    '/help',
    '/clear',
    '/who',
    '//x',
    '/join #other',
    '#dev hi',
    '@bob',
    '@bob hi',
    '/leave',
    '/servers',
    '/help foo',
    '/leave #lobby',
    '/reply hi',
    '/ignore bob',
    '/history 5',
    '/away x',
    '/receipts',
    '1',
    'm',
    '\ud800',
    'e\u202ex',
    '\ufe0f\u200d',
  ),
)
const nick = fc.oneof(fc.constantFrom('ann', 'bob', '日本', '🦊fox', 'carol'), text)
const seq = fc.oneof(fc.nat(30), fc.nat())
const id = fc.constantFrom('id1', 'id2', 'id3', 'hello', 'join', 'leave', 'history', 'x')
const at = fc.oneof(fc.constant(wallStart), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER))
const room = fc.constantFrom('#lobby', '#lobby', '#lobby', '#other', '@a.b', '@c.d', '@bob')
const wire = fc.record({
  room,
  seq,
  at,
  id,
  from: nick,
  kind: fc.constantFrom('say' as const, 'emote' as const, 'topic' as const),
  body: text,
})
const is = fc.constantFrom('here' as const, 'away' as const, 'gone' as const)

const message: fc.Arbitrary<ServerMessage> = fc.oneof(
  wire.map(held => ({ ...held, type: 'line' as const })),
  fc.record({
    type: fc.constant('backlog' as const),
    room,
    lines: fc.array(wire, { maxLength: 5 }),
    complete: fc.boolean(),
  }),
  fc.record({ type: fc.constant('direct' as const), room, with: nick }),
  fc.record({ type: fc.constant('left' as const), room }),
  fc.record({
    type: fc.constant('rooms' as const),
    rooms: fc.array(fc.record({ room, members: fc.nat(9), topic: text }), { maxLength: 4 }),
    complete: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('page' as const),
    room,
    lines: fc.array(wire, { maxLength: 5 }),
    more: fc.boolean(),
    complete: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('found' as const),
    words: text,
    lines: fc.array(wire, { maxLength: 5 }),
    complete: fc.boolean(),
  }),
  fc.record({ type: fc.constant('typing' as const), room, nick, on: fc.boolean() }),
  fc.record({ type: fc.constant('read' as const), room, nick, seq }),
  fc.record({ type: fc.constant('topic' as const), room, body: text }),
  fc.record({ type: fc.constant('gap' as const), room, from: seq, to: seq }),
  fc.record({
    type: fc.constant('members' as const),
    room,
    members: fc.array(fc.record({ nick, presence: is }), { maxLength: 8 }),
    complete: fc.boolean(),
  }),
  fc.record({ type: fc.constant('presence' as const), room, nick, was: nick, presence: is }),
  fc.record({ type: fc.constant('presence' as const), room, nick, presence: is }),
  fc.record({
    type: fc.constant('refused' as const),
    about: id,
    code: fc.constantFrom(
      'already-in',
      'no-such-room',
      'no-such-nick',
      'nick-taken',
      'bad-nick',
      'version',
      'too-fast',
      'storage',
    ),
    text,
    suggestion: nick,
  }),
  fc.record({ type: fc.constant('bye' as const), reason: text, text, retryMs: fc.nat() }),
  fc.record({
    type: fc.constant('welcome' as const),
    v: fc.constantFrom(1, 1, 1, 2),
    server: fc.constantFrom('den1', 'den1', 'den2'),
    name: text,
    epoch: fc.constantFrom('e1', 'e1', 'e2'),
    device: fc.constant('d'),
    secret: fc.constant('s'),
    nick,
    motd: text,
    limits: fc.constant({ bodyBytesMax: 100, bodyLinesMax: 10 }),
  }),
  fc.constant({ type: 'ping' as const }),
)

const keys = [
  ...new Set(keymap.flatMap(row => row.keys)),
  'M-1',
  'M-2',
  'M-9',
  'F9',
  'C-x',
  'Insert',
  'nonsense',
]
const stroke: fc.Arbitrary<Stroke> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...keys).map(key => ({ key })) },
  { weight: 4, arbitrary: text.map(typed => ({ text: typed })) },
  { weight: 1, arbitrary: text.map(pasted => ({ paste: pasted.repeat(4) })) },
  { weight: 1, arbitrary: fc.boolean().map(focused => ({ focused })) },
)

const sightings = fc.array(
  fc.record({
    id: fc.constantFrom('den1', 'a', 'b'),
    name: fc.constantFrom('den-server', '日本語サーバー', 'x'.repeat(70), ''),
    heardAt: fc.nat(),
    flags: fc.constantFrom('', 'pf', 'Th'),
    state: fc.constantFrom('fresh' as const, 'late' as const),
    twin: fc.constantFrom('conflict' as const, 'same-name' as const, null),
    versions: fc.constantFrom([1, 1] as const, [2, 3] as const, [0, 0] as const),
  }),
  { maxLength: 4 },
)

const size = fc.record({
  got: fc.constant('size' as const),
  columns: fc.oneof(fc.nat(130), fc.constantFrom(20, 40, 59, 60, 80, 100, 120)),
  rows: fc.oneof(fc.nat(45), fc.constantFrom(5, 7, 8, 12, 24, 40)),
})

const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 12, arbitrary: stroke.map(typed => ({ got: 'stroke' as const, stroke: typed })) },
  { weight: 12, arbitrary: message.map(said => ({ got: 'said' as const, message: said })) },
  {
    weight: 3,
    arbitrary: fc.array(message, { maxLength: 6 }).map(said => ({
      got: 'lines' as const,
      lines: said.filter(one => one.type === 'line'),
    })),
  },
  { weight: 2, arbitrary: text.map(line => ({ got: 'entered' as const, text: line })) },
  { weight: 3, arbitrary: size },
  {
    weight: 2,
    arbitrary: sightings.map(list => ({ got: 'sightings' as const, sightings: list.map(sighting) })),
  },
  {
    weight: 3,
    arbitrary: fc.constant({
      got: 'linked' as const,
      host: 'h',
      port: 1,
      secured: { server: 'den1', pin: 'pin1' },
    }),
  },
  { weight: 1, arbitrary: fc.constant({ got: 'unlinked' as const, text: 'The link is gone.' }) },
  { weight: 1, arbitrary: fc.constant({ got: 'hosted' as const, target: den }) },
  { weight: 1, arbitrary: fc.constant({ got: 'hostingFailed' as const, text: 'No.' }) },
  {
    weight: 1,
    arbitrary: fc.nat(99).map(asked => ({ got: 'sweep' as const, asked, total: 99, done: asked > 90 })),
  },
  { weight: 1, arbitrary: fc.nat(9999).map(ms => ({ got: 'rtt' as const, ms })) },
  { weight: 2, arbitrary: fc.constant({ got: 'tick' as const }) },
)

test('no inputs, in any order, throw or show a row too wide, and what the model promises holds', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.array(input, { maxLength: 60, size: 'max' }),
      (straight, joined, inputs) => {
        const client = drive({ target: straight ? den : null })
        if (straight && joined) client.joined()
        for (const [index, one] of inputs.entries()) {
          // Every frame is checked by the driver.
          client.take(one)
          if (index % 7 === 0) client.pass(700)
          const { outbox, rooms } = client.model()
          assert.ok(outbox.length <= bounds.outboxLines && rooms.size <= bounds.rooms)
          assert.ok(rooms.has(client.model().current), 'there always is a room on show')
          for (const [name, held] of rooms) assert.equal(held.name, name)
        }
        for (const room of client.model().rooms.values()) {
          const entryKeys = [...items(room.entries)].map(entry => entry.key)
          assert.ok(entryKeys.every((key, place) => place === 0 || key === (entryKeys[place - 1] ?? 0) + 1))
          assert.equal(room.nextKey, entryKeys.length === 0 ? room.nextKey : (entryKeys.at(-1) ?? 0) + 1)
        }
        assert.equal(client.lines().filter(one => one.includes('\n')).length, 0)
      },
    ),
    { numRuns: 250 },
  )
})

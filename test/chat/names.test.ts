/** Names at the door: what is taken, what looks like what is taken, and what people keep who had it before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createNicks } from '../../src/chat/nicks.ts'
import { type KeptOrder, noOrder } from '../../src/chat/order.ts'
import type { Past } from '../../src/chat/types.ts'
import { createTable } from './table.ts'

const person = (nick: string, device: string) => ({ device, secretHash: '1-terces', nick, household: null })
const kept = (people: Past['people'], rooms: Past['rooms'] = []): Past => ({ lines: [], rooms, people })
type Table = ReturnType<typeof createTable>
/** What the session was refused lately: code, sentence and suggestion. */
const refusals = ({ hears }: Pick<Table, 'hears'>, session: string) =>
  hears(session).flatMap(said => (said.type === 'refused' ? [[said.code, said.text, said.suggestion]] : []))

const twins: readonly [there: string, comes: string, code: string, text: string, suggestion: string][] = [
  ['ann', 'ANN', 'nick-taken', '“ANN” is already here.', 'ANN2'],
  [
    'ann',
    'аnn',
    'bad-nick',
    'A nick’s letters come from one alphabet of today, and “аnn” mixes Cyrillic and Latin. It looks like “ann”, who is already here.',
    'ann2',
  ],
  ['Alice', 'AIice', 'nick-taken', '“AIice” looks like “Alice”, who is already here.', 'AIice2'],
  ['Alice', 'a1ice', 'nick-taken', '“a1ice” looks like “Alice”, who is already here.', 'a1ice2'],
  ['bob', 'b0b', 'nick-taken', '“b0b” looks like “bob”, who is already here.', 'b0b2'],
  ['coco', 'сосо', 'nick-taken', '“сосо” looks like “coco”, who is already here.', 'сосо2'],
  ['Zoë', 'Zoë', 'nick-taken', '“Zoë” is already here.', 'Zoë2'],
  ['BOB', 'ꓐꓳꓐ', 'nick-taken', '“ꓐꓳꓐ” looks like “BOB”, who is already here.', 'ꓐꓳꓐ2'],
  ['guest', 'root', 'bad-nick', '“root” would speak for the server or to everybody.', 'guest2'],
  ['ann', 'all2', 'bad-nick', '“all2” would speak for the server or to everybody.', 'guest'],
]
for (const [there, comes, ...refusal] of twins)
  test(`“${comes}” is not let in beside “${there}”, nor anybody renamed to it`, () => {
    const table = createTable()
    table.join('A', there)
    table.join('B', comes)
    assert.deepEqual(refusals(table, 'B'), [refusal])
    table.join('C', 'carol')
    table.hears('C')
    table.say('C', { type: 'nick', nick: comes })
    assert.deepEqual(refusals(table, 'C'), [refusal])
    const [, , suggestion] = refusal
    table.join('D', suggestion ?? '')
    assert.deepEqual(refusals(table, 'D'), [], 'the suggestion is free')
  })

for (const nick of ['den', 'DEN', 'd.en', 'ꓓꓰꓠ'])
  test(`“${nick}” speaks for a server called den, and is nobody’s nick there`, () => {
    const table = createTable()
    table.join('A', nick)
    const [[code, , suggestion] = []] = refusals(table, 'A')
    assert.equal(code, 'bad-nick')
    table.join('B', suggestion ?? '')
    assert.deepEqual(refusals(table, 'B'), [])
    table.join('C', 'denise')
    assert.deepEqual(refusals(table, 'C'), [])
  })

test('the nick of a server is for who keeps order there, and for who had it before', () => {
  const table = createTable({ kept: kept([person('den', 'device-1')]) })
  table.join('A', 'den', { device: 'device-1', secret: 'secret-1' })
  assert.deepEqual(refusals(table, 'A'), [])
  table.say('A', { type: 'nick', nick: 'ben' })
  table.join('B', 'bob')
  table.say('B', { type: 'nick', nick: 'den' })
  assert.equal(refusals(table, 'B')[0]?.[0], 'bad-nick')
  table.host({ type: 'moderate', act: 'op', whom: 'bob' })
  table.say('B', { type: 'nick', nick: 'den' })
  assert.deepEqual(refusals(table, 'B'), [])
})

test('accents make another name, piles of marks and strokes make none', () => {
  const table = createTable()
  for (const nick of ['bob', 'bób', 'bôb']) {
    table.join(nick, nick)
    assert.deepEqual(refusals(table, nick), [])
  }
  table.join('A', 'b\u0336o\u0336b\u0336')
  table.join('B', 'bo\u0301\u0301\u0301\u0301b')
  for (const session of ['A', 'B']) assert.equal(refusals(table, session)[0]?.[0], 'bad-nick')
  table.say('bob', { type: 'join', room: '#d\u0336e\u0336v' })
  assert.equal(refusals(table, 'bob')[0]?.[0], 'bad-room')
  // A room says nothing by itself, whatever it is called.
  table.say('bob', { type: 'join', room: '#admin' })
  assert.deepEqual(refusals(table, 'bob'), [])
})

test('a name that looks like one of somebody known is refused while they are gone, the same name is not', () => {
  const table = createTable({ kept: kept([person('bob', 'device-1')]) })
  table.join('A', 'b0b')
  assert.deepEqual(refusals(table, 'A'), [
    ['nick-taken', '“b0b” looks like “bob”, who has been here.', 'b0b2'],
  ])
  // On another device they are the same person, as far as anybody knows.
  table.join('B', 'BOB')
  assert.deepEqual(refusals(table, 'B'), [])
})

const measure = (act: 'kick' | 'ban' | 'mute', until: number | null) => ({
  act,
  device: 'device-1',
  nick: 'ben',
  household: null,
  isForGuests: false,
  place: null,
  by: 'ann',
  why: '',
  until,
})
const ranked = (role: 'op' | 'owner') => ({ roles: [{ device: 'device-1', nick: 'ben', role }] })
const been = '“Ben” belongs to somebody who has been here; take another.'
const foreign =
  '“Ben” belongs to somebody who has been here; take another, or come with Earshot itself if that is you.'

/** What becomes of somebody who asks for “Ben” while ben is away; null: they get it. */
const claims: readonly [what: string, order: Partial<KeptOrder>, guest: string, newcomer: string | null][] = [
  ['nobody in particular', {}, foreign, null],
  [
    'op',
    ranked('op'),
    foreign,
    '“Ben” belongs to somebody who is op here; take another, or come on the device they use.',
  ],
  [
    'owner',
    ranked('owner'),
    foreign,
    '“Ben” belongs to somebody who is owner here; take another, or come on the device they use.',
  ],
  ['muted', { measures: [measure('mute', null)] }, foreign, been],
  ['banned for a while yet', { measures: [measure('ban', 1)] }, foreign, been],
  ['sent away', { measures: [measure('kick', 1)] }, foreign, null],
  ['banned no longer', { measures: [measure('ban', 0)] }, foreign, null],
]
for (const [what, order, toGuest, toNewcomer] of claims)
  for (const [who, guest, text] of [
    ['a guest', true, toGuest],
    ['a newcomer with an identity', false, toNewcomer],
  ] as const)
    test(`the nick of somebody away who is ${what} is ${text === null ? 'given' : 'refused'} to ${who}`, () => {
      const past = { ...kept([person('ben', 'device-1')]), order: { ...noOrder, ...order } }
      const refusal = text === null ? [] : [['nick-taken', text, 'Ben2']]
      const table = createTable({ kept: past })
      table.join('A', 'Ben', { guest })
      assert.deepEqual(refusals(table, 'A'), refusal, 'at the door')
      const other = createTable({ kept: past })
      other.join('A', 'carol', { guest })
      other.hears('A')
      other.say('A', { type: 'nick', nick: 'Ben' })
      assert.deepEqual(refusals(other, 'A'), refusal, 'by another nick')
      other.say('A', { type: 'nick', nick: 'Ben2' })
      assert.deepEqual(refusals(other, 'A'), [], 'the suggestion is free')
    })

test('whoever has an identity may be called as somebody who is away, be they new here or not', () => {
  const table = createTable({ kept: kept([person('bob', 'device-1')]) })
  table.join('A', 'carol')
  table.say('A', { type: 'nick', nick: 'bob' })
  table.say('A', { type: 'nick', nick: 'carol' })
  table.join('B', 'bob')
  assert.deepEqual([...refusals(table, 'A'), ...refusals(table, 'B')], [])
})

test('what is suggested to a guest belongs to nobody who is away either', () => {
  const table = createTable({
    kept: kept(['ben', 'ben2'].map((nick, index) => person(nick, `device-${index}`))),
  })
  table.join('A', 'ben', { guest: true })
  assert.deepEqual(refusals(table, 'A'), [['nick-taken', foreign.replace('Ben', 'ben'), 'ben3']])
  table.join('B', 'root', { guest: true })
  assert.deepEqual(refusals(table, 'B'), [
    ['bad-nick', '“root” would speak for the server or to everybody.', 'guest'],
  ])
})

test('somebody comes back under their own nick, whatever role they have, and writes it as they like', () => {
  const past = { ...kept([person('ben', 'device-1')]), order: { ...noOrder, ...ranked('op') } }
  const table = createTable({ kept: past })
  table.join('A', 'BEN', { device: 'device-1', secret: 'secret-1' })
  table.say('A', { type: 'nick', nick: 'Ben' })
  assert.deepEqual(refusals(table, 'A'), [])
})

test('who left without an identity keeps nobody from their nick, and no one who was called otherwise does', () => {
  const table = createTable()
  table.join('A', 'ben', { guest: true })
  table.say('A', { type: 'bye' })
  table.join('B', 'ben', { guest: true })
  assert.deepEqual(refusals(table, 'B'), [])
  table.join('C', 'cat')
  table.say('C', { type: 'nick', nick: 'dan' })
  table.join('D', 'cat', { guest: true })
  assert.deepEqual(refusals(table, 'D'), [])
})

test('a nick nobody here has means the one who keeps order, before who came later, before a guest who left', () => {
  const table = createTable()
  table.join('G', 'ann')
  table.join('X', 'bob')
  table.join('A', 'ben', { guest: true })
  table.say('A', { type: 'bye' })
  // Known since before that guest, and called so only now.
  table.say('X', { type: 'nick', nick: 'ben' })
  table.say('X', { type: 'bye' })
  assert.deepEqual(table.host({ type: 'moderate', act: 'op', whom: 'ben' }).slice(1), [
    'It holds under any nick, until /deop ben.',
  ])
  // The other one has had that nick since before the first one had a role.
  const twice = createTable({
    kept: {
      ...kept([person('ben', 'device-1'), person('ben', 'device-2')]),
      order: { ...noOrder, ...ranked('op') },
    },
  })
  assert.deepEqual(twice.host({ type: 'moderate', act: 'deop', whom: 'Ben' }), [
    'ben is op no longer, by the host.',
  ])
  assert.deepEqual(twice.deeds.at(-1)?.device, 'device-1')
})

for (const act of ['deop', 'ban', 'mute'] as const)
  test(`${act} hits the one who is known and away, though a guest has asked for that nick`, () => {
    const table = createTable({
      kept: { ...kept([person('ben', 'device-1')]), order: { ...noOrder, ...ranked('op') } },
    })
    table.join('A', 'Ben', { guest: true })
    table.join('A2', 'Ben2', { guest: true })
    table.host({ type: 'moderate', act, whom: 'ben' })
    assert.equal(table.deeds.at(-1)?.device, 'device-1')
    assert.deepEqual(table.closed, [])
  })

test('a name is free again when whoever had it is called otherwise, or was a guest and left', () => {
  const table = createTable()
  table.join('A', 'bob')
  table.join('B', 'eve', { guest: true })
  table.say('A', { type: 'nick', nick: 'ann' })
  table.say('B', { type: 'nick', nick: 'Al' })
  table.say('B', { type: 'bye' })
  table.join('C', 'b0b')
  table.join('D', 'AI')
  assert.deepEqual([...refusals(table, 'C'), ...refusals(table, 'D')], [])
  table.join('E', 'bob')
  assert.deepEqual(refusals(table, 'E'), [
    ['nick-taken', '“bob” looks like “b0b”, who is already here.', 'bob2'],
  ])
})

test('somebody may change their own name to what looks like it', () => {
  const { join, say, transcript } = createTable()
  join('A', 'Alice')
  say('A', { type: 'nick', nick: 'AIice' })
  assert.equal(transcript('A').at(-1), 'presence Alice → AIice here')
  join('B', 'alice')
  assert.deepEqual(transcript('B'), ['refused hello nick-taken try alice2'])
})

test('people of a store keep the names they have, whatever is refused today, and can be spoken to', () => {
  const names = ['bob', 'b0b', 'root', 'аnn', 'ann']
  const people = names.map((nick, index) => person(nick, `device-${index}`))
  const table = createTable({ kept: kept(people) })
  table.join('X', 'eve')
  for (const [index, nick] of names.entries()) {
    table.join(`S${index}`, nick, { device: `device-${index}`, secret: 'secret-1' })
    assert.deepEqual(refusals(table, `S${index}`), [], nick)
    table.say('X', { type: 'join', room: `@${nick}` })
    assert.equal(
      table.transcript('X').findLast(said => said.startsWith('direct')),
      `direct ${nick}`,
    )
  }
  // Once they were called otherwise it is refused to them as to anybody.
  table.say('S2', { type: 'nick', nick: 'carol' })
  table.say('S2', { type: 'nick', nick: 'root' })
  assert.deepEqual(refusals(table, 'S2'), [
    ['bad-nick', '“root” would speak for the server or to everybody.', 'guest'],
  ])
})

test('whoever is known but does not prove it gets no name that is refused today', () => {
  const table = createTable({ kept: kept([person('root', 'device-1')]) })
  table.join('A', 'root', { device: 'device-1', secret: 'guessed' })
  assert.deepEqual(refusals(table, 'A'), [
    ['bad-nick', '“root” would speak for the server or to everybody.', 'guest'],
  ])
})

test('who was forgotten for others keeps nobody from a name', () => {
  const table = createTable({
    kept: kept([
      person('bob', 'device-0'),
      ...Array.from({ length: 9_999 }, (_, i) => person(`p_${i}`, `d-${i}`)),
    ]),
  })
  table.join('A', 'b0b')
  assert.equal(refusals(table, 'A').length, 1)
  table.join('A2', 'carol')
  table.join('B', 'b0b')
  assert.deepEqual(refusals(table, 'B'), [])
})

test('names that are kept and dropped in any order leave nothing behind', () => {
  const nick = fc.constantFrom('bob', 'BOB', 'b0b', 'Al', 'AI', 'ai', 'сосо', 'coco')
  fc.assert(
    fc.property(fc.array(nick), names => {
      const nicks = createNicks()
      const looks = names.map(name => nicks.keep(name))
      for (const name of names)
        assert.equal(nicks.objection(name, { nick: name, session: null, look: null }), null)
      for (const look of looks.toSorted(() => -1)) nicks.drop(look)
      for (const name of names) assert.equal(nicks.objection(name), null)
    }),
  )
})

test('a room that looks like another is not made, neither by joining nor by coming back to it', () => {
  const table = createTable()
  const { join, say, transcript } = table
  join('A', 'ann')
  say('A', { type: 'join', room: '#сосо' })
  transcript('A')
  say('A', { type: 'join', room: '#coco' })
  say('A', { type: 'join', room: '#1obby' })
  say('A', { type: 'join', room: '#dеv' })
  assert.deepEqual(refusals(table, 'A'), [
    ['bad-room', '#coco looks like #сосо, which is here. Join that one, or choose another name.', undefined],
    [
      'bad-room',
      '#1obby looks like #lobby, which is here. Join that one, or choose another name.',
      undefined,
    ],
    [
      'bad-room',
      'Each word of a room’s name is in one alphabet of today, and “dеv” mixes Latin and Cyrillic.',
      undefined,
    ],
  ])
  join('B', 'bob', { epoch: 'epoch-1', last: { '#coco': 0, '#lobby': 0 } })
  assert.ok(!transcript('B').some(said => said.includes('#coco')))
  say('B', { type: 'join', room: '#сосо' })
  assert.equal(transcript('B').at(-1), 'members #сосо ann bob')
  for (const one of ['A', 'B']) say(one, { type: 'leave', room: '#сосо' })
  transcript('B')
  say('B', { type: 'join', room: '#coco' })
  assert.equal(transcript('B').at(-1), 'members #coco bob', 'what is gone looks like nothing')
})

test('rooms of a store keep their names, and anybody may join them', () => {
  const room = (name: string) => ({ room: name, seq: 1, topic: '' })
  const { join, say, transcript } = createTable({ kept: kept([], ['#dev0', '#devo', '#dеv'].map(room)) })
  join('A', 'ann')
  for (const name of ['#dev0', '#devo', '#dеv']) {
    say('A', { type: 'join', room: name })
    assert.equal(transcript('A').at(-1), `members ${name} ann`)
  }
})

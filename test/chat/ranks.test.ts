import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTable } from './table.ts'

/** Who they are after a restart. */
const ann = { device: 'device-1', secret: 'tls_secret-1' }
const bob = { device: 'device-2', secret: 'tls_secret-2' }
const cat = { device: 'device-3', secret: 'tls_secret-3' }

/** ann is owner, bob op, cat neither. */
function den() {
  const table = createTable()
  for (const nick of ['ann', 'bob', 'cat']) table.join(nick, nick)
  table.hub.offer('nekot')
  table.say('ann', { type: 'own', token: 'token' })
  table.say('ann', { type: 'moderate', act: 'op', whom: 'bob' })
  for (const nick of ['ann', 'bob', 'cat']) table.hears(nick)
  return table
}

/** What `whom` reads of who is in the lobby. */
function listed(table: ReturnType<typeof den>, whom: string): string {
  table.hears(whom)
  table.say(whom, { type: 'who', room: '#lobby' })
  const [told] = table.hears(whom)
  assert.ok(told?.type === 'members')
  return told.members.map(({ nick, role = 'member' }) => `${nick} ${role}`).join(', ')
}

test('who was in before an owner comes after a restart hears what they are', () => {
  const { people, table } = den()
  assert.ok(table.order)
  const later = createTable({
    kept: { lines: [], rooms: [], people: [...people.values()], order: table.order },
  })
  later.join('c', 'cat', cat)
  later.hears('c')
  later.join('a', 'ann', ann)
  later.join('b', 'bob', bob)
  assert.deepEqual(later.transcript('c'), ['presence ann (owner) here', 'presence bob (op) here'])
  assert.ok(later.transcript('a').includes('role ann owner'))
  assert.equal(listed(later, 'c'), 'cat member, ann owner, bob op')
})

test('an op who leaves and comes back, goes away, takes another nick or another room is told as op', () => {
  const table = den()
  table.say('bob', { type: 'bye' })
  table.join('again', 'bob', bob)
  table.say('again', { type: 'away', on: true, text: 'lunch' })
  table.say('again', { type: 'nick', nick: 'rob' })
  table.lose('again')
  table.join('back', 'rob', bob)
  assert.deepEqual(table.transcript('cat'), [
    'presence bob gone',
    'presence bob (op) here',
    'presence bob (op) away (lunch)',
    'presence bob → rob (op) away',
    'presence rob (op) reconnecting',
    'presence rob (op) here',
  ])
  table.say('cat', { type: 'join', room: '#dev' })
  table.hears('cat')
  table.say('back', { type: 'join', room: '#dev' })
  assert.deepEqual(table.transcript('cat'), ['presence #dev rob (op) here'])
})

test('what is told of ordinary members is as short as it was', () => {
  const table = den()
  table.join('dan', 'dan')
  const [came] = table.hears('cat')
  assert.deepEqual(came, { type: 'presence', room: '#lobby', nick: 'dan', presence: 'here' })
})

test('a role given or taken while somebody is gone or reconnects is told when they come back', () => {
  const table = den()
  table.say('bob', { type: 'bye' })
  table.lose('cat')
  table.say('ann', { type: 'moderate', act: 'deop', whom: 'bob' })
  table.say('ann', { type: 'moderate', act: 'op', whom: 'cat' })
  assert.equal(listed(table, 'ann'), 'ann owner, cat op')
  table.join('c', 'cat', cat)
  table.join('b', 'bob', bob)
  const told = table.transcript('ann')
  assert.deepEqual(told, ['presence cat (op) here', 'presence bob here'])
  assert.ok(table.transcript('c').includes('role cat op'))
  assert.ok(!table.transcript('b').some(one => one.startsWith('role')))
  assert.equal(listed(table, 'ann'), 'ann owner, cat op, bob member')
})

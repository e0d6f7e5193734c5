/** Connections that break: who comes back in time was never away, and who does not has left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { createTable } from './table.ts'

/** Ann stays; Bob’s connection breaks. */
function annAndBob() {
  const table = createTable()
  table.join('A', 'ann')
  table.join('B', 'bob')
  const welcome = table.hears('B').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  const { device, secret } = welcome
  table.hears('A')
  return { ...table, known: { device, secret, epoch: 'epoch-1', last: { '#lobby': 0 } } }
}

test('a member whose connection is lost is shown as reconnecting, and in a list too', () => {
  const { lose, join, say, held, transcript } = annAndBob()
  lose('B')
  assert.deepEqual(transcript('A'), ['presence bob reconnecting'])
  assert.deepEqual(
    held.map(({ session, ms }) => ({ session, ms })),
    [{ session: 'B', ms: limits.reconnectingMs }],
  )
  join('C', 'carol')
  assert.deepEqual(transcript('C').at(-1), 'members ann bob(reconnecting) carol')
  say('C', { type: 'rooms' })
  assert.deepEqual(transcript('C').at(-1), 'rooms #lobby 2', 'and is not counted')
})

test('who comes back in time is here again, and nobody hears of a leave or a join', () => {
  const { lose, expire, join, known, transcript } = annAndBob()
  lose('B')
  join('B2', 'bob', known)
  expire('B')
  assert.deepEqual(transcript('A'), ['presence bob reconnecting', 'presence bob here'])
  assert.deepEqual(transcript('B2'), ['welcome bob (be kind)', 'backlog empty', 'members ann bob'])
})

test('who does not come back in time has left, once', () => {
  const { lose, expire, join, known, transcript } = annAndBob()
  lose('B')
  expire('B')
  expire('B')
  assert.deepEqual(transcript('A'), ['presence bob reconnecting', 'presence bob gone'])
  join('B2', 'bob', known)
  assert.deepEqual(transcript('A'), ['presence bob here'])
})

test('a newcomer who may not have heard the welcome is not waited for, and comes again under the same nick', () => {
  const { open, say, lose, join, held, transcript } = createTable()
  join('A', 'ann')
  open('B')
  say('B', { type: 'hello', v: 1, nick: 'bob' })
  transcript('A')
  lose('B')
  assert.deepEqual(transcript('A'), ['presence bob gone'])
  assert.deepEqual(held, [])
  join('B2', 'bob')
  assert.equal(transcript('B2')[0], 'welcome bob (be kind)')
})

test('who says bye has left at once, and a guest, who cannot come back, too', () => {
  const { say, lose, join, transcript } = annAndBob()
  say('B', { type: 'bye' })
  lose('B')
  join('G', 'guest-1', { guest: true })
  lose('G')
  assert.deepEqual(transcript('A'), ['presence bob gone', 'presence guest-1 here', 'presence guest-1 gone'])
})

test('the nick of somebody reconnecting is held for them, whatever they come back as', () => {
  const { lose, join, known, transcript } = annAndBob()
  lose('B')
  join('X', 'Bob')
  assert.deepEqual(transcript('X'), ['refused hello nick-taken try Bob2'])
  join('B2', 'robert', known)
  assert.deepEqual(transcript('A'), ['presence bob reconnecting', 'presence bob → robert here'])
  join('Y', 'bob')
  assert.equal(transcript('Y')[0], 'welcome bob (be kind)')
})

test('who was renamed while they were lost is told as renamed, though their place is kept no more', () => {
  const { lose, expire, join, say, known, transcript } = annAndBob()
  lose('B')
  expire('B')
  transcript('A')
  join('B2', 'rob', { ...known, was: 'bob' })
  assert.deepEqual(transcript('A'), ['presence bob → rob here'])
  say('B2', { type: 'bye' })
  join('B3', 'bert', known)
  assert.deepEqual(
    transcript('A'),
    ['presence rob gone', 'presence bert here'],
    'who does not ask for it is not followed',
  )
  say('B3', { type: 'bye' })
  join('X', 'bert')
  transcript('A')
  join('B4', 'bob', { ...known, was: 'bert' })
  join('Y', 'yoko', { was: 'ann' })
  assert.deepEqual(
    transcript('A'),
    ['presence bob here', 'presence yoko here'],
    'bert is somebody else by now, and ann always was',
  )
})

test('a rename during a restart is told to who is back already', () => {
  const before = annAndBob()
  const after = createTable({ kept: { lines: [], rooms: [], people: [...before.people.values()] } })
  after.join('A', 'ann')
  after.transcript('A')
  after.join('B', 'rob', { ...before.known, was: 'bob' })
  assert.deepEqual(after.transcript('A'), ['presence bob → rob here'])
})

test('who is back later than somebody renamed hears of it once, before the list of who is here', () => {
  const before = createTable({ run: 'run1' })
  const known = (session: string, nick: string) => {
    before.join(session, nick)
    const welcome = before.hears(session).find(message => message.type === 'welcome')
    assert.ok(welcome?.type === 'welcome')
    const { device, secret } = welcome
    return { device, secret, epoch: 'epoch-1', run: 'run1', last: { '#lobby': 0 } }
  }
  const [ann, bob] = [known('A', 'ann'), known('B', 'bob')]
  const people = [...before.people.values()]
  const { join, lose, transcript } = createTable({ run: 'run2', kept: { lines: [], rooms: [], people } })
  join('B', 'rob', { ...bob, was: 'bob' })
  join('A', 'ann', ann)
  const whole = ['welcome ann (be kind)', 'backlog empty', 'members rob ann']
  assert.deepEqual(transcript('A'), whole.toSpliced(1, 0, 'presence bob → rob here'))
  lose('A')
  join('A2', 'ann', { ...ann, run: 'run2' })
  assert.deepEqual(transcript('A2'), whole)
  join('C', 'carol')
  assert.doesNotMatch(transcript('C').join(), /bob/, 'who never knew them hears nothing of it')
})

test('a line to somebody reconnecting is kept and told when they come back', () => {
  const { lose, join, speak, known, transcript } = annAndBob()
  lose('B')
  speak('A', 'id1', 'psst', '@bob')
  speak('A', 'id2', 'all hear')
  assert.deepEqual(transcript('A').slice(1), [
    'direct bob',
    'backlog @ empty',
    'line @ 1 ann to bob: psst',
    'line 1 ann: all hear',
  ])
  assert.deepEqual(transcript('B'), [])
  join('B2', 'bob', known)
  assert.deepEqual(transcript('B2'), [
    'welcome bob (be kind)',
    'backlog 1-1',
    'members ann bob',
    'direct ann',
    'backlog @ 1-1',
  ])
})

test('who comes back without a room has left that one', () => {
  const { lose, join, say, known, transcript } = annAndBob()
  for (const session of ['A', 'B']) say(session, { type: 'join', room: '#dev' })
  transcript('A')
  lose('B')
  join('B2', 'bob', known)
  assert.deepEqual(transcript('A'), [
    'presence bob reconnecting',
    'presence #dev bob reconnecting',
    'presence bob here',
    'presence #dev bob gone',
  ])
})

test('where more are kept than may be connected, who is lost has left at once', () => {
  const { join, lose, transcript } = createTable({ limits: { ...limits, connectionsMax: 2 } })
  for (const [session, nick] of [
    ['A', 'ann'],
    ['B', 'bob'],
    ['C', 'carol'],
  ] as const)
    join(session, nick)
  transcript('A')
  lose('B')
  lose('C')
  assert.deepEqual(transcript('A'), ['presence bob gone', 'presence carol reconnecting'])
})

test('a second connection of the same client ends the first one before it is answered', () => {
  const { join, say, closed, known, transcript } = annAndBob()
  join('B2', 'bob', known)
  assert.deepEqual(
    closed.map(({ session, reason }) => `${session} ${reason}`),
    ['B replaced'],
  )
  // What is still read of the old connection comes too late.
  say('B', { type: 'say', id: 'id1', room: '#lobby', kind: 'say', body: 'late' })
  assert.deepEqual(transcript('A'), [])
  assert.deepEqual(transcript('B'), [])
})

/** Measures hold for a client: all the windows and scripts of one user, under whatever nick. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOrder } from '../../src/chat/order.ts'
import type { Act } from '../../src/chat/roles.ts'
import type { Moderate } from '../../src/chat/types.ts'
import { createTable } from './table.ts'

const minuteMs = 60_000

const order = (act: Act, whom: string, more: Partial<Moderate> = {}): Moderate => ({
  type: 'moderate',
  act,
  whom,
  ...more,
})

/** ann is owner, olga op; mal and mal2 are windows of one user, bob is another one. */
function den() {
  const table = createTable()
  for (const [nick, household] of [
    ['ann', 'anns'],
    ['olga', 'olgas'],
    ['mal', 'mals'],
    ['mal2', 'mals'],
    ['bob', 'bobs'],
  ] as const)
    table.join(nick, nick, { household })
  table.hub.offer('nekot')
  table.say('ann', { type: 'own', token: 'token' })
  table.say('ann', order('op', 'olga'))
  table.table.nowMs += minuteMs
  for (const nick of ['ann', 'olga', 'mal', 'mal2', 'bob']) table.hears(nick)
  return table
}

test('a ban closes the other windows of the same client, says so to who asked, and lets none of it in', () => {
  const table = den()
  table.say('olga', order('ban', 'mal', { text: 'enough' }))
  assert.deepEqual(table.transcript('olga'), [
    'mal was banned for 24 h by olga: enough / mal2 goes too: the same Earshot as mal.',
    'presence mal gone',
    'presence mal2 gone',
  ])
  assert.deepEqual(table.transcript('bob'), [
    'mal was banned for 24 h by olga: enough',
    'presence mal gone',
    'presence mal2 gone',
  ])
  assert.deepEqual(
    table.closed.map(({ session, reason }) => `${session} ${reason}`),
    ['mal banned', 'mal2 banned'],
  )
  table.join('new', 'sugar', { household: 'mals' })
  assert.equal(table.closed.at(-1)?.session, 'new')
  assert.deepEqual(table.transcript('new'), [])
  table.join('other', 'sugar', { household: 'others' })
  assert.equal(table.transcript('other')[0], 'welcome sugar (be kind)')
})

test('so does a kick, for its minute', () => {
  const table = den()
  assert.deepEqual(table.host(order('kick', 'mal2')), [
    'mal2 was sent away by the host',
    'mal goes too: the same Earshot as mal2.',
  ])
  table.join('new', 'sugar', { household: 'mals' })
  assert.deepEqual(
    table.closed.map(({ session, reason }) => `${session} ${reason}`),
    ['mal2 kicked', 'mal kicked', 'new kicked'],
  )
  table.table.nowMs += minuteMs
  table.join('later', 'sugar', { household: 'mals' })
  assert.equal(table.transcript('later')[0], 'welcome sugar (be kind)')
})

test('what is written down names the others it was done to with them, and nobody who was away', () => {
  const table = den()
  table.join('mal3', 'mal3', { household: 'mals' })
  table.say('mal3', { type: 'bye' })
  table.deeds.length = 0
  table.host(order('mute', 'mal'))
  table.host(order('ban', 'mal2', { text: 'enough' }))
  table.host(order('kick', 'bob'))
  assert.deepEqual(
    table.deeds.map(({ act, whom, also }) => [act, whom, also]),
    [
      ['mute', 'mal', ['mal2']],
      ['ban', 'mal2', ['mal']],
      ['kick', 'bob', undefined],
    ],
  )
})

test('who is muted is silent in every window', () => {
  const table = den()
  assert.deepEqual(table.host(order('mute', 'mal')), [
    'mal was muted by the host',
    'mal2 is silent too: the same Earshot as mal.',
  ])
  table.join('mal3', 'mal3', { household: 'mals' })
  for (const nick of ['mal', 'mal2', 'mal3']) {
    table.hears(nick)
    table.speak(nick, 'a', 'hello')
    assert.deepEqual(table.transcript(nick), ['refused a muted'], nick)
  }
  assert.equal(
    table.host(order('bans', '')).at(-1),
    'mal: muted, for good, by the host; so are mal2 and mal3',
  )
  table.host(order('unmute', 'mal2'))
  table.speak('mal', 'b', 'hello')
  assert.ok(table.transcript('mal').includes('line 1 mal: hello'))
})

test('it holds over a restart, and any of the nicks lifts it', () => {
  const table = den()
  table.host(order('ban', 'mal'))
  const kept = readOrder(JSON.stringify(table.table.order))
  assert.ok(kept)
  const people = [...table.people.values()]
  const later = createTable({ kept: { lines: [], rooms: [], people, order: kept } })
  later.join('new', 'sugar', { household: 'mals' })
  later.join('two', 'mal2', { device: 'device-4', secret: 'tls_secret-4', household: 'mals' })
  assert.deepEqual(
    later.closed.map(({ session, reason }) => `${session} ${reason}`),
    ['new banned', 'two banned'],
  )
  table.host(order('unban', 'mal2'))
  table.join('new', 'sugar', { household: 'mals' })
  assert.equal(table.transcript('new')[0], 'welcome sugar (be kind)')
})

test('a ban of somebody who is away since a restart holds for their client, whoever of it comes first', () => {
  const later = createTable({ kept: { lines: [], rooms: [], people: [...den().people.values()] } })
  assert.deepEqual(later.host(order('ban', 'mal')), ['mal was banned for 24 h by the host'])
  assert.equal(later.host(order('bans', '')).at(-1), 'mal: banned, 24 h left, by the host; so is mal2')
  later.join('new', 'sugar', { household: 'mals' })
  later.join('two', 'mal2', { device: 'device-4', secret: 'tls_secret-4' })
  later.join('bob', 'bob', { device: 'device-5', secret: 'tls_secret-5', household: 'bobs' })
  assert.deepEqual(
    later.closed.map(({ session, reason }) => `${session} ${reason}`),
    ['new banned', 'two banned'],
  )
})

test('a ban of somebody whose client is not known yet takes it in when they come', () => {
  const people = [...den().people.values()].map(one => ({ ...one, household: null }))
  const later = createTable({ kept: { lines: [], rooms: [], people } })
  later.host(order('ban', 'mal'))
  later.join('one', 'mal', { device: 'device-3', secret: 'tls_secret-3', household: 'mals' })
  later.join('two', 'sugar', { household: 'mals' })
  assert.deepEqual(
    later.closed.map(({ session }) => session),
    ['one', 'two'],
  )
  assert.doesNotMatch(JSON.stringify(later.table.order), /mals/)
  assert.match(JSON.stringify(later.table.order), /slam/)
})

test('orders of an earlier time are read, and hold for the one they name', () => {
  const table = den()
  table.host(order('ban', 'mal'))
  const text = JSON.stringify(table.table.order).replace('"household":"slam",', '')
  assert.doesNotMatch(text, /household/)
  const kept = readOrder(text)
  assert.equal(kept?.measures[0]?.household, null)
  assert.equal(readOrder(JSON.stringify(table.table.order).replace('"slam"', '7')), null)
})

test('nobody is kept out by what could have been read along, nor by somebody who stands higher', () => {
  const table = den()
  // Unencrypted: somebody else’s, for all that is known.
  table.hub.open('plain', false)
  table.say('plain', { type: 'hello', v: 1, nick: 'eve', household: 'bobs' })
  assert.deepEqual(table.host(order('ban', 'eve')), ['eve was banned for 24 h by the host'])
  table.join('bob2', 'bob2', { household: 'bobs' })
  assert.equal(table.transcript('bob2')[0], 'welcome bob2 (be kind)')
  // A script of an owner, and a window of one’s own.
  table.join('cron', 'cron', { household: 'anns' })
  table.join('olga2', 'olga2', { household: 'olgas' })
  table.hears('olga')
  for (const whom of ['cron', 'olga2']) {
    table.say('olga', order('ban', whom))
    table.table.nowMs += minuteMs
  }
  assert.deepEqual(table.transcript('olga'), ['refused moderate outranked', 'refused moderate yourself'])
  // Who came to keep order since comes in all the same.
  table.host(order('ban', 'mal'))
  table.host(order('op', 'mal2'))
  table.join('two', 'mal2', { device: 'device-4', secret: 'tls_secret-4', household: 'mals' })
  assert.equal(table.transcript('two')[0], 'welcome mal2 (be kind)')
})

test('what a client calls its household is told to nobody', () => {
  const table = den()
  table.say('bob', { type: 'who', room: '#lobby' })
  table.join('late', 'late', { household: 'lates' })
  table.host(order('ban', 'mal'))
  const told = ['ann', 'olga', 'bob', 'late'].flatMap(nick => table.hears(nick))
  assert.doesNotMatch(JSON.stringify(told), /anns|olgas|mals|bobs|lates|slam/)
})

test('of many who are shut out a few are named, and the others counted', () => {
  const table = createTable()
  for (let one = 0; one < 12; one++) table.join(`s${one}`, `n${one}`, {}, '10.0.0.7')
  const nicks = 'n1, n2, n3, n4, n5, n6, n7 and 4 more'
  table.host(order('ban', 'n0', { byAddress: true }))
  assert.equal(
    table.host(order('bans', '')).at(-1),
    `n0: banned, 24 h left, by the host, with 10.0.0.7; so are ${nicks}`,
  )
})

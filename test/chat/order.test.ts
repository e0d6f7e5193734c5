import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createOrder, keptOrder, type Measure, measureOn, readOrder } from '../../src/chat/order.ts'
import { readOrderCommand, spanText } from '../../src/chat/orderWords.ts'
import { type Act, actNames, mayNot, mayNotTo, type Standing } from '../../src/chat/roles.ts'
import type { Moderate } from '../../src/chat/types.ts'
import { createTable } from './table.ts'

const standings: readonly Standing[] = ['member', 'op', 'owner', 'host']
const minuteMs = 60_000
const hourMs = 60 * minuteMs

const order = (act: Act, whom?: string, more: Partial<Moderate> = {}): Moderate => ({
  type: 'moderate',
  act,
  ...(whom === undefined ? {} : { whom }),
  ...more,
})

/** ann is owner, olga op, bob and cat are members. */
function den(addresses: Readonly<Record<string, string>> = {}) {
  const table = createTable()
  for (const nick of ['ann', 'olga', 'bob', 'cat']) table.join(nick, nick, {}, addresses[nick] ?? '')
  table.hub.offer('nekot')
  table.say('ann', { type: 'own', token: 'token' })
  table.say('ann', order('op', 'olga'))
  for (const nick of ['ann', 'olga', 'bob', 'cat']) table.hears(nick)
  table.deeds.length = 0
  table.table.nowMs += hourMs
  return table
}

test('who may do what stands in one table', () => {
  const rows = actNames.map(act => `${act}: ${standings.filter(one => mayNot(one, act) === null).join(' ')}`)
  assert.deepEqual(rows, [
    'kick: op owner host',
    'ban: op owner host',
    'unban: op owner host',
    'bans: op owner host',
    'mute: op owner host',
    'unmute: op owner host',
    'op: owner host',
    'deop: owner host',
    'motd: op owner host',
    'allow: owner host',
    'lock: host',
    'unlock: host',
  ])
})

test('nobody is touched by who does not stand higher', () => {
  for (const act of ['kick', 'ban', 'mute', 'unmute', 'op', 'deop'] as const)
    for (const [high, by] of standings.entries())
      for (const [low, whom] of standings.entries())
        assert.equal(mayNotTo(by, act, whom, 'x') === null, high > low, `${by} ${act} ${whom}`)
})

test('members may not keep order, and hear who may', () => {
  const table = den()
  for (const act of actNames.filter(one => one !== 'motd')) {
    table.say('bob', order(act, 'cat', { text: 'x' }))
    assert.deepEqual(table.transcript('bob'), ['refused moderate not-op'], act)
    table.table.nowMs += minuteMs
  }
  table.say('bob', order('motd', undefined, { text: 'mine' }))
  assert.deepEqual(table.transcript('bob'), ['refused moderate not-op'])
  assert.deepEqual(table.deeds, [])
  assert.deepEqual(table.closed, [])
})

test('an op kicks a member: cut, told to all, out for a minute under any nick', () => {
  const table = den()
  table.join('bob again', 'robert', {})
  table.say('olga', order('kick', 'Bob', { text: 'spam' }))
  assert.deepEqual(table.transcript('olga'), [
    'presence robert here',
    'bob was sent away by olga: spam',
    'presence bob gone',
  ])
  assert.deepEqual(table.transcript('cat'), [
    'presence robert here',
    'bob was sent away by olga: spam',
    'presence bob gone',
  ])
  assert.deepEqual(table.closed, [
    {
      do: 'close',
      session: 'bob',
      reason: 'kicked',
      text: 'You were sent away by olga: spam. You may come back in 60 s.',
    },
  ])
  table.lose('bob')
  table.table.nowMs += minuteMs - 1
  table.join('bob 2', 'other', { device: 'device-3', secret: 'tls_secret-3' })
  assert.deepEqual(table.transcript('bob 2'), [])
  assert.equal(table.closed.at(-1)?.reason, 'kicked')
  table.table.nowMs += 1
  table.join('bob 3', 'other', { device: 'device-3', secret: 'tls_secret-3' })
  assert.equal(table.transcript('bob 3')[0], 'welcome other (be kind)')
})

test('who is kept out for several reasons hears of the one that lasts longest, whichever came first', () => {
  const comes = (...said: readonly Moderate[]) => {
    const table = den()
    for (const one of said) table.host(one)
    table.lose('bob')
    table.join('bob 2', 'other', { device: 'device-3', secret: 'tls_secret-3' })
    return table.closed.at(-1)?.text
  }
  assert.equal(
    comes(order('kick', 'bob'), order('ban', 'bob', { forMs: 2 * hourMs })),
    'You are banned here for another 2 h, by the host.',
  )
  assert.equal(
    comes(order('kick', 'bob'), order('ban', 'bob', { forMs: 0 })),
    'You are banned here for good, by the host.',
  )
  assert.match(comes(order('kick', 'bob'), order('ban', 'bob', { forMs: 1000 })) ?? '', /^You were sent away/)
  const mute = (by: string, until: number | null): Measure => ({
    ...{ act: 'mute', device: 'd', household: null, nick: 'bob', place: null, isForGuests: false, why: '' },
    by,
    until,
  })
  const bob = { device: 'd', household: null, address: '', isGuest: false }
  const longest = (...until: readonly (number | null)[]) =>
    measureOn(
      until.map(one => mute(String(one), one)),
      bob,
      10,
    )?.by
  assert.deepEqual(
    [longest(), longest(5), longest(20, 30, 5), longest(30, null, 40), longest(null, 30)],
    [undefined, undefined, '30', 'null', 'null'],
  )
})

test('who gave up the nick they are to be sent away by is told by the one they have now, and stays', () => {
  const table = den()
  table.say('bob', { type: 'nick', nick: 'rob' })
  table.hears('olga')
  table.say('olga', order('kick', 'bob'))
  const [refused] = table.hears('olga')
  assert.equal(refused?.type === 'refused' && refused.text, 'bob is rob now.')
  assert.deepEqual(table.closed, [])
})

test('an op cannot kick an owner, another op or themselves', () => {
  const table = den()
  table.say('ann', order('op', 'cat'))
  table.hears('olga')
  for (const [whom, code] of [
    ['ann', 'outranked'],
    ['cat', 'outranked'],
    ['olga', 'yourself'],
    ['nobody', 'no-such-nick'],
  ] as const)
    for (const act of ['kick', 'ban', 'mute'] as const) {
      table.say('olga', order(act, whom))
      assert.deepEqual(table.transcript('olga'), [`refused moderate ${code}`], `${act} ${whom}`)
      table.table.nowMs += minuteMs
    }
  table.say('ann', order('deop', 'ann'))
  assert.ok(table.transcript('ann').includes('refused moderate yourself'))
  assert.deepEqual(table.closed, [])
})

test('a ban holds after a change of nick and over a restart, and ends when its time is over', () => {
  const table = den()
  table.say('bob', { type: 'nick', nick: 'robert' })
  table.say('olga', order('ban', 'robert', { forMs: 2 * hourMs, text: 'again' }))
  assert.equal(table.closed.at(-1)?.text, 'You are banned here for another 2 h, by olga: again.')
  assert.ok(table.table.order)
  const people = [...table.people.values()]
  const kept = readOrder(JSON.stringify(table.table.order))
  assert.ok(kept)
  const later = createTable({ kept: { lines: [], rooms: [], people, order: kept } })
  later.table.nowMs = table.table.nowMs + 2 * hourMs - 1
  later.join('x', 'bobby', { device: 'device-3', secret: 'tls_secret-3' })
  assert.equal(later.closed.at(-1)?.reason, 'banned')
  later.table.nowMs += 1
  later.join('y', 'bobby', { device: 'device-3', secret: 'tls_secret-3' })
  assert.equal(later.closed.length, 1)
  assert.equal(later.transcript('y')[0], 'welcome bobby (be kind)')
  later.join('o', 'olga', { device: 'device-2', secret: 'tls_secret-2' })
  assert.ok(later.transcript('o').includes('role olga op'))
})

test('/unban knows the nick of then and the nick of now', () => {
  for (const name of ['bob', 'robert']) {
    const table = den()
    table.say('olga', order('ban', 'bob'))
    table.table.nowMs += minuteMs
    table.say('olga', order('unban', 'bob'))
    table.say('olga', order('unban', 'bob'))
    assert.deepEqual(table.transcript('olga').slice(-2), [
      'bob may come in again.',
      'refused moderate not-banned',
    ])
    table.join('b2', name, { device: 'device-3', secret: 'tls_secret-3' })
    assert.equal(table.closed.length, 1)
  }
})

test('who is muted hears why, and nobody gets their lines, topics or new names', () => {
  const table = den()
  table.say('olga', order('mute', 'bob', { forMs: 10 * minuteMs }))
  assert.deepEqual(table.transcript('bob'), ['bob was muted for 10 min by olga'])
  table.hears('cat')
  table.speak('bob', 'a', 'hello')
  table.say('bob', { type: 'topic', id: 't', room: '#lobby', body: 'hello' })
  table.say('bob', { type: 'nick', nick: 'hello' })
  table.say('bob', { type: 'away', on: true, text: 'hello' })
  assert.deepEqual(table.transcript('bob'), [
    'refused a muted',
    'refused t muted',
    'refused nick muted',
    'presence bob away',
  ])
  assert.deepEqual(table.transcript('cat'), ['presence bob away'])
  table.table.nowMs += 10 * minuteMs
  table.speak('bob', 'b', 'here again')
  assert.deepEqual(table.transcript('cat'), ['line 1 bob: here again'])
  table.say('olga', order('unmute', 'bob'))
  assert.equal(table.transcript('olga').at(-1), 'refused moderate already')
})

test('who is muted joins rooms that are there and makes none, by coming back neither', () => {
  const table = den()
  table.say('cat', { type: 'join', room: '#dev' })
  table.say('olga', order('mute', 'bob', { forMs: 10 * minuteMs }))
  table.hears('bob')
  table.say('bob', { type: 'join', room: '#read-this' })
  assert.deepEqual(table.transcript('bob'), ['refused join muted'])
  table.say('bob', { type: 'join', room: '#dev' })
  assert.deepEqual(
    table.hub.openRooms().map(({ room, members }) => `${room} ${members}`),
    ['#lobby 4', '#dev 2'],
  )
  table.say('bob', { type: 'bye' })
  table.join('bob2', 'bob', {
    device: 'device-3',
    secret: 'tls_secret-3',
    last: { '#read-this': 0, '#dev': 0 },
  })
  assert.deepEqual(
    table.hub.openRooms().map(({ room, members }) => `${room} ${members}`),
    ['#lobby 4', '#dev 2'],
  )
  table.table.nowMs += 10 * minuteMs
  table.say('bob2', { type: 'join', room: '#read-this' })
  assert.equal(table.hub.openRooms().length, 3)
})

test('an address is banned by its /64, but never with the one who bans, nor silently with others', () => {
  const table = den({
    ann: 'fe80::1',
    olga: '2001:db8:0:1::1',
    bob: '2001:db8:0:2::1',
    cat: '2001:db8:0:3::1',
  })
  table.say('olga', order('ban', 'bob', { byAddress: true }))
  assert.equal(
    table.transcript('olga')[0],
    'bob was banned for 24 h by olga / It holds for whoever comes from 2001:db8:0:2::/64, too, and for no other address they may have (IPv4 beside IPv6).',
  )
  table.join('new', 'bert', {}, '2001:db8:0:2:ffff::9')
  assert.equal(table.closed.at(-1)?.session, 'new')

  const shared = den({ ann: '10.0.0.9', olga: '10.0.0.7', bob: '::ffff:10.0.0.7', cat: '10.0.0.7' })
  shared.say('olga', order('ban', 'bob', { byAddress: true }))
  assert.deepEqual(shared.transcript('olga'), ['refused moderate yourself'])
  shared.say('ann', order('ban', 'bob', { byAddress: true }))
  assert.match(shared.transcript('ann')[0] ?? '', /CAREFUL: olga and cat came from there, too/)
  // Who keeps order comes in all the same.
  shared.join('o2', 'olga', { device: 'device-2', secret: 'tls_secret-2' }, '10.0.0.7')
  assert.match(shared.transcript('o2')[0] ?? '', /^welcome olga/)
  shared.join('c2', 'cat', { device: 'device-4', secret: 'tls_secret-4' }, '10.0.0.7')
  assert.equal(shared.closed.at(-1)?.session, 'c2')
  // Who is shut out beside the one who is named: olga is not, who keeps order.
  assert.equal(shared.host(order('bans')).at(-1), 'bob: banned, 24 h left, by ann, with 10.0.0.7; so is cat')
})

test('who has no identity to come back with is kept out by address, with others who have none, and nobody else', () => {
  for (const act of ['kick', 'ban'] as const) {
    const table = createTable()
    table.join('ann', 'ann', {}, '10.0.0.1')
    table.join('nc', 'nico', { guest: true }, '10.0.0.2')
    table.join('eve', 'eve', {}, '10.0.0.2')
    assert.equal(
      table.host(order(act, 'nico'))[1],
      'It holds for whoever comes from 10.0.0.2 without an identity (netcat, older clients), too.',
    )
    table.join('nc2', 'nico2', { guest: true }, '10.0.0.2')
    table.join('zoe', 'zoe', {}, '10.0.0.2')
    table.join('eve', 'eve', { device: 'device-3', secret: 'tls_secret-3' }, '10.0.0.2')
    assert.deepEqual(
      table.closed.map(({ session, reason }) => `${session} ${reason}`),
      [
        `nc ${act === 'ban' ? 'banned' : 'kicked'}`,
        `nc2 ${act === 'ban' ? 'banned' : 'kicked'}`,
        'eve replaced',
      ],
    )
    assert.match(
      table.closed[1]?.text ?? '',
      /^Somebody was (banned|sent away) by the host\. From your address nobody comes in without an identity \(netcat, older clients\) for another /,
    )
    assert.match(table.host(order('bans')).join(' '), /nico: .*, with 10\.0\.0\.2 without an identity/)
    const kept = readOrder(JSON.stringify(table.table.order))
    assert.equal(kept?.measures[0]?.isForGuests, true)
  }
  const table = createTable()
  table.join('nc2', 'nico', { guest: true }, '10.0.0.1')
  table.join('nc3', 'nora', { guest: true }, '10.0.0.1')
  table.join('nc4', 'nele', { guest: true })
  assert.match(
    table.host(order('kick', 'nora')).join(' '),
    /others .* from the same address \(nico\): nothing/,
  )
  assert.match(table.host(order('kick', 'nele')).join(' '), /where they come from is not known: nothing/)
  table.join('nc5', 'nora2', { guest: true }, '10.0.0.1')
  assert.equal(table.closed.length, 2)
})

test('a guest who is muted silences no others from their address but guests', () => {
  const table = createTable()
  table.join('nc', 'nico', { guest: true }, '10.0.0.2')
  table.join('eve', 'eve', {}, '10.0.0.2')
  table.host(order('mute', 'nico'))
  table.hears('eve')
  table.speak('eve', 'a', 'hello')
  assert.deepEqual(table.transcript('eve'), ['line 1 eve: hello'])
})

test('everybody hears what was done for the rooms they share with whom it was done to', () => {
  const table = den()
  for (const nick of ['bob', 'cat']) table.say(nick, { type: 'join', room: '#dev' })
  table.say('ann', { type: 'join', room: '#secret' })
  for (const nick of ['ann', 'bob', 'cat']) table.hears(nick)
  table.say('olga', order('kick', 'bob'))
  const roomsOf = (nick: string) =>
    table.hears(nick).flatMap(said => (said.type === 'order' ? [said.rooms?.join(' ')] : []))
  assert.deepEqual(['ann', 'bob', 'cat'].map(roomsOf), [['#lobby'], ['#lobby #dev'], ['#lobby #dev']])
  assert.deepEqual(roomsOf('olga'), [undefined])
})

test('a token makes one owner, once, in time', () => {
  const table = createTable()
  table.join('ann', 'ann')
  table.join('bob', 'bob')
  table.hears('ann')
  table.say('bob', { type: 'own', token: '' })
  table.hub.offer('nekot')
  table.say('bob', { type: 'own', token: 'wrong' })
  assert.deepEqual(table.transcript('bob').slice(-2), ['refused own bad-token', 'refused own bad-token'])
  assert.equal(table.hub.hasOwner(), false)
  table.say('ann', { type: 'own', token: ' token ' })
  assert.equal(table.hub.hasOwner(), true)
  table.table.nowMs += minuteMs
  table.say('bob', { type: 'own', token: 'token' })
  assert.equal(table.transcript('bob').at(-1), 'refused own bad-token')
  table.hub.offer('nekot')
  table.table.nowMs += 10 * minuteMs
  table.say('bob', { type: 'own', token: 'token' })
  assert.equal(table.transcript('bob').at(-1), 'refused own bad-token')
})

test('the greeting is changed, taken away, and kept', () => {
  const table = den()
  table.say('bob', order('motd'))
  assert.deepEqual(table.transcript('bob'), ['be kind'])
  table.say('olga', order('motd', undefined, { text: 'no \u001b[31mspam' }))
  table.join('d', 'dan')
  assert.equal(table.transcript('d')[0], 'welcome dan (no �[31mspam)')
  table.say('olga', order('motd', undefined, { text: 'clear' }))
  assert.equal(table.table.order?.motd, '')
})

test('where only some are let in, who is here stays welcome, and a name on the list is taken by the first who comes', () => {
  const table = den()
  table.say('ann', order('allow', undefined, { text: 'on' }))
  table.say('ann', order('allow', undefined, { text: 'Dan' }))
  table.lose('bob')
  table.join('b2', 'bob', { device: 'device-3', secret: 'tls_secret-3' })
  assert.match(table.transcript('b2')[0] ?? '', /^welcome bob/)
  table.join('e', 'eve')
  assert.equal(table.closed.at(-1)?.reason, 'not-allowed')
  assert.deepEqual(table.transcript('e'), [])
  table.join('d', 'dan')
  assert.match(table.transcript('d')[0] ?? '', /^welcome dan/)
  table.say('d', { type: 'bye' })
  table.join('d2', 'dan')
  assert.equal(table.closed.at(-1)?.session, 'd2')
})

test('what was done is written down with who and whom, and without a word of what was said', () => {
  const table = den()
  table.speak('bob', 'a', 'a secret body')
  table.say('olga', order('mute', 'bob', { text: 'loud' }))
  table.speak('bob', 'b', 'another body')
  table.say('olga', order('kick', 'ann'))
  table.host(order('ban', 'bob', { forMs: 0 }))
  assert.deepEqual(table.deeds, [
    { act: 'mute', by: 'olga', whom: 'bob', device: 'device-3', why: 'loud' },
    { act: 'ban', by: 'the host', whom: 'bob', device: 'device-3' },
  ])
  assert.doesNotMatch(JSON.stringify(table.deeds), /body/)
})

test('a role is taken at once, and members see who has one', () => {
  const table = den()
  table.say('cat', { type: 'who', room: '#lobby' })
  const [members] = table.hears('cat')
  assert.ok(members?.type === 'members')
  assert.deepEqual(
    members.members.map(({ nick, role }) => `${nick} ${role ?? ''}`.trim()),
    ['ann owner', 'olga op', 'bob', 'cat'],
  )
  table.say('ann', order('deop', 'olga'))
  assert.deepEqual(table.transcript('cat'), ['role olga member', 'olga is op no longer, by ann.'])
  table.say('olga', order('kick', 'bob'))
  assert.equal(table.transcript('olga').at(-1), 'refused moderate not-op')
})

test('whoever runs the server stands above all', () => {
  const table = den()
  assert.deepEqual(table.host(order('kick', 'ann')), ['ann was sent away by the host'])
  assert.deepEqual(table.host(order('deop', 'ann')), ['ann is owner no longer, by the host.'])
  assert.match(table.host(order('bans')).join('\n'), /^Ops: olga\.\nann: sent away, 60 s left, by the host$/)
})

test('words behind a command are read as people write them', () => {
  const read = (act: Act, text: string) => {
    const outcome = readOrderCommand(act, text)
    return outcome.ok ? outcome.said : outcome.text
  }
  assert.deepEqual(
    read('ban', '@bob address for 2h  being loud'),
    order('ban', 'bob', { byAddress: true, forMs: 2 * hourMs, text: 'being loud' }),
  )
  assert.deepEqual(read('mute', 'bob for good'), order('mute', 'bob', { forMs: 0 }))
  assert.deepEqual(read('kick', 'bob forever noisy'), order('kick', 'bob', { text: 'forever noisy' }))
  assert.match(String(read('ban', 'bob for two hours')), /For how long/)
  for (const text of ['bob for', 'bob FOR  ', 'bob address for'])
    assert.match(String(read('ban', text)), /For how long/, text)
  assert.match(String(read('mute', 'bob for')), /For how long/)
  assert.deepEqual(read('ban', 'bob forgery'), order('ban', 'bob', { text: 'forgery' }))
  assert.match(String(read('ban', ' ')), /Whom/)
  assert.deepEqual(read('motd', ' hi  there '), order('motd', undefined, { text: 'hi  there' }))
})

test('a time is one before the reason or behind it, and what is no time is the reason', () => {
  const read = (act: Act, text: string) => {
    const outcome = readOrderCommand(act, text)
    if (!outcome.ok) return /^For how long\?/.test(outcome.text) ? 'how long?' : outcome.text
    const { forMs, text: why = '' } = outcome.said
    return `${forMs === undefined ? 'usual' : forMs === 0 ? 'good' : spanText(forMs)}|${why}`
  }
  const rows: readonly (readonly [string, string])[] = [
    ['for 30m', '30 min|'],
    ['for 2h being rude', '2 h|being rude'],
    ['being rude for 2h', '2 h|being rude'],
    ['being rude for good', 'good|being rude'],
    ['for shouting', 'usual|for shouting'],
    ['for shouting for 2h', '2 h|for shouting'],
    ['for fun', 'usual|for fun'],
    ['being rude for 2hours', 'usual|being rude for 2hours'],
    ['being rude for 2h yesterday', 'usual|being rude for 2h yesterday'],
    ['before 2h', 'usual|before 2h'],
    ['for 2h away for 30m', '2 h|away for 30m'],
    ['for', 'how long?'],
    ['for 99x', 'how long?'],
    ['for 2 hours', 'how long?'],
    ['for two hours of shouting', 'how long?'],
    ['for half an hour', 'how long?'],
    ['for a while', 'how long?'],
  ]
  for (const [words, wanted] of rows)
    for (const act of ['ban', 'mute'] as const) assert.equal(read(act, `bob ${words}`), wanted, words)
  for (const words of ['for fun', 'for 99x', 'for', 'before 2h'])
    assert.equal(read('kick', `bob ${words}`), `usual|${words}`)
})

test('a kick that is given a time says what keeps somebody out so long, and is none', () => {
  const kick = (text: string) => {
    const outcome = readOrderCommand('kick', text)
    return outcome.ok ? '' : outcome.text
  }
  assert.equal(
    kick('bob for 30m'),
    'A kick is for a moment, usually 60 s, and takes no time of its own. To say how long they stay out: /ban bob for 30m.',
  )
  assert.match(kick('bob being rude for 2h'), /\/ban bob for 2h\.$/)
  assert.match(kick('bob for good'), /\/ban bob for good\.$/)
  assert.match(kick('bob for two hours'), /\/ban bob for 30m\.$/)
})

test('a time is never told shorter than it is', () => {
  assert.deepEqual([0, 1, 59_001, 120_000, 121_000, 2 * hourMs, 24 * hourMs, 80 * hourMs].map(spanText), [
    '1 s',
    '1 s',
    '60 s',
    '2 min',
    '3 min',
    '2 h',
    '24 h',
    '4 days',
  ])
})

test('what was kept is read back whole, and what is damaged is not taken for nothing', () => {
  const table = den()
  table.host(order('ban', 'bob'))
  table.host(order('mute', 'cat'))
  table.host(order('allow', undefined, { text: 'on' }))
  const { order: kept } = table.table
  assert.ok(kept)
  const text = JSON.stringify(kept)
  const read = readOrder(text)
  assert.ok(read)
  assert.deepEqual(keptOrder(createOrder(read)), JSON.parse(text))
  for (let at = 0; at < text.length; at++) assert.equal(readOrder(text.slice(0, at)), null)
  fc.assert(fc.property(fc.json(), json => void readOrder(json)))
  for (const broken of [
    'null',
    '[]',
    '{}',
    text.replace('"ban"', '"bean"'),
    text.replace('"isOn":true', '"isOn":1'),
  ])
    assert.equal(readOrder(broken), null, broken.slice(0, 40))
})

/** cat has made #den and locked it. */
function locked() {
  const table = den()
  table.say('cat', { type: 'join', room: '#den' })
  table.say('cat', { type: 'join', room: '#open' })
  table.speak('cat', 'm1', 'kept inside', '#den')
  table.say('bob', { type: 'lock', room: '#den', password: 'correct horse' })
  table.say('cat', { type: 'lock', room: '#den', password: 'short' })
  table.say('cat', { type: 'lock', room: '#lobby', password: 'long enough' })
  assert.deepEqual(table.transcript('bob').at(-1), 'refused lock no-such-room')
  assert.deepEqual(table.transcript('cat').slice(-2), ['refused lock bad-password', 'refused lock no-lock'])
  table.say('cat', { type: 'lock', room: '#den', password: 'correct horse' })
  for (const nick of ['ann', 'olga', 'bob', 'cat']) table.hears(nick)
  table.table.nowMs += minuteMs
  return table
}

test('nothing of a locked room is shown to who does not know its password', () => {
  const table = locked()
  table.say('bob', { type: 'rooms' })
  table.say('bob', { type: 'join', room: '#den' })
  table.say('bob', { type: 'join', room: '#Den', password: 'wrong horse' })
  table.say('bob', { type: 'who', room: '#den' })
  table.say('bob', { type: 'history', room: '#den' })
  table.say('bob', { type: 'search', words: 'inside' })
  table.speak('bob', 'x', 'hello', '#den')
  assert.deepEqual(table.transcript('bob'), [
    'rooms #lobby 4, #open 1',
    'refused join locked',
    'refused join wrong-password',
    'refused who no-such-room',
    'refused history no-such-room',
    'found ',
    'refused x no-such-room',
  ])
  assert.deepEqual(table.transcript('cat'), [])
  // Nor by claiming to have been there.
  table.join('b2', 'bob', {
    device: 'device-3',
    secret: 'tls_secret-3',
    epoch: 'epoch-1',
    last: { '#den': 0 },
  })
  assert.ok(!table.transcript('b2').some(line => line.includes('#den')))
})

test('who knows the password comes in, and comes back without it, over a restart', () => {
  const table = locked()
  table.say('bob', { type: 'join', room: '#den', password: ' correct horse ' })
  assert.deepEqual(table.transcript('bob'), ['backlog #den 1-1', 'members #den cat bob'])
  assert.doesNotMatch(JSON.stringify([table.table.order, table.deeds]), /correct horse/)
  const kept = readOrder(JSON.stringify(table.table.order))
  assert.ok(kept)
  const rooms = [{ room: '#den', seq: 1, topic: '' }]
  const later = createTable({ kept: { lines: [], rooms, people: [...table.people.values()], order: kept } })
  later.join('b', 'bob', {
    device: 'device-3',
    secret: 'tls_secret-3',
    epoch: 'epoch-1',
    last: { '#den': 1 },
  })
  assert.ok(later.transcript('b').some(line => line.startsWith('members #den')))
  later.join('e', 'eve')
  later.say('e', { type: 'join', room: '#den' })
  assert.equal(later.transcript('e').at(-1), 'refused join locked')
})

test('passwords are guessed slowly, and only who made the room or keeps order locks and opens it', () => {
  const table = locked()
  for (let guess = 0; guess < 5; guess++)
    table.say('bob', { type: 'join', room: '#den', password: `guess ${guess}` })
  assert.deepEqual(table.transcript('bob').slice(-2), ['refused join too-fast', 'refused join too-fast'])
  table.table.nowMs += minuteMs
  table.say('bob', { type: 'join', room: '#den', password: 'correct horse' })
  table.say('bob', { type: 'lock', room: '#den' })
  assert.equal(table.transcript('bob').at(-1), 'refused lock not-op')
  // Nor does it help to come again and again.
  const tries = Array.from({ length: 40 }, (_, index) => {
    const nick = `eve${index}`
    table.join(nick, nick)
    table.say(nick, { type: 'join', room: '#den', password: 'a guess' })
    return table.transcript(nick).at(-1)
  })
  assert.deepEqual([tries[0], tries.at(-1)], ['refused join wrong-password', 'refused join too-fast'])
  table.say('cat', { type: 'lock', room: '#den' })
  table.say('ann', { type: 'join', room: '#den' })
  assert.ok(table.transcript('ann').some(line => line.startsWith('members #den')))
})

test('whoever runs the server opens a locked room when nobody is left who may, and locks one; no member does', () => {
  const table = locked()
  const asHost = (act: 'lock' | 'unlock', text: string) => {
    const before = table.deeds.length
    const [said] = table.host({ type: 'moderate', act, text })
    return { ok: table.deeds.length > before, said }
  }
  table.say('olga', { type: 'moderate', act: 'unlock', text: '#den' })
  assert.equal(table.transcript('olga').at(-1), 'refused moderate not-op')
  assert.deepEqual(asHost('unlock', ' #Den '), {
    ok: true,
    said: '#den is open to everybody again, by the host.',
  })
  assert.deepEqual(table.transcript('cat'), ['#den is open to everybody again, by the host.'])
  table.say('bob', { type: 'join', room: '#den' })
  assert.ok(table.transcript('bob').some(line => line.startsWith('members #den')))
  for (const [text, said] of [
    ['#den', '#den is not locked.'],
    ['#nowhere', 'There is no room #nowhere.'],
    ['', 'A room needs a name, such as #dev.'],
  ] as const)
    assert.deepEqual(asHost('unlock', text), { ok: false, said })
  for (const [text, said] of [
    ['#den short', 'A password has at least 6 characters.'],
    ['#lobby correct horse', '#lobby cannot be locked.'],
    ['#nowhere correct horse', 'There is no room #nowhere.'],
  ] as const)
    assert.deepEqual(asHost('lock', text), { ok: false, said })
  assert.equal(asHost('lock', '#open correct horse').ok, true)
  table.say('bob', { type: 'join', room: '#open' })
  assert.equal(table.transcript('bob').at(-1), 'refused join locked')
  assert.doesNotMatch(JSON.stringify([table.table.order, table.deeds]), /correct horse/)
  assert.deepEqual(
    table.deeds.slice(-2).map(({ act, by, whom }) => `${act} ${by} ${whom}`),
    ['unlock the host #den', 'lock the host #open'],
  )
})

test('a password is not taken where the network could read along, but on this machine it is', () => {
  const table = locked()
  const come = (session: string, address: string) => {
    table.hub.open(session, false, address)
    table.say(session, { type: 'hello', v: 1, nick: session })
    table.hears(session)
    table.say(session, { type: 'join', room: '#den', password: 'correct horse' })
    return table.transcript(session).at(-1)
  }
  assert.deepEqual(
    [come('far', '10.0.0.9'), come('near', '::ffff:127.0.0.1')],
    ['refused join plaintext', 'members #den cat near'],
  )
  table.say('far', { type: 'join', room: '#mine' })
  table.say('far', { type: 'lock', room: '#mine', password: 'long enough' })
  assert.equal(table.transcript('far').at(-1), 'refused lock plaintext')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Moderate } from '../../src/chat/types.ts'
import { type Limits, limits } from '../../src/wire/limits.ts'
import { createTable } from './table.ts'

const order = (act: Moderate['act'], whom: string, text?: string): Moderate => ({
  type: 'moderate',
  act,
  whom,
  ...(text === undefined ? {} : { text }),
})

/** Whoever runs the server keeps order among four. */
function den(changed: Partial<Limits>) {
  const table = createTable({ limits: { ...limits, ...changed } })
  for (const nick of ['ann', 'bob', 'cat', 'dan']) table.join(nick, nick)
  table.table.nowMs = 1_000_000
  return table
}

test('a kick and a ban hold as long as they are set to, and a reason is cut', () => {
  const table = den({ kickMs: 7_000, banMs: 9_000, whyBytesMax: 4 })
  table.host(order('kick', 'bob', 'because'))
  table.host(order('ban', 'cat'))
  assert.deepEqual(
    table.table.order?.measures.map(({ act, why, until }) => [act, why, until]),
    [
      ['kick', 'beca', 1_007_000],
      ['ban', '', 1_009_000],
    ],
  )
})

test('one more ban, role or byte of a greeting than there may be is refused', () => {
  const table = den({ measuresMax: 1, ranksMax: 1, motdBytesMax: 8 })
  table.host(order('mute', 'bob'))
  table.host(order('op', 'bob'))
  const refused = [
    table.host(order('ban', 'cat')),
    table.host(order('op', 'cat')),
    table.host({ type: 'moderate', act: 'motd', text: 'nine bytes' }),
  ]
  assert.deepEqual(refused.flat(), [
    'Too many are banned or muted already. Take one back with /unban or /unmute.',
    'There are too many names on that list. Take one away first.',
    'A greeting has at most 8 bytes.',
  ])
})

test('a token is worth nothing once its time is over', () => {
  const table = den({ ownMs: 5_000 })
  table.hub.offer('nekot')
  table.table.nowMs += 5_000
  table.say('ann', { type: 'own', token: 'token' })
  assert.equal(table.transcript('ann').at(-1), 'refused own bad-token')
})

test('a password of a room that is shorter than it must be is refused', () => {
  const table = den({ roomPasswordUnitsMin: 8 })
  table.say('ann', { type: 'join', room: '#den' })
  table.say('ann', { type: 'lock', room: '#den', password: ' 7 units ' })
  assert.equal(table.transcript('ann').at(-1), 'refused lock bad-password')
  table.say('ann', { type: 'lock', room: '#den', password: '8 units!' })
  assert.match(table.transcript('ann').at(-1) ?? '', /^#den is locked/)
  assert.equal(limits.roomPasswordUnitsMin, 6)
})

test('all together try no more passwords of a room than it takes', () => {
  const table = den({ roomGuessBurst: 1, roomGuessPerSecond: 0.1 })
  table.say('ann', { type: 'join', room: '#den' })
  table.say('ann', { type: 'lock', room: '#den', password: 'correct horse' })
  const guess = (nick: string) => {
    table.say(nick, { type: 'join', room: '#den', password: 'wrong' })
    return table.transcript(nick).at(-1)
  }
  assert.deepEqual([guess('bob'), guess('cat')], ['refused join wrong-password', 'refused join too-fast'])
  table.table.nowMs += 10_000
  assert.equal(guess('dan'), 'refused join wrong-password')
})

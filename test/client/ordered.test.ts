import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerMessage } from '../../src/wire/messages.ts'
import { backlog, den, drive, entered, inTheLobby, members, presence, welcome } from './driver.ts'

const role = (nick: string, is: 'owner' | 'op' | 'member'): ServerMessage => ({
  type: 'role',
  nick,
  role: is,
})

const order = (line: string, isAnswer: boolean): ServerMessage => ({
  type: 'order',
  act: 'kick',
  lines: [line],
  isAnswer,
  complete: true,
})

test('what keeps order is asked of the server, and told in its words', () => {
  const ann = inTheLobby()
  ann.enter('/ban bob for 2h spamming')
  assert.deepEqual(ann.sent(), [
    { type: 'moderate', act: 'ban', whom: 'bob', forMs: 7_200_000, text: 'spamming' },
  ])
  assert.equal(ann.model().questions, 1)
  ann.said(order('cat was sent away by bob', false))
  assert.equal(ann.model().questions, 1)
  ann.said(order('bob was \u001b[31mbanned', true))
  assert.equal(ann.model().questions, 0)
  assert.match(ann.lines().join('\n'), /cat was sent away by bob\n.*bob was �\[31mbanned/)
  ann.enter('/bans')
  ann.said({ type: 'refused', about: 'moderate', code: 'not-op', text: 'You may not.' })
  assert.equal(ann.model().questions, 0)
  ann.enter('/ban bob for long')
  assert.match(ann.lines().at(-1) ?? '', /For how long\?/)
})

test('what was done is told where it happened, and elsewhere only where it happened nowhere of ours', () => {
  const ann = inTheLobby()
  ann.enter('/join #secret')
  ann.said(backlog([], true, { room: '#secret' }), members(['ann'], '#secret'))
  const told = { type: 'order', act: 'kick', isAnswer: false, complete: true } as const
  ann.said({ ...told, lines: ['bob was sent away'], rooms: ['#lobby', '#unknown'] })
  assert.doesNotMatch(ann.lines().join('\n'), /sent away/)
  ann.said({ ...told, lines: ['cat was muted'], rooms: ['#unknown'] })
  assert.match(ann.lines().join('\n'), /cat was muted/)
  ann.enter('/join #lobby')
  assert.match(ann.lines().join('\n'), /bob was sent away/)
  assert.doesNotMatch(ann.lines().join('\n'), /cat was muted/)
})

test('a role goes with its member and never to whoever takes their name', () => {
  const ann = inTheLobby({ columns: 100 })
  ann.said(role('bob', 'op'))
  assert.match(ann.screen(), /bob op/)
  ann.said(presence('robert', 'here', 'bob', { role: 'op' }))
  assert.match(ann.screen(), /robert op/)
  ann.enter('/who')
  assert.match(ann.lines().at(-1) ?? '', /ann, robert \(op\)/)
  ann.said(presence('robert', 'gone'))
  ann.said(presence('robert', 'here'))
  assert.doesNotMatch(ann.screen(), /robert op/)
  ann.said(role('robert', 'op'), role('robert', 'member'))
  assert.doesNotMatch(ann.screen(), /robert op/)
  ann.said({
    type: 'members',
    room: '#lobby',
    members: [
      { nick: 'ann', presence: 'here', role: 'owner' },
      { nick: 'robert', presence: 'here' },
    ],
    complete: true,
  })
  assert.match(ann.screen(), /\*ann owner/)
})

test('who comes in, is away or is back with a role is shown with it, and without it once it is taken', () => {
  const ann = inTheLobby({ columns: 100 })
  ann.said(presence('bob', 'gone'), presence('bob', 'here', undefined, { role: 'owner' }))
  assert.match(ann.screen(), /bob owner/)
  ann.enter('/who')
  assert.match(ann.lines().at(-1) ?? '', /ann, bob \(owner\)/)
  for (const is of ['reconnecting', 'here', 'away'] as const) {
    ann.said(presence('bob', is, undefined, { role: 'op' }))
    assert.match(ann.screen(), /bob op/)
  }
  ann.said(role('bob', 'member'), presence('bob', 'here'))
  assert.doesNotMatch(ann.screen(), /bob (op|owner)/)
})

test('whoever has taken a nick keeps their own role when another room tells later whose it was', () => {
  const ann = inTheLobby({ columns: 100 })
  ann.enter('/join #dev')
  ann.said(...entered('#dev', ['ann', 'bob']), members(['ann', 'bob', 'cat']), role('bob', 'owner'))
  ann.enter('/join #lobby')
  ann.said(presence('robert', 'here', 'bob', { role: 'owner' }))
  ann.said(presence('bob', 'here', 'cat', { role: 'op' }))
  ann.said(presence('robert', 'here', 'bob', { role: 'owner', room: '#dev' }))
  assert.match(ann.screen(), /bob op/)
  assert.match(ann.screen(), /robert owner/)
  ann.said(presence('cat', 'here', 'bob'))
  assert.equal(ann.model().roles.has('bob'), false, 'nobody goes by it any more')
})

test('who was sent away does not come back by itself, and does as soon as they say something', () => {
  for (const reason of ['kicked', 'banned', 'not-allowed']) {
    const ann = inTheLobby()
    ann.said({ type: 'bye', reason, text: 'You were sent away by bob.' })
    ann.take({ got: 'unlinked', text: 'gone' })
    ann.pass(3_600_000)
    assert.deepEqual(
      ann.effects().filter(effect => effect.do === 'dial'),
      [],
      reason,
    )
    assert.match(ann.lines().join('\n'), /You were sent away by bob\. This window rests/)
    ann.enter('hello?')
    assert.equal(ann.effects().filter(effect => effect.do === 'dial').length, 1)
  }
})

test('who starts a server becomes its owner at the first welcome, and asks for it once', () => {
  const host = drive()
  host.type('h')
  host.take({ got: 'hosted', target: den, token: 'abcd-efgh-jkmn' })
  host.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  host.effects()
  host.said(welcome(), backlog([]), members(['ann']))
  const own = { type: 'own', token: 'abcd-efgh-jkmn' }
  assert.deepEqual(
    host.sent().filter(said => said.type === 'own'),
    [own],
  )
  host.take({ got: 'unlinked', text: 'gone' })
  host.pass(60_000)
  host.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  host.said(welcome(), backlog([]), members(['ann']))
  assert.deepEqual(
    host.sent().filter(said => said.type === 'own'),
    [],
  )
})

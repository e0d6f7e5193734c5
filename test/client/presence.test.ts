import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerMessage } from '../../src/wire/messages.ts'
import { entered, inTheLobby, line, members, opened, presence, welcome } from './driver.ts'

const away = (nick: string, text: string, room = '#lobby'): ServerMessage => ({
  type: 'presence',
  room,
  nick,
  presence: 'away',
  text,
})
const typing = (nick: string, on = true): ServerMessage => ({ type: 'typing', room: '#lobby', nick, on })

test('who is away is listed apart, and the reason told once', () => {
  const chat = inTheLobby({ columns: 120, rows: 10 })
  chat.said(members(['ann', 'bob', 'carol']), away('bob', 'lunch'))
  assert.match(chat.screen(), /│ Here 2\n.*│ \*ann\n.*│ {2}carol\n.*│ Away 1\n.*│ {2}bob/)
  chat.said(away('bob', 'lunch'), away('carol', 'idle'))
  assert.deepEqual(
    chat.lines().filter(text => text.includes('away')),
    ['09:12 #lobby -- bob is away: lunch'],
  )
  chat.enter('/who')
  assert.match(chat.lines().at(-1) ?? '', /3 in #lobby: ann, bob \(away: lunch\), carol \(away: idle\)$/)
  chat.said(presence('bob', 'here'), away('bob', 'lunch'))
  assert.equal(chat.lines().filter(text => text.includes('bob is away')).length, 2, 'that is another lunch')
})

test('who reconnects is listed apart, and neither that nor the end of it is told', () => {
  const chat = inTheLobby({ columns: 120, rows: 12 })
  chat.said(members(['ann', 'bob', 'carol']), away('carol', 'lunch'))
  const before = chat.lines()
  chat.said(presence('bob', 'reconnecting'), presence('carol', 'reconnecting'))
  assert.match(chat.screen(), /│ Here 1\n.*│ \*ann\n.*│ Reconnecting 2\n.*│ {2}bob\n.*│ {2}carol/)
  chat.said(presence('bob', 'here'), presence('carol', 'here'), away('carol', 'lunch'))
  assert.match(chat.screen(), /│ Here 2\n.*│ \*ann\n.*│ {2}bob\n.*│ Away 1\n.*│ {2}carol/)
  chat.said(presence('bob', 'reconnecting'))
  chat.enter('/who')
  assert.match(chat.lines().at(-1) ?? '', /3 in #lobby: ann, bob \(reconnecting\), carol \(away: lunch\)$/)
  chat.said(presence('bob', 'gone'))
  assert.match(chat.lines().at(-1) ?? '', /bob left$/)
  assert.equal(chat.lines().length, before.length + 3, 'the reason, the answer, and that he left')
})

test('who took a nick over that is told freed in one room after the other keeps the mark of who is not encrypted', () => {
  const chat = inTheLobby({ columns: 120, rows: 10 })
  chat.enter('/join #dev')
  chat.said(...entered('#dev'), members(['ann', 'bob']))
  chat.said(presence('rob', 'here', 'bob'))
  chat.said({ type: 'presence', room: '#lobby', nick: 'bob', presence: 'here', plain: true })
  chat.said(presence('rob', 'here', 'bob', { room: '#dev' }))
  assert.ok(chat.model().readable.has('bob'))
  chat.said(presence('bea', 'here', 'bob'))
  assert.ok(!chat.model().readable.has('bob'))
})

test('of several rooms the reason is told in the one on show', () => {
  const chat = inTheLobby()
  chat.enter('/join #dev')
  chat.said(...entered('#dev'))
  chat.said(away('bob', 'lunch'), away('bob', 'lunch', '#dev'))
  assert.match(chat.lines().at(-1) ?? '', /#dev -- bob is away: lunch$/)
  chat.key('M-1')
  assert.doesNotMatch(chat.lines().join('\n'), /is away/)
})

test('/away and /back are told, and /away outlives keys and a lost link', () => {
  const chat = inTheLobby()
  chat.enter('/away lunch')
  assert.deepEqual(chat.sent(), [{ type: 'away', on: true, text: 'lunch' }])
  assert.match(chat.screen(), /^ ann · #lobby · away · /m)
  chat.type('x')
  chat.key('C-u')
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.effects()
  chat.said(welcome())
  assert.deepEqual(chat.sent(), [{ type: 'away', on: true, text: 'lunch' }])
  chat.enter('/back')
  assert.deepEqual(chat.sent(), [{ type: 'away', on: false }])
  assert.equal(chat.model().away, null)
})

test('after ten minutes without a key one is idle, until the next key', () => {
  const chat = inTheLobby()
  chat.pass(599_999)
  assert.deepEqual(chat.effects(), [])
  chat.pass(1)
  chat.pass(60_000)
  assert.deepEqual(chat.sent(), [{ type: 'away', on: true, text: 'idle' }])
  chat.take({ got: 'stroke', stroke: { focused: true } })
  assert.deepEqual(chat.effects(), [], 'a look is no key')
  chat.key('End')
  assert.deepEqual(chat.sent(), [{ type: 'away', on: false }])
  chat.enter('/away')
  chat.pass(600_000)
  assert.deepEqual(chat.sent(), [{ type: 'away', on: true }], 'said by hand')
})

test('that one types is told at most every three seconds, and when the line is given up', () => {
  const chat = inTheLobby()
  chat.type('h')
  chat.type('e')
  assert.deepEqual(chat.signals(), [{ type: 'typing', room: '#lobby', on: true }])
  chat.pass(2999)
  chat.type('l')
  assert.deepEqual(chat.signals(), [])
  chat.pass(1)
  assert.deepEqual(chat.signals(), [], 'nothing was typed')
  chat.type('l')
  assert.deepEqual(chat.signals(), [{ type: 'typing', room: '#lobby', on: true }])
  chat.key('C-u')
  assert.deepEqual(chat.signals(), [{ type: 'typing', room: '#lobby', on: false }])
  chat.type('/me waves')
  chat.key('C-u')
  chat.type('@bob hi')
  chat.key('C-u')
  assert.deepEqual(chat.signals(), [], 'commands are nobody’s business')
  chat.enter('hello')
  assert.deepEqual(
    chat.signals(),
    [{ type: 'typing', room: '#lobby', on: true }],
    'the line itself says that it is finished',
  )
  chat.enter('/typing off')
  chat.type('secretly')
  assert.deepEqual(chat.signals(), [])
})

test('typing ends where the room is left, and is not told in a crowd', () => {
  const chat = inTheLobby()
  chat.enter('/join #dev')
  chat.said(...entered('#dev'))
  chat.type('x')
  chat.key('M-1')
  assert.deepEqual(chat.signals(), [
    { type: 'typing', room: '#dev', on: true },
    { type: 'typing', room: '#dev', on: false },
  ])
  chat.said(members(Array.from({ length: 21 }, (_, n) => `user${n}`)))
  chat.type('y')
  assert.deepEqual(chat.signals(), [])
})

test('who types is shown for six seconds, or until they have said it', () => {
  const chat = inTheLobby()
  chat.said(typing('bob'))
  assert.match(chat.screen(), / · bob types …/)
  chat.said(typing('carol'))
  assert.match(chat.screen(), / · bob, carol type …/)
  chat.said(line(1, 'said'))
  assert.match(chat.screen(), / · carol types …/)
  chat.pass(5999)
  assert.match(chat.screen(), /carol types/)
  chat.pass(1)
  assert.doesNotMatch(chat.screen(), /types/)
  for (const nick of ['a', 'b', 'c', 'd']) chat.said(typing(nick))
  assert.match(chat.screen(), / · several type …/)
  for (const nick of ['a', 'b', 'c', 'd']) chat.said(typing(nick, false))
  assert.doesNotMatch(chat.screen(), /type …/)
  chat.said(typing('bob'), presence('bob', 'gone'))
  assert.doesNotMatch(chat.screen(), /type/)
})

test('who types elsewhere is shown there', () => {
  const chat = inTheLobby()
  chat.said(...opened('@a.b', 'bob'), { type: 'typing', room: '@a.b', nick: 'bob', on: true })
  assert.doesNotMatch(chat.screen(), /types/)
  chat.key('M-2')
  assert.match(chat.screen(), / · bob types …/)
})

test('two settings are switched with on, off or nothing', () => {
  const chat = inTheLobby()
  const says = (text: string) => {
    chat.enter(text)
    chat.key('C-u')
    return chat.lines().at(-1)?.slice(16)
  }
  assert.equal(says('/typing'), 'Nobody sees that you type.')
  assert.equal(says('/typing ON'), 'Others see that you type.')
  assert.equal(says('/receipts'), 'Nobody sees what you have read.')
  assert.equal(says('/receipts on'), 'Those who write to you alone see what you have read.')
  assert.equal(says('/receipts maybe'), 'On or off? /receipts on, /receipts off.')
})

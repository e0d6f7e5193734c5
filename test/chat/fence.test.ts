/** Refused lines: what was kept before is answered with what was kept, and nothing said later overtakes a refusal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { createTable } from './table.ts'

function annAndBob() {
  const table = createTable()
  table.join('A', 'ann')
  table.join('B', 'bob')
  table.hears('A')
  table.hears('B')
  return table
}

test('a line sent again that the store cannot keep now, but kept before, is answered with what was kept', () => {
  const { speak, table, transcript } = annAndBob()
  speak('A', 'id1', 'one')
  table.refuses = true
  speak('A', 'id1', 'one')
  speak('A', 'id2', 'two')
  assert.deepEqual(transcript('A'), ['line 1 ann: one', 'line 1 ann: one', 'refused id2 storage'])
})

test('a kept line to @nick that comes again after that nick changed is answered with what was kept', () => {
  const { say, speak, transcript } = annAndBob()
  speak('A', 'id1', 'psst', '@bob')
  transcript('A')
  say('B', { type: 'nick', nick: 'robert' })
  speak('A', 'id1', 'psst', '@bob')
  const [direct, ...told] = transcript('A').filter(one => one.startsWith('line') || one.startsWith('refused'))
  assert.equal(direct, 'line @ 1 ann to robert: psst')
  assert.deepEqual(told, [])
})

test('nothing said behind a refused line is done before its sender has heard of the refusal', () => {
  const { speak, say, pong, table, log, transcript } = annAndBob()
  table.isDeaf = true
  speak('A', 'id1', 'hm', '#nowhere')
  speak('A', 'id2', 'two')
  say('A', { type: 'join', room: '#dev' })
  assert.deepEqual(transcript('A'), ['refused id1 no-such-room', 'ping'])
  assert.deepEqual(log, [])
  pong('A')
  assert.deepEqual(transcript('A'), ['line 1 ann: two', 'backlog #dev empty', 'members #dev ann'])
})

test('what waits behind one refusal waits again behind the next one, in its order', () => {
  const { speak, pong, table, transcript } = annAndBob()
  table.isDeaf = true
  speak('A', 'id1', 'hm', '#nowhere')
  speak('A', 'id2', 'hm', '#nowhere')
  speak('A', 'id3', 'three')
  assert.deepEqual(transcript('A'), ['refused id1 no-such-room', 'ping'])
  pong('A')
  assert.deepEqual(transcript('A'), ['refused id2 no-such-room', 'ping'])
  pong('A')
  assert.deepEqual(transcript('A'), ['line 1 ann: three'])
})

test('an answer to an earlier question does not show that a refusal was heard', () => {
  const { hub, speak, pong, table, log } = annAndBob()
  table.isDeaf = true
  assert.equal(hub.quiet('A').length, 1)
  speak('A', 'id1', 'hm', '#nowhere')
  speak('A', 'id2', 'two')
  pong('A')
  assert.deepEqual(log, [])
  pong('A')
  assert.equal(log.length, 1)
})

test('who says too much behind a refused line is cut off, and who says bye may go', () => {
  const { speak, say, closed, table } = annAndBob()
  table.isDeaf = true
  for (const [session, last] of [
    ['A', false],
    ['B', true],
  ] as const) {
    speak(session, 'id1', 'hm', '#nowhere')
    for (let count = 0; count < limits.heldMessagesMax; count++) speak(session, `x${count}`, 'x')
    if (last) say(session, { type: 'bye' })
    else speak(session, 'one-more', 'x')
  }
  assert.deepEqual(
    closed.map(({ session, reason }) => `${session} ${reason}`),
    ['A flood', 'B bye'],
  )
})

test('a guest, who says no line again, is refused at once and held up by nothing', () => {
  const { join, speak, table, transcript } = annAndBob()
  table.isDeaf = true
  join('G', 'gil', { guest: true })
  transcript('G')
  speak('G', 'id1', 'hm', '#nowhere')
  speak('G', 'id2', 'two')
  assert.deepEqual(transcript('G'), ['refused id1 no-such-room', 'line 1 gil: two'])
})

test('where the store cannot say whether a line was kept, the connection ends and the line comes again', () => {
  const { hub, join } = createTable()
  join('A', 'ann')
  const say = { type: 'say', id: 'id1', room: '#nowhere', kind: 'say', body: 'hm' } as const
  const [effect] = hub.receive('A', say, 0)
  assert.ok(effect?.do === 'lookUp')
  assert.deepEqual(
    hub.lookedUp(effect, undefined).map(one => (one.do === 'close' ? one.reason : one.do)),
    ['storage'],
  )
})

/** Rooms that everybody left while the store was still busy with what was said there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTable } from './table.ts'

/** ann has made #den, locked it, said something there that is not kept yet, and goes. */
function left(go: 'leave' | 'bye') {
  const table = createTable()
  table.join('ann', 'ann')
  table.join('eve', 'eve')
  table.table.holdLines = true
  table.say('ann', { type: 'join', room: '#den' })
  table.say('ann', { type: 'lock', room: '#den', password: 'correct horse' })
  table.speak('ann', 'm1', 'for those who know it', '#den')
  table.say('ann', go === 'bye' ? { type: 'bye' } : { type: 'leave', room: '#den' })
  table.hears('eve')
  return {
    ...table,
    tries() {
      table.say('eve', { type: 'join', room: '#den' })
      return table.transcript('eve')
    },
  }
}

for (const go of ['leave', 'bye'] as const)
  test(`a locked room is locked still when its first line is kept after everybody left (${go})`, () => {
    const { tries, keepLines } = left(go)
    assert.deepEqual(tries(), ['refused join locked'])
    keepLines()
    assert.deepEqual(tries(), ['refused join locked'])
  })

test('it goes away, and its lock with it, when nothing was kept', () => {
  const { tries, keepLines, table } = left('leave')
  table.refuses = true
  keepLines()
  assert.deepEqual(table.order?.locks, [], 'nor is it found locked after a restart')
  assert.deepEqual(tries(), ['backlog #den empty', 'members #den eve'])
})

test('a locked room where nothing was said stays locked while the only one in it comes back', () => {
  const table = createTable()
  const { say, join, hears, lose, transcript } = table
  join('ann', 'ann')
  join('eve', 'eve')
  const [welcome] = hears('ann')
  assert.ok(welcome?.type === 'welcome')
  const { device, secret } = welcome
  say('ann', { type: 'join', room: '#den' })
  say('ann', { type: 'lock', room: '#den', password: 'correct horse' })
  lose('ann')
  hears('eve')
  join('ann2', 'ann', { device, secret, epoch: 'epoch-1', last: { '#den': 0 } })
  hears('eve')
  say('eve', { type: 'join', room: '#den' })
  assert.deepEqual(transcript('eve'), ['refused join locked'])
  // Who comes back without it leaves it to itself.
  join('ann3', 'ann', { device, secret, epoch: 'epoch-1', last: {} })
  hears('eve')
  say('eve', { type: 'join', room: '#den' })
  assert.deepEqual(transcript('eve'), ['backlog #den empty', 'members #den eve'])
})

test('nor is a lock kept of a room where nobody said anything', () => {
  const { say, join, table } = createTable()
  join('ann', 'ann')
  say('ann', { type: 'join', room: '#den' })
  say('ann', { type: 'lock', room: '#den', password: 'correct horse' })
  assert.equal(table.order?.locks.length, 1)
  say('ann', { type: 'leave', room: '#den' })
  assert.deepEqual(table.order?.locks, [])
})

test('a line that was kept before holds nothing back', () => {
  const { say, join, speak, table, transcript, keepLines } = createTable()
  join('ann', 'ann')
  join('eve', 'eve')
  say('ann', { type: 'join', room: '#den' })
  speak('ann', 'm1', 'once', '#den')
  table.holdLines = true
  speak('ann', 'm1', 'once', '#den')
  say('ann', { type: 'leave', room: '#den' })
  keepLines()
  transcript('eve')
  say('eve', { type: 'join', room: '#den' })
  assert.deepEqual(transcript('eve'), ['backlog #den 1-1', 'members #den eve'])
})

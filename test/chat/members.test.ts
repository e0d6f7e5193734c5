import assert from 'node:assert/strict'
import test from 'node:test'
import { createMembers } from '../../src/chat/members.ts'

test('the list of who gets each line is the same one until somebody comes, goes or has caught up', () => {
  const members = createMembers()
  members.set('a', { at: 'live' })
  members.set('b', { at: 'catching-up', after: 3 })
  const before = members.live()
  assert.deepEqual(before, ['a'])
  assert.equal(members.live(), before)
  members.set('b', { at: 'live' })
  assert.deepEqual(members.live(), ['a', 'b'])
  assert.deepEqual(before, ['a'], 'who holds the old list is not surprised')
  members.delete('a')
  assert.deepEqual(members.live(), ['b'])
  assert.deepEqual([...members.keys()], ['b'])
  assert.equal(members.size, 1)
  assert.equal(members.get('a'), undefined)
})

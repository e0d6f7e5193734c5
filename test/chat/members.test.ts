import assert from 'node:assert/strict'
import test from 'node:test'
import { nickBytesMax } from '../../src/base/names.ts'
import { createMembers } from '../../src/chat/members.ts'
import { limits } from '../../src/wire/limits.ts'
import type { Member } from '../../src/wire/messages.ts'
import { write } from '../../src/wire/written.ts'

test('the list of who gets each line is the same one until somebody comes, goes or has caught up', () => {
  const members = createMembers()
  members.set('a', { at: 'live' })
  members.set('b', { at: 'catching-up', after: 3, isEntering: true, owed: [] })
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

test('who hears of comings and goings is everybody with a connection, in the order they came', () => {
  const members = createMembers()
  const lists = [members.connected()]
  const seen = () => {
    lists.push(members.connected())
    return members.connected()
  }
  members.set('a', { at: 'live' })
  members.set('b', { at: 'catching-up', after: 3, isEntering: true, owed: [] })
  assert.deepEqual(seen(), ['a', 'b'])
  members.set('c', { at: 'live' })
  assert.deepEqual(seen(), ['a', 'b', 'c'])
  members.set('b', { at: 'live' })
  assert.equal(seen(), lists.at(-2), 'the same people, the same list')
  members.set('a', { at: 'reconnecting' })
  members.set('d', { at: 'reconnecting' })
  assert.deepEqual(seen(), ['b', 'c'])
  members.set('a', { at: 'live' })
  assert.deepEqual(seen(), ['a', 'b', 'c'])
  members.delete('d')
  members.delete('b')
  members.delete('nobody')
  assert.deepEqual(seen(), ['a', 'c'])
  assert.deepEqual(
    lists.map(list => list.join('')),
    ['', 'ab', 'abc', 'abc', 'bc', 'abc', 'ac'],
    'who holds an old list is not surprised',
  )
})

test('the groups of members are all of them in order, and only what changed is another group', () => {
  const members = createMembers()
  const ids = Array.from({ length: 200 }, (_, index) => `m${index}`)
  for (const id of ids) members.set(id, { at: 'live' })
  const all = () => members.groups().flatMap(group => group.ids)
  assert.deepEqual(all(), ids)
  const before = members.groups().slice()
  assert.ok(before.length > 2)
  const same = () => before.filter(group => members.groups().includes(group)).length
  members.set('m5', { at: 'lagging', after: 1, isEntering: false, owed: [] })
  assert.equal(same(), before.length, 'what is told of them is the same')
  members.changed('m5')
  assert.deepEqual(all(), ids)
  assert.equal(same(), before.length - 1)
  members.delete('m150')
  assert.equal(same(), before.length - 2)
  members.set('late', { at: 'live' })
  assert.equal(same(), before.length - 3)
  for (const id of ids.slice(0, 150)) members.delete(id)
  members.changed('nobody')
  assert.deepEqual(all(), [...members.keys()])
})

test('a crowd makes few groups, and what is told of the largest fits a line, whatever its members are called', () => {
  const members = createMembers()
  for (let index = 0; index < 5_000; index++) members.set(`m${index}`, { at: 'live' })
  const sizes = members.groups().map(({ ids }) => ids.length)
  assert.ok(sizes.length < 30, `${sizes.length} groups`)
  const longest: Member = {
    nick: 'x'.repeat(nickBytesMax),
    presence: 'reconnecting',
    plain: true,
    role: 'owner',
  }
  const list = Array.from({ length: Math.max(...sizes) }, () => longest)
  const told = write({ type: 'members', room: `#${'y'.repeat(256)}`, members: list, complete: false })
  assert.ok(told.length < limits.serverLineBytesMax, `${told.length} bytes`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTable } from './table.ts'

test('everybody hears once when lines cannot be kept and when they can, and who joins between hears it at once', () => {
  const { join, storage, hears, lose } = createTable()
  const told = (session: string) => hears(session).flatMap(one => (one.type === 'storage' ? [one.keeps] : []))
  join('A', 'ann')
  join('L', 'lost')
  lose('L')
  storage(true)
  storage(false)
  storage(false)
  join('B', 'bob')
  assert.equal(hears('B')[1]?.type, 'storage', 'right behind the welcome')
  storage(true)
  join('C', 'cat')
  assert.deepEqual([told('A'), told('B'), told('C'), told('L')], [[false, true], [true], [], []])
})

/** Where a server is reached: told when networks come and go, and only then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchAddresses } from '../../src/server/addresses.ts'

test('addresses that came or went are told once', () => {
  let now = ['127.0.0.1']
  const told: (readonly string[])[] = []
  const addresses = watchAddresses(
    null,
    held => told.push(held),
    () => [...now],
  )
  addresses.look()
  assert.deepEqual(told, [])
  now = ['10.0.0.5', 'fd00::5']
  addresses.look()
  addresses.look()
  assert.deepEqual(told, [['10.0.0.5', 'fd00::5']])
  assert.deepEqual(addresses.held(), now)
  now = ['127.0.0.1']
  addresses.look()
  assert.deepEqual(told.at(-1), ['127.0.0.1'])
})

/** The look at the networks of this machine: what was seen last holds where it fails. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLook } from '../../src/discovery/interfaces.ts'
import type { Interfaces } from '../../src/discovery/subnets.ts'

test('a look that fails never throws, and shows what was seen last', () => {
  const seen: Interfaces = {}
  let fails = true
  const look = createLook(() => {
    if (fails) throw new Error('uv_interface_addresses returned Unknown system error 24')
    return seen
  })
  assert.deepEqual(look(), {}, 'nothing was seen yet')
  fails = false
  assert.equal(look(), seen)
  fails = true
  assert.equal(look(), seen)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { backoffMsMax, delayMs } from '../../src/base/backoff.ts'

test('waits grow by 1.6 from a quarter of a second and stop at ten seconds', () => {
  const waits = [0, 1, 2, 3, 8, 9, 1000].map(attempt => delayMs(attempt, () => 0))
  assert.deepEqual(waits, [250, 400, 640, 1024, 10_000, 10_000, 10_000])
})

test('chance takes away at most half', () => {
  assert.equal(
    delayMs(0, () => 0.5),
    188,
  )
  fc.assert(
    fc.property(
      fc.nat(100_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempt, chance) => {
        const most = delayMs(attempt, () => 0)
        const some = delayMs(attempt, () => chance)
        assert.ok(some <= most && some >= Math.floor(most / 2) && most <= backoffMsMax)
      },
    ),
  )
})

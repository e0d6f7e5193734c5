import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createBucket } from '../../src/base/bucket.ts'

test('a burst is granted at once, then one in its time', () => {
  const bucket = createBucket({ burst: 3, perSecond: 2 })
  assert.deepEqual(
    [0, 0, 0, 0].map(at => bucket.take(at)),
    [0, 0, 0, 500],
  )
  assert.deepEqual(
    [499, 500, 500, 1000].map(at => bucket.take(at)),
    [1, 0, 500, 0],
  )
})

test('a refused take costs nothing', () => {
  const bucket = createBucket({ burst: 1, perSecond: 0.1 })
  assert.equal(bucket.take(0), 0)
  for (let at = 1; at < 10_000; at += 500) assert.equal(bucket.take(at), 10_000 - at)
  assert.equal(bucket.take(10_000), 0)
})

test('a long rest fills the bucket once, not more', () => {
  const bucket = createBucket({ burst: 2, perSecond: 1 })
  bucket.take(0)
  assert.deepEqual(
    [1e9, 1e9, 1e9].map(at => bucket.take(at)),
    [0, 0, 1000],
  )
})

test('larger amounts take their share, and more than the bucket holds is never granted', () => {
  const bucket = createBucket({ burst: 100, perSecond: 10 })
  assert.equal(bucket.take(0, 60), 0)
  assert.equal(bucket.take(0, 60), 2000)
  assert.equal(bucket.take(0, 40), 0)
  assert.equal(bucket.take(1e6, 101), Number.POSITIVE_INFINITY)
})

test('a clock that goes back gives nothing and takes nothing', () => {
  const bucket = createBucket({ burst: 1, perSecond: 1 })
  assert.equal(bucket.take(5000), 0)
  assert.equal(bucket.take(1000), 1000)
  assert.equal(bucket.take(6000), 0)
})

test('who waits as long as told is granted, and never more than burst plus rate goes through', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0.05, max: 500, noNaN: true }),
      fc.array(fc.tuple(fc.double({ min: 0, max: 2000, noNaN: true }), fc.integer({ min: 1, max: 50 })), {
        minLength: 1,
      }),
      (burst, perSecond, asks) => {
        const bucket = createBucket({ burst, perSecond })
        let now = 12_345.678
        let granted = 0
        for (const [restMs, wanted] of asks) {
          const amount = Math.min(wanted, burst)
          now += restMs
          const waitMs = bucket.take(now, amount)
          if (waitMs > 0) {
            now += waitMs
            assert.equal(bucket.take(now, amount), 0)
          }
          granted += amount
          assert.ok(granted <= burst + ((now - 12_345.678) * perSecond) / 1000 + 1e-3)
        }
      },
    ),
  )
})

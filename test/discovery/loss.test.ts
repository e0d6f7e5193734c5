import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulateLoss } from './loss.ts'

const usual = { runs: 20_000, seed: 23_277, beacons: true }
const p99 = (listedMs: readonly number[]) => listedMs[Math.ceil(listedMs.length * 0.99) - 1] ?? Number.NaN

test('where nothing is lost the first probe finds the server', () => {
  const { listedMs, share } = simulateLoss({ ...usual, loss: 0 })
  assert.equal(share, 1)
  assert.ok((listedMs.at(-1) ?? 0) < 10)
})

test('where a tenth is lost each way 99 of 100 starts list the server within 350 ms', () => {
  for (const beacons of [true, false]) {
    const { listedMs, share } = simulateLoss({ ...usual, loss: 0.1, beacons })
    assert.ok(p99(listedMs) <= 350, `${p99(listedMs)} ms`)
    assert.ok(share >= 0.999, `${share}`)
  }
})

test('where three tenths are lost each way 97 of 100 starts list the server within two seconds', () => {
  const { share } = simulateLoss({ ...usual, loss: 0.3 })
  assert.ok(share >= 0.97, `${share}`)
})

test('the same seed loses the same packets', () => {
  const options = { ...usual, runs: 500, loss: 0.3 }
  assert.deepEqual(simulateLoss(options), simulateLoss(options))
  assert.notDeepEqual(simulateLoss(options), simulateLoss({ ...options, seed: 1 }))
})

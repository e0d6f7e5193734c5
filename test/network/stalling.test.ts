import assert from 'node:assert/strict'
import { test } from 'node:test'
import { labAvailable } from './lab.ts'
import { proveSlow } from './stalling.ts'

test('who does not read is cut, finds back without a hole, and nobody else misses anything', {
  skip: labAvailable() ?? false,
}, async t => {
  const { cutMsMin, cutMsMax, grownMiB } = await proveSlow({ people: 60, stalled: 6, stalledMs: 2_000 })
  t.diagnostic(`cut after ${cutMsMin} to ${cutMsMax} ms, ${grownMiB} MiB more`)
  assert.ok(cutMsMin >= 2_000, 'not before their time')
  assert.ok(grownMiB <= 64, `${grownMiB} MiB`)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore } from './explore.ts'
import { plants } from './planted.ts'
import { runSchedule } from './world.ts'

/** From seed 1 each is found within 2,000, as `scripts/prove.ts --plants --schedules 2000` shows; most within a few. */
const schedules = 400

/** Where those begin that are seldom met, so that the test is short. */
const seeds: Readonly<Record<string, number>> = {
  'an own line in a gap is not answered': 300,
  'the server still hears a connection that was replaced': 800,
  'the client still hears a connection it gave up': 900,
}

for (const [what, planted] of plants)
  test(`it is noticed where ${what}`, t => {
    const { schedules: run, failures } = explore({
      seed: seeds[what] ?? 1,
      schedules,
      planted,
      failuresMax: 1,
    })
    const [failure] = failures
    assert.ok(failure, `not within ${schedules} schedules`)
    t.diagnostic(`after ${run}: ${failure.wrongs[0]}`)
    // The same world without the mistake is right: it is the mistake that was found.
    assert.deepEqual(runSchedule(failure.schedule).wrongs, [])
  })

/** The harness of real programs finds mistakes that are put in on purpose. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore } from './explore.ts'
import { plantedEndings, plants } from './planted.ts'
import { whyNoPowerLoss } from './process.ts'

/** Times as many worlds as it is usually found within. */
const patience = 3

/** The first one that goes wrong; a mistake that needs luck is found by one of several tries side by side. */
for (const [what, { kind, mistake, within }] of plants)
  test(`over real connections it is noticed: ${what}`, {
    skip: kind === 'power' && (whyNoPowerLoss() ?? false),
  }, async t => {
    const each = plantedEndings[kind]
    const { worlds, failures } = await explore({
      kind,
      seed: 1,
      // When an end falls is up to the machine: the first that is found ends it, and a busy machine may need more.
      count: patience * within * each,
      each,
      mistake,
      failuresMax: 1,
      atOnce: 4,
    })
    const [failure] = failures
    assert.ok(failure, `not within ${worlds} worlds`)
    t.diagnostic(`after ${worlds}: ${failure.wrongs[0]}`)
  })

/** Every decoder against hostile bytes: those that once broke one, those that reach far into it, and some new ones. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { search } from '../../scripts/fuzz/loop.ts'
import { fuzz } from '../../scripts/fuzz/run.ts'
import { seedsOf } from '../../scripts/fuzz/seeds.ts'
import { targets } from '../../scripts/fuzz/targets.ts'

const seedsFolder = fileURLToPath(new URL('../seeds/fuzz', import.meta.url))
/** A short round: the long ones are `npm run fuzz`. */
const inputs = { fast: 2_000, slow: 60 } as const

for (const target of targets.filter(({ isPlanted }) => !isPlanted)) {
  const skip = (await target.unfit?.()) ?? false
  test(`${target.name}: ${target.means}: what was kept and a short round find nothing`, {
    skip,
  }, async () => {
    const kept = seedsOf(seedsFolder, target.name)
    for (const { file, input } of kept)
      await assert.doesNotReject(
        async () => target.run(input),
        `${file}: ${Buffer.from(input).toString('latin1')}`,
      )
    const { escapes } = await search({
      target,
      seed: 1,
      inputs: target.isSlow ? inputs.slow : inputs.fast,
      untilMs: Number.POSITIVE_INFINITY,
      escapesMax: 1,
      corpus: kept.map(({ input }) => input),
    })
    for (const { input, why } of escapes) assert.fail(`${why}\n${Buffer.from(input).toString('base64')}`)
  })
}

test('a mistake four turns deep is found by what inputs reach, and its input is left to be run again', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-seeds-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [outcome] = await fuzz({
    targets: ['planted'],
    seed: 1,
    inputs: () => 3_000_000,
    forMs: 120_000,
    escapesMax: 1,
    seedsFolder: folder,
    onNews: () => {},
  })
  assert.ok(outcome)
  assert.equal(outcome.broke, null)
  assert.match(outcome.escapes[0]?.why ?? '', /the planted mistake was reached/)
  const [name] = readdirSync(join(folder, 'planted'))
  const [left] = seedsOf(folder, 'planted')
  assert.equal(outcome.escapes[0]?.file, join(folder, 'planted', name ?? ''))
  // Nothing of it is left that is not needed.
  assert.equal(Buffer.from(left?.input ?? []).toString(), 'ears')
})

test('without a guide the same number of inputs does not find it', async () => {
  const target = targets.find(({ isPlanted }) => isPlanted)
  assert.ok(target)
  const { escapes } = await search({
    target,
    seed: 1,
    inputs: 100_000,
    untilMs: Number.POSITIVE_INFINITY,
    escapesMax: 1,
  })
  assert.deepEqual(escapes, [])
})

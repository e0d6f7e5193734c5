/** The real programs over a hostile network: nothing acknowledged is lost, nothing is doubled, whatever ends the server. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { explore, report } from './explore.ts'
import { type Kind, planOf } from './plan.ts'
import { whyNoPowerLoss } from './process.ts'
import { runPlan } from './world.ts'

/** Worlds that once went wrong, and what each of them shows. */
const found: readonly { shows: string; kind: Kind; seed: number }[] = JSON.parse(
  readFileSync(new URL('../seeds/chaos.json', import.meta.url), 'utf8'),
)

for (const { shows, kind, seed } of found)
  test(`found before: ${shows}`, async () => {
    const plan = planOf(kind, seed)
    const { wrongs } = await runPlan(plan)
    assert.deepEqual(wrongs, [], wrongs.length === 0 ? '' : report({ plan, wrongs }))
  })

/** As many as a minute has room for, and as many as it takes to see what is in `happens`; `scripts/prove.ts` runs any number. */
const sizes: readonly { kind: Kind; count: number; what: string; happens: readonly string[] }[] = [
  {
    kind: 'chaos',
    count: 50,
    what: 'worlds whose connections are split, delayed, muted and cut',
    happens: ['reset', 'end', 'half-open', 'deaf server', 'deaf client', 'single bytes', 'split', 'kill'],
  },
  { kind: 'kill', count: 10, what: 'kills of the server in the middle of the talk', happens: ['kill'] },
  { kind: 'power', count: 10, what: 'losses of power', happens: ['power', 'writes lost'] },
  { kind: 'stop', count: 5, what: 'stops of the server in the middle of the talk', happens: ['stop'] },
]

for (const { kind, count, what, happens } of sizes)
  test(`through ${count} ${what} nothing acknowledged is lost, and nothing is doubled or misplaced`, {
    skip: kind === 'power' && (whyNoPowerLoss() ?? false),
  }, async t => {
    const { counts, failures, startMsMax } = await explore({ kind, seed: 1, count, happens, failuresMax: 1 })
    const [failure] = failures
    assert.equal(failure, undefined, failure && report(failure))
    for (const one of happens) assert.ok((counts.get(one) ?? 0) > 0, `${one} did not happen`)
    t.diagnostic(`${counts.get('lines said')} lines, longest start ${Math.round(startMsMax)} ms`)
  })

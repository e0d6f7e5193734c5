import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { explore, report, shrunk } from './explore.ts'
import { exploreInParts } from './parts.ts'
import { plants } from './planted.ts'
import { type Schedule, scheduleOf } from './schedule.ts'
import { runSchedule } from './world.ts'

/** As many as a minute of two processors has room for, where nobody waits for them; `scripts/prove.ts` runs any number. */
const schedules = process.env.CI ? 20_000 : 4_000

/** Schedules that once went wrong, cut down, and what each of them shows. */
const found: readonly { shows: string; schedule: Schedule }[] = JSON.parse(
  readFileSync(new URL('../seeds/sim.json', import.meta.url), 'utf8'),
)

for (const [index, { shows, schedule }] of found.entries())
  test(`found before (${index + 1}): ${shows}`, () => {
    const { wrongs } = runSchedule(schedule)
    assert.deepEqual(wrongs, [], wrongs.length === 0 ? '' : report({ schedule, wrongs }))
  })

test(`in ${schedules} worlds nothing acknowledged is lost, nothing is doubled, misplaced or told to others`, async t => {
  const { events, counts, reports } = await exploreInParts(1, schedules)
  assert.deepEqual(reports, [], reports[0])
  t.diagnostic(`${schedules} schedules, ${events} events`)
  // Worlds in which nothing breaks prove nothing.
  const happened = [
    'cut reset',
    'cut silent',
    'cut stall',
    'crash',
    'serverEnd kill',
    'serverEnd power',
    'serverEnd stop',
    'slow',
    'flood',
    'kept',
    'kept before',
    'not kept',
    'looked up',
    'held',
    'quit',
    'not remembered',
    'catchUp',
    'owed',
    'lag',
    'paused',
  ]
  for (const what of happened) assert.ok((counts.get(what) ?? 0) > 0, `${what} happens`)
})

test('the same schedule is the same world again, thing by thing', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [first, second] = [scheduleOf(seed), scheduleOf(seed)]
    assert.deepEqual(first, second)
    const traces = [first, second].map(schedule => runSchedule(schedule, { traced: true }).trace)
    assert.deepEqual(traces[0], traces[1])
  }
})

test('a schedule that goes wrong is cut down to what it takes, and told with its seed', () => {
  const planted = plants.get('the store keeps a repeated line again') ?? assert.fail()
  const [failure] = explore({ seed: 1, schedules: 20, planted, failuresMax: 1 }).failures
  assert.ok(failure)
  const small = shrunk(failure.schedule, planted)
  assert.ok(small.happenings.length < failure.schedule.happenings.length / 2)
  assert.ok(runSchedule(small, { planted }).wrongs.length > 0)
  const told = report(failure, planted)
  assert.match(told, new RegExp(`Schedule ${failure.schedule.seed} goes wrong`))
  assert.match(told, /is kept twice/)
})

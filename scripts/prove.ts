/** Proves delivery for as many schedules as asked: `node --import tsx scripts/prove.ts [--schedules N] [--seed S] [--plants]`. */
import { parseArgs } from 'node:util'
import { explore, report } from '../test/sim/explore.ts'
import { plants } from '../test/sim/planted.ts'

const { values } = parseArgs({
  options: {
    /** How many worlds. */
    schedules: { type: 'string', default: '20000' },
    /** The first one’s seed; the others count up from it. */
    seed: { type: 'string', default: '1' },
    /** Instead puts known mistakes in and says after how many schedules each is found. */
    plants: { type: 'boolean', default: false },
  },
})
const schedules = Number(values.schedules)
const seed = Number(values.seed)
if (!Number.isSafeInteger(schedules) || !Number.isSafeInteger(seed) || schedules < 1) {
  process.stderr.write('--schedules and --seed are whole numbers, such as --schedules 1000000 --seed 7.\n')
  process.exit(2)
}
if (values.plants) provePlants()
else proveDelivery()

function proveDelivery(): void {
  const begunMs = performance.now()
  const counts = new Map<string, number>()
  const failures: ReturnType<typeof explore>['failures'][number][] = []
  let events = 0
  let done = 0
  while (done < schedules && failures.length < 10) {
    const part = explore({
      seed: seed + done,
      schedules: Math.min(5_000, schedules - done),
      failuresMax: 10 - failures.length,
    })
    done += part.schedules
    events += part.events
    failures.push(...part.failures)
    for (const [what, count] of part.counts) counts.set(what, (counts.get(what) ?? 0) + count)
    const seconds = (performance.now() - begunMs) / 1000
    process.stdout.write(
      `${done} schedules, ${events} events, ${failures.length} violations, ${Math.round(done / seconds)} schedules/s\n`,
    )
  }
  const names = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  process.stdout.write(`${names.map(([what, count]) => `${what} ${count}`).join(', ')}\n`)
  for (const failure of failures.slice(0, 3)) process.stdout.write(`\n${report(failure)}\n`)
  if (failures.length > 0) {
    process.stdout.write(`\nSeeds: ${failures.map(one => one.schedule.seed).join(' ')}\n`)
    process.exitCode = 1
  }
}

function provePlants(): void {
  for (const [what, planted] of plants) {
    const { schedules: run, failures } = explore({ seed, schedules, planted, failuresMax: 1 })
    const [failure] = failures
    if (!failure) process.exitCode = 1
    process.stdout.write(
      failure
        ? `found after ${run}: ${what} (${failure.wrongs[0]})\n`
        : `NOT FOUND in ${run} schedules: ${what}\n`,
    )
  }
}

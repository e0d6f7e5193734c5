/** The part of the proof that runs in a world of its own, thousands of schedules a second. */
import { explore, report } from '../../test/sim/explore.ts'
import { plants } from '../../test/sim/planted.ts'

/** @returns whether nothing went wrong */
export function proveDelivery(schedules: number, seed: number): boolean {
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
  if (failures.length > 0)
    process.stdout.write(`\nSeeds: ${failures.map(one => one.schedule.seed).join(' ')}\n`)
  return failures.length === 0
}

/** @returns whether each mistake was found */
export function provePlants(schedules: number, seed: number): boolean {
  let isEach = true
  for (const [what, planted] of plants) {
    const { schedules: run, failures } = explore({ seed, schedules, planted, failuresMax: 1 })
    const [failure] = failures
    if (!failure) isEach = false
    process.stdout.write(
      failure
        ? `found after ${run}: ${what} (${failure.wrongs[0]})\n`
        : `NOT FOUND in ${run} schedules: ${what}\n`,
    )
  }
  return isEach
}

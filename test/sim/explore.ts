/** Runs many schedules, keeps the first that goes wrong, and cuts it down to what it takes. */
import { type Happening, type Schedule, scheduleOf } from './schedule.ts'
import { type Outcome, type Planted, runSchedule } from './world.ts'

interface Failure {
  readonly schedule: Schedule
  readonly wrongs: readonly string[]
}

interface Explored {
  readonly schedules: number
  readonly events: number
  readonly counts: ReadonlyMap<string, number>
  /** At most as many as were asked for. */
  readonly failures: readonly Failure[]
}

interface Exploring {
  readonly seed: number
  readonly schedules: number
  readonly planted?: Planted
  /** Stops after so many. */
  readonly failuresMax: number
  readonly isOver?: () => boolean
}

export function explore({ seed, schedules, planted, failuresMax, isOver }: Exploring): Explored {
  const failures: Failure[] = []
  const counts = new Map<string, number>()
  let events = 0
  let run = 0
  while (run < schedules && failures.length < failuresMax && !(run % 64 === 0 && isOver?.())) {
    const schedule = scheduleOf(seed + run++)
    const outcome = runSchedule(schedule, planted ? { planted } : {})
    events += outcome.events
    for (const [what, count] of outcome.counts) counts.set(what, (counts.get(what) ?? 0) + count)
    if (outcome.wrongs.length > 0) failures.push({ schedule, wrongs: outcome.wrongs })
  }
  return { schedules: run, events, counts, failures }
}

/** The shortest schedule found that still goes wrong: parts are left out, halves first, as long as it does. */
export function shrunk(schedule: Schedule, planted?: Planted): Schedule {
  const fails = (happenings: readonly Happening[]): boolean =>
    runSchedule({ ...schedule, happenings }, planted ? { planted } : {}).wrongs.length > 0
  let happenings = schedule.happenings
  for (let size = Math.ceil(happenings.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < happenings.length; ) {
      const fewer = [...happenings.slice(0, from), ...happenings.slice(from + size)]
      if (fails(fewer)) happenings = fewer
      else from += size
    }
  }
  return { ...schedule, happenings }
}

/** What went wrong, what it takes, how to see it again, and the last that happened. */
export function report(failure: Failure, planted?: Planted): string {
  const small = shrunk(failure.schedule, planted)
  const outcome: Outcome = runSchedule(small, { traced: true, ...(planted ? { planted } : {}) })
  const { happenings, ...rest } = small
  return [
    `Schedule ${failure.schedule.seed} goes wrong:`,
    ...failure.wrongs.slice(0, 5).map(wrong => `  ${wrong}`),
    `It takes ${happenings.length} of ${failure.schedule.happenings.length} happenings ${JSON.stringify(rest)}:`,
    ...happenings.map(one => `  ${JSON.stringify(one)}`),
    'Then:',
    ...outcome.wrongs.slice(0, 5).map(wrong => `  ${wrong}`),
    'The last that happened:',
    ...outcome.trace.slice(-60).map(line => `  ${line}`),
  ].join('\n')
}

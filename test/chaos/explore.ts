/** Runs many worlds of real processes side by side, and tells of those that went wrong how to see them again. */
import { endingsEach, type Kind, type Plan, planOf } from './plan.ts'
import { type Mistake, type Outcome, runPlan } from './world.ts'

interface Failure {
  readonly plan: Plan
  readonly wrongs: readonly string[]
}

export interface Exploring {
  readonly kind: Kind
  readonly seed: number
  /** Worlds of chaos; of the other kinds endings, several of which make up a world. */
  readonly count: number
  readonly mistake?: Mistake | undefined
  /** The first world so many times, instead of others behind it. */
  readonly again?: number | undefined
  /** Endings of the server in one world; as many as is usual where it is left out. */
  readonly each?: number | undefined
  /** Without it nothing is proven: more worlds follow those that were asked for until each of these was noted. */
  readonly happens?: readonly string[] | undefined
  /** Stops after so many. */
  readonly failuresMax: number
  /** Worlds side by side. */
  readonly atOnce?: number
  /** After each world. */
  onWorld?(worlds: number, failure: Failure | null): void
}

export interface Explored {
  readonly worlds: number
  readonly counts: ReadonlyMap<string, number>
  readonly startMsMax: number
  readonly stopMsMax: number
  readonly failures: readonly Failure[]
}

/** Times as many worlds as were asked for, while what has to happen has not. */
const patience = 10

export async function explore(exploring: Exploring): Promise<Explored> {
  const { kind, seed, count, mistake, again, happens = [], failuresMax, atOnce = 6, onWorld } = exploring
  const each = exploring.each ?? endingsEach[kind]
  const plans =
    again === undefined
      ? Array.from({ length: Math.ceil(count / each) }, (_, index) =>
          planOf(kind, seed + index, Math.min(each, count - index * each)),
        )
      : Array.from({ length: again }, () => planOf(kind, seed, count))
  const worldsMax = patience * plans.length
  const failures: Failure[] = []
  const counts = new Map<string, number>()
  let startMsMax = 0
  let stopMsMax = 0
  let worlds = 0

  function take(plan: Plan, outcome: Outcome): void {
    worlds++
    for (const [what, often] of outcome.counts) counts.set(what, (counts.get(what) ?? 0) + often)
    startMsMax = Math.max(startMsMax, outcome.startMsMax)
    stopMsMax = Math.max(stopMsMax, outcome.stopMsMax)
    const failure = outcome.wrongs.length > 0 ? { plan, wrongs: outcome.wrongs } : null
    if (failure) failures.push(failure)
    onWorld?.(worlds, failure)
  }

  async function work(): Promise<void> {
    while (failures.length < failuresMax) {
      const plan = plans.shift()
      if (!plan) return
      take(plan, await runPlan(plan, mistake))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  // When an end falls is up to the machine: a few worlds may well miss the moment that they are there for.
  const isMissing = () => happens.some(one => !counts.get(one))
  for (let next = seed + worlds; isMissing() && worlds < worldsMax && failures.length < failuresMax; next++) {
    const plan = planOf(kind, next, each)
    take(plan, await runPlan(plan, mistake))
  }
  return { worlds, counts, startMsMax, stopMsMax, failures }
}

const sentenceMax = 160

/** What went wrong, and how to see it again: the same seed gives the same plan, if not the same race. */
export function report({ plan, wrongs }: Failure): string {
  const { kind, seed, endings } = plan
  const again = `npm run prove -- --${optionOf[kind]} ${Math.max(1, endings.length)} --seed ${seed} --again 10`
  return [
    `A world goes wrong; ${again} tries it ten times:`,
    ...wrongs
      .slice(0, 8)
      .map(wrong => `  ${wrong.length > sentenceMax ? `${wrong.slice(0, sentenceMax)}…` : wrong}`),
    `  ${JSON.stringify({ ...plan, endings: endings.length })}`,
  ].join('\n')
}

/** What a kind is called on the command line of the proof. */
export const optionOf: Readonly<Record<Kind, string>> = {
  chaos: 'chaos',
  kill: 'kills',
  power: 'power',
  stop: 'stops',
}

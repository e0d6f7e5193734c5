/** What a run of the benchmark came to, as it is saved: README’s figures and the charts are made of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HistoryCost } from './history.ts'
import type { Starts } from './start.ts'
import type { Outcome } from './talk/load.ts'
import { type Scenario, scenarios } from './talk/scenarios.ts'

export interface Result {
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Tasks that wanted a core when it began and when it ended; without anything else running, 0 and about 1. */
  readonly loadBefore: number
  readonly loadAfter: number
  /** What was done to the limits of each server. */
  readonly limits: Readonly<Record<string, string>>
  /** By scenario and server, an outcome a round. */
  readonly rounds: Readonly<Record<string, Readonly<Record<string, readonly Outcome[]>>>>
  readonly starts: Starts
  /** One a round. */
  readonly history: readonly HistoryCost[]
}

const file = fileURLToPath(new URL('result.json', import.meta.url))

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value

export const save = (result: Result): void => writeFileSync(file, `${JSON.stringify(result, rounded, 2)}\n`)

/** @returns null where nothing was saved yet */
export const saved = (): Result | null => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

/**
 * What stands for all rounds: the outcome of median cost, with what was lost and doubled in any of them, for what went
 * wrong went wrong.
 */
export function typicalOf(outcomes: readonly Outcome[], { counts }: Scenario): Outcome | undefined {
  const cost = (outcome: Outcome) => (counts === 'entry' ? outcome.entryCpuMs : 1 / perCpuOf(outcome))
  const typical = outcomes.toSorted((a, b) => cost(a) - cost(b))[Math.floor(outcomes.length / 2)]
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + count(one), 0)
  return typical && { ...typical, lost: sum(one => one.lost), doubled: sum(one => one.doubled) }
}

/** By scenario and server. */
export const typicals = ({ rounds }: Result): Record<string, Record<string, Outcome | undefined>> =>
  Object.fromEntries(
    scenarios.map(scenario => {
      const servers = Object.entries(rounds[scenario.name] ?? {})
      return [
        scenario.name,
        Object.fromEntries(servers.map(([server, outcomes]) => [server, typicalOf(outcomes, scenario)])),
      ]
    }),
  )

export const rateOf = ({ deliveries, forMs }: Outcome): number => deliveries / forMs
/** Deliveries a millisecond of processor time, as thousands a second. */
export const perCpuOf = ({ deliveries, serverCpuMs }: Outcome): number =>
  deliveries / Math.max(serverCpuMs, 10)
export const kbEachOf = ({ memoryKb, connections }: Outcome): number =>
  (memoryKb.entered - memoryKb.empty) / connections

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

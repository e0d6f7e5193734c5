/** What a run of the benchmark came to, as it is saved: README’s figures and the charts are made of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { HistoryCost } from './history.ts'
import type { Starts } from './start.ts'
import type { Outcome } from './talk/load.ts'

export interface Result {
  readonly node: string
  readonly cpu: string
  readonly cores: number
  /** Tasks that wanted a core when it began and when it ended; without anything else running, 0 and about 1. */
  readonly loadBefore: number
  readonly loadAfter: number
  readonly rounds: number
  /** What was done to the limits of each server. */
  readonly limits: Readonly<Record<string, string>>
  /** By scenario and server; the run of median cost, with what was lost and doubled in all of them. */
  readonly talk: Readonly<Record<string, Readonly<Record<string, Outcome>>>>
  readonly starts: Starts
  readonly history: HistoryCost
}

const file = fileURLToPath(new URL('result.json', import.meta.url))

const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value

export const save = (result: Result): void => writeFileSync(file, `${JSON.stringify(result, rounded, 2)}\n`)

/** @returns null where nothing was saved yet */
export const saved = (): Result | null => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null)

export const rateOf = ({ deliveries, forMs }: Outcome): number => deliveries / forMs
/** Deliveries a millisecond of processor time, as thousands a second. */
export const perCpuOf = ({ deliveries, serverCpuMs }: Outcome): number =>
  deliveries / Math.max(serverCpuMs, 10)
export const kbEachOf = ({ memoryKb, connections }: Outcome): number =>
  (memoryKb.entered - memoryKb.empty) / connections

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** A long history beside a short one: what a join, a page and a search cost in each, as ratios. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { nanoid } from 'nanoid'
import type { Draft, Store } from '../../src/chat/types.ts'
import { bounds } from '../../src/store/bounds.ts'
import { openStore, type SqliteStore } from '../../src/store/sqlite.ts'
import { median } from './result.ts'

/** How many times as long it takes with `linesLong` lines as with `linesShort`. */
export interface HistoryCost {
  readonly linesLong: number
  readonly linesShort: number
  readonly join: number
  readonly page: number
  readonly search: number
}

const rounds = 9
/** Reads in one measurement. */
const reads = 50
const commitLines = 1000
/** Of the time that nobody asks for anything, what is computed all the same. */
const idleShare = 0.02

const draft = (count: number): Draft => ({
  room: '#lobby',
  id: nanoid(),
  author: `d${count % 50}`,
  from: 'ann',
  kind: 'say',
  // A word that stands in one line of a thousand, whatever the length of the history.
  body: `a line of some eighty letters, as people write them; ${count % 1000 === 7 ? 'porcupines' : 'they talk'} ${count}.`,
})

async function filled(folder: string, lines: number): Promise<SqliteStore> {
  const opened = await openStore({ folder, nowMs: Date.now(), newId: nanoid })
  if (!opened.ok) throw new Error(opened.text)
  for (let done = 0; done < lines; done += commitLines)
    await Promise.all(
      Array.from({ length: commitLines }, (_, index) => opened.store.append(draft(done + index), 1)),
    )
  return opened.store
}

const search = (store: Store) => store.search(['#lobby'], ['porcupines'], 10)

/** Words are put into the index by the first search, and its pieces made one when it is quiet: others wait for that. */
async function settled(stores: readonly Store[]): Promise<void> {
  for (const store of stores) await search(store)
  const lookMs = 3 * bounds.quietMs
  for (let isBusy = true; isBusy; ) {
    const before = process.cpuUsage()
    await delay(lookMs)
    const { user, system } = process.cpuUsage(before)
    isBusy = (user + system) / 1000 > lookMs * idleShare
  }
}

async function took(read: () => Promise<unknown>): Promise<number> {
  const beganMs = performance.now()
  for (let count = 0; count < reads; count++) await read()
  return performance.now() - beganMs
}

export async function measureHistory(linesLong: number, linesShort: number): Promise<HistoryCost> {
  const top = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  try {
    const long = await filled(join(top, 'long'), linesLong)
    const short = await filled(join(top, 'short'), linesShort)
    await settled([long, short])
    const ratio = async (read: (store: Store, lines: number) => Promise<unknown>): Promise<number> => {
      const times: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        times[0].push(await took(() => read(long, linesLong)))
        times[1].push(await took(() => read(short, linesShort)))
      }
      return median(times[0]) / median(times[1])
    }
    const cost = {
      ...{ linesLong, linesShort },
      join: await ratio(store => store.last('#lobby', 50)),
      page: await ratio((store, lines) => store.page('#lobby', { before: lines / 2 }, 200)),
      search: await ratio(search),
    }
    await Promise.all([long.close(), short.close()])
    return cost
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

/** A long history beside a short one: what a join, a page and a search cost in each, as ratios. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import type { Draft, Store } from '../../src/chat/types.ts'
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
      search: await ratio(store => store.search(['#lobby'], ['porcupines'], 10)),
    }
    await Promise.all([long.close(), short.close()])
    return cost
  } finally {
    rmSync(top, { recursive: true, force: true })
  }
}

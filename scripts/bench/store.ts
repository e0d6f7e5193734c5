/** `node --import tsx scripts/bench/store.ts [LINES]`: the kept history beside the forgetting one, and a long one beside a short one, as ratios. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import type { Draft, Store } from '../../src/chat/types.ts'
import { createMemoryStore } from '../../src/store/memory.ts'
import { openStore, type SqliteStore } from '../../src/store/sqlite.ts'

/** Measurements of each kind; the two sides take turns, and the median counts. */
const rounds = 9
const linesLong = Number(process.argv[2] ?? 1_000_000)
const linesShort = 10_000

let count = 0
const draft = (): Draft => {
  count += 1
  return {
    room: '#lobby',
    id: nanoid(),
    author: `d${count % 50}`,
    from: 'ann',
    kind: 'say',
    body: 'a line of some eighty letters, as people write them when they talk to each other.',
  }
}

const top = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
const open = async (name: string): Promise<SqliteStore> => {
  const opened = await openStore({ folder: join(top, name), nowMs: Date.now(), newId: nanoid })
  if (!opened.ok) throw new Error(opened.text)
  say(`${name}: on ${opened.driver}${opened.notice ? `, ${opened.notice}` : ''}`)
  return opened.store
}
const say = (text: string) => process.stdout.write(`${text}\n`)
const took = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await work()
  return performance.now() - start
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Both works in turns. @returns the medians, in milliseconds */
async function sideBySide(
  one: () => Promise<unknown>,
  other: () => Promise<unknown>,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    times[0].push(await took(one))
    times[1].push(await took(other))
  }
  return [median(times[0]), median(times[1])]
}

const groups = async (store: Store, lines: number, size: number): Promise<void> => {
  for (let done = 0; done < lines; done += size)
    await Promise.all(Array.from({ length: size }, () => store.append(draft(), 1)))
}
const rate = (lines: number, ms: number) => `${Math.round(lines / ms).toLocaleString('en')} k/s`

try {
  const short = await open('short')
  const memory = createMemoryStore()
  say('\nappends, kept / forgetting')
  for (const [size, lines] of [
    [1, 200],
    [10, 1000],
    [100, 5000],
    [1000, 10_000],
  ] as const) {
    const [kept, forgetting] = await sideBySide(
      () => groups(short, lines, size),
      () => groups(memory, lines, size),
    )
    say(
      `  ${size} at once: ${(kept / forgetting).toFixed(1)} times as long (${rate(lines, kept)}, ${((kept * 1000) / lines).toFixed(1)} µs a line)`,
    )
  }
  await short.wipe()
  await groups(short, linesShort, 1000)

  const long = await open('long')
  say(
    `\nfilling with ${linesLong.toLocaleString('en')} lines: ${((await took(() => groups(long, linesLong, 1000))) / 1000).toFixed(1)} s`,
  )
  say(`\n${linesLong.toLocaleString('en')} lines / ${linesShort.toLocaleString('en')} lines`)
  const many =
    (read: (store: Store, head: number) => Promise<unknown>, store: Store, head: number) => async () => {
      for (let i = 0; i < 100; i++) await read(store, head)
    }
  const reads: Record<string, (store: Store, head: number) => Promise<unknown>> = {
    'last 50': store => store.last('#lobby', 50),
    'page of 200 before the middle': (store, head) => store.page('#lobby', { before: head / 2 }, 200),
    'page of 200 after the middle': (store, head) => store.page('#lobby', { after: head / 2 }, 200),
    'append of a line said before': async store => store.append({ ...draft(), id: 'x', author: 'x' }, 1),
  }
  for (const [name, read] of Object.entries(reads)) {
    const [far, near] = await sideBySide(many(read, long, linesLong), many(read, short, linesShort))
    say(`  ${name}: ${(far / near).toFixed(2)} (${((far * 1000) / 100).toFixed(0)} µs)`)
  }
  const [far, near] = await sideBySide(
    () => groups(long, 2000, 100),
    () => groups(short, 2000, 100),
  )
  say(`  append, 100 at once: ${(far / near).toFixed(2)}`)
  const bytes = statSync(join(top, 'long', 'history.db')).size
  say(`  bytes a line on the disk: ${Math.round(bytes / linesLong)}`)
  await Promise.all([short.close(), long.close()])

  const again = await took(async () => (await open('long')).close())
  const fresh = await took(async () => (await open('fresh')).close())
  say(`  open and close, ${linesLong.toLocaleString('en')} lines / none: ${(again / fresh).toFixed(2)}`)
} finally {
  rmSync(top, { recursive: true, force: true })
}

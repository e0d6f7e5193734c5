/** A damaged history: it is read, refused in a sentence, or set aside at a later start; nothing else may come of it. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { Line } from '../../../src/chat/types.ts'
import { type Driver, loadDriver } from '../../../src/store/driver.ts'
import { filesOf } from '../../../src/store/folder.ts'
import { type History, openHistory } from '../../../src/store/history.ts'
import { pack } from '../../../src/store/packing.ts'
import { type TroubleName, troubleOf } from '../../../src/store/troubles.ts'
import { harmless, holds, type Target } from '../target.ts'

// An input is a list of changes to a sound history, six bytes each: what is done, to which file, where, and with what.
const changeBytes = 6
const opening = { nowMs: Date.UTC(2026, 0, 2, 3, 4, 5), newEpoch: 'epoch-new', newRun: 'run-new' }
/** A damage that shows itself only when it is read is gone after so many starts. */
const startsMax = 4

/** One of the drivers closes its files only a turn after what held them was collected. */
const collectEvery = 8
setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')
let runs = 0

const driver = await loadDriver()
let made: { folder: string; history: Uint8Array; log: Uint8Array } | null = null

const draft = (id: string, body: string) => ({
  room: '#lobby',
  id,
  author: 'device-a',
  from: 'ann',
  kind: 'say' as const,
  body,
})

/** A history that ended well, and the log of one that did not. */
function samples(own: Driver): NonNullable<typeof made> {
  if (made) return made
  // In memory where there is such a place: the disk itself is not what is asked about.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'earshot-fuzz-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const at = join(folder, 'sample')
  const history = mustOpen(own, at)
  const some = (from: number, to: number) =>
    history.tables.change(
      pack(
        Array.from({ length: to - from }, (_, index) => ({
          do: 'line' as const,
          draft: draft(`id${from + index}`, `${from + index} words about something else `.repeat(3)),
          at: index,
        })),
      ),
    )
  some(0, 40)
  history.tables.index()
  history.tables.change(
    pack([
      { do: 'line', draft: { ...draft('topic', 'what it is about'), kind: 'topic' }, at: 41 },
      {
        do: 'device',
        device: { id: 'device-a', secretHash: 'hash', nick: 'ann', household: 'h', seenAt: 1 },
      },
    ]),
  )
  history.tables.emptyLog()
  some(50, 70)
  const { history: file } = filesOf(at)
  const log = Uint8Array.from(readFileSync(`${file}-wal`))
  const whole = Uint8Array.from(readFileSync(file))
  history.close()
  made = { folder, history: whole, log }
  return made
}

function mustOpen(own: Driver, folder: string): History {
  const opened = openHistory(own, { folder, ...opening })
  if (!opened.ok) throw new Error(opened.text)
  return opened.history
}

function damaged(bytes: Uint8Array, changes: Uint8Array, isLog: boolean): Uint8Array {
  let result = bytes.slice()
  for (let from = 0; from + changeBytes <= changes.length; from += changeBytes) {
    const [kind = 0, high = 0, middle = 0, low = 0, value = 0, size = 0] = changes.subarray(
      from,
      from + changeBytes,
    )
    if ((kind & 1) === (isLog ? 0 : 1)) continue
    const anywhere = ((high << 16) | (middle << 8) | low) % (result.length || 1)
    // The first pages are where it hangs together.
    const at = (kind & 2) !== 0 ? anywhere % 4096 : anywhere
    switch ((kind >> 2) % 6) {
      case 0:
        result[at] = value
        break
      case 1:
        result[at] = (result[at] ?? 0) ^ (1 << (value & 7))
        break
      case 2:
        result.fill(value, at, at + size * 16)
        break
      case 3:
        result = result.slice(0, at)
        break
      case 4:
        // A page written where another one belongs.
        result.copyWithin(Math.floor(at / 4096) * 4096, value * 4096, value * 4096 + 4096)
        break
      default:
        if (result.length >= 2) result.set([size, value], Math.min(at, result.length - 2))
    }
  }
  return result
}

/** What everything of the history is asked for, as a server and its members would; null where nothing was wrong. */
function use(history: History): TroubleName | null {
  const { tables } = history
  let wrong: TroubleName | null = null
  const tried = (ask: () => unknown) => {
    try {
      ask()
    } catch (error) {
      const trouble = troubleOf(error) ?? (history.isDamage(error) ? 'damaged' : null)
      if (trouble === null) throw error
      wrong ??= trouble
    }
  }
  tried(() => tables.rooms())
  tried(() => tables.devices())
  tried(() => tables.last('#lobby', 50).forEach(wellFormed))
  tried(() => tables.after('#lobby', 3, 100).forEach(wellFormed))
  tried(() => tables.search({ rooms: ['#lobby'], words: ['words', 'el'], limit: 20 }).forEach(wellFormed))
  tried(() =>
    tables
      .from(0, tables.newestPlace())
      .map(({ line }) => line)
      .forEach(wellFormed),
  )
  tried(() => tables.find('device-a', 'id7'))
  tried(() => tables.change(pack([{ do: 'line', draft: draft('new', 'a new line'), at: 99 }])))
  tried(() => tables.index())
  tried(() => tables.merge())
  tried(() => tables.retain({ keepSince: 0, now: 100, linesMax: 30 }))
  tried(() => tables.tidy(true))
  return wrong
}

function wellFormed(line: Line): void {
  const { seq, at } = line
  holds(
    Number.isFinite(seq) && Number.isFinite(at),
    () => `a line without its number or time: ${JSON.stringify(line)}`,
  )
}

function check(input: Uint8Array): void {
  if (!driver) return
  const sample = samples(driver)
  const folder = join(sample.folder, 'case')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 })
  const { history: file } = filesOf(folder)
  writeFileSync(file, damaged(sample.history, input, false), { mode: 0o600 })
  // An odd length: it was not closed, and its log stands beside it.
  if (input.length % 2 === 1) writeFileSync(`${file}-wal`, damaged(sample.log, input, true), { mode: 0o600 })
  copyFileSync(file, join(sample.folder, 'under-way.db'))

  for (let start = 1; start <= startsMax; start++) {
    const opened = attempt(null, () => openHistory(driver, { folder, ...opening }))
    if (opened === null) return
    if (!opened.ok) {
      harmless(opened.text, 'the refusal')
      return
    }
    const { history } = opened
    let wrong: TroubleName | null = null
    try {
      wrong = use(history)
      if (wrong === 'damaged') history.suspect()
    } finally {
      attempt(history, () => history.close())
    }
    if (wrong === null) return
    holds(wrong === 'damaged', () => `a damage is called ${wrong}`)
  }
  throw new Error(`after ${startsMax} starts it is still damaged`)
}

/** Gives null for trouble with a name, which the server tells in a sentence. */
function attempt<T>(history: History | null, act: () => T): T | null {
  try {
    return act()
  } catch (error) {
    if (troubleOf(error) === null && !history?.isDamage(error)) throw error
    return null
  }
}

const change = fc.tuple(
  fc.nat(63),
  fc.oneof(fc.constant(0), fc.nat(255)),
  fc.nat(255),
  fc.nat(255),
  fc.oneof(fc.constantFrom(0, 1, 255, 0x0d, 0x05, 0x0a, 0x02), fc.nat(255)),
  fc.nat(255),
)

export const database: Target = {
  name: 'database',
  means: 'a damaged history file, or its log',
  covers: ['store/'],
  bytesMax: 61,
  isSlow: true,
  long: { inputs: 20_000, why: 'each is a folder that a store opens, up to four times: some tens a second' },
  seeds: [Uint8Array.from([0, 0, 0, 30, 1, 1]), Uint8Array.from([1, 0, 0, 30, 1, 1, 9])],
  tokens: [],
  structured: fc
    .tuple(fc.array(change, { minLength: 1, maxLength: 8 }), fc.boolean())
    .map(([changes, isOpen]) => Uint8Array.from([...changes.flat(), ...(isOpen ? [1] : [])])),
  unfit: async () => (driver ? null : `this Node (${process.version}) has no SQLite`),
  async run(input) {
    if (++runs % collectEvery === 0 && typeof collect === 'function') {
      collect()
      await new Promise(resolve => setImmediate(resolve))
    }
    check(input)
  },
}

/** Reads a history from beside the server that keeps it, whether or not one runs: nothing is changed. */
import { existsSync } from 'node:fs'
import type { Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import { type DriverName, loadDriver } from './driver.ts'
import { filesOf, hasHistory, needsCheck, setSuspect } from './folder.ts'
import { holdLock } from './lock.ts'
import { ageOf } from './migrations.ts'
import { createReading, type Reading } from './reading.ts'
import { storeTrouble, type TroubleName, troubleOf } from './troubles.ts'

export interface Reader extends Pick<Reading, 'epoch' | 'rooms' | 'devices'> {
  /** Every line of every room in the order they were kept, up to the newest one of the moment it begins. */
  lines(): Iterable<Line>
  close(): void
}

export type ReaderOpened =
  | { readonly ok: true; readonly reader: Reader }
  | { readonly ok: false; readonly text: string }

/** @returns a reader; or a sentence. Reading later throws what the driver throws; `readingTrouble` reads it. */
export async function openReader(folder: string, wanted?: DriverName): Promise<ReaderOpened> {
  const driver = await loadDriver(wanted)
  if (!driver)
    return {
      ok: false,
      text: `This Node (${process.version}) has no SQLite to read a history with. Use Node 22.13 or later, or install the optional package: npm install libsql`,
    }
  const { history, lock } = filesOf(folder)
  if (!hasHistory(folder)) return { ok: false, text: `Nothing was ever kept in ${folder}.` }
  let db: ReturnType<typeof driver.open> | undefined
  let done = false
  try {
    // Our own closing would tidy up what the next server knows an unclean end by.
    const release = needsCheck(folder) && existsSync(lock) ? holdLock(driver, lock) : null
    if (release) {
      setSuspect(folder, true)
      release()
    }
    const opened = driver.open(history)
    db = opened
    opened.exec(`PRAGMA busy_timeout = ${bounds.busyMs}`)
    opened.exec('PRAGMA query_only = ON')
    const age = ageOf(opened)
    if (age.at === 'foreign') return { ok: false, text: `${history} is not a history of Earshot.` }
    if (age.at === 'newer')
      return {
        ok: false,
        text: `The history in ${folder} was written by a newer Earshot (its format is ${age.version}, this one knows up to ${age.known}). Update Earshot.`,
      }
    if (age.version === 0) return { ok: false, text: `Nothing was ever kept in ${folder}.` }
    if (!age.isCurrent)
      return {
        ok: false,
        text: `The history in ${folder} is of an older Earshot. Start its server once, which brings it up to date.`,
      }
    const { newestPlace, from, ...reading } = createReading(opened)
    done = true
    return {
      ok: true,
      reader: {
        ...reading,
        *lines() {
          const upTo = newestPlace()
          for (let place = 0; place < upTo; ) {
            const piece = from(place, upTo)
            for (const { line } of piece) yield line
            place = piece.at(-1)?.place ?? upTo
          }
        },
        close: () => opened.close(),
      },
    }
  } catch (error) {
    return { ok: false, text: `The history in ${folder} cannot be read. ${readingTrouble(error)}` }
  } finally {
    if (!done) db?.close()
  }
}

/** What an error of reading means, in a sentence; throws what is no trouble but a bug. */
export function readingTrouble(error: unknown): string {
  const trouble: TroubleName | null = troubleOf(error)
  if (trouble === null) throw error
  return storeTrouble(trouble).message
}

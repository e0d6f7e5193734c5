/** Opens a history: takes its folder’s lock, looks whether the file is sound and ours, sets it aside where it is not. */
import { bounds } from './bounds.ts'
import { type Database, type Driver, textColumn } from './driver.ts'
import { filesOf, isSuspect, needsCheck, prepareFile, prepareFolder, setAside, setSuspect } from './folder.ts'
import { holdLock } from './lock.ts'
import { ageOf, isOurs, markCurrent, migrate, rollBack } from './migrations.ts'
import { createTables, type Tables } from './tables.ts'
import { isOfSqlite, troubleOf } from './troubles.ts'

export interface Opening {
  readonly folder: string
  /** Wall-clock milliseconds, to name what is set aside. */
  readonly nowMs: number
  /** The epoch of a history that begins here. */
  readonly newEpoch: string
  /** Names the run that begins. */
  readonly newRun: string
}

export interface History {
  readonly tables: Tables
  /** This run’s name; null where it could not be written down. */
  readonly run: string | null
  /** The history looked damaged: it is checked at the next start. */
  suspect(): void
  /** Whether something that SQLite says is explained by the file: damage can look as a mistake of ours would. */
  isDamage(error: unknown): boolean
  close(): void
}

export type HistoryOpened =
  | { readonly ok: true; readonly history: History; readonly notice: string | null }
  | { readonly ok: false; readonly text: string }

/** @returns the history, and what its keeper should know; or a sentence. Throws what the disk says. */
export function openHistory(driver: Driver, opening: Opening): HistoryOpened {
  const { folder } = opening
  const files = filesOf(folder)
  const unfit = prepareFolder(folder) ?? prepareFile(files.lock)
  if (unfit) return { ok: false, text: unfit }
  const release = holdLock(driver, files.lock)
  if (!release)
    return {
      ok: false,
      text: `Another Earshot server keeps its history in ${folder}. Stop it, or choose another folder for this one.`,
    }
  let opened: ReturnType<typeof openSound> | undefined
  try {
    opened = openSound(driver, opening)
  } finally {
    if (!opened?.ok) release()
  }
  if (!opened.ok) return opened
  const { db, tables, run, notice } = opened
  return {
    ok: true,
    notice,
    history: {
      tables,
      run,
      suspect: () => setSuspect(folder, true),
      isDamage: error => isDamage(driver, db, error),
      close() {
        try {
          // An empty log is how the next start knows that this one ended well.
          tables.emptyLog()
        } finally {
          db.close()
          release()
        }
      },
    },
  }
}

type Sound =
  | {
      readonly ok: true
      readonly db: Database
      readonly tables: Tables
      readonly run: string | null
      readonly notice: string | null
    }
  | { readonly ok: false; readonly text: string }

function openSound(driver: Driver, opening: Opening): Sound {
  const first = openOnce(driver, opening)
  if (first !== 'damaged') return first
  const file = filesOf(opening.folder).history
  const aside = setAside(file, opening.nowMs)
  setSuspect(opening.folder, false)
  const second = openOnce(driver, opening)
  if (second === 'damaged')
    return {
      ok: false,
      text: `The disk under ${opening.folder} damages what is written to it. Check it, or choose another folder for the history.`,
    }
  const notice = `The history was damaged. It was set aside as ${aside}, and a new one was begun.`
  return second.ok ? { ...second, notice } : second
}

function openOnce(driver: Driver, { folder, newEpoch, newRun }: Opening): Sound | 'damaged' {
  const file = filesOf(folder).history
  const unfit = prepareFile(file)
  if (unfit) return { ok: false, text: unfit }
  const check = needsCheck(folder)
  let db: Database | undefined
  let done = false
  try {
    db = driver.open(file)
    const age = ageOf(db)
    if (age.at === 'foreign')
      return {
        ok: false,
        text: `${file} is not a history of Earshot. Move it away, or choose another folder for the history.`,
      }
    if (age.at === 'newer')
      return {
        ok: false,
        text: `The history in ${folder} was written by a newer Earshot (its format is ${age.version}, this one knows up to ${age.known}). Update Earshot, or choose another folder for the history.`,
      }
    db.exec(settings)
    if (
      check &&
      !(isSound(db, isSuspect(folder)) && (!age.isCurrent || hasOurTables(driver, db, isSuspect(folder))))
    )
      return 'damaged'
    if (!bringUp(driver, db, age.version)) return 'damaged'
    const tables = createTables(db, newEpoch)
    const run = tables.beginRun(newRun)
    setSuspect(folder, false)
    done = true
    return { ok: true, db, tables, run, notice: null }
  } catch (error) {
    if (troubleOf(error) === 'damaged' || (db && isDamage(driver, db, error))) return 'damaged'
    throw error
  } finally {
    if (!done) db?.close()
  }
}

/** @returns false where it is damaged */
function bringUp(driver: Driver, db: Database, version: number): boolean {
  try {
    migrate(db, version)
    return true
  } catch (error) {
    // Damage may have turned back the number of its format alone, and then no step fits what is there already.
    if (!isOfSqlite(error) || troubleOf(error) !== null || !hasOurTables(driver, db, false)) throw error
    if (!isWhole(db)) return false
    markCurrent(db)
    return true
  }
}

/** A commit is on the disk before it is done, also on macOS; what is removed is overwritten. */
const settings = `
  PRAGMA busy_timeout = ${bounds.busyMs};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA secure_delete = ON;
  PRAGMA journal_size_limit = ${bounds.walBytesMax};
`

function isDamage(driver: Driver, db: Database, error: unknown): boolean {
  if (!isOfSqlite(error)) return false
  const trouble = troubleOf(error)
  if (trouble !== null) return trouble === 'damaged'
  try {
    return !isWhole(db) || !hasOurTables(driver, db, true)
  } catch {
    // Not even looking at it works.
    return true
  }
}

function hasOurTables(driver: Driver, db: Database, withParts: boolean): boolean {
  const fresh = driver.open(':memory:')
  try {
    return isOurs(db, fresh, withParts)
  } finally {
    fresh.close()
  }
}

/**
 * Indexes are made of the lines: where the file is whole once they are made anew, nothing is lost with them.
 *
 * @param isSuspect damage was met while it was used, which a quick look at the next start may not find
 */
function isSound(db: Database, isSuspect: boolean): boolean {
  const check = isSuspect ? 'integrity_check' : 'quick_check'
  if (isWhole(db, check)) return true
  // Undone where it does not help, so that a file that is set aside is as it was found. What the check says is not
  // looked at: each SQLite has its own words for an index that is spoilt.
  let mended = false
  db.exec('BEGIN IMMEDIATE')
  try {
    db.exec("REINDEX; INSERT INTO word (word) VALUES ('rebuild')")
    db.exec("UPDATE meta SET value = (SELECT coalesce(max(place), 0) FROM line) WHERE name = 'indexed'")
    mended = isWhole(db, check)
    if (mended) db.exec('COMMIT')
  } catch (error) {
    // So damaged that it cannot be tried, or has no such index. Whatever else the disk says is for the caller.
    if ((troubleOf(error) ?? 'damaged') !== 'damaged') throw error
  } finally {
    if (!mended) rollBack(db)
  }
  return mended
}

/** A quick check does not compare the indexes with the lines, and is many times faster. */
const isWhole = (db: Database, check: 'quick_check' | 'integrity_check' = 'quick_check'): boolean =>
  db
    .prepare(`SELECT ${textColumn(check, 'fault')} FROM pragma_${check} LIMIT 1`)
    .all()
    .every(({ fault }) => fault === 'ok')

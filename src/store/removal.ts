/** A history forgotten as a whole, by removing its files: where the disk has no room for forgetting line by line. */
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { type Driver, type DriverName, loadDriver } from './driver.ts'
import { filesOf, setSuspect } from './folder.ts'
import { holdLock } from './lock.ts'
import { createReading } from './reading.ts'
import type { KnownDevice } from './rows.ts'
import { storeTrouble, type TroubleName, troubleOf } from './troubles.ts'

/** Troubles in which a wipe may remove the files: others would stand in its way as well, or want another cure. */
const removable: readonly (TroubleName | undefined)[] = ['full', 'io']

export const mayRemove = (trouble: TroubleName | undefined): boolean => removable.includes(trouble)

const zeroes = Buffer.alloc(64 * 1024)

/**
 * What a crash leaves is the old history or none: the file itself goes first, and SQLite takes no log for that of an
 * empty file.
 *
 * @returns who was known there, for the history that comes next; null where that cannot be read. Throws what the disk
 *   says, or a `StoreTrouble` where another process keeps the history.
 */
export async function removeHistory(
  folder: string,
  wanted?: DriverName,
): Promise<readonly KnownDevice[] | null> {
  const { history, lock } = filesOf(folder)
  const driver = await loadDriver(wanted)
  const release = driver ? holdLock(driver, lock) : null
  if (driver && !release) throw storeTrouble('in-use')
  try {
    const devices = driver ? devicesIn(driver, history) : null
    for (const path of [history, `${history}-wal`, `${history}-shm`]) if (existsSync(path)) remove(path)
    setSuspect(folder, false)
    return devices
  } finally {
    release?.()
  }
}

/** Read without the file that SQLite shares with other readers: there may be no room for it. */
function devicesIn(driver: Driver, file: string): readonly KnownDevice[] | null {
  let db: ReturnType<Driver['open']> | undefined
  try {
    db = driver.open(file)
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    return createReading(db).devices()
  } catch (error) {
    if (troubleOf(error) === null) throw error
    return null
  } finally {
    db?.close()
  }
}

/** What was said there is overwritten once nobody finds it any more, as far as the disk lets us. */
function remove(path: string): void {
  const file = openSync(path, 'r+')
  try {
    unlinkSync(path)
    const { size } = fstatSync(file)
    for (let at = 0; at < size; at += zeroes.length)
      writeSync(file, zeroes, 0, Math.min(zeroes.length, size - at), at)
    fsyncSync(file)
  } catch (error) {
    if (existsSync(path)) throw error
  } finally {
    closeSync(file)
  }
}

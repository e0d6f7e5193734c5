/** One process per folder: a lock that the kernel takes back when its process ends, however it ends. */
import type { Driver } from './driver.ts'
import { troubleOf } from './troubles.ts'

/**
 * Holds SQLite’s exclusive lock on an empty file. No pid to go stale (in containers every server is pid 1), no socket
 * file that two starting processes could both take for a dead one’s, nothing written on a full disk. The history itself
 * stays open to readers such as a backup.
 *
 * @param file exists, and is used for nothing else
 * @returns what gives the lock back; null where another holder lives. Throws what the disk says.
 */
export function holdLock(driver: Driver, file: string): (() => void) | null {
  const db = driver.open(file)
  try {
    db.exec('PRAGMA journal_mode = MEMORY')
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (troubleOf(error) === 'in-use') return null
    throw error
  }
  return () => {
    // Ended first: one driver closes its file only when its last statement has been collected.
    db.exec('ROLLBACK')
    db.close()
  }
}

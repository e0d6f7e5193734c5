/** Small files of the user’s: read as JSON, written whole or not at all, for nobody else’s eyes. */
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the file holds, or null: one that cannot be read is as good as none. */
export function readJson(file: string): Record<string, unknown> | null {
  try {
    const held: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof held === 'object' && held !== null ? { ...held } : null
  } catch {
    return null
  }
}

/**
 * Written beside and renamed, so that a crash leaves the old file or the new one. Throws what the disk says.
 *
 * @param flush waits for the disk, so that a loss of power does so, too
 */
export function writeWhole(folder: string, file: string, text: string, flush = false): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const beside = join(folder, `${file}.${process.pid}.new`)
  try {
    writeFileSync(beside, text, { mode: 0o600, flush })
    chmodSync(beside, 0o600)
    renameSync(beside, join(folder, file))
  } catch (error) {
    // What a full disk took of it is in nobody’s way.
    if (statSync(beside, { throwIfNoEntry: false })?.isFile()) rmSync(beside, { force: true })
    throw error
  }
}

/** Few and small, and not to be had again: flushed. */
export const writeJson = (folder: string, file: string, value: unknown): void =>
  writeWhole(folder, file, `${JSON.stringify(value)}\n`, true)

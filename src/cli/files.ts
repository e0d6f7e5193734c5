/** Small files of the user’s: read as JSON, written whole or not at all, for nobody else’s eyes. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

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
 * Makes a folder and those above it where they are missing, for nobody else’s eyes. Each by itself: where the system
 * takes no folder at all, Node’s own way of making several at once tries for ever. Throws what the disk says.
 */
export function makeFolder(folder: string): void {
  const missing = [folder]
  for (let at = dirname(folder); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  for (const one of missing)
    try {
      mkdirSync(one, { mode: 0o700 })
    } catch (error) {
      // It is there, or another program has made it meanwhile.
      if (!statSync(one, { throwIfNoEntry: false })?.isDirectory()) throw error
    }
}

/** Makes it where it is missing; where that cannot be, says why as the end of a sentence. */
export function folderTrouble(folder: string): string | null {
  try {
    makeFolder(folder)
    return null
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'path' in error)) throw error
    return reasonOf(error, folder)
  }
}

/** Why nothing can be put into the folder, as the end of a sentence that names no file of a moment. */
export function reasonOf(error: unknown, folder: string): string {
  if (!(error instanceof Error)) return String(error)
  if (!('code' in error)) return error.message
  // One of those above it may be what is in the way.
  const at = 'syscall' in error && error.syscall === 'mkdir' && 'path' in error ? String(error.path) : folder
  const reason = reasons[String(error.code)]?.(at) ?? `the system says ${String(error.code)}`
  return at === folder ? reason : `${at} cannot be made, ${reason}`
}

const mayNot = (): string => 'you may not write there'

/** What errors of making the folder `at`, or of writing there, mean. */
const reasons: Readonly<Record<string, (at: string) => string>> = {
  EEXIST: at => `${at} is no folder`,
  ENOTDIR: at => `${dirname(at)} is no folder`,
  ENOENT: () => 'the system takes no folder there',
  EACCES: mayNot,
  EPERM: mayNot,
  EROFS: () => 'the disk there can only be read',
  ENOSPC: () => 'the disk there is full',
  EDQUOT: () => 'your share of the disk there is used up',
  ENAMETOOLONG: () => 'the name is too long',
}

/**
 * Written beside and renamed, so that a crash leaves the old file or the new one. Throws what the disk says.
 *
 * @param flush waits for the disk, so that a loss of power does so, too
 */
export function writeWhole(folder: string, file: string, text: string, flush = false): void {
  makeFolder(folder)
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

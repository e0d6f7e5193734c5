/** The folder a history lives in and its files: for their owner’s eyes only, and never deleted. */
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

/** Paths of the files in `folder`. */
export const filesOf = (folder: string) => ({
  history: join(folder, 'history.db'),
  lock: join(folder, 'history.lock'),
  /** There while the history is under suspicion: it is checked at the next start. */
  suspect: join(folder, 'history.suspect'),
})

/** Whether a history was ever kept in the folder. */
export const hasHistory = (folder: string): boolean => existsSync(filesOf(folder).history)

/**
 * Makes the folder where it is missing. Throws what the disk says.
 *
 * @returns a sentence where the folder is no place for what people say to each other
 */
export function prepareFolder(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR')))
      throw error
    return `${folder} is, or lies below, something that is not a folder. Choose another one for the history.`
  }
  accessSync(folder, constants.R_OK | constants.W_OK)
  const found = statSync(folder)
  // Rights on Windows are not in the mode, and a user’s own folders are closed to others there.
  if (process.platform === 'win32') return null
  if (found.uid !== process.getuid?.())
    return `The folder ${folder} belongs to another user. Choose a folder of your own for the history.`
  if ((found.mode & 0o077) !== 0)
    return `Others on this machine can look into ${folder}. Close it with “chmod 700 ${folder}”, or choose another folder for the history.`
  return null
}

/**
 * Makes the file where it is missing and closes it to others where it is not; SQLite gives the files it puts beside the
 * same rights. Throws what the disk says.
 *
 * @returns a sentence where something else goes by that name
 */
export function prepareFile(file: string): string | null {
  if (!existsSync(file))
    closeSync(openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600))
  const found = lstatSync(file)
  if (!found.isFile())
    return `${file} is not a plain file. Move it away, or choose another folder for the history.`
  for (const path of [file, `${file}-wal`, `${file}-shm`])
    if (process.platform !== 'win32' && existsSync(path) && (statSync(path).mode & 0o077) !== 0)
      chmodSync(path, 0o600)
  return null
}

/** Whether the last process had found the history damaged. */
export const isSuspect = (folder: string): boolean => existsSync(filesOf(folder).suspect)

/** Whether the last process ended before it could close the history, or had found it damaged. */
export function needsCheck(folder: string): boolean {
  const { history } = filesOf(folder)
  return isSuspect(folder) || (statSync(`${history}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** Remembers over the end of this process that the history looked damaged; where the disk refuses, nothing more. */
export function setSuspect(folder: string, suspicious: boolean): void {
  const { suspect } = filesOf(folder)
  try {
    if (suspicious) writeFileSync(suspect, '', { mode: 0o600 })
    else rmSync(suspect, { force: true })
  } catch {
    // Only an earlier check is lost: what is damaged shows itself again.
  }
}

/** Histories that were set aside there. */
export const setAsideIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter(name => /^history-damaged-.*\.db$/.test(name))
    .sort()
    .map(name => join(folder, name))

/**
 * Gives a damaged history another name, with what SQLite keeps beside it.
 *
 * @param nowMs wall-clock milliseconds, for the name
 * @returns the new path
 */
export function setAside(file: string, nowMs: number): string {
  const day = new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')
  const free = (count: number): string => {
    const path = file.replace(/\.db$/, `-damaged-${day}${count === 1 ? '' : `-${count}`}.db`)
    return existsSync(path) ? free(count + 1) : path
  }
  const aside = free(1)
  // The file itself last: a crash in between must not leave its log beside the new history that takes its name.
  for (const beside of ['-shm', '-wal', ''])
    if (existsSync(file + beside)) renameSync(file + beside, aside + beside)
  return aside
}

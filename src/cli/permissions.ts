/** Whether others on this machine could read or change what a server keeps: its folder and the files in it. */
import { lstatSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ownFolders } from './serverHome.ts'

const othersMask = 0o077

/**
 * @param data the folder asked for, as `--data` gives it; else those of this user’s own
 * @returns a sentence with its cure for each that is too open; nothing where the system knows no such thing
 */
export function openPermissions(data: unknown): readonly string[] {
  const user = process.getuid?.()
  if (user === undefined || process.platform === 'win32') return []
  const folders = typeof data === 'string' ? [resolve(data)] : ownFolders()
  return folders.flatMap(folder => [
    ...troubleWith(folder, user),
    ...namesIn(folder).flatMap(name => troubleWith(join(folder, name), user)),
  ])
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // What cannot be read here is told by whoever needs it.
    return []
  }
}

function troubleWith(path: string, user: number): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return []
  if (found.uid !== user)
    return [`${path} belongs to another user (${found.uid}), who can read and change it. Take it over: chown`]
  if (found.isSymbolicLink() || (found.mode & othersMask) === 0) return []
  const mode = (found.mode & 0o777).toString(8)
  const cure = found.isDirectory() ? '700' : '600'
  return [`${path} is open to other users (mode ${mode}). Close it: chmod ${cure} ${path}`]
}

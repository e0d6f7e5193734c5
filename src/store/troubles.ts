/** What can go wrong with the disk below a kept history: one name each, and a sentence that says what to do. */

export type TroubleName =
  | 'full'
  | 'read-only'
  | 'io'
  | 'damaged'
  | 'in-use'
  | 'forbidden'
  | 'busy'
  | 'closed'
  | 'gone'

const sentences: Readonly<Record<TroubleName, string>> = {
  full: 'The disk is full. Free some space on it; lines are kept again as soon as there is some.',
  'read-only':
    'The disk with the history can only be read now. Make it writable again; lines are kept as soon as it is.',
  io: 'The disk with the history reports errors. Check it; lines are kept again as soon as it works.',
  damaged:
    'The history file is damaged. Start the server again: it sets the file aside and begins a new one.',
  'in-use': 'Another program holds the history file. Close it, then try again.',
  forbidden: 'This user may not write the history. Check whose folder it is, and its rights.',
  busy: 'More is being said than the disk can keep up with. Try again in a moment.',
  closed: 'The history is closed, because the server stops.',
  gone: 'The part of the server that keeps the history ended unexpectedly. Start the server again.',
}

/** Before a history is open nothing goes on by itself when the disk does. */
const atStart: Readonly<Partial<Record<TroubleName, string>>> = {
  full: 'The disk is full. Free some space on it, then start again.',
  'read-only': 'The disk with the history can only be read. Make it writable, then start again.',
  io: 'The disk with the history reports errors. Check it, then start again.',
}

export const startText = (trouble: TroubleName): string => atStart[trouble] ?? sentences[trouble]

/** What an append or a read rejects with when the disk, and not our code, is at fault. */
export interface StoreTrouble extends Error {
  readonly trouble: TroubleName
}

export const storeTrouble = (trouble: TroubleName): StoreTrouble =>
  Object.assign(new Error(sentences[trouble]), { trouble })

export const isTrouble = (error: unknown): error is StoreTrouble =>
  error instanceof Error && 'trouble' in error && typeof error.trouble === 'string'

/** SQLite’s primary result codes that mean the disk; every other one would be a mistake of ours. */
const byResult: Readonly<Record<number, TroubleName>> = {
  3: 'forbidden',
  5: 'in-use',
  6: 'in-use',
  8: 'read-only',
  10: 'io',
  11: 'damaged',
  13: 'full',
  14: 'forbidden',
  26: 'damaged',
}

/** Extended codes that mean another thing than their primary one. */
const byExtended: Readonly<Record<number, TroubleName>> = {
  /** There is no room for the file that readers share. */
  4874: 'full',
}

const byErrno: Readonly<Record<string, TroubleName>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'read-only',
  EIO: 'io',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
}

/** Whether SQLite itself said so, by any of its codes. */
export const isOfSqlite = (error: unknown): boolean => error instanceof Error && resultOf(error) !== undefined

/** The trouble that an error of a driver or of the file system means; null where it is none, but a bug. */
export function troubleOf(error: unknown): TroubleName | null {
  if (!(error instanceof Error)) return null
  const told = resultOf(error)
  // Extended codes carry the primary one in their low byte.
  if (told !== undefined) return byExtended[Number(told)] ?? byResult[Number(told) & 255] ?? null
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? (byErrno[code] ?? null) : null
}

function resultOf(error: Error): unknown {
  const { errcode, rawCode } = error as { errcode?: unknown; rawCode?: unknown }
  // libsql says why a file cannot be opened at the end of its text only.
  return errcode ?? rawCode ?? (/local database .*: (\d+)/s.exec(error.message)?.[1] || undefined)
}

/** What a row of the history file is read as, whatever stands in it: a file may be damaged where no check looks, or made by hand. */
import type { Line } from '../chat/types.ts'
import { idForm, lineKinds, nameUnitsMax } from '../wire/forms.ts'
import type { Row } from './driver.ts'

/** A device that has joined before. The secret itself is never kept. */
export interface KnownDevice {
  readonly id: string
  readonly secretHash: string
  /** The one it had last. */
  readonly nick: string
  /** A hash of what all windows and scripts of its user have in common; null where that is not known. */
  readonly household: string | null
  /** Wall-clock milliseconds. */
  readonly seenAt: number
}

export interface RoomHead {
  readonly room: string
  /** The newest number given in this room, whether or not its line is still there. */
  readonly seq: number
  /** What it is about, '' where nobody said. */
  readonly topic: string
}

// SQLite looks whether its pages hang together, not whether a letter in them is another one. A client refuses what is
// not of the wire's form, and with it the whole piece of the past that it came in: one bad letter would close a room.
// So what cannot be right is put right here, and the line is still read.

const kinds: readonly string[] = lineKinds
const isKind = (text: string): text is Line['kind'] => kinds.includes(text)

export const textOf = (held: unknown): string => (typeof held === 'string' ? held : '')
export const countOf = (held: unknown): number => {
  const count = Number(held)
  return Number.isSafeInteger(count) && count >= 0 ? count : 0
}

export function toLine(row: Row): Line {
  const seq = countOf(row.seq)
  const id = textOf(row.id)
  const kind = textOf(row.kind)
  return {
    room: textOf(row.room),
    id: idForm.test(id) ? id : `unreadable-${seq}`,
    author: textOf(row.author),
    from: textOf(row.nick).slice(0, nameUnitsMax),
    kind: isKind(kind) ? kind : 'say',
    body: textOf(row.body),
    seq,
    at: countOf(row.at),
  }
}

/** @returns null for a room that nobody can have made */
export function toHead(row: Row): RoomHead | null {
  const room = textOf(row.room)
  if (room === '' || room.length > nameUnitsMax) return null
  return { room, seq: countOf(row.seq), topic: textOf(row.topic) }
}

export const toDevice = (row: Row): KnownDevice => ({
  id: textOf(row.id),
  secretHash: textOf(row.secret_hash),
  nick: textOf(row.nick).slice(0, nameUnitsMax),
  household: textOf(row.household) || null,
  seenAt: countOf(row.seen_at),
})

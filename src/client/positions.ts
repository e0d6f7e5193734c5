/** What a returning client says it has: from where it wants each room’s lines, and the newest it ever had of it. */
import { lobby } from '../base/names.ts'
import { bounds } from './bounds.ts'
import { type Kept, startOf } from './kept.ts'
import type { Model } from './model.ts'
import { isUnnamed } from './rooms.ts'

export interface Positions {
  readonly last: Readonly<Record<string, number>>
  /** Of rooms alone where that is newer. */
  readonly seen?: Readonly<Record<string, number>>
}

interface Had {
  readonly name: string
  /** Undefined: from its end. */
  readonly start: number | undefined
  readonly newest: number
}

/** Of a server that is away. */
export function positionsOf({ rooms, closed, asked: waiting }: Model): Positions {
  const asked = new Set(waiting.map(one => one.room))
  const had: Had[] = []
  for (const room of rooms.values()) {
    if (isUnnamed(room)) continue
    // Of a lobby that was never told we want the end only. What was asked for and not answered is asked for again.
    const isWanted = room.name !== lobby && !asked.has(room.name)
    const { name, lastSeq, newsAfter, hadSeq } = room
    const start = lastSeq ?? startOf(newsAfter) ?? (isWanted ? 0 : undefined)
    had.push({ name, start, newest: lastSeq ?? Math.max(newsAfter ?? 0, hadSeq) })
  }
  return positions(had, closed)
}

/** Of a server that was left, less what a new window needs above the news. */
export const positionsOfKept = ({ rooms, closed }: Kept): Positions =>
  positions(
    rooms.map(({ name, seq, had = 0 }) => ({
      name,
      start: startOf(seq) ?? (name === lobby ? undefined : 0),
      newest: Math.max(seq ?? 0, had),
    })),
    closed.map(({ name, seq }) => [name, seq]),
  )

function positions(had: readonly Had[], closed: Iterable<readonly [string, number]>): Positions {
  const last: Record<string, number> = {}
  const seen: Record<string, number> = {}
  for (const { name, start, newest } of had) {
    if (start === undefined) continue
    last[name] = start
    if (newest > start) seen[name] = newest
  }
  for (const [name, seq] of closed)
    if (!(name in last) && Object.keys(last).length < bounds.rooms) last[name] = seq
  return Object.keys(seen).length > 0 ? { last, seen } : { last }
}

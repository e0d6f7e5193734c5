/** The store that forgets with its process: a bounded log a room. A store knows lines, never sessions or sockets. */
import { fold } from '../base/names.ts'
import type { Draft, Kept, Line, Store } from '../chat/types.ts'
import { limits } from '../wire/limits.ts'

interface Log {
  /** Contiguous in seq, oldest first. */
  lines: Line[]
  head: number
}

/** @param linesMax lines kept of one room; a tenth more are held before the oldest are let go at once */
export function createMemoryStore({ linesMax = limits.memoryLinesMax }: { linesMax?: number } = {}): Store {
  const logs = new Map<string, Log>()
  /** What was kept in any room, by author and id, for as long as the line is. */
  const kept = new Map<string, Line>()
  const followers = new Set<(line: Line) => void>()

  const logOf = (room: string): Log => {
    const known = logs.get(room)
    if (known) return known
    const fresh: Log = { lines: [], head: 0 }
    logs.set(room, fresh)
    return fresh
  }

  return {
    async append(draft, at) {
      const key = keyOf(draft)
      const earlier = kept.get(key)
      if (earlier) return { line: earlier, again: true }
      const log = logOf(draft.room)
      log.head += 1
      const line: Line = { ...draft, seq: log.head, at }
      log.lines.push(line)
      kept.set(key, line)
      for (const old of trim(log, linesMax)) kept.delete(keyOf(old))
      for (const follower of followers) follower(line)
      return { line, again: false } satisfies Kept
    },
    async find(author, id) {
      return kept.get(keyOf({ author, id })) ?? null
    },
    async last(room, count) {
      return count > 0 ? (logs.get(room)?.lines.slice(-count) ?? []) : []
    },
    async page(room, from, limit) {
      const log = logs.get(room)
      const first = log?.lines[0]
      if (!log || !first) return []
      if ('after' in from) {
        const start = Math.max(0, from.after + 1 - first.seq)
        return log.lines.slice(start, start + limit)
      }
      const end = Math.min(log.lines.length, Math.max(0, from.before - first.seq))
      return log.lines.slice(Math.max(0, end - limit), end)
    },
    async search(rooms, words, limit) {
      const wanted = words.map(fold)
      const found: Line[] = []
      for (const room of rooms)
        for (const line of logs.get(room)?.lines ?? []) {
          const folded = fold(line.body)
          if (wanted.every(word => folded.includes(word))) found.push(line)
        }
      return found.sort((a, b) => b.at - a.at || b.seq - a.seq).slice(0, limit)
    },
    follow(onLine) {
      followers.add(onLine)
      return () => void followers.delete(onLine)
    },
    async close() {
      followers.clear()
    },
  }
}

/** Neither part holds a line feed: ids are words, devices are ours. */
const keyOf = ({ author, id }: Pick<Draft, 'author' | 'id'>): string => `${author}\n${id}`

/** @returns what was let go */
function trim(log: Log, linesMax: number): readonly Line[] {
  if (log.lines.length <= linesMax + linesMax / 10) return []
  const old = log.lines.slice(0, -linesMax)
  log.lines = log.lines.slice(-linesMax)
  return old
}

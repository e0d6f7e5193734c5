/** The store that forgets with its process: a bounded log a room. A store knows lines, never sessions or sockets. */
import { fold } from '../base/names.ts'
import type { Line, Store } from '../chat/types.ts'
import { limits } from '../wire/limits.ts'

interface Log {
  /** Contiguous in seq, oldest first. */
  lines: Line[]
  head: number
}

/**
 * @param linesMax lines kept of one room; a tenth more are held before the oldest are let go at once
 * @param allLinesMax lines kept of all rooms together; beyond it the longest logs are shortened, alike
 */
export function createMemoryStore({
  linesMax = limits.memoryLinesMax,
  allLinesMax = limits.memoryAllLinesMax,
}: {
  linesMax?: number
  allLinesMax?: number
} = {}): Store {
  const logs = new Map<string, Log>()
  /** What was kept in any room, by author and then by id, for as long as the line is. */
  const kept = new Map<string, Map<string, Line>>()
  let allLines = 0
  const followers = new Set<(line: Line) => void>()

  const logOf = (room: string): Log => {
    const known = logs.get(room)
    if (known) return known
    const fresh: Log = { lines: [], head: 0 }
    logs.set(room, fresh)
    return fresh
  }

  const keptOf = (author: string): Map<string, Line> => {
    const known = kept.get(author)
    if (known) return known
    const fresh = new Map<string, Line>()
    kept.set(author, fresh)
    return fresh
  }

  function trim(log: Log, most: number): void {
    const old = log.lines.slice(0, -most)
    log.lines = log.lines.slice(-most)
    allLines -= old.length
    for (const { author, id } of old) {
      const theirs = kept.get(author)
      theirs?.delete(id)
      if (theirs?.size === 0) kept.delete(author)
    }
  }

  /** As many of each room as there is space for when the longest are cut alike. */
  function trimAll(): void {
    const lengths = [...logs.values()].map(({ lines }) => lines.length)
    let most = linesMax
    const left = () => lengths.reduce((sum, length) => sum + Math.min(length, most), 0)
    while (most > 1 && left() > allLinesMax) most = Math.floor(most * 0.9)
    for (const log of logs.values()) if (log.lines.length > most) trim(log, most)
  }

  return {
    append(draft, at) {
      const { room, id, author, from, kind, body } = draft
      const theirs = keptOf(author)
      const earlier = theirs.get(id)
      if (earlier) return { line: earlier, again: true }
      const log = logOf(room)
      log.head += 1
      const line: Line = { room, id, author, from, kind, body, seq: log.head, at }
      log.lines.push(line)
      theirs.set(id, line)
      allLines += 1
      if (log.lines.length > linesMax + linesMax / 10) trim(log, linesMax)
      if (allLines > allLinesMax + allLinesMax / 10) trimAll()
      for (const follower of followers) follower(line)
      return { line, again: false }
    },
    async find(author, id) {
      return kept.get(author)?.get(id) ?? null
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

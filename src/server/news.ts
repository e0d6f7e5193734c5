/** News of a room that may wait a moment: encoded once for all, and each member gets the part that came after they did. */
import type { SessionId } from '../chat/types.ts'
import { pieceBytes } from '../net/batch.ts'
import type { Connection } from '../net/connection.ts'

export interface News {
  /** One more line, for these, in the order in which they came into the room. */
  add(to: readonly SessionId[], line: string): void
  /** Whether somebody gets a line of it. */
  isFor(id: SessionId): boolean
  /** Whatever waits is sent now: to everybody, or to one of them. */
  settle(one?: SessionId): void
}

/** Somebody's part: the lines from one position on. */
interface Part {
  readonly id: SessionId
  /** None for those who are told otherwise; they keep their place in the order. */
  readonly connection: Connection | undefined
  from: number
}

/**
 * A thousand who come at once are told of each other in dozens of writes then, not in a thousand each; and what they are
 * told is one buffer, of which the later ones get the end.
 *
 * @param find where somebody is reached; undefined: they are gone, or are told otherwise
 */
export function createNews(find: (id: SessionId) => Connection | undefined): News {
  let lines: string[] = []
  /** Bytes before each line. */
  let offsets: number[] = []
  let bytes = 0
  /** Those who get the next line, in the order of the list before. */
  let parts: Part[] = []
  /** Whoever has had a part. */
  let heard = new Set<SessionId>()
  let encoded: Buffer | undefined

  function open(id: SessionId): Part {
    heard.add(id)
    return { id, connection: find(id), from: lines.length }
  }

  function close({ connection, from }: Part): void {
    if (from === lines.length || connection === undefined) return
    if (encoded?.length !== bytes) encoded = Buffer.from(`${lines.join('\n')}\n`)
    connection.share(from === 0 ? encoded : encoded.subarray(offsets[from]))
  }

  /** Whoever is not in the list any more gets what they were still to be told; whoever is new in it begins here. */
  function turnTo(to: readonly SessionId[]): void {
    let at = 0
    // Mostly it is the list before with one more at its end, or one left out.
    for (; at < to.length && at < parts.length; at++) {
      const part = parts[at]
      if (part === undefined || part.id === to[at]) continue
      if (parts[at + 1]?.id !== to[at]) break
      close(part)
      parts.splice(at, 1)
    }
    const left = new Map<SessionId, Part>()
    for (const part of parts.splice(at)) left.set(part.id, part)
    for (; at < to.length; at++) {
      const id = to[at] ?? ''
      parts.push(left.get(id) ?? open(id))
      left.delete(id)
    }
    for (const part of left.values()) close(part)
  }

  function settleAll(): void {
    for (const part of parts) close(part)
    lines = []
    offsets = []
    bytes = 0
    parts = []
    heard = new Set()
    encoded = undefined
  }

  return {
    add(to, line) {
      const more = Buffer.byteLength(line) + 1
      if (bytes + more > pieceBytes) settleAll()
      turnTo(to)
      lines.push(line)
      offsets.push(bytes)
      bytes += more
    },
    isFor: id => heard.has(id),
    settle(one) {
      if (one === undefined) return settleAll()
      for (const part of parts)
        if (part.id === one) {
          close(part)
          part.from = lines.length
        }
    },
  }
}

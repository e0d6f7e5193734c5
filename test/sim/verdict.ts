/** What must not have been: the log, what was typed, what was shown and what is seen in the end, held against each other. */
import { at, items } from '../../src/base/ring.ts'
import type { Line } from '../../src/chat/types.ts'
import type { Model } from '../../src/client/model.ts'
import type { Room } from '../../src/client/room.ts'

/** Somebody with a client, in a world of ours or at the end of a real wire. */
export interface Talker {
  readonly nick: string
  model(): Model
  isAlive(): boolean
}

/** A line that somebody typed and their client took. */
export interface Typed {
  readonly user: Talker
  readonly id: string
  readonly body: string
  /** When, among all that happened. */
  readonly invoked: number
  /** The last line of that room which was on the screen then. */
  readonly seenRoom: string
  readonly seen: number
  acked: number | null
  refused: string | null
}

/** One room as one client has shown it. */
export interface Shown {
  readonly user: Talker
  readonly name: string
  readonly entries: Room['entries']
}

/** Lines of a room that the server has said to be missing. */
export interface Gap {
  readonly room: string
  readonly from: number
  readonly to: number
}

/** The lines of each room at the place of their number. */
type Log = ReadonlyMap<string, readonly Line[]>

export function logOf(kept: readonly Line[], wrongs: Set<string>): Log {
  const log = new Map<string, Line[]>()
  const ids = new Set<string>()
  for (const line of kept) {
    const lines = log.get(line.room) ?? [{ ...line, seq: 0, id: '', body: '' }]
    log.set(line.room, lines)
    if (line.seq !== lines.length) wrongs.add(`${line.room} ${line.seq} comes where ${lines.length} should`)
    lines.push(line)
    // Ids are the clients’ own, and in a world without malice nobody has another’s.
    if (ids.has(line.id)) wrongs.add(`${line.id} (“${line.body}”) is kept twice`)
    ids.add(line.id)
  }
  return log
}

export function checkTyped(typed: readonly Typed[], kept: readonly Line[], wrongs: Set<string>): void {
  const keptById = new Map(kept.map(line => [line.id, line]))
  const byRoom = new Map<string, { one: Typed; seq: number }[]>()
  for (const one of typed) {
    const line = keptById.get(one.id)
    const name = `“${one.body}” of ${one.user.nick}`
    if (one.acked !== null && !line) wrongs.add(`${name} was acknowledged and is not kept`)
    if (one.acked === null && one.refused === null && one.user.isAlive())
      wrongs.add(`${name} was never answered`)
    if (!line) continue
    if (line.body !== one.body) wrongs.add(`${name} is kept as “${line.body}”`)
    if (one.refused !== null) wrongs.add(`${name} was refused (${one.refused}) and is kept all the same`)
    if (line.room === one.seenRoom && line.seq <= one.seen)
      wrongs.add(`${name} is ${line.seq}, and ${one.seen} was seen before it was typed`)
    const held = byRoom.get(line.room)
    if (held) held.push({ one, seq: line.seq })
    else byRoom.set(line.room, [{ one, seq: line.seq }])
  }
  for (const [room, lines] of byRoom) {
    lines.sort((a, b) => a.seq - b.seq)
    let latest: Typed | null = null
    const lastOf = new Map<Talker, Typed>()
    for (const { one } of lines) {
      if (latest && one.acked !== null && one.acked < latest.invoked)
        wrongs.add(`“${latest.body}” comes before “${one.body}” in ${room}, which was acknowledged earlier`)
      if (!latest || one.invoked > latest.invoked) latest = one
      const last = lastOf.get(one.user)
      if (last && last.invoked > one.invoked)
        wrongs.add(`“${last.body}” comes before “${one.body}” in ${room}, and was typed after it`)
      lastOf.set(one.user, one)
    }
  }
}

const topicText = /set the topic: (\S+)$/

/** Each line once, in order, and nothing left out but where it says so and the server said so. */
export function checkShown(
  { user, name, entries }: Shown,
  log: Log,
  gaps: readonly Gap[],
  wrongs: Set<string>,
): void {
  const lines = log.get(name)
  const seen = new Set<number>()
  let before: number | null = null
  let missing = 0
  const isTold = (from: number, to: number) =>
    gaps.some(gap => gap.room === name && gap.from <= from && gap.to >= to)
  for (const entry of items(entries)) {
    if (entry.kind === 'gap') {
      missing += entry.missing
      continue
    }
    const topic = entry.kind === 'notice' ? topicText.exec(entry.text)?.[1] : undefined
    if (entry.kind !== 'line' && topic === undefined) continue
    const seq: number =
      entry.kind === 'line' ? entry.seq : (lines?.findLast(line => line.body === topic)?.seq ?? 0)
    const where = `${user.nick} in ${name}`
    if (entry.kind === 'line' && lines?.[seq]?.body !== entry.body)
      wrongs.add(`${where} shows “${entry.body}” as ${seq}, which is “${lines?.[seq]?.body ?? 'not kept'}”`)
    if (seen.has(seq)) wrongs.add(`${where} shows ${seq} twice`)
    seen.add(seq)
    // One’s own line from where nothing is shown is shown when it is answered for.
    if (before !== null && seq < before && entry.kind === 'line' && entry.own) continue
    if (before !== null && seq !== before + 1 + missing)
      wrongs.add(`${where} shows ${seq} after ${before}${missing > 0 ? ` and a gap of ${missing}` : ''}`)
    if (missing > 0 && before !== null && !isTold(before + 1, seq - 1))
      wrongs.add(`${where} misses ${before + 1} to ${seq - 1}`)
    before = seq
    missing = 0
  }
}

/** In the end everybody is there, everything is answered, and all have read to the end. */
export function checkReaders(users: readonly Talker[], log: Log, wrongs: Set<string>): void {
  const nicks = users.map(user => user.model().nick)
  if (new Set(nicks).size !== nicks.length) wrongs.add(`two have one nick: ${nicks.join(' ')}`)
  for (const user of users) {
    const { link, asked, outbox, rooms, nick } = user.model()
    if (link.at !== 'joined') wrongs.add(`${nick} is still ${link.at}`)
    if (asked.length > 0) wrongs.add(`${nick} waits for an answer about ${asked[0]?.to} ${asked[0]?.room}`)
    if (outbox.length > 0) wrongs.add(`${nick} has ${outbox.length} lines that wait`)
    for (const room of rooms.values()) {
      const head = (log.get(room.name)?.length ?? 1) - 1
      const last = room.entries.size > 0 ? at(room.entries, room.entries.size - 1) : undefined
      if ((room.lastSeq ?? 0) !== head)
        wrongs.add(`${nick} has ${room.name} up to ${room.lastSeq}, and it ends with ${head}`)
      else if (last?.kind === 'gap') wrongs.add(`${nick} is shown a gap at the end of ${room.name}`)
      if (room.partner !== null) continue
      const there = users
        .filter(one => one.model().rooms.has(room.name))
        .map(one => one.model().nick)
        .sort()
      const seen = [...room.members]
        .map(([one, presence]) => (presence === 'reconnecting' ? `${one} (reconnecting)` : one))
        .sort()
      if (seen.join() !== there.join())
        wrongs.add(`${nick} sees ${seen.join(' ')} in ${room.name}, where ${there.join(' ')} are`)
    }
  }
}

/** A room’s lines in their order, each once, from the past on: what is missing between them is asked for. */
import type { WireLine } from '../wire/messages.ts'
import { bounds } from './bounds.ts'

/** What to ask the server: lines of the room before or after a position. */
export type Wanted = { before: number; limit: number } | { after: number; limit?: number }

/** Where to begin: with so many lines of the past, behind a line, or at a moment (wall-clock milliseconds). */
export type Begin = { readonly first: number } | { readonly after: number } | { readonly atMs: number }

export interface FollowOptions {
  readonly begin: Begin
  print(line: WireLine): void
  ask(wanted: Wanted): void
  /** So many lines are no longer kept, or were not given to us. */
  missing(count: number): void
  /** The line to begin behind was never said: the room has come to line `head` only. It begins with the first there is. */
  beyond(head: number): void
}

export interface Follow {
  /** The last line printed; null before the past is complete. */
  last(): number | null
  /** The past, in pieces; `complete` in the last. */
  backlog(lines: readonly WireLine[], complete: boolean): void
  /** What is said now. */
  line(line: WireLine): void
  /** The answer to `ask`, in pieces; `more`: lines lie beyond in the direction that was asked. */
  page(lines: readonly WireLine[], more: boolean, complete: boolean): void
  /** The answer got lost with the connection: what is still missing is asked for when the next line shows it. */
  cut(): void
  /** The numbering begins anew: all that the server gives of the past is new. */
  reset(): void
}

export function createFollow({ begin: from, print, ask, missing, beyond }: FollowOptions): Follow {
  let last: number | null = 'after' in from ? from.after : null
  /** A position that somebody gave us, as long as nothing has shown that there is such a line. */
  let given = last !== null && last > 0
  /** Of the past nothing is kept, or nothing was ever said: the next line is the next one, whatever its number. */
  let isBlank = false
  /** While a moment is looked for: its first line is among those behind `low` up to `high`, else the one behind `found`. */
  let low = 0
  let high = 0
  let found = 0
  /** The past before it begins to be printed. */
  let past: WireLine[] = []
  let asking: 'older' | 'missed' | 'moment' | null = null
  /** Lines that must wait for earlier ones. */
  let held: WireLine[] = []
  let hasDropped = false
  /** The pieces of one answer. */
  let page: WireLine[] = []

  function begin(wanted: number): void {
    const shown = wanted === 0 ? [] : past.slice(-wanted)
    last = past.at(-1)?.seq ?? 0
    isBlank = last === 0
    past = []
    for (const line of shown) print(line)
    drain()
  }

  /** The past is at hand as far as the server tells it unasked. */
  function beginAt(atMs: number): void {
    const oldest = past[0]
    // Clocks are set back at times: what counts is the first line that is late enough.
    if (!oldest || oldest.at < atMs || oldest.seq === 1) {
      const index = past.findIndex(line => line.at >= atMs)
      begin(index < 0 ? 0 : past.length - index)
      return
    }
    low = 0
    found = high = oldest.seq - 1
    halve()
  }

  function halve(): void {
    if (low < high) {
      asking = 'moment'
      ask({ after: Math.floor((low + high) / 2), limit: 1 })
      return
    }
    for (const line of past) hold(line)
    past = []
    last = found
    drain()
  }

  function takeHalf(line: WireLine | undefined, atMs: number): void {
    const middle = Math.floor((low + high) / 2)
    if (line !== undefined && line.at < atMs) low = Math.min(high, line.seq)
    else {
      high = middle
      // Lines between the two are not kept any more, and not missed by whoever asks for a time.
      if (line !== undefined) found = Math.min(found, line.seq - 1)
    }
    halve()
  }

  /** A line of the server’s shows whether the position we were given is one of this room. */
  function prove(head: number): void {
    const isBeyond = given && last !== null && head < last
    given = false
    if (!isBeyond) return
    beyond(head)
    last = 0
  }

  function hold(line: WireLine): void {
    if (held.length < bounds.heldLinesMax) held.push(line)
    else {
      held = []
      hasDropped = true
    }
  }

  /** Takes a line whose turn it may be; false where earlier ones are missing. */
  function take(line: WireLine): boolean {
    if (last === null) return false
    if (line.seq <= last) return true
    if (line.seq > last + 1 && !isBlank) return false
    isBlank = false
    last = line.seq
    print(line)
    return true
  }

  function drain(): void {
    const waiting = held.sort((a, b) => a.seq - b.seq)
    held = []
    for (const line of waiting) if (held.length > 0 || !take(line)) held.push(line)
    if (last !== null && (held.length > 0 || hasDropped)) {
      hasDropped = false
      asking = 'missed'
      ask({ after: last })
    }
  }

  function takeMissed(lines: readonly WireLine[], more: boolean): void {
    for (const line of lines) jumpTo(line)
    // The server has nothing between: it is not kept any more.
    const next = held[0]
    if (!more && next) jumpTo(next)
    if (more) hasDropped = true
    drain()
  }

  /** Takes a line although others before it may be missing for good. */
  function jumpTo(line: WireLine): void {
    if (last !== null && line.seq > last + 1) {
      missing(line.seq - last - 1)
      last = line.seq - 1
    }
    take(line)
  }

  return {
    last: () => last,
    backlog(lines, complete) {
      if (last !== null) {
        const newest = lines.at(-1)
        if (complete && newest) prove(newest.seq)
        for (const line of lines) if (asking !== null || !take(line)) hold(line)
        if (complete && asking === null) drain()
        return
      }
      past.push(...lines)
      if (!complete) return
      if ('atMs' in from) return beginAt(from.atMs)
      const wanted = 'first' in from ? from.first : 0
      const oldest = past[0]
      if (oldest && oldest.seq > 1 && past.length < wanted) {
        asking = 'older'
        ask({ before: oldest.seq, limit: wanted - past.length })
      } else begin(wanted)
    },
    line(line) {
      prove(line.seq)
      if (last !== null && asking === null && take(line)) return
      hold(line)
      if (last !== null && asking === null) drain()
    },
    page(lines, more, complete) {
      if (asking === null) return
      page.push(...lines)
      if (!complete) return
      const whole = page
      const asked = asking
      page = []
      asking = null
      if (asked === 'missed') return takeMissed(whole, more)
      if (asked === 'moment') return takeHalf(whole[0], 'atMs' in from ? from.atMs : 0)
      past = [...whole, ...past]
      begin('first' in from ? from.first : 0)
    },
    cut() {
      asking = null
      isBlank = false
      page = []
      held = []
      past = []
      hasDropped = false
    },
    reset() {
      last = 0
      given = false
    },
  }
}

/** A room’s lines in their order, each once, from the past on: what is missing between them is asked for. */
import type { WireLine } from '../wire/messages.ts'

/** What to ask the server: lines of the room before or after a position. */
export type Wanted = { before: number; limit: number } | { after: number }

export interface FollowOptions {
  /** Lines of the past to begin with. */
  readonly first: number
  print(line: WireLine): void
  ask(wanted: Wanted): void
  /** So many lines are no longer kept, or were not given to us. */
  missing(count: number): void
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

/** Lines held back while earlier ones are being asked for. More: dropped, and asked for as well. */
const heldMax = 1_000

export function createFollow({ first, print, ask, missing }: FollowOptions): Follow {
  /** How many lines of the past to print; null: as many as the backlog holds. */
  let wanted: number | null = first
  let last: number | null = null
  /** The past before it begins to be printed. */
  let past: WireLine[] = []
  let asking: 'older' | 'missed' | null = null
  /** Lines that must wait for earlier ones. */
  let held: WireLine[] = []
  let hasDropped = false
  /** The pieces of one answer. */
  let page: WireLine[] = []

  function begin(): void {
    const shown = wanted === 0 ? [] : past.slice(-(wanted ?? past.length))
    last = past.at(-1)?.seq ?? 0
    past = []
    for (const line of shown) print(line)
    drain()
  }

  function hold(line: WireLine): void {
    if (held.length < heldMax) held.push(line)
    else {
      held = []
      hasDropped = true
    }
  }

  /** Takes a line whose turn it may be; false where earlier ones are missing. */
  function take(line: WireLine): boolean {
    if (last === null) return false
    if (line.seq <= last) return true
    if (line.seq > last + 1) return false
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
        for (const line of lines) if (asking !== null || !take(line)) hold(line)
        if (complete && asking === null) drain()
        return
      }
      past.push(...lines)
      if (!complete) return
      const oldest = past[0]
      if (wanted !== null && oldest && oldest.seq > 1 && past.length < wanted) {
        asking = 'older'
        ask({ before: oldest.seq, limit: wanted - past.length })
      } else begin()
    },
    line(line) {
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
      past = [...whole, ...past]
      begin()
    },
    cut() {
      asking = null
      page = []
      held = []
      past = []
      hasDropped = false
    },
    reset() {
      last = null
      wanted = null
    },
  }
}

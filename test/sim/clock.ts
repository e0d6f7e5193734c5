/** Time that passes only from one thing that happens to the next; what falls on the same moment keeps its order. */

interface Due {
  readonly atMs: number
  readonly order: number
  run(): void
}

export interface Clock {
  nowMs(): number
  after(ms: number, run: () => void): void
  /** Runs what is due next; false where nothing is, or nothing before `untilMs`. */
  step(untilMs: number): boolean
  /** Things that have happened. */
  events(): number
}

export function createClock(): Clock {
  const heap: Due[] = []
  let nowMs = 0
  let order = 0
  let events = 0

  const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

  function put(due: Due): void {
    let place = heap.push(due) - 1
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !isBefore(due, parent)) break
      heap[place] = parent
      place = above
    }
    heap[place] = due
  }

  function take(): Due | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (first === undefined || last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      const left = 2 * place + 1
      const a = heap[left]
      if (a === undefined) break
      const b = heap[left + 1]
      const lesser = b !== undefined && isBefore(b, a) ? b : a
      if (!isBefore(lesser, last)) break
      heap[place] = lesser
      place = lesser === a ? left : left + 1
    }
    heap[place] = last
    return first
  }

  return {
    nowMs: () => nowMs,
    after: (ms, run) => put({ atMs: nowMs + Math.max(0, ms), order: ++order, run }),
    step(untilMs) {
      const first = heap[0]
      if (first === undefined || first.atMs > untilMs) return false
      take()
      nowMs = Math.max(nowMs, first.atMs)
      events++
      first.run()
      return true
    },
    events: () => events,
  }
}

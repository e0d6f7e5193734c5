/** When to paint: a stroke's answer at once, news from the network as often as it can be followed by eye. */
import { bounds } from './bounds.ts'

/** Time, handed in; the process's own by default. */
export interface Timers {
  nowMs(): number
  /** Both return a function that cancels. */
  after(ms: number, run: () => void): () => void
  immediately(run: () => void): () => void
}

export const processTimers: Timers = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  immediately: run => {
    const immediate = setImmediate(run)
    return () => clearImmediate(immediate)
  },
}

export interface SchedulerOptions {
  paint(): void
  readonly timers?: Timers
  readonly frameEveryMs?: number
  readonly streamEveryMs?: number
}

export interface Scheduler {
  /** Something changed: paint when the frame rate allows. Any number of calls makes one frame. */
  soon(): void
  /** The user did something: paint as soon as the running turn is over. */
  now(): void
  /** Paints nothing until as many `release()` were called; what was asked for meanwhile is then painted once. */
  hold(): void
  release(): void
  /** Never paints again. */
  stop(): void
}

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { paint, timers = processTimers } = options
  const { frameEveryMs = bounds.frameEveryMs, streamEveryMs = bounds.streamEveryMs } = options
  let wanted: 'soon' | 'now' | null = null
  let cancel: (() => void) | null = null
  let held = 0
  let stopped = false
  let paintedMs = Number.NEGATIVE_INFINITY
  /** How long news waits after a frame: longer with each frame that news had to wait for, until it comes slower. */
  let everyMs: number = frameEveryMs

  const run = (hasWaited: boolean): void => {
    if (wanted === 'soon') everyMs = hasWaited ? Math.min(everyMs * 1.5, streamEveryMs) : frameEveryMs
    cancel = null
    wanted = null
    paintedMs = timers.nowMs()
    paint()
  }
  const plan = (): void => {
    if (wanted === null || held > 0 || stopped) return
    const waitMs = wanted === 'now' ? 0 : Math.max(0, paintedMs + everyMs - timers.nowMs())
    cancel = waitMs === 0 ? timers.immediately(() => run(false)) : timers.after(waitMs, () => run(true))
  }
  const unplan = (): void => {
    cancel?.()
    cancel = null
  }

  return {
    soon: () => {
      if (wanted !== null) return
      wanted = 'soon'
      plan()
    },
    now: () => {
      if (wanted === 'now') return
      wanted = 'now'
      unplan()
      plan()
    },
    hold: () => {
      held += 1
      unplan()
    },
    release: () => {
      if (held === 0) return
      held -= 1
      if (held === 0) plan()
    },
    stop: () => {
      stopped = true
      unplan()
    },
  }
}

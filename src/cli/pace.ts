/** A word on why many lines take their time, for somebody who waits at a terminal: once, and only where it is so. */
import { complain } from './saying.ts'

/** The first lines go at once, so the pace is taken from what was kept between these two moments. */
const bounds = { fromMs: 1_500, toMs: 4_500 } as const

export interface Pace {
  /** The server has kept one. */
  kept(): void
  end(): void
}

/** @param isFull whether more is there to be said than the server takes just now */
export function startPace(isFull: () => boolean): Pace {
  let count = 0
  let before = 0
  let timer = setTimeout(() => {
    before = count
    timer = setTimeout(() => {
      if (isFull() && count > before) complain(paceText(count, count - before))
    }, bounds.toMs - bounds.fromMs)
  }, bounds.fromMs)
  return {
    kept: () => void count++,
    end: () => clearTimeout(timer),
  }
}

function paceText(kept: number, lately: number): string {
  const aSecond = Math.max(1, Math.round((lately * 1000) / (bounds.toMs - bounds.fromMs)))
  return `the server takes about ${aSecond === 1 ? 'a line' : `${aSecond} lines`} a second from one person; ${kept} are said, the rest follows.`
}

/** The clock of this process, for silences that no machine, however busy, makes by itself. */
import type { TestContext } from 'node:test'

/** @returns moves it on at a call, by so many milliseconds, until the test ends; timers go as they did */
export function leapingClock(t: TestContext): (ms: number) => void {
  const nowMs = performance.now.bind(performance)
  let leaptMs = 0
  t.mock.method(performance, 'now', () => nowMs() + leaptMs)
  return ms => {
    leaptMs += ms
  }
}

/** When frames are painted, in time that the test moves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScheduler, type Timers } from '../../src/terminal/scheduler.ts'

/** Time stands still until `advance`; immediates run at the end of the turn it says. */
const createFakeTime = (): Timers & { advance(ms: number): void; turn(): void } => {
  let nowMs = 1_000
  let pending: { atMs: number; run: () => void }[] = []
  const add = (atMs: number, run: () => void): (() => void) => {
    const entry = { atMs, run }
    pending.push(entry)
    return () => {
      pending = pending.filter(each => each !== entry)
    }
  }
  const advance = (ms: number): void => {
    const untilMs = nowMs + ms
    for (;;) {
      const next = pending.filter(each => each.atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      pending = pending.filter(each => each !== next)
      nowMs = Math.max(nowMs, next.atMs)
      next.run()
    }
    nowMs = untilMs
  }
  return {
    nowMs: () => nowMs,
    after: (ms, run) => add(nowMs + ms, run),
    immediately: run => add(nowMs, run),
    advance,
    turn: () => advance(0),
  }
}

const scene = () => {
  const time = createFakeTime()
  const painted: number[] = []
  const scheduler = createScheduler({
    paint: () => painted.push(time.nowMs() - 1_000),
    timers: time,
    frameEveryMs: 30,
    streamEveryMs: 100,
  })
  return { time, painted, scheduler }
}

test('the first news is painted at once, and never inside the call', () => {
  const { time, painted, scheduler } = scene()
  scheduler.soon()
  assert.deepEqual(painted, [])
  time.turn()
  assert.deepEqual(painted, [0])
})

test('news that never pauses is painted ever less often, down to each 100 ms, and the last of it is painted', () => {
  const { time, painted, scheduler } = scene()
  for (let ms = 0; ms < 400; ms += 1) {
    scheduler.soon()
    scheduler.soon()
    time.advance(1)
  }
  time.advance(1_000)
  assert.deepEqual(painted, [0, 30, 75, 142.5, 242.5, 342.5, 442.5])
})

test('after a pause news is painted as soon and as often as ever', () => {
  const { time, painted, scheduler } = scene()
  for (let ms = 0; ms < 300; ms += 1) {
    scheduler.soon()
    time.advance(1)
  }
  time.advance(1_000)
  painted.length = 0
  for (let ms = 0; ms < 40; ms += 1) {
    scheduler.soon()
    time.advance(1)
  }
  assert.deepEqual(painted, [1_300, 1_330])
})

test('news slower than the frame rate is painted as it comes', () => {
  const { time, painted, scheduler } = scene()
  for (const _ of [0, 1, 2, 3]) {
    scheduler.soon()
    time.advance(40)
  }
  assert.deepEqual(painted, [0, 40, 80, 120])
})

test('a stroke does not wait for the frame rate and takes waiting news with it', () => {
  const { time, painted, scheduler } = scene()
  scheduler.soon()
  time.turn()
  time.advance(5)
  scheduler.soon()
  scheduler.now()
  scheduler.soon()
  time.turn()
  time.advance(1_000)
  assert.deepEqual(painted, [0, 5])
})

test('while held nothing is painted; released, what was asked for is painted once', () => {
  const { time, painted, scheduler } = scene()
  scheduler.soon()
  scheduler.hold()
  scheduler.hold()
  scheduler.now()
  time.advance(500)
  scheduler.release()
  time.advance(500)
  assert.deepEqual(painted, [])
  scheduler.release()
  time.advance(500)
  assert.deepEqual(painted, [1_000])
  scheduler.release()
  time.advance(500)
  assert.deepEqual(painted, [1_000])
})

test('held and released without news nothing is painted', () => {
  const { time, painted, scheduler } = scene()
  scheduler.hold()
  scheduler.release()
  time.advance(500)
  assert.deepEqual(painted, [])
})

test('stopped, nothing is painted any more', () => {
  const { time, painted, scheduler } = scene()
  scheduler.soon()
  scheduler.stop()
  scheduler.now()
  scheduler.hold()
  scheduler.release()
  time.advance(500)
  assert.deepEqual(painted, [])
})

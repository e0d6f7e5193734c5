/** Which changes go into which transaction, and what is said of each, with a disk made of promises. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createCommits } from '../../src/store/commits.ts'
import type { Change, Outcome } from '../../src/store/packing.ts'
import { draft } from './places.ts'

/** @param ms how long anything waits for more; not at all unless told otherwise */
function disk(ms = 0) {
  const batches: string[][] = []
  const answers: { done(outcomes: readonly Outcome[]): void; fail(error: Error): void }[] = []
  const heard: number[] = []
  const commits = createCommits(
    changes => {
      batches.push(changes.map(change => (change.do === 'line' ? change.draft.id : change.device.id)))
      return new Promise((done, fail) => answers.push({ done, fail }))
    },
    line => heard.push(line.seq),
    { togetherMs: ms, againMs: ms },
  )
  const line = (id: string, author = 'device-a'): Change => ({
    do: 'line',
    draft: { ...draft(id), author },
    at: 1,
  })
  return { batches, answers, heard, commits, line }
}

test('what comes in one turn goes together, and what comes during a commit makes up the next', async () => {
  const { batches, answers, heard, commits, line } = disk()
  const first = [commits.add(line('a')), commits.add(line('b'))]
  await turn()
  const second = [commits.add(line('c'))]
  await turn()
  second.push(commits.add(line('d')))
  assert.deepEqual(batches, [['a', 'b']])
  answers[0]?.done([{ seq: 1 }, { seq: 2 }])
  assert.deepEqual(
    (await Promise.all(first)).map(kept => kept?.line.seq),
    [1, 2],
  )
  assert.deepEqual(batches, [
    ['a', 'b'],
    ['c', 'd'],
  ])
  assert.deepEqual(heard, [1, 2])
  answers[1]?.done([{ seq: 3 }, { seq: 4 }])
  await Promise.all(second)
  assert.deepEqual(heard, [1, 2, 3, 4])
})

const minute = 60_000

test('a line that is kept is told with more of them that came meanwhile, when those are kept', async () => {
  const { batches, answers, heard, commits, line } = disk()
  const first = commits.add(line('a'))
  await turn()
  const more = [commits.add(line('b')), commits.add(line('c'))]
  answers[0]?.done([{ seq: 1 }])
  await turn()
  assert.deepEqual(batches, [['a'], ['b', 'c']])
  assert.deepEqual(heard, [])
  void commits.add(line('d'))
  answers[1]?.done([{ seq: 2 }, { seq: 3 }])
  assert.deepEqual(
    (await Promise.all([first, ...more])).map(kept => kept?.line.seq),
    [1, 2, 3],
  )
  assert.deepEqual(heard, [1, 2, 3])
})

test('a line that is kept is told although what came meanwhile is not', async () => {
  const { answers, heard, commits, line } = disk()
  const first = commits.add(line('a'))
  await turn()
  const more = [commits.add(line('b')), commits.add(line('c'))]
  answers[0]?.done([{ seq: 1 }])
  await turn()
  answers[1]?.fail(new Error('the disk is full'))
  for (const one of more) await assert.rejects(one, /the disk is full/)
  assert.equal((await first)?.line.seq, 1)
  assert.deepEqual(heard, [1])
})

test('a line that is kept is told at once to whoever asks for it, and once', async () => {
  const { answers, heard, commits, line } = disk()
  const first = commits.add(line('a'))
  await turn()
  const more = [commits.add(line('b')), commits.add(line('c'))]
  answers[0]?.done([{ seq: 1 }])
  await turn()
  commits.tell()
  assert.deepEqual(heard, [1])
  assert.equal((await first)?.line.seq, 1)
  answers[1]?.done([{ seq: 2 }, { seq: 3 }])
  await Promise.all(more)
  assert.deepEqual(heard, [1, 2, 3])
})

test('after several were told at once, as many are waited for', async () => {
  const { batches, answers, commits, line } = disk(minute)
  const both = [commits.add(line('a')), commits.add(line('b'))]
  await turn()
  answers[0]?.done([{ seq: 1 }, { seq: 2 }])
  await Promise.all(both)
  const waits = commits.add(line('c'))
  for (let turns = 0; turns < 5; turns++) await turn()
  assert.deepEqual(batches, [['a', 'b']])
  void commits.add(line('d'))
  await turn()
  await turn()
  assert.deepEqual(batches, [
    ['a', 'b'],
    ['c', 'd'],
  ])
  void commits.add(line('e'))
  answers[1]?.done([{ seq: 3 }, { seq: 4 }])
  await waits
  void commits.add(line('f'))
  void commits.add(line('g'))
  await turn()
  await turn()
  assert.deepEqual(batches.at(-1), ['e', 'f', 'g'])
})

test('who was told alone is not waited for', async () => {
  const { batches, answers, commits, line } = disk(minute)
  const first = commits.add(line('a'))
  await turn()
  answers[0]?.done([{ seq: 1 }])
  await first
  void commits.add(line('b'))
  await turn()
  assert.deepEqual(batches, [['a'], ['b']])
})

test('whoever waits for more is kept when no more comes', async () => {
  const { batches, answers, commits, line } = disk(1)
  const both = [commits.add(line('a')), commits.add(line('b'))]
  await turn()
  answers[0]?.done([{ seq: 1 }, { seq: 2 }])
  await Promise.all(both)
  void commits.add(line('c'))
  while (batches.length < 2) await turn()
  assert.deepEqual(batches[1], ['c'])
})

test('a commit that fails rejects its own changes only, and nobody hears of them', async () => {
  const { answers, heard, commits, line } = disk()
  const first = commits.add(line('a'))
  await turn()
  const second = commits.add(line('b', 'device-b'))
  answers[0]?.fail(new Error('the disk is full'))
  await assert.rejects(first, /the disk is full/)
  answers[1]?.done([{ seq: 1 }])
  assert.equal((await second)?.line.seq, 1)
  assert.deepEqual(heard, [1])
})

test('what an author said behind a line that fails fails with it, so that it cannot overtake that one', async () => {
  const { batches, answers, commits, line } = disk()
  const lost = [commits.add(line('a1'))]
  await turn()
  const kept = commits.add(line('b1', 'device-b'))
  lost.push(commits.add(line('a2')))
  answers[0]?.fail(new Error('the disk is full'))
  for (const one of lost) await assert.rejects(one, /the disk is full/)
  answers[1]?.done([{ seq: 1 }])
  assert.equal((await kept)?.line.id, 'b1')
  assert.deepEqual(batches, [['a1'], ['b1']])
})

test('what was added before is settled when it has its outcome, kept or not', async () => {
  const { answers, commits, line } = disk()
  await commits.settled()
  const first = commits.add(line('a'))
  let isSettled = false
  const settled = commits.settled().then(() => {
    isSettled = true
  })
  await turn()
  assert.equal(isSettled, false)
  answers[0]?.fail(new Error('the disk is full'))
  await assert.rejects(first)
  await settled
})

test('devices travel with lines and have nothing to hear', async () => {
  const { batches, answers, heard, commits, line } = disk()
  const device: Change = {
    do: 'device',
    device: { id: 'd', secretHash: 'h', nick: 'ann', household: null, seenAt: 1 },
  }
  const both = [commits.add(device), commits.add(line('a'))]
  await turn()
  assert.deepEqual(batches, [['d', 'a']])
  answers[0]?.done([null, { seq: 1 }])
  assert.equal((await Promise.all(both))[0], null)
  assert.deepEqual(heard, [1])
})

test('it is done when nothing is under way and nothing waits', async () => {
  const { answers, commits, line } = disk()
  await commits.done()
  let done = false
  void commits.add(line('a'))
  const finished = commits.done().then(() => {
    done = true
  })
  await turn()
  void commits.add(line('b'))
  answers[0]?.done([{ seq: 1 }])
  await turn()
  assert.equal(done, false)
  answers[1]?.done([{ seq: 2 }])
  await finished
})

test('a transaction takes a bounded number of changes, and the rest go with the next', async () => {
  const { batches, answers, commits, line } = disk()
  for (let i = 0; i < 1500; i++) void commits.add(line(`${i}`))
  await turn()
  answers[0]?.done(batches[0]?.map((_, index) => ({ seq: index + 1 })) ?? [])
  await turn()
  assert.deepEqual(
    batches.map(({ length }) => length),
    [1000, 500],
  )
})

import assert from 'node:assert/strict'
import test from 'node:test'
import { closing } from '../../src/net/closing.ts'
import { dueMs, dueNow, type Standing } from '../../src/net/patience.ts'

const bounds = {
  ...{ lineBytesMax: 1, sendqBytesMax: 1, stalledMs: 300, pingMs: 200, deadMs: 500, lastWordsMs: 50 },
  untrusted: { bytesMax: 1, withinMs: 100 },
}
const standing: Standing = {
  ...{ bounds, phase: { at: 'open' }, openedAtMs: 1000, heardAtMs: 1000, flyingBytes: 0, flyingSinceMs: 0 },
  ...{ paused: false, asked: false, trusted: true },
}
const ending = { phase: { at: 'ending', why: closing('left'), sinceMs: 2000 } } as const

const rows: readonly [
  what: string,
  one: Partial<Standing>,
  dueMs: number,
  what: ReturnType<typeof dueNow>,
][] = [
  ['a silent one is asked', {}, 1200, 'ask'],
  ['one that was asked and says nothing is dead', { asked: true }, 1500, 'dead'],
  ['one that is paused may be silent', { paused: true }, Number.POSITIVE_INFINITY, null],
  ['one that says no hello is late', { trusted: false }, 1100, 'late'],
  ['one that is paused before its hello is late', { trusted: false, paused: true }, 1100, 'late'],
  ['one that takes nothing is slow', { flyingBytes: 1, flyingSinceMs: 800 }, 1100, 'slow'],
  ['one that took all is not', { flyingSinceMs: 800 }, 1200, 'ask'],
  ['one that has had its last words is hung up on', ending, 2050, 'hang-up'],
  ['one that is gone needs nothing', { phase: { at: 'closed' } }, Number.POSITIVE_INFINITY, null],
]

for (const [what, one, atMs, due] of rows)
  test(`what time brings: ${what}`, () => {
    const now = { ...standing, ...one }
    assert.equal(dueMs(now), atMs)
    if (atMs === Number.POSITIVE_INFINITY) return assert.equal(dueNow(now, 1e9), null)
    assert.equal(dueNow(now, atMs - 1), null)
    assert.equal(dueNow(now, atMs), due)
  })

test('of several things that are due at once the one that ends most comes first', () => {
  const all = { ...standing, trusted: false, flyingBytes: 1, flyingSinceMs: 1000 }
  assert.equal(dueNow(all, 1e6), 'slow')
  assert.equal(dueNow({ ...all, flyingBytes: 0 }, 1e6), 'late')
  assert.equal(dueNow({ ...all, flyingBytes: 0, trusted: true }, 1e6), 'dead')
})

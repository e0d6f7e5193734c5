/** What the thread of the history does unasked, and when, with an index made of numbers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { bounds } from '../../src/store/bounds.ts'
import { createChores } from '../../src/store/chores.ts'

function index(atFirst: number) {
  const did: string[] = []
  const heard: unknown[] = []
  let missing = atFirst
  let pieces = 2
  let arrived: (() => void) | undefined
  const words = {
    unindexed: () => missing,
    index() {
      did.push('index')
      missing -= bounds.indexLines
      pieces += 1
    },
    merge() {
      did.push('merge')
      pieces -= 1
      if (pieces === 1) arrived?.()
      return pieces > 1
    },
  }
  return {
    ...{ words, did, heard },
    failed: (error: unknown) => void heard.push(error),
    /** Resolves when one piece is left. */
    whole: () => new Promise<void>(resolve => (arrived = resolve)),
  }
}

test('when it is quiet, what is missing in the index is put there and its pieces become one', async () => {
  const { words, did, failed, whole } = index(2 * bounds.indexLines)
  const chores = createChores(words, failed, 1)
  await whole()
  chores.end()
  assert.deepEqual(did, ['index', 'index', 'merge', 'merge', 'merge'])
})

test('a few lines wait for more', async () => {
  const { words, did, failed, whole } = index(bounds.quietLinesMin - 1)
  const chores = createChores(words, failed, 1)
  await whole()
  chores.end()
  assert.deepEqual(did, ['merge'])
})

test('where too many lines are missing the index does not wait until it is quiet', () => {
  const { words, did, failed } = index(bounds.unindexedLinesMax)
  const chores = createChores(words, failed)
  chores.answered(false)
  assert.deepEqual(did, [])
  chores.answered(true)
  chores.answered(true)
  assert.deepEqual(did, ['index'])
  chores.end()
})

test('whoever asks is answered between two steps, and the rest waits until it is quiet again', async () => {
  const { words, did, failed } = index(9 * bounds.indexLines)
  const chores = createChores(words, failed, 1)
  while (did.length === 0) await turn()
  const before = did.length
  chores.answered(false)
  assert.equal(did.length, before)
  chores.end()
  await turn()
  assert.equal(did.length, before)
})

test('what goes wrong is told, and tried again when it is quiet once more', async () => {
  const { words, did, failed, heard, whole } = index(bounds.indexLines)
  let failing = true
  const chores = createChores(
    {
      ...words,
      index() {
        if (failing) throw new Error('the disk is full')
        words.index()
      },
    },
    failed,
    1,
  )
  while (heard.length === 0) await turn()
  assert.deepEqual([heard.length, did], [1, []])
  failing = false
  chores.answered(false)
  await whole()
  chores.end()
  assert.deepEqual(did, ['index', 'merge', 'merge'])
})

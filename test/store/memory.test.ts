/** The memory store under the contract of all stores, and its own bound. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStore } from '../../src/store/memory.ts'
import { storeContract } from '../contract/store.ts'

storeContract('memory store', async () => createMemoryStore())

test('a memory store lets the oldest lines of a full room go and goes on counting', async () => {
  const store = createMemoryStore({ linesMax: 10 })
  for (let i = 1; i <= 100; i++)
    await store.append({ room: '#lobby', id: `${i}`, author: 'a', from: 'ann', kind: 'say', body: 'x' }, i)
  const held = await store.page('#lobby', { after: 0 }, 1000)
  assert.ok(held.length >= 10 && held.length <= 11, `held ${held.length}`)
  assert.equal(held.at(-1)?.seq, 100)
  assert.deepEqual(
    (await store.page('#lobby', { after: 95 }, 50)).map(line => line.seq),
    [96, 97, 98, 99, 100],
  )
})

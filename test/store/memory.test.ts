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

test('a memory store that is full of many rooms shortens the longest ones, and knows again what it still holds', async () => {
  const store = createMemoryStore({ linesMax: 100, allLinesMax: 100 })
  const say = (room: string, id: string) =>
    store.append({ room, id, author: 'a', from: 'ann', kind: 'say', body: 'x' }, 1)
  for (let i = 1; i <= 5; i++) await say('#short', `short${i}`)
  for (let i = 1; i <= 400; i++) await say(`#room${i % 2}`, `${i}`)
  const held = async (room: string) => (await store.page(room, { after: 0 }, 1000)).map(({ seq }) => seq)
  assert.deepEqual(await held('#short'), [1, 2, 3, 4, 5])
  const [even, odd] = [await held('#room0'), await held('#room1')]
  assert.equal(even.at(-1), 200)
  assert.ok(even.length + odd.length <= 110 && even.length + odd.length > 60, `${even.length} ${odd.length}`)
  assert.equal((await say('#short', 'short1')).again, true)
  assert.equal((await say('#room0', '400')).again, true)
  assert.equal((await say('#room0', '2')).again, false)
})

/** A server that is told to end while lines are on their way to the disk. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { memoryHistory } from '../../src/server/history.ts'
import { limits } from '../../src/wire/limits.ts'
import { quietServer } from './netcat.ts'
import { joinPeer } from './peer.ts'

/** A disk that keeps nothing before it is let. */
async function onSlowDisk(t: TestContext, lastLinesMs: number) {
  const history = memoryHistory()
  const { store } = history
  const disk = { work: () => {}, asked: () => {} }
  const works = new Promise<void>(resolve => {
    disk.work = resolve
  })
  const asked = new Promise<void>(resolve => {
    disk.asked = resolve
  })
  const append: typeof store.append = async (draft, at) => {
    disk.asked()
    await works
    return store.append(draft, at)
  }
  const server = await quietServer(t, [], {
    limits: { ...limits, lastLinesMs },
    history: { ...history, store: { ...store, append } },
  })
  return { server, asked, disk }
}

test('what was said before the end is kept, told and acknowledged before the last words', async t => {
  const { server, asked, disk } = await onSlowDisk(t, 60_000)
  const ann = await joinPeer(server.port, 'ann')
  const bob = await joinPeer(server.port, 'bob')
  ann.speak('id1', 'just in time')
  await asked
  const stopped = server.stop('That is all.')
  ann.speak('id2', 'too late')
  disk.work()
  await Promise.all([stopped, ann.gone, bob.gone])
  for (const peer of [ann, bob])
    assert.deepEqual(
      peer.heard
        .slice(-2)
        .map(one => (one.type === 'line' ? one.body : one.type === 'bye' ? one.text : one.type)),
      ['just in time', 'That is all.'],
    )
})

test('a disk that keeps nothing in time does not keep a server from ending', async t => {
  const { server, asked } = await onSlowDisk(t, 10)
  const ann = await joinPeer(server.port, 'ann')
  ann.speak('id1', 'lost to the disk')
  await asked
  await server.stop('That is all.')
  await ann.gone
  assert.equal(ann.heard.at(-1)?.type, 'bye')
})

/** A thousand connections that only hold their places, with a byte now and then: who means it gets in all the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { createDrip } from './drip.ts'
import { netcat, quietServer, typist } from './netcat.ts'
import { joinPeer } from './peer.ts'

test('a thousand that say a byte now and then keep nobody out, and nobody who is in from talking', async t => {
  const events: Parameters<typeof quietServer>[1] = []
  const { port } = await quietServer(t, events)
  const ann = await joinPeer(port, 'ann')
  const drip = createDrip(() => ({ port, host: '127.0.0.1' }))
  t.after(() => drip.rest())
  await drip.go()
  for (let round = 0; round < 4; round++) {
    // As many come in between as there are places at the door, and more.
    const bob = await joinPeer(port, `bob${round}`)
    bob.speak(`id${round}`, `hello ${round}`)
    await ann.hear('line', line => line.body === `hello ${round}`)
    bob.close()
    await bob.gone
  }
  const tex = await typist(t, port, 'tex')
  tex.say('typed')
  await ann.hear('line', line => line.body === 'typed')
  ann.speak('last', 'still here')
  await tex.hear(/still here$/)
  assert.deepEqual(
    events.filter(({ event }) => event === 'trouble'),
    [],
  )
  ann.close()
})

test('greetingMax: where all who hold the places have begun to speak, who came first gives its place up', async t => {
  const { port } = await quietServer(t, [], { limits: { ...limits, greetingMax: 2 } })
  const holders = [await netcat(t, port), await netcat(t, port)]
  for (const holder of holders) {
    holder.raw('{"type":"ping"}\n{"ty')
    await holder.hear(/pong/)
  }
  const ann = await joinPeer(port, 'ann')
  assert.match(await (holders[0] as (typeof holders)[0]).hear(/bye/), /"busy".*Too many newcomers/)
  ann.close()
})

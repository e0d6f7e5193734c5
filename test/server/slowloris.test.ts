/** A thousand connections that only hold their places, with a byte now and then: who means it gets in all the same. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { netcat, quietServer, typist } from './netcat.ts'
import { joinPeer } from './peer.ts'

const strong = 1_000
/** What each kind says, a byte at a time; its last byte is said over and over. */
const kinds = ['{"type":"', 'GE', 'CMD_USER', '\x16\x03\x01\x02\x00\x01\x00', 'MSG', '', '\xff\xfa']

/** Where one is let go another one comes. */
async function besiege(port: number, sockets: Set<Socket>, isOver: () => boolean): Promise<void> {
  let made = 0
  const one = (): Promise<void> =>
    new Promise(resolve => {
      const words = kinds[made++ % kinds.length] ?? ''
      const socket = connect(port, '127.0.0.1')
      let said = 0
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('data', () => {})
      const timer = setInterval(() => {
        if (words !== '') socket.write(words[Math.min(said++, words.length - 1)] ?? '', 'latin1')
      }, 400)
      socket.once('connect', () => resolve())
      socket.once('close', () => {
        clearInterval(timer)
        sockets.delete(socket)
        resolve()
        if (!isOver()) setTimeout(() => void (isOver() || one()), 200)
      })
    })
  await Promise.all(Array.from({ length: strong }, one))
}

test('a thousand that say a byte now and then keep nobody out, and nobody who is in from talking', async t => {
  const events: Parameters<typeof quietServer>[1] = []
  const { port } = await quietServer(t, events)
  const ann = await joinPeer(port, 'ann')
  const sockets = new Set<Socket>()
  let isOver = false
  t.after(() => {
    isOver = true
    for (const socket of sockets) socket.destroy()
  })
  await besiege(port, sockets, () => isOver)
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

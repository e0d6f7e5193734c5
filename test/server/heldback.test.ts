/** Who is turned away without a word: they wait for it, unread, in places that nobody else needs. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { newIdentity } from '../../src/net/identity.ts'
import { contextOf } from '../../src/net/secure.ts'
import { createDoor } from '../../src/server/door.ts'
import { createHeldBack } from '../../src/server/heldback.ts'
import { limits } from '../../src/wire/limits.ts'

const longMs = 600_000
const crowd = (count: number) => Array.from({ length: count }, () => new Socket())
const gone = (socket: Socket) => once(socket, 'close')

test('heldBackMs: whoever is held back is closed after it, however many they are', async () => {
  const held = createHeldBack({ heldBackMax: 100, heldBackMs: 5, heldBackPerSecond: 1_000 })
  const sockets = crowd(100)
  const ends = sockets.map(gone)
  for (const socket of sockets) held.add(socket)
  assert.ok(sockets.every(socket => !socket.destroyed))
  await Promise.all(ends)
  assert.equal(held.size(), 0)
})

test('heldBackPerSecond: a crowd is let go one by one, and who comes when all are gone waits again', t => {
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const held = createHeldBack({ heldBackMax: 100, heldBackMs: 2_000, heldBackPerSecond: 100 })
  const passes = (ms: number) => {
    nowMs += ms
    t.mock.timers.tick(ms)
    return held.size()
  }
  for (const socket of crowd(3)) held.add(socket)
  assert.deepEqual([passes(1_999), passes(1), passes(9), passes(1), passes(10)], [3, 2, 2, 1, 0])
  const [early, late] = crowd(2)
  assert.ok(early && late)
  held.add(early)
  passes(1_000)
  held.add(late)
  held.release()
  assert.deepEqual([passes(1_000), passes(999), passes(1)], [1, 1, 0], 'each waits its own time')
})

test('heldBackMax: one more is closed at once', () => {
  const held = createHeldBack({ heldBackMax: 2, heldBackMs: longMs, heldBackPerSecond: 100 })
  const sockets = crowd(3)
  for (const socket of sockets) held.add(socket)
  assert.deepEqual(
    sockets.map(({ destroyed }) => destroyed),
    [false, false, true],
  )
  held.release()
  assert.equal(sockets[0]?.destroyed, true, 'who waits longest gives its place up first')
  held.close()
  assert.equal(sockets[1]?.destroyed, true)
  assert.equal(held.size(), 0)
  held.release()
})

/** A door with a single place for those it has words for, and strangers who come from where they say. */
async function openDoor(t: TestContext, connectionsMax: number) {
  const door = createDoor({
    target: '127.0.0.1:1',
    means: { serverName: 'den', newId: () => 'id', wallMs: () => 0 },
    limits: { ...limits, addressConnectionsMax: 1, turnedAwayMax: 0, heldBackMs: longMs },
    secureContext: contextOf(newIdentity('a'.repeat(21))),
    plaintext: 'allow',
    connectionsMax,
    unnamed: () => 0,
    longestUnnamed: () => null,
    admit: () => {},
  })
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  t.after(() => {
    door.close('')
    server.close()
  })
  return async (from: string) => {
    const came = new Promise<Socket>(resolve => server.once('connection', resolve))
    const client = connect(address.port, '127.0.0.1').on('error', () => {})
    client.resume()
    t.after(() => client.destroy())
    const socket = await came
    Object.defineProperty(socket, 'remoteAddress', { value: from })
    socket.once('close', () => door.left(socket))
    void door.answer(socket)
    return { client, socket }
  }
}

test('who comes too often is held back unread, and is no connection that counts', async t => {
  const come = await openDoor(t, 3)
  const first = await come('10.0.0.7')
  const second = await come('10.0.0.7')
  const third = await come('10.0.0.7')
  second.client.write('CMD')
  assert.deepEqual([second.socket.destroyed, third.socket.destroyed], [false, false])
  assert.equal(second.socket.listenerCount('data'), 0)
  // Places for three: whoever may come in takes the one that was held longest, and the next the other.
  const fourth = await come('10.0.0.8')
  assert.deepEqual([second.socket.destroyed, third.socket.destroyed], [true, false])
  const fifth = await come('10.0.0.9')
  assert.equal(third.socket.destroyed, true)
  assert.ok([first, fourth, fifth].every(({ socket }) => !socket.destroyed))
  // Now that all places are taken nobody is held back.
  assert.equal((await come('10.0.0.9')).socket.destroyed, true)
})

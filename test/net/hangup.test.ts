/** Hanging up, whatever a connection is just doing: it is closed, and the process may end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { hangUpOn } from '../../src/net/hangup.ts'
import { patienceMs } from '../patience.ts'
import { pair, readAll } from './pair.ts'

for (const [doing, begin] of [
  ['do nothing', () => {}],
  ['write', socket => void socket.write('x'.repeat(1 << 20))],
  ['write and end', socket => void socket.end('x'.repeat(1 << 20))],
  ['end', socket => void socket.end()],
  ['end what was written', socket => void socket.end('x')],
] satisfies readonly (readonly [string, (socket: Socket) => void])[])
  for (const [when, wait] of [
    ['at once', () => Promise.resolve()],
    ['a turn later', () => new Promise<void>(resolve => setImmediate(resolve))],
  ] as const)
    test(`a connection that is about to ${doing} is hung up on ${when}, and closes`, async t => {
      const { near: socket, far } = await pair(t)
      far.resume()
      const troubles: Error[] = []
      socket.on('error', error => troubles.push(error))
      begin(socket)
      await wait()
      const closed = once(socket, 'close', { signal: AbortSignal.timeout(patienceMs) })
      if (!socket.destroyed) hangUpOn(socket)
      await closed
      assert.deepEqual(troubles, [])
    })

test('a connection that said all and its end is hung up on, and a peer that reads late still hears it', async t => {
  const { near, far } = await pair(t)
  const said = 'x'.repeat(256 * 1024)
  near.end(said)
  await once(near, 'finish')
  const closed = once(near, 'close')
  hangUpOn(near)
  await closed
  assert.equal((await readAll(far)).length, said.length)
})

/** Hanging up, whatever a connection is just doing: it is closed, and the process may end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { hangUpOn } from '../../src/net/secure.ts'

/** One end of a connection on loopback; the other one hears everything. */
async function near(t: TestContext): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const far = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true })
  far.on('error', () => {}).resume()
  const [socket] = await once(server, 'connection')
  t.after(() => {
    far.destroy()
    server.close()
  })
  return socket
}

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
      const socket = await near(t)
      const troubles: Error[] = []
      socket.on('error', error => troubles.push(error))
      begin(socket)
      await wait()
      const closed = once(socket, 'close', { signal: AbortSignal.timeout(10_000) })
      if (!socket.destroyed) hangUpOn(socket)
      await closed
      assert.deepEqual(troubles, [])
    })

/** The ends of a socket: asked without throwing, whatever became of its interface. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, Socket } from 'node:net'
import { test } from 'node:test'
import { callsItself, localOf, remoteOf } from '../../src/net/ends.ts'

test('a socket whose interface is gone has no ends any more, and asking is no fault', () => {
  const adrift = new Socket()
  // As Node does for a call that was taken after its interface went, which it then cannot name.
  const get = () => {
    throw new Error('uv_if_indextoiid returned ENXIO')
  }
  Object.defineProperties(adrift, { remoteAddress: { get }, localAddress: { get } })
  assert.equal(remoteOf(adrift), '')
  assert.equal(localOf(adrift), '')
  assert.doesNotThrow(() => callsItself(adrift))
})

test('an open socket says where its ends are', async t => {
  const server = createServer(socket => socket.on('error', () => {}))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const bound = server.address()
  assert.ok(typeof bound === 'object' && bound)
  const socket = connect({ port: bound.port, host: '127.0.0.1' })
  await once(socket, 'connect')
  assert.equal(remoteOf(socket), '127.0.0.1')
  assert.equal(localOf(socket), '127.0.0.1')
  assert.equal(callsItself(socket), false)
  socket.destroy()
})

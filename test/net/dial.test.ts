import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import test, { type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { dial } from '../../src/net/dial.ts'

async function answering(t: TestContext, host: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => socket.on('error', () => {}).resume())
  server.listen({ port, host })
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return { server, port: address.port }
}

/** A port where nothing listens: one that was free a moment ago. */
async function freePort(t: TestContext): Promise<number> {
  const { server, port } = await answering(t, '127.0.0.1')
  await new Promise(resolve => server.close(resolve))
  return port
}

/** A port that is listened at by a thread that stands still: once its queue is full it answers nobody. */
async function silentPort(t: TestContext): Promise<number> {
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
     const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
     })`,
    { eval: true },
  )
  t.after(() => worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  // One that was answered and heard of it too late says nothing; two in a row do.
  for (let unanswered = 0; unanswered < 2; ) {
    const filler = await dial({ hosts: ['127.0.0.1'], port, timeoutMs: 300 })
    unanswered = filler.ok ? 0 : unanswered + 1
    if (filler.ok) t.after(() => filler.socket.destroy())
  }
  return port
}

const linux =
  process.platform === 'linux' ? false : 'other systems fill their queues and loopback differently'

test('a server that listens is reached, by address and by name', async t => {
  const { port } = await answering(t, '127.0.0.1')
  for (const host of ['127.0.0.1', 'localhost']) {
    const dialled = await dial({ hosts: [host], port })
    assert.ok(dialled.ok)
    assert.equal(dialled.host, '127.0.0.1')
    assert.equal(dialled.socket.remotePort, port)
    dialled.socket.destroy()
  }
})

test('IPv6 is reached, with and without an interface in the address', async t => {
  const probe = createServer().listen({ port: 0, host: '::1' })
  const [works] = await Promise.race([
    once(probe, 'listening').then(() => [true]),
    once(probe, 'error').then(() => [false]),
  ])
  probe.close()
  if (!works) return t.skip('no IPv6 here')
  const { port } = await answering(t, '::1')
  for (const host of linux ? ['::1'] : ['::1', '::1%lo']) {
    const dialled = await dial({ hosts: [host], port })
    assert.ok(dialled.ok, host)
    dialled.socket.destroy()
  }
})

test('nothing listens: the sentence says so and what to do', async t => {
  const port = await freePort(t)
  assert.deepEqual(await dial({ hosts: ['127.0.0.1'], port }), {
    ok: false,
    text: `Nothing listens at 127.0.0.1:${port}. Is the server running? If so, check the port.`,
  })
  assert.deepEqual(await dial({ hosts: ['localhost'], port }), {
    ok: false,
    text: `Nothing listens at localhost:${port}. Is the server running? If so, check the port.`,
  })
})

test('a name that cannot be is not found, without asking anybody', async () => {
  const dialled = await dial({ hosts: ['a..b'], port: 1 })
  assert.ok(!dialled.ok)
  assert.match(dialled.text, /“a\.\.b”.*IP address/)
})

test('a link-local address without its interface is told what it lacks', { skip: linux }, async () => {
  const dialled = await dial({ hosts: ['fe80::1%nosuchinterface'], port: 1 })
  assert.ok(!dialled.ok)
  assert.match(dialled.text, /\.$/)
})

test('a silent address keeps nobody waiting: the next one is tried and wins', { skip: linux }, async t => {
  const port = await silentPort(t)
  await answering(t, '127.0.0.2', port)
  const dialled = await dial({ hosts: ['127.0.0.1', '127.0.0.2'], port, timeoutMs: 60_000 })
  assert.ok(dialled.ok)
  assert.equal(dialled.host, '127.0.0.2')
  dialled.socket.destroy()
})

test('an address that never answers is told with how long we waited', { skip: linux }, async t => {
  const port = await silentPort(t)
  const dialled = await dial({ hosts: ['127.0.0.1'], port, timeoutMs: 100 })
  assert.ok(!dialled.ok)
  assert.match(
    dialled.text,
    new RegExp(`^127\\.0\\.0\\.1:${port} does not answer \\(waited 0\\.1 s\\)\\. Is that machine on`),
  )
  const refused = await dial({ hosts: ['127.0.0.1', '127.0.0.3'], port, timeoutMs: 500 })
  assert.ok(!refused.ok)
  assert.match(refused.text, /^Nothing listens at 127\.0\.0\.3/, 'the more useful sentence is told')
})

test('the best host that answers is taken, refused ones before it cost nothing', { skip: linux }, async t => {
  const { port } = await answering(t, '127.0.0.5')
  const hosts = ['127.0.0.2', '127.0.0.3', '127.0.0.4', 'a..b', '127.0.0.5']
  const dialled = await dial({ hosts, port })
  assert.ok(dialled.ok)
  assert.equal(dialled.host, '127.0.0.5')
  dialled.socket.destroy()
})

test('dialling can be stopped, before and while it goes on', { skip: linux }, async t => {
  const port = await silentPort(t)
  const stopper = new AbortController()
  const dialling = dial({ hosts: ['127.0.0.1'], port, timeoutMs: 60_000, signal: stopper.signal })
  stopper.abort()
  const text = `Connecting to 127.0.0.1:${port} was stopped.`
  assert.deepEqual(await dialling, { ok: false, text })
  assert.deepEqual(await dial({ hosts: ['127.0.0.1'], port, signal: stopper.signal }), { ok: false, text })
})

test('no host at all is answered too', async () => {
  assert.deepEqual(await dial({ hosts: [], port: 1 }), {
    ok: false,
    text: 'No server was named. Give its name or address.',
  })
})

test('the losers of a race are closed', async t => {
  const { server, port } = await answering(t, '127.0.0.1')
  const dialled = await dial({ hosts: ['127.0.0.1', 'localhost', '127.0.0.1'], port })
  assert.ok(dialled.ok)
  dialled.socket.destroy()
  // It resolves only when no connection is left open.
  await new Promise(resolve => server.close(resolve))
})

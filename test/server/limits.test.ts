/** The server's rows of the table of limits, over real sockets: each bound is reached, and answered as its row says. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createGate } from '../../src/server/gate.ts'
import { memoryHistory } from '../../src/server/history.ts'
import type { ServerEvent, ServerOptions } from '../../src/server/server.ts'
import { type Limits, limits } from '../../src/wire/limits.ts'
import { netcat, quietServer } from './netcat.ts'
import { joinPeer, openPeer } from './peer.ts'

async function start(t: TestContext, few: Partial<Limits>, more: Partial<ServerOptions> = {}) {
  const events: ServerEvent[] = []
  const server = await quietServer(t, events, { limits: { ...limits, ...few }, ...more })
  return { ...server, events }
}

/** A socket that says nothing, with what it was told by the time it is closed. */
async function silent(t: TestContext, port: number): Promise<{ socket: Socket; told: Promise<string> }> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.on('error', () => {})
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  const told = once(socket, 'close').then(() => text)
  await once(socket, 'connect')
  return { socket, told }
}

test('connectionsMax: one more is told that the server is busy, in its own words, and a place that is free is given', async t => {
  const { port } = await start(t, { connectionsMax: 2 })
  const ann = await joinPeer(port, 'ann')
  const bob = await joinPeer(port, 'bob')
  const cat = await openPeer(port)
  cat.say({ type: 'hello', v: 1, nick: 'cat' })
  const bye = await cat.hear('bye')
  assert.equal(bye.reason, 'busy')
  assert.match(bye.text, /full/)
  assert.ok((bye.retryMs ?? 0) > 0)
  const typist = await netcat(t, port)
  assert.match(await typist.hear(/full/), /Try again in a minute/)
  const piper = await netcat(t, port)
  piper.say('CMD_USER|pip')
  assert.match(await piper.hear(/full/), /^SRV\|/)
  bob.close()
  await bob.gone
  await ann.hear('presence', said => said.presence === 'reconnecting')
  const dan = await joinPeer(port, 'dan')
  for (const peer of [ann, cat, dan]) peer.close()
})

test('turnedAwayMax: how many are told so at once; one more is dropped without a word', async t => {
  const { port } = await start(t, { connectionsMax: 1, turnedAwayMax: 1 })
  const ann = await joinPeer(port, 'ann')
  const answers = await Promise.all(Array.from({ length: 3 }, async () => (await silent(t, port)).told))
  assert.equal(answers.filter(text => /full/.test(text)).length, 1)
  assert.equal(answers.filter(text => text === '').length, 2)
  ann.close()
})

test('turnedAwayPerSecond: who comes sooner after others were told is dropped without a word', async t => {
  const { port } = await start(t, { connectionsMax: 1, turnedAwayMax: 1, turnedAwayPerSecond: 0.001 })
  const ann = await joinPeer(port, 'ann')
  assert.match(await (await silent(t, port)).told, /full/)
  assert.equal(await (await silent(t, port)).told, '')
  ann.close()
})

test('filesReserved: with fewer files than connections, the files decide', async t => {
  const { port } = await start(t, { filesReserved: Number.MAX_SAFE_INTEGER })
  const ann = await joinPeer(port, 'ann')
  const bob = await openPeer(port)
  bob.say({ type: 'hello', v: 1, nick: 'bob' })
  assert.equal((await bob.hear('bye')).reason, 'busy')
  ann.close()
})

test('addressConnectionsMax: connections from one address, loopback aside', () => {
  const gate = createGate({ ...limits, addressConnectionsMax: 2 })
  const first = gate.enter('10.0.0.7', 0)
  assert.ok(first.ok && gate.enter('10.0.0.7', 0).ok)
  const third = gate.enter('10.0.0.7', 0)
  assert.ok(!third.ok && /2 connections from your address/.test(third.text))
  assert.ok(gate.enter('10.0.0.8', 0).ok, 'another address has its own')
  first.leave()
  assert.ok(gate.enter('10.0.0.7', 0).ok)
  for (const address of ['127.0.0.1', '127.5.5.5', '::1', '::ffff:127.0.0.1'])
    for (let count = 0; count < 100; count++) assert.ok(gate.enter(address, 0).ok)
})

test('addressBurst, addressPerSecond: new connections from one address, with the time to wait', () => {
  const gate = createGate({ ...limits, addressBurst: 3, addressPerSecond: 0.5 })
  for (let count = 0; count < 3; count++) {
    const entry = gate.enter('10.0.0.7', 0)
    assert.ok(entry.ok)
    entry.leave()
  }
  const fast = gate.enter('10.0.0.7', 0)
  assert.ok(!fast.ok && fast.retryMs === 2_000)
  assert.ok(gate.enter('10.0.0.7', 2_000).ok)
  assert.ok(!gate.enter('10.0.0.7', 2_000).ok)
  // Long after, nothing of it is remembered.
  assert.ok(gate.enter('10.0.0.9', 60_000).ok)
})

test('a classroom of 64 behind one address comes in at once', () => {
  const gate = createGate(limits)
  for (let count = 0; count < 64; count++) assert.ok(gate.enter('192.168.1.1', 0).ok)
})

test('helloMs: a client that says no hello is let go', async t => {
  const { port } = await start(t, { helloMs: 50 })
  const peer = await openPeer(port)
  peer.say({ type: 'ping' })
  assert.equal((await peer.hear('bye')).reason, 'late')
  await peer.gone
})

test('nickMs: who is refused a nick and gives no other one is let go, whatever else they say', async t => {
  const { port } = await start(t, { helloMs: 10_000, nickMs: 100 })
  const peer = await openPeer(port)
  peer.say({ type: 'hello', v: 1, nick: 'no way' })
  await peer.hear('refused')
  peer.say({ type: 'ping' })
  assert.equal((await peer.hear('bye')).reason, 'late')
})

test('handshakeMs: who begins to encrypt and does not go on is let go without a word', async t => {
  const { port } = await start(t, { handshakeMs: 100 })
  const { socket, told } = await silent(t, port)
  // The header of a ClientHello of 512 bytes, and its first byte.
  socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]))
  assert.equal(await told, '')
})

test('greetingMax: of too many who only hold a place, who came first gives it up', async t => {
  const { port } = await start(t, { greetingMax: 2 })
  const first = await netcat(t, port)
  await first.hear(/Welcome/)
  const second = await netcat(t, port)
  await second.hear(/Welcome/)
  const ann = await joinPeer(port, 'ann')
  await first.hear(/Too many newcomers/)
  ann.close()
})

test('serverPingMs, serverDeadMs: who is silent is asked, and who does not answer is let go', async t => {
  const { port } = await start(t, { serverPingMs: 50, serverDeadMs: 1_500 })
  const { socket, told } = await silent(t, port)
  socket.write(`${JSON.stringify({ type: 'hello', v: 1, nick: 'ann' })}\n`)
  const text = await told
  assert.match(text, /"type":"ping"/)
  assert.match(text, /"reason":"dead"/)
})

test('heardBurstBytes, heardBytesPerSecond: who says more bytes is read more slowly, and all of it is heard', async t => {
  const { port } = await start(t, { heardBurstBytes: 20_000, heardBytesPerSecond: 100_000 })
  const ann = await joinPeer(port, 'ann')
  const junk = `${JSON.stringify({ type: 'read', room: '#nowhere', seq: 1, x: 'x'.repeat(9_900) })}\n`
  // Only how long it takes at least: a busy machine may take longer.
  const begunMs = performance.now()
  for (let count = 0; count < 7; count++) ann.raw(junk)
  ann.say({ type: 'ping' })
  await ann.hear('pong')
  const tookMs = performance.now() - begunMs
  assert.ok(tookMs >= 400, `50,000 bytes more than the burst, at 100,000 a second, took ${tookMs} ms`)
  ann.close()
})

test('sendqsBytesMax: of all that is unsent together, who has most of it is cut', async t => {
  const { port, users } = await start(
    t,
    { sendqsBytesMax: 100_000, sendqSoftBytes: 1e9, sendqBytesMax: 1e9, stalledMs: 1e6 },
    { pace: 'none' },
  )
  const stalled = await joinPeer(port, 'stalled')
  const ann = await joinPeer(port, 'ann')
  stalled.socket.pause()
  const body = 'x'.repeat(limits.bodyBytesMax)
  for (let count = 0; users() === 2; count++) {
    // Systems hold tens of megabytes for a reader before anything waits at the server.
    assert.ok(count < 40_000, 'the stalled reader was never cut')
    ann.speak(`id${count}`, body)
    await ann.hear('line', ({ id }) => id === `id${count}`)
  }
  await ann.hear('presence', ({ nick }) => nick === 'stalled')
  assert.equal(users(), 1)
  stalled.close()
  ann.close()
})

test('sendqSoftBytes: no page of the past is read for somebody until what they were sent was taken', async t => {
  const history = memoryHistory()
  let pages = 0
  const { store } = history
  const page: typeof store.page = (room, from, limit) => {
    pages += 1
    return store.page(room, from, limit)
  }
  const { port } = await start(
    t,
    { sendqSoftBytes: 0, pageBytesMax: 20_000 },
    { history: { ...history, store: { ...store, page } }, pace: 'none' },
  )
  const ann = await joinPeer(port, 'ann')
  const body = 'x'.repeat(limits.bodyBytesMax)
  for (let count = 1; count <= 40; count++) ann.speak(`id${count}`, body)
  await ann.hear('line', ({ seq }) => seq === 40)
  // All forty do not go into one page of so many bytes, nor at once: two lines each time, until all are told.
  const bob = await joinPeer(port, 'bob')
  await bob.hear('backlog', ({ complete }) => complete)
  const seqs = bob.heard.flatMap(message =>
    message.type === 'backlog' ? message.lines.map(line => line.seq) : [],
  )
  assert.deepEqual(
    seqs,
    Array.from({ length: 40 }, (_, index) => index + 1),
  )
  assert.equal(pages, 20)
  ann.close()
  bob.close()
})

/** A store that throws where it is asked to keep a certain line: a fault of ours in what a client said. */
function faulty() {
  const history = memoryHistory()
  const { store } = history
  const append: typeof store.append = (draft, at) => {
    if (draft.body === 'boom') throw new TypeError('something is undefined')
    return store.append(draft, at)
  }
  return { ...history, store: { ...store, append } }
}

test('a fault in what one client said costs that connection alone, and is told once', async t => {
  const { port, events } = await start(t, { reconnectingMs: 50 }, { history: faulty() })
  const ann = await joinPeer(port, 'ann')
  for (const nick of ['bob', 'cat']) {
    const peer = await joinPeer(port, nick)
    peer.speak('id1', 'boom')
    assert.equal((await peer.hear('bye')).reason, 'internal')
    await peer.gone
    await ann.hear('presence', said => said.nick === nick && said.presence === 'gone')
  }
  ann.speak('id2', 'still here')
  assert.equal((await ann.hear('line')).body, 'still here')
  const troubles = events.flatMap(event => (event.event === 'trouble' ? [event.text] : []))
  assert.equal(troubles.length, 1)
  assert.match(troubles[0] ?? '', /fault of ours in “say” \(something is undefined\)/)
  ann.close()
})

test('faultsMax, faultsMs: after more of them nobody comes in any more, and whoever runs the server is told', async t => {
  let broken: unknown = null
  const { port } = await start(
    t,
    { faultsMax: 2 },
    {
      history: faulty(),
      onBroken: error => {
        broken = error
      },
    },
  )
  for (const nick of ['ann', 'bob', 'cat']) {
    assert.equal(broken, null)
    const peer = await joinPeer(port, nick)
    peer.speak('id1', 'boom')
    await peer.gone
  }
  assert.ok(broken instanceof TypeError)
  await assert.rejects(openPeer(port))
})

test('leftLinesMax: who has hung up is heard for a few lines more, and netcat’s piped ones are all said', async t => {
  const { port } = await start(t, { sayPerSecond: 50, leftLinesMax: 12 })
  const ann = await joinPeer(port, 'ann')
  const flo = await netcat(t, port)
  flo.raw(`flo\n${Array.from({ length: 400 }, (_, at) => `line ${at}\n`).join('')}`)
  await ann.hear('line', ({ from }) => from === 'flo')
  flo.close()
  await ann.hear('presence', ({ nick, presence }) => nick === 'flo' && presence === 'gone')
  const said = ann.heard.filter(one => one.type === 'line').length
  assert.ok(said < 200, `${said} of 400 were said`)
  // A script that ends its side hears why, where it said too much.
  const gus = await netcat(t, port)
  gus.raw(`gus\n${'again\n'.repeat(400)}`)
  gus.end()
  await gus.hear(/^-- The connection was cut: too much came at once\.$/)
  const count = limits.sayBurst + 12
  const piped = await netcat(t, port)
  piped.raw(`zoe\n${Array.from({ length: count }, (_, at) => `piped ${at}\n`).join('')}`)
  piped.end()
  await ann.hear('line', ({ body }) => body === `piped ${count - 1}`)
  ann.close()
})

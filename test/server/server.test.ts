/** A server on loopback with real sockets: talk, crowds, hostile bytes, stalled readers, and the end. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Server, type ServerEvent, startServer } from '../../src/server/server.ts'
import { type Limits, limits } from '../../src/wire/limits.ts'
import { joinPeer, openPeer } from './peer.ts'

async function start(
  t: TestContext,
  options: { port?: number; events?: ServerEvent[]; few?: Partial<Limits> } = {},
): Promise<Server> {
  const started = await startServer({
    id: 'test-server-000000000',
    name: 'den',
    motd: 'be kind',
    host: '127.0.0.1',
    port: options.port ?? 0,
    discoveryPort: 1,
    interfaces: null,
    // Nothing of a test leaves this machine.
    announce: 'never',
    limits: { ...limits, reconnectingMs: 100, ...options.few },
    onEvent: event => options.events?.push(event),
  })
  assert.ok(started.ok, started.ok ? '' : started.text)
  t.after(() => started.server.stop('The test is over.'))
  return started.server
}

test('two people talk, and each line comes back to its sender as the acknowledgement', async t => {
  const events: ServerEvent[] = []
  const { port } = await start(t, { events })
  const ann = await joinPeer(port, 'ann')
  const bob = await joinPeer(port, 'bob')
  ann.speak('id1', 'hello bob')
  const [mine, theirs] = await Promise.all([ann.hear('line'), bob.hear('line')])
  assert.deepEqual(mine, theirs)
  assert.equal(mine.id, 'id1')
  assert.equal(mine.from, 'ann')
  assert.ok(Math.abs(mine.at - Date.now()) < 60_000)
  bob.close()
  await ann.hear('presence', said => said.nick === 'bob' && said.presence === 'gone')
  assert.deepEqual(
    events.map(event => event.event),
    ['listening', 'joined', 'joined', 'left'],
  )
  ann.close()
})

test('a line split over many packets is one line, and many lines in one packet are many', async t => {
  const { port } = await start(t)
  const ann = await joinPeer(port, 'ann')
  const say = (id: string) =>
    `${JSON.stringify({ type: 'say', id, room: '#lobby', kind: 'say', body: `é 日 ${id}` })}\n`
  for (const byte of Buffer.from(say('slow'))) {
    ann.raw(Buffer.of(byte))
    await new Promise(resolve => setImmediate(resolve))
  }
  assert.equal((await ann.hear('line')).body, 'é 日 slow')
  ann.raw(say('a') + say('b') + say('c'))
  for (const id of ['a', 'b', 'c']) assert.equal((await ann.hear('line')).id, id)
  ann.close()
})

test('three hundred members hear every line once, in the same order', async t => {
  const { port } = await start(t)
  const peers = await Promise.all(Array.from({ length: 300 }, (_, index) => joinPeer(port, `guest${index}`)))
  const speakers = peers.slice(0, 20)
  for (const [index, peer] of speakers.entries())
    for (let count = 0; count < 5; count++) peer.speak(`id${index}-${count}`, `line ${count}`)
  const sequences = await Promise.all(
    peers.map(async peer => {
      await peer.hear('line', line => line.seq === 100)
      return peer.heard.flatMap(message => (message.type === 'line' ? [`${message.seq} ${message.id}`] : []))
    }),
  )
  assert.equal(sequences[0]?.length, 100)
  assert.equal(new Set(sequences.map(sequence => sequence.join())).size, 1)
  for (const peer of peers) peer.close()
})

test('of a crowd that wants one nick at the same moment one gets it, and each other one a suggestion', async t => {
  const { port } = await start(t)
  const peers = await Promise.all(Array.from({ length: limits.greetingMax - 1 }, () => openPeer(port)))
  const answers = await Promise.all(
    peers.map(async peer => {
      peer.say({ type: 'hello', v: 1, nick: 'Alice' })
      return Promise.race([
        peer.hear('welcome').then(() => 'welcome'),
        peer.hear('refused').then(refused => refused.code),
      ])
    }),
  )
  assert.equal(answers.filter(answer => answer === 'welcome').length, 1)
  assert.equal(answers.filter(answer => answer === 'nick-taken').length, peers.length - 1)
  for (const peer of peers) peer.close()
})

test('a reader that stops reading is cut off, and the others hear every line meanwhile', async t => {
  const { port, users } = await start(t, { few: { stalledMs: 500 } })
  const stalled = await joinPeer(port, 'stalled')
  const reader = await joinPeer(port, 'reader')
  stalled.socket.pause()
  const body = 'x'.repeat(limits.bodyBytesMax)
  let said = 0
  // The system swallows some megabytes before anything waits at the server; each guest says what one may say at once.
  for (let round = 0; users() > 0 && reader.heard.every(message => !isFarewell(message)); round++) {
    assert.ok(round < 4_000, 'the stalled reader was never cut off')
    const guest = await joinPeer(port, `guest${round}`)
    for (let count = 0; count < limits.sayBurst; count++) guest.speak(`id${round}-${count}`, body)
    said += limits.sayBurst
    const last = said
    await reader.hear('line', line => line.seq === last)
    guest.say({ type: 'bye' })
    guest.close()
  }
  const seqs = reader.heard.flatMap(message => (message.type === 'line' ? [message.seq] : []))
  assert.deepEqual(
    seqs,
    Array.from({ length: said }, (_, index) => index + 1),
  )
  reader.close()
  stalled.close()
})

const isFarewell = (message: { type: string; nick?: string; presence?: string }) =>
  message.type === 'presence' && message.nick === 'stalled' && message.presence === 'gone'

test('whatever is no message is answered with a sentence or sent away, and nobody else notices', async t => {
  const { port } = await start(t)
  const ann = await joinPeer(port, 'ann')
  const answers: Record<string, RegExp> = {
    'GET / HTTP/1.1\r\nHost: x\r\n\r\n': /^HTTP\/1\.1 400[\s\S]*earshot join 127\.0\.0\.1/,
    'hello?\n': /Welcome to den[\s\S]*-- A nick holds/,
    '\x00\x01\x02\x03\n': /Welcome to den[\s\S]*-- A nick/,
    'NICK ann\r\nUSER ann 0 * :ann\r\n': /^ERROR :.*earshot join/,
    'CMD_USER|ann\n': /^SRV\|“ann” is already here/,
    '{"type":"hello"\n': /"code":"bad-json"/,
    '{"type":"hello","v":1}\n': /"code":"bad-message".*nick/,
    '{"type":"constructor"}\n': /"code":"unknown-type"/,
    '{"type":"__proto__"}\n': /"code":"unknown-type"/,
    '{"type":5}\n': /"code":"bad-message"/,
    '{}\n': /"code":"bad-message"/,
    [`{"a":${'['.repeat(4000)}${']'.repeat(4000)}}\n`]: /"code":"bad-message"/,
    [`{"type":"hello","v":1,"nick":"${'x'.repeat(7000)}"}\n`]: /"code":"bad-nick"/,
    '{"type":"hello","v":99,"nick":"bob"}\n': /"code":"version".*version 1 .*version 99/,
    '{"type":"say","id":"x","room":"#lobby","kind":"say","body":"early"}\n': /"code":"not-joined"/,
    [`{"${'x'.repeat(limits.helloBytesMax + 10)}`]: /"reason":"flood"/,
  }
  for (const [said, expected] of Object.entries(answers)) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    let got = ''
    const answered = new Promise<void>(resolve => {
      socket.on('data', chunk => {
        got += chunk
        if (expected.test(got)) resolve()
      })
      socket.on('close', () => resolve())
    })
    socket.write(Buffer.from(said, 'latin1'))
    await answered
    socket.destroy()
    assert.match(got, expected, `answer to ${JSON.stringify(said.slice(0, 60))}`)
  }
  ann.speak('id1', 'still here')
  assert.equal((await ann.hear('line')).body, 'still here')
  ann.close()
})

test('a member’s bad line is answered and the next one is heard', async t => {
  const { port } = await start(t)
  const ann = await joinPeer(port, 'ann')
  ann.raw(Buffer.concat([Buffer.of(0x7b, 0xff, 0xfe), Buffer.from('\n')]))
  assert.equal((await ann.hear('refused')).code, 'not-utf8')
  ann.raw(`{"type":"say","body":"${'x'.repeat(limits.clientLineBytesMax)}"}\n`)
  assert.equal((await ann.hear('refused')).code, 'too-long')
  ann.speak('id1', 'after all that')
  assert.equal((await ann.hear('line')).body, 'after all that')
  ann.close()
})

test('a client that says nothing is greeted and asked for a nick', async t => {
  const { port } = await start(t)
  const socket = connect(port, '127.0.0.1')
  const [chunk] = await once(socket, 'data')
  assert.match(String(chunk), /^Welcome to den, an Earshot chat server\.\r\nYour nick\?/)
  socket.destroy()
})

test('a lost client comes back with its identity: its line is kept once, and what it missed is told', async t => {
  const events: ServerEvent[] = []
  const { port } = await start(t, { events, few: { reconnectingMs: 60_000 } })
  const ann = await joinPeer(port, 'ann')
  const bob = await joinPeer(port, 'bob')
  const welcome = ann.heard.find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  ann.speak('id1', 'before the cut')
  await ann.hear('line')
  ann.socket.resetAndDestroy()
  await bob.hear('presence', said => said.presence === 'reconnecting')
  bob.speak('id2', 'while away')
  await bob.hear('line', line => line.id === 'id2')
  const again = await joinPeer(port, 'ann', {
    device: welcome.device,
    secret: welcome.secret,
    epoch: welcome.epoch,
    last: { '#lobby': 1 },
  })
  const backlog = await again.hear('backlog')
  assert.deepEqual(
    backlog.lines.map(line => line.body),
    ['while away'],
  )
  again.speak('id1', 'before the cut')
  assert.equal((await again.hear('line', line => line.id === 'id1')).seq, 1)
  await bob.hear('presence', said => said.presence === 'here')
  const presences = bob.heard.flatMap(said => (said.type === 'presence' ? [said.presence] : []))
  assert.deepEqual(presences, ['reconnecting', 'here'], 'nobody left and nobody joined')
  assert.deepEqual(
    events.map(event => event.event),
    ['listening', 'joined', 'joined'],
  )
  again.close()
  bob.close()
})

test('a port in use is told in a sentence with the cure; the default one moves on by itself', async t => {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  t.after(() => holder.close())
  const address = holder.address()
  assert.ok(typeof address === 'object' && address !== null)
  const started = await startServer({
    id: 'test-server-000000000',
    name: 'den',
    motd: '',
    host: '127.0.0.1',
    port: address.port,
    discoveryPort: 1,
    interfaces: null,
    announce: 'never',
    onEvent: () => {},
  })
  assert.ok(!started.ok)
  assert.match(started.text, new RegExp(`${address.port}.*--port`))
})

test('a stopping server says bye to everybody and is gone, stalled readers or not', async t => {
  const events: ServerEvent[] = []
  // Whoever waits for the reader waits for ever.
  const server = await start(t, { events, few: { stalledMs: 1e9, serverPingMs: 1e9, serverDeadMs: 1e9 } })
  const ann = await joinPeer(server.port, 'ann')
  const newcomer = await openPeer(server.port)
  const stalled = await joinPeer(server.port, 'stalled')
  stalled.socket.pause()
  await server.stop('Gone to lunch.')
  assert.equal((await ann.hear('bye')).text, 'Gone to lunch.')
  await Promise.all([ann.gone, newcomer.gone])
  await assert.rejects(openPeer(server.port))
  stalled.close()
})

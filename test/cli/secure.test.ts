/** What leaves the program on the wire when the server it means is not the one that answers. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { codeOf } from '../../src/base/fingerprint.ts'
import { newIdentity } from '../../src/net/identity.ts'
import { contextOf } from '../../src/net/secure.ts'
import { openPeer } from '../server/peer.ts'
import { earshot, outcome, ownHome, serving } from './earshot.ts'

/** Found in anything that is not encrypted, or encrypted for somebody else. */
const nick = 'telltale-nick'

/** A wire that writes down all that goes through it, towards one server and then towards another. */
async function tapped(t: TestContext, port: number) {
  const fromClient: Buffer[][] = []
  const fromServer: Buffer[] = []
  const open = new Set<Socket>()
  let answer = (client: Socket): void => {
    const server = connect(port, '127.0.0.1')
    open.add(server)
    server.on('error', () => {})
    server.on('data', chunk => void fromServer.push(chunk))
    client.pipe(server).pipe(client)
    client.once('close', () => server.destroy())
  }
  const wire = createServer(client => {
    const heard: Buffer[] = []
    fromClient.push(heard)
    open.add(client)
    client.on('error', () => {})
    client.on('data', chunk => void heard.push(chunk))
    answer(client)
  })
  wire.listen(0, '127.0.0.1')
  await once(wire, 'listening')
  t.after(() => {
    wire.close()
    for (const socket of open) socket.destroy()
  })
  const address = wire.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    port: address.port,
    fromServer,
    /** What the client has said on each connection since the server was put in another’s place. */
    replace(by: (client: Socket) => void) {
      answer = by
      fromClient.splice(0)
      for (const socket of open) socket.destroy()
      return fromClient
    },
  }
}

const said = (connections: readonly (readonly Buffer[])[]): string[] =>
  connections.map(chunks => Buffer.concat(chunks).toString('latin1'))

/** A TLS server with a key of its own; what it is told, decrypted. */
function impostor(id: string): { answer(client: Socket): void; heard(): string; spoken: Promise<unknown> } {
  const secureContext = contextOf(newIdentity(id))
  let heard = ''
  let speak = (_: unknown) => {}
  const spoken = new Promise(resolve => {
    speak = resolve
  })
  return {
    spoken,
    answer(client) {
      const secure = new TLSSocket(client, { isServer: true, secureContext })
      secure.on('error', () => {})
      secure.on('data', chunk => {
        heard += chunk.toString('latin1')
        speak(chunk)
      })
    },
    heard: () => heard,
  }
}

/** `tail`, which has joined a server through a wire that can be turned elsewhere. */
async function joined(t: TestContext) {
  const { port, listening } = await serving(t)
  const wire = await tapped(t, port)
  const tail = earshot(t, ['tail', '--server', `127.0.0.1:${wire.port}`, '--nick', nick])
  const peer = await openPeer(port)
  t.after(() => peer.close())
  peer.say({ type: 'hello', v: 1, nick: 'witness' })
  await peer.hear('welcome')
  const here = await peer.hear('members')
  if (!here.members.some(member => member.nick === nick))
    await peer.hear('presence', one => one.nick === nick)
  return { wire, tail, id: String(listening.id), code: String(listening.code) }
}

test('our own client encrypts: neither its nick nor what it says can be read on the wire', async t => {
  const { port } = await serving(t)
  const wire = await tapped(t, port)
  const connections = wire.replace(client => {
    const server = connect(port, '127.0.0.1').on('error', () => {})
    client.pipe(server).pipe(client)
  })
  const { code } = await outcome(
    t,
    'send',
    '--server',
    `127.0.0.1:${wire.port}`,
    '--nick',
    nick,
    'telltale words',
  )
  assert.equal(code, 0)
  const [bytes = ''] = said(connections)
  assert.equal(bytes[0], '\x16')
  assert.doesNotMatch(bytes, /telltale/)
})

test('another key: the handshake is made and nothing is said in it; the codes and the way on are told', async t => {
  const { wire, tail, id, code } = await joined(t)
  const fake = impostor(id)
  wire.replace(fake.answer)
  assert.equal((await tail.exited).code, 1)
  assert.equal(fake.heard(), '')
  // Whoever does not know the server hears nothing of a change, and says hello: the trap works.
  earshot(t, ['tail', '--server', `127.0.0.1:${wire.port}`, '--nick', nick])
  await fake.spoken
  assert.match(fake.heard(), /"hello".*telltale-nick/)
  const told = tail.lines.join('\n')
  assert.match(told, /The key of .* has changed/)
  assert.ok(told.includes(code))
  assert.match(told, /--trust [a-z2-7]{4}-/)
})

test('another server in its place: nothing is said to it', async t => {
  const { wire, tail } = await joined(t)
  const fake = impostor('somebody-else')
  wire.replace(fake.answer)
  assert.equal((await tail.exited).code, 1)
  assert.equal(fake.heard(), '')
  assert.match(tail.lines.join('\n'), /Another server answers in the place of/)
})

test('a downgrade: whoever answers in plain text gets two handshakes and then nothing at all', async t => {
  const { wire, tail } = await joined(t)
  const connections = wire.replace(client => {
    client.write('Welcome to den, an Earshot chat server.\n')
  })
  assert.equal((await tail.exited).code, 1)
  assert.deepEqual(
    said(connections).map(bytes => bytes.slice(0, 1)),
    ['\x16', '\x16', ''],
  )
  assert.doesNotMatch(said(connections).join(''), new RegExp(nick))
  assert.match(tail.lines.join('\n'), /has always encrypted/)
})

test('a replay of all the server ever said comes to nothing, and is tried again', async t => {
  const { wire } = await joined(t)
  const recorded = Buffer.concat(wire.fromServer)
  assert.ok(recorded.length > 1000)
  await new Promise<void>(resolve => {
    let calls = 0
    const connections = wire.replace(client => {
      calls += 1
      client.write(recorded)
      if (calls < 3) return
      assert.doesNotMatch(said(connections).join(''), new RegExp(nick))
      resolve()
    })
  })
})

for (const [where, cut] of [
  ['before a byte is answered', 0],
  ['in the server’s hello', 40],
  ['in its certificate', 300],
] as const)
  test(`a handshake cut ${where} tells nothing and is tried again`, async t => {
    const { wire, tail } = await joined(t)
    const recorded = Buffer.concat(wire.fromServer).subarray(0, cut)
    let calls = 0
    const twice = new Promise<void>(resolve => {
      const connections = wire.replace(client => {
        calls += 1
        client.once('data', () => client.end(recorded))
        if (calls < 2) return
        assert.doesNotMatch(said(connections).join(''), new RegExp(nick))
        resolve()
      })
    })
    await twice
    assert.ok(!tail.lines.some(line => /\bdoes not encrypt\b/.test(line)))
  })

test('whoever stands between at the first visit learns no password, and cannot come in with what was said', async t => {
  const env = ownHome(t)
  const file = join(env.HOME ?? '', 'password')
  writeFileSync(file, 'telltale-password\n')
  const { port } = await serving(t, ['--password-file', file], env)
  const secureContext = contextOf(newIdentity('between'))
  let toServer = ''
  let toClient = ''
  const between = createServer(client => {
    const near = new TLSSocket(client, { isServer: true, secureContext })
    near.on('error', () => {})
    void import('node:tls').then(({ connect: dial }) => {
      const far = dial({ port, host: '127.0.0.1', rejectUnauthorized: false }).on('error', () => {})
      near.on('data', chunk => {
        toServer += chunk
        far.write(chunk)
      })
      far.on('data', chunk => {
        toClient += chunk
        near.write(chunk)
      })
      near.once('close', () => far.destroy())
    })
  })
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  t.after(() => between.close())
  const address = between.address()
  assert.ok(typeof address === 'object' && address !== null)
  const args = ['send', '--password-file', file, '--nick', nick, 'telltale words']
  const fooled = await outcome(t, ...args, '--server', `127.0.0.1:${address.port}`)
  assert.equal(fooled.code, 1)
  assert.match(toServer, /p=tls-exporter/)
  assert.match(toServer, /p=[\w+/]{43}=/, 'a proof was given, for the wrong connection')
  assert.doesNotMatch(toServer, /telltale-password|telltale words/)
  assert.doesNotMatch(toClient, /welcome|members|backlog|"v=/)
  assert.match(fooled.lines.join('\n'), /not the password/)
  const honest = await outcome(t, ...args, '--server', `127.0.0.1:${port}`)
  assert.equal(honest.code, 0, honest.lines.join('\n'))
})

test('a stranger at a server with a password hears no name, no room, no line, whatever they ask', async t => {
  const env = ownHome(t)
  const file = join(env.HOME ?? '', 'password')
  writeFileSync(file, 'open sesame\n')
  const { port } = await serving(t, ['--password-file', file], env)
  const inside = await outcome(
    t,
    ...['send', '--server', `127.0.0.1:${port}`, '--password-file', file, '--nick', nick, 'telltale words'],
  )
  assert.equal(inside.code, 0, inside.lines.join('\n'))
  const stranger = await openPeer(port)
  stranger.say({ type: 'hello', v: 1, nick })
  stranger.say({ type: 'who', room: '#lobby' })
  stranger.say({ type: 'rooms' })
  stranger.say({ type: 'history', room: '#lobby' })
  stranger.say({ type: 'join', room: '#lobby' })
  stranger.say({ type: 'search', words: 'telltale' })
  stranger.say({ type: 'ping' })
  await stranger.hear('pong')
  assert.deepEqual(
    stranger.heard.filter(one => one.type !== 'pong' && !(one.type === 'refused' && one.code === 'password')),
    [],
  )
  assert.doesNotMatch(JSON.stringify(stranger.heard), /telltale/)
  stranger.close()
})

test('what is known of servers is for its owner alone, and a lost key is a changed one', async t => {
  const env = ownHome(t)
  const clientEnv = ownHome(t)
  const before = await serving(t, [], env)
  const send = (port: number, ...more: string[]) =>
    earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--nick', nick, ...more, 'hello'], clientEnv)
  assert.equal((await send(before.port).exited).code, 0)
  const known = join(clientEnv.XDG_CONFIG_HOME ?? '', 'earshot', 'known-servers.json')
  assert.equal(statSync(known).mode & 0o777, 0o600)
  const key = join(env.XDG_DATA_HOME ?? '', 'earshot', 'server-1', 'key.pem')
  assert.equal(statSync(key).mode & 0o777, 0o600)

  before.running.kill('SIGTERM')
  await before.running.exited
  rmSync(key)
  const after = await serving(t, [], env)
  assert.equal(after.listening.id, before.listening.id)
  assert.notEqual(after.listening.code, before.listening.code)
  const stopped = send(after.port)
  assert.equal((await stopped.exited).code, 1)
  assert.ok(stopped.lines.join('\n').includes(`--trust ${after.listening.code}`))
  assert.equal((await send(after.port, '--trust', String(before.listening.code)).exited).code, 1)
  assert.equal((await send(after.port, '--trust', String(after.listening.code)).exited).code, 0)
  assert.equal((await send(after.port).exited).code, 0, 'from now on it is known')
  const [entry] = JSON.parse(readFileSync(known, 'utf8')).servers
  assert.equal(codeOf(entry.pin), after.listening.code)
})

test('--password makes one, shows it once, and keeps only what checks it', async t => {
  const env = ownHome(t)
  const first = await serving(t, ['--password'], env)
  const line = await first.running.waitForLine(/Its password is /)
  const password = /is ((?:[a-z2-9]{4}-){2}[a-z2-9]{4}) /.exec(line)?.[1] ?? ''
  assert.notEqual(password, '')
  const kept = join(env.XDG_DATA_HOME ?? '', 'earshot', 'server-1', 'password.json')
  assert.equal(statSync(kept).mode & 0o777, 0o600)
  assert.ok(!readFileSync(kept, 'utf8').includes(password))
  first.running.kill('SIGTERM')
  await first.running.exited
  const again = await serving(t, ['--password'], env)
  await again.running.waitForLine(/password is the one of before/)
  const file = join(env.HOME ?? '', 'password')
  writeFileSync(file, password)
  const { code, lines } = await outcome(
    t,
    ...['send', '--server', `127.0.0.1:${again.port}`, '--password-file', file, 'hello'],
  )
  assert.equal(code, 0, lines.join('\n'))
  again.running.kill('SIGTERM')
  await again.running.exited
  const open = await serving(t, [], env)
  await open.running.waitForLine(/had a password until now/)
  assert.ok(!existsSync(kept))
})

test('whoever is not encrypted and not wanted is told so, each in their own words', async t => {
  const { port } = await serving(t, ['--plaintext', 'deny'])
  for (const [says, hears] of [
    [
      'hello\n',
      /^-- This Earshot server takes encrypted connections only\. Join it with: earshot join [\s\S]*ncat --ssl 127\.0\.0\.1 \d+/,
    ],
    ['', /^-- This Earshot server takes encrypted connections only/],
    ['CMD_USER|old\n', /^SRV\|This Earshot server takes encrypted connections only/],
    ['{"type":"hello","v":1,"nick":"x"}\n', /^\{"type":"bye","reason":"plaintext"/],
  ] as const) {
    const socket = connect(port, '127.0.0.1')
    let heard = ''
    socket.on('data', chunk => {
      heard += chunk
    })
    socket.write(says)
    await once(socket, 'end')
    socket.destroy()
    assert.match(heard, hears)
    assert.doesNotMatch(heard, /Welcome/)
  }
  assert.equal((await outcome(t, 'send', '--server', `127.0.0.1:${port}`, 'hello')).code, 0)
})

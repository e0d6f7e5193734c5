import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import * as tls from 'node:tls'
import { createSniff, type Sniffed } from '../../src/dialects/sniff.ts'
import { selfSigned, serverNamedBy } from '../../src/net/certificate.ts'
import { hangUpOn } from '../../src/net/hangup.ts'
import { newIdentity, openIdentity } from '../../src/net/identity.ts'
import { hearNewcomer } from '../../src/net/newcomer.ts'
import { acceptSecurely, bindingOf, contextOf, dialSecurely, securedBy } from '../../src/net/secure.ts'
import { listenTo, pair } from './pair.ts'

const server = 'V1StGXR8_Z5jdHi6B-myT'
const identity = newIdentity(server)

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'earshot-key-'))
  t.after(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function listening(t: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  const made = createServer(onSocket).listen(0, '127.0.0.1')
  await once(made, 'listening')
  t.after(() => made.close())
  const address = made.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

test('a certificate that is none, or one cut anywhere, names nobody and throws nothing', () => {
  const whole = new X509Certificate(newIdentity('server-1').certificatePem).raw
  assert.equal(securedBy(whole)?.server, 'server-1')
  for (let length = 0; length < whole.length; length++)
    assert.equal(securedBy(whole.subarray(0, length)), null)
})

test('the certificate is one that node and openssl read, signed by its own key, naming its server', t => {
  const certificate = new X509Certificate(identity.certificatePem)
  assert.equal(serverNamedBy(certificate), server)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1')
  assert.equal(new Date(certificate.validTo).getUTCFullYear(), 9999)
  const long = 'x'.repeat(64)
  assert.equal(serverNamedBy(new X509Certificate(selfSigned(createPrivateKey(identity.keyPem), long))), long)
  const path = join(folder(t), 'certificate.pem')
  writeFileSync(path, identity.certificatePem)
  const shown = spawnSync('openssl', ['x509', '-in', path, '-noout', '-text'], { encoding: 'utf8' })
  if (shown.error) return t.diagnostic('openssl is not here')
  assert.match(shown.stdout, new RegExp(`Subject: CN ?= ?${server}`))
  assert.match(shown.stdout, /ecdsa-with-SHA256[\s\S]*prime256v1/)
  const verified = spawnSync('openssl', ['verify', '-check_ss_sig', '-CAfile', path, path], {
    encoding: 'utf8',
  })
  assert.equal(verified.status, 0, verified.stderr)
})

test('a key is made once, for its owner’s eyes only, and a damaged one is not replaced in silence', t => {
  const home = folder(t)
  const first = openIdentity(server, home)
  assert.ok(first.ok)
  assert.equal(statSync(join(home, 'key.pem')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(home), ['key.pem'])
  const again = openIdentity(server, home)
  assert.ok(again.ok && again.identity.pin === first.identity.pin && again.notice === null)
  chmodSync(join(home, 'key.pem'), 0o644)
  const open = openIdentity(server, home)
  assert.ok(open.ok && /could be read by other users/.test(open.notice ?? ''))
  assert.equal(statSync(join(home, 'key.pem')).mode & 0o777, 0o600)
  writeFileSync(join(home, 'key.pem'), 'garbage')
  const damaged = openIdentity(server, home)
  assert.ok(!damaged.ok && /is damaged/.test(damaged.text))
  assert.equal(readFileSync(join(home, 'key.pem'), 'utf8'), 'garbage')
  const memory = openIdentity(server, null)
  assert.ok(memory.ok && memory.identity.pin !== first.identity.pin)
})

/** Sniffs as the door does, and gives what is inside. */
async function inside(socket: Socket) {
  const sniffed = await hearNewcomer<Sniffed | 'silent'>(socket, {
    ...createSniff('here:1'),
    silence: () => 'silent',
    silentMs: 60_000,
  })
  assert.deepEqual(sniffed, { encrypts: true })
  return await acceptSecurely(socket, contextOf(identity))
}

test('the handshake comes through the first look, however its first packet is split', async t => {
  // A whole client hello, recorded once.
  const { near, far } = await pair(t)
  const recording = tls.connect({ socket: far, rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  recording.on('error', () => {})
  const [hello] = (await once(near, 'data')) as [Buffer]
  recording.destroy()
  assert.equal(hello[0], 0x16)
  for (let at = 0; at <= hello.length; at++) {
    const ends = await pair(t)
    const made = inside(ends.near)
    ends.far.write(hello.subarray(0, at))
    await turn()
    ends.far.write(hello.subarray(at))
    // The server’s answer shows that it has read all of the hello.
    const [answer] = (await once(ends.far, 'data')) as [Buffer]
    assert.equal(answer[0], 0x16, `split at ${at}`)
    ends.far.destroy()
    assert.equal(await made, undefined, 'cut in the handshake')
  }
})

test('both ends know who answers and are bound to the same connection; what is said comes through', async t => {
  const bindings: (Buffer | null)[] = []
  const port = await listening(t, async (socket: Socket) => {
    const secure = await inside(socket)
    assert.ok(secure)
    bindings.push(bindingOf(secure))
    const heard = listenTo(secure)
    heard.connection.send(`you said ${(await heard.heard(1))[0]}`)
  })
  const dialled = await dialSecurely({ hosts: ['127.0.0.1'], port })
  assert.ok(dialled.ok)
  assert.deepEqual(dialled.secured, { server, pin: identity.pin })
  const client = listenTo(dialled.socket)
  client.connection.send('hello')
  assert.deepEqual(await client.heard(1), ['you said hello'])
  assert.deepEqual(bindings, [bindingOf(dialled.socket)])
  assert.equal(bindings[0]?.length, 32)
  client.connection.end()
  await client.closed
})

test('a connection in TLS is cut off in the middle of a write without harm, from above and from below', async t => {
  for (const cut of ['above', 'below'] as const)
    for (let round = 0; round < 20; round++) {
      const { near, far } = await pair(t)
      const client = tls.connect({ socket: far, rejectUnauthorized: false }).on('error', () => {})
      const secure = await inside(near)
      assert.ok(secure)
      secure.write(Buffer.alloc(8 * 1024 * 1024))
      const gone = once(near, 'close')
      if (cut === 'above') hangUpOn(secure)
      else near.destroy()
      await gone
      client.destroy()
    }
})

test('only TLS 1.3 is spoken', async t => {
  const port = await listening(t, (socket: Socket) => void inside(socket))
  const old = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' })
  const [error] = (await once(old, 'error')) as [NodeJS.ErrnoException]
  assert.match(error.code ?? '', /PROTOCOL_VERSION|ALERT/)
})

test('who answers in plain text is called once more and said nothing to; who is cut or silent is not', async t => {
  const heard: string[] = []
  const plain = await listening(t, (socket: Socket) => {
    let said = ''
    heard.push(said)
    const at = heard.length - 1
    socket.on('error', () => {})
    socket.on('data', chunk => {
      said += chunk.toString('latin1')
      heard[at] = said
      socket.end('This is no TLS.\n')
    })
  })
  const dialled = await dialSecurely({ hosts: ['127.0.0.1'], port: plain })
  assert.ok(dialled.ok && dialled.secured === null)
  await turn()
  assert.deepEqual(
    heard.map(said => said.slice(0, 1)),
    ['\x16', '\x16', ''],
  )
  dialled.socket.destroy()

  const cut = await listening(t, (socket: Socket) => socket.once('data', () => socket.destroy()))
  const failed = await dialSecurely({ hosts: ['127.0.0.1'], port: cut })
  assert.ok(!failed.ok && /was cut while its encryption/.test(failed.text))

  const silent = await listening(t, (socket: Socket) => void socket.resume())
  const late = await dialSecurely({ hosts: ['127.0.0.1'], port: silent, timeoutMs: 100 })
  assert.ok(!late.ok && /does not speak as an Earshot server/.test(late.text))
})

test('a server of another kind that encrypts is named as such', async t => {
  const key = createPrivateKey(identity.keyPem)
  const context = tls.createSecureContext({ key: identity.keyPem, cert: selfSigned(key, 'www.example.org') })
  const port = await listening(t, (socket: Socket) => {
    socket.on('error', () => {})
    new tls.TLSSocket(socket, { isServer: true, secureContext: context }).on('error', () => {})
  })
  const dialled = await dialSecurely({ hosts: ['127.0.0.1'], port })
  assert.ok(!dialled.ok && /is no Earshot server/.test(dialled.text))
})

test('a newcomer that stops in the middle of the handshake is let go', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { near, far } = await pair(t)
  const made = acceptSecurely(near, contextOf(identity))
  far.write(Buffer.from([0x16, 3, 1, 2, 0, 1]))
  await turn()
  t.mock.timers.tick(10_000)
  assert.equal(await made, undefined)
})

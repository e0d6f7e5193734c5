import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import test, { type TestContext } from 'node:test'
import { type Listening, type ListenOptions, listen } from '../../src/net/listen.ts'
import { readAll } from './pair.ts'

const host = '127.0.0.1'

async function open(t: TestContext, options: Partial<ListenOptions> = {}): Promise<Listening> {
  const { onSocket = socket => socket.resume() } = options
  const accepted: Socket[] = []
  const listened = await listen({
    host,
    port: 0,
    portFallback: false,
    ...options,
    onSocket(socket) {
      accepted.push(socket)
      onSocket(socket)
    },
  })
  assert.ok(listened.ok, JSON.stringify(listened))
  t.after(() => {
    for (const socket of accepted) socket.destroy()
    return listened.listening.close()
  })
  return listened.listening
}

/** Whatever ends it: `once` would throw at the error that comes before. */
const gone = (socket: Socket) => new Promise<void>(resolve => socket.once('close', () => resolve()))
const served = (socket: Socket) => new Promise<void>(resolve => socket.once('data', () => resolve()))

function call(t: TestContext, port: number): Socket {
  const socket = connect({ host, port })
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  return socket
}

test('a socket is handed over, and its errors cannot throw', async t => {
  let handed: (socket: Socket) => void = () => {}
  const accepted = new Promise<Socket>(resolve => {
    handed = resolve
  })
  const { port, address } = await open(t, { onSocket: socket => handed(socket) })
  assert.equal(address, host)
  const far = call(t, port)
  const near = await accepted
  near.destroy(new Error('nobody listens to this'))
  await gone(far)
})

test('a port that was asked for and is in use is told with its cure', async t => {
  const { port } = await open(t)
  assert.deepEqual(await listen({ host, port, portFallback: false, onSocket() {} }), {
    ok: false,
    text: `Port ${port} is in use on this machine. Choose another with --port, or leave it out.`,
  })
})

test('the default port falls back to the next ones that are free', async t => {
  const first = await open(t)
  const second = await open(t, { port: first.port, portFallback: true })
  const third = await open(t, { port: first.port, portFallback: true })
  assert.equal(new Set([first.port, second.port, third.port]).size, 3)
  for (const { port } of [second, third]) await once(call(t, port), 'connect')
})

test('where all ports nearby are taken, any free one is', async t => {
  // The last port has no next ones.
  const last = await listen({ host, port: 65_535, portFallback: false, onSocket() {} })
  if (last.ok) t.after(() => last.listening.close())
  const { port } = await open(t, { port: 65_535, portFallback: true })
  assert.notEqual(port, 65_535)
})

test('an address that is not of this machine is told with its cure', async () => {
  // From the block for documentation; it is only bound, which fails, and nothing is sent.
  const listened = await listen({ host: '192.0.2.1', port: 0, portFallback: true, onSocket() {} })
  assert.ok(!listened.ok)
  assert.match(listened.text, /^“192\.0\.2\.1” is not an address of this machine\. .*--host/)
})

test('connections there is no room for are dropped and counted', async t => {
  const listening = await open(t, { connectionsMax: 1 })
  const first = call(t, listening.port)
  await once(first, 'connect')
  await gone(call(t, listening.port))
  assert.equal(listening.dropped(), 1)
  assert.equal(first.destroyed, false)
})

test('close takes no more, lets the owners end, and resolves when all are gone', async t => {
  const sockets: Socket[] = []
  const listening = await open(t, { onSocket: socket => sockets.push(socket.resume()) })
  const far = call(t, listening.port)
  await once(far, 'connect')
  while (sockets.length === 0) await new Promise(setImmediate)
  const closed = listening.close()
  assert.equal(listening.close(), closed)
  const refused = call(t, listening.port)
  await gone(refused)
  const all = readAll(far)
  sockets[0]?.end('bye\n')
  assert.equal(await all, 'bye\n')
  await closed
})

test('close does not wait for ever for a connection nobody ends', async t => {
  const listening = await open(t, { onSocket() {} })
  await once(call(t, listening.port), 'connect')
  await listening.close()
})

const script = (body: string) => [
  '--import',
  'tsx',
  '--input-type=module',
  '-e',
  `import { connect } from 'node:net'
   const { listen } = await import(${JSON.stringify(new URL('../../src/net/listen.ts', import.meta.url).href)})
   ${body}`,
]

test('with all files open, it lives on, tells it once, and serves again', {
  skip: process.platform === 'win32',
}, async t => {
  const body = `
    const listened = await listen({ host: '127.0.0.1', port: 0, portFallback: false,
      onSocket: socket => { socket.write('hello'); socket.resume(); socket.on('end', () => socket.end()) },
      onTrouble: text => console.log('trouble', text) })
    console.log('port', listened.listening.port)
    process.stdin.on('end', () => process.exit(0)).resume()`
  const command = 'ulimit -n 48; exec "$0" "$@"'
  const server = spawn('sh', ['-c', command, process.execPath, ...script(body)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(() => server.kill())
  const said: string[] = []
  const lines = createInterface({ input: server.stdout }).on('line', line => said.push(line))
  const [first] = (await once(lines, 'line')) as [string]
  const port = Number(first.split(' ')[1])
  const crowd = Array.from({ length: 200 }, () => call(t, port))
  const fates = await Promise.all(
    crowd.map(socket =>
      Promise.race([served(socket).then(() => 'served'), gone(socket).then(() => 'closed')]),
    ),
  )
  assert.ok(fates.includes('served') && fates.includes('closed'), `${fates}`)
  for (const socket of crowd) socket.destroy()
  // The server learns of the ends one by one; sooner or later there is room again.
  for (let room = false; !room; ) {
    const socket = call(t, port)
    room = await Promise.race([served(socket).then(() => true), gone(socket).then(() => false)])
  }
  server.stdin.end()
  const [code] = await once(server, 'exit')
  assert.equal(code, 0)
  assert.ok(said.filter(line => line.startsWith('trouble')).length <= 1, `${said}`)
})

/** All addresses of the machine are only listened at inside a network of the test's own. */
function ownNetwork(): boolean {
  try {
    execFileSync('unshare', ['-rn', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const families = `
  const listened = await listen({ port: 4000, portFallback: true, onSocket: socket => socket.end('hi') })
  const taken = await listen({ port: 4000, portFallback: true, onSocket: socket => socket.end('hi') })
  const say = host => new Promise(done => connect({ host, port: 4000 }).on('data', () => done('hi')).on('error', e => done(e.code)))
  console.log(JSON.stringify([listened.listening.address, listened.listening.port, taken.listening.port, await say('127.0.0.1'), await say('::1')]))
  process.exit(0)`

test('both families are listened at by one port, and IPv4 still is where IPv6 is switched off', t => {
  if (!ownNetwork()) return t.skip('no network of our own here')
  const run = (before: string) =>
    JSON.parse(
      execFileSync(
        'unshare',
        [
          '-rn',
          'sh',
          '-c',
          `ip link set lo up; ${before} exec "$0" "$@"`,
          process.execPath,
          ...script(families),
        ],
        {
          encoding: 'utf8',
        },
      ),
    )
  assert.deepEqual(run(''), ['::', 4000, 4001, 'hi', 'hi'])
  assert.equal(run('sysctl -qw net.ipv6.conf.all.disable_ipv6=1;')[3], 'hi')
})

/** The command line: help, versions, mistakes and their answers, exit codes, and the commands without a screen. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { commands } from '../../src/cli/commands.ts'
import { startRunning } from '../network/running.ts'
import { patienceMs } from '../patience.ts'
import { earshot, entry, outcome, ownHome, serving } from './earshot.ts'

test('--version prints the version of the package', async t => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  for (const flag of ['--version', '-V'])
    assert.deepEqual(await outcome(t, flag), { code: 0, lines: [version] })
})

test('whoever has no home folder is told to give one, and no folder of theirs appears where they are', async t => {
  const running = earshot(t, ['--plain', '--no-scan'], { ...ownHome(t), HOME: '' })
  assert.equal((await running.exited).code, 1)
  assert.match(running.lines.join('\n'), /^earshot: you have no home folder here\. Give one with HOME=FOLDER/)
  const version = earshot(t, ['--version'], { ...ownHome(t), HOME: '' })
  assert.equal((await version.exited).code, 0)
})

test('--help lists every command, and each command’s help every option of its row', async t => {
  const all = (await outcome(t, '--help')).lines.join('\n')
  for (const { name } of commands) assert.match(all, new RegExp(`^ {2}${name} `, 'm'))
  for (const row of commands) {
    const { code, lines } = await outcome(t, row.name, '--help')
    assert.equal(code, 0)
    for (const { flags } of row.options) assert.ok(lines.join('\n').includes(flags), `${row.name} ${flags}`)
  }
})

const mistakes: readonly { args: string[]; says: RegExp }[] = [
  { args: ['serv'], says: /no command “serv”.*“earshot serve”.*earshot join serv/ },
  { args: ['jion'], says: /“earshot join”/ },
  { args: ['serve', '--prot', '4000'], says: /unknown option '--prot'/ },
  { args: ['serve', '--port', 'many'], says: /a TCP port is a whole number from 0 to 65535/ },
  { args: ['serve', '--port', '70000'], says: /a TCP port is a whole number from 0 to 65535/ },
  { args: ['serve', '--limits', 'sayPerSecnd=10'], says: /Did you mean “sayPerSecond”\?/ },
  { args: ['serve', '--limits', 'backlogLines=10'], says: /the same for every server/ },
  { args: ['serve', '--discovery-port', '0'], says: /a UDP port is a whole number from 1/ },
  { args: ['scan', '--wait', '2'], says: /--wait “2”: a wait is a number and its unit, such as 2s or 500ms/ },
  { args: ['scan', '--wait', '61m'], says: /and at most 1h\.$/ },
  { args: ['send', '--wait=60', 'hi'], says: /--wait “60”: a wait is a number and its unit, .* at most 10d/ },
  {
    args: ['send', '--server', 'den', '--wait', '3s', 'hi'],
    says: /^earshot: is “3s” the time of --wait, or a word of its own\? Write --wait=3s, or put .*behind “--”\. Nothing was done\.$/,
  },
  { args: ['tail', '#dev', '--wait', '1m'], says: /Write --wait=1m/ },
  {
    args: ['tail', '--look', '300'],
    says: /--look “300”: a wait is a number and its unit, such as 2s or 500ms/,
  },
  { args: ['help', 'nope'], says: /^earshot: there is no command “nope”\. There are: pick, join, / },
  {
    args: ['help', 'sreve'],
    says: /^earshot: there is no command “sreve”\. Did you mean “earshot help serve”\?$/,
  },
  {
    args: ['--nick', 'x', 'join', 'localhost'],
    says: /^earshot: options stand behind the command: first “earshot join”, then “--nick” and all else\.$/,
  },
  { args: ['--memory', '--name=den', 'serve'], says: /first “earshot serve”, then “--memory”/ },
  { args: ['localhost', 'otherhost'], says: /^earshot: too many arguments\. Expected 1/ },
  { args: ['join'], says: /which server\?.*earshot join HOST/ },
  { args: ['join', 'http://example.org/'], says: /http/ },
  { args: ['join', 'host:99999'], says: /99999|port/ },
  { args: ['join', '[::1'], says: /\[/ },
  { args: ['join', ''], says: /./ },
  { args: ['join', 'localhost', '--nick', 'a b'], says: /nick|name/i },
  { args: ['join', 'localhost', '--nick', 'x'.repeat(10_000)], says: /nick|name|long/i },
  { args: ['join', 'localhost', '--nick', '\u001b[31m'], says: /nick|name/i },
]
for (const { args, says } of mistakes)
  test(`“earshot ${args.join(' ').slice(0, 40)}” is a usage error with a cure`, async t => {
    const { code, lines } = await outcome(t, ...args)
    assert.equal(code, 2)
    assert.match(lines.join('\n'), says)
    assert.doesNotMatch(lines.join('\n'), /\u001b|\bat .*\.js:\d/)
  })

test('a server says where it is in its first line of JSON, and ends with 0 on SIGTERM and SIGINT', async t => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const { running, listening, port } = await serving(t, ['--name', 'den'])
    assert.equal(running.lines[0], JSON.stringify(listening))
    assert.deepEqual(
      { ...listening, id: typeof listening.id, code: typeof listening.code },
      {
        event: 'listening',
        id: 'string',
        name: 'den',
        port,
        addresses: ['127.0.0.1'],
        announced: false,
        code: 'string',
      },
    )
    running.kill(signal)
    assert.deepEqual(await running.exited, { code: 0, signal: null })
    assert.equal(running.lines.at(-1), '{"event":"stopping"}')
  }
})

test('a server with other limits says so at its start, in words and in JSON', async t => {
  const { running } = await serving(t, ['--limits', 'none,sendqBytesMax=2000000', '--limits', 'roomsMax=9'])
  const changed = { sendqBytesMax: 2_000_000, roomsMax: 9 }
  const said = await running.waitForLine(/"event":"limits"/)
  assert.deepEqual(JSON.parse(said), { event: 'limits', lifted: true, changed })
  const silent = ['serve', '--no-announce', '--host', '127.0.0.1', '--port', '0', '--limits']
  const open = earshot(t, [...silent, 'none'])
  await open.waitForLine(/^NO LIMITS: nobody is slowed/)
  const careful = earshot(t, [...silent, 'sayPerSecond=0.5'])
  await careful.waitForLine(/^Other limits than usual: sayPerSecond=0\.5$/)
})

test('a server keeps its identity over restarts, a second one beside it has its own, and a killed one leaves no lock', async t => {
  const env = ownHome(t)
  const first = await serving(t, [], env)
  const second = await serving(t, [], env)
  assert.notEqual(first.listening.id, second.listening.id)
  first.running.kill('SIGKILL')
  await first.running.exited
  const again = await serving(t, [], env)
  assert.equal(again.listening.id, first.listening.id)
  const file = join(env.XDG_DATA_HOME ?? '', 'earshot', 'server-1', 'identity.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a port in use is an error with the cure, exit 1', async t => {
  const { port } = await serving(t)
  const { code, lines } = await outcome(
    t,
    'serve',
    '--no-announce',
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
  )
  assert.equal(code, 1)
  assert.match(lines.join('\n'), new RegExp(`${port}.*--port`))
})

test('two people talk in plain lines through pipes', async t => {
  const { port } = await serving(t, ['--motd', 'be kind'])
  const join = (nick: string) =>
    earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', nick])
  const ann = join('ann')
  await ann.waitForLine(/You are ann/)
  await ann.waitForLine(/be kind/)
  const bob = join('bob')
  await ann.waitForLine(/bob joined/)
  ann.write('hello bob\n')
  await bob.waitForLine(/^\d\d:\d\d #lobby ann: hello bob$/)
  bob.write('/me waves\n')
  await ann.waitForLine(/\* bob waves/)
  bob.write('/nick Robert\n')
  await ann.waitForLine(/bob is now Robert/)
  await bob.waitForLine(/You are Robert now/)
  bob.write('/who\n')
  await bob.waitForLine(/ann.*Robert|Robert.*ann/)
  bob.write('/hepl\n')
  await bob.waitForLine(/Did you mean \/help/)
  bob.write('/quit\n')
  assert.deepEqual(await bob.exited, { code: 0, signal: null })
  await ann.waitForLine(/Robert left/)
  ann.kill('SIGINT')
  assert.deepEqual(await ann.exited, { code: 130, signal: null })
})

test('what is piped in is said and kept before the client leaves', async t => {
  const { port } = await serving(t)
  const listener = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', 'bob'])
  await listener.waitForLine(/You are bob/)
  const piped = earshot(t, ['join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann'])
  piped.write('one\ntwo\nthree')
  piped.end()
  assert.deepEqual(await piped.exited, { code: 0, signal: null })
  for (const word of ['one', 'two', 'three']) await listener.waitForLine(new RegExp(`ann: ${word}$`))
})

test('a nick that is taken is asked for anew, and Enter takes the suggestion', async t => {
  const { port } = await serving(t)
  const args = ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', 'ann']
  const first = earshot(t, args)
  await first.waitForLine(/You are ann/)
  const second = earshot(t, args)
  await second.waitForLine(/“ann” is already here/)
  await second.waitForLine(/ann2/)
  second.write('\n')
  await second.waitForLine(/You are ann2/)
})

test('nothing listens there: a sentence, exit 1', async t => {
  // One that was free a moment ago is soon another test’s; this one no system gives to anybody.
  const { code, lines } = await outcome(t, 'join', '127.0.0.1:1', '--plain', '--no-scan')
  assert.equal(code, 1)
  assert.match(lines.join('\n'), /Nothing listens at .*Is the server running/)
})

test('a name that does not resolve: a sentence, exit 1', async t => {
  const { code, lines } = await outcome(t, 'join', 'no-such-host.invalid', '--plain', '--no-scan')
  assert.equal(code, 1)
  assert.match(lines.join('\n'), /no-such-host\.invalid/)
})

test('a server of another protocol version is refused with both versions, exit 1', async t => {
  const stranger = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', () =>
      socket.end(
        '{"type":"refused","about":"hello","code":"version","text":"This server speaks version 9 of Earshot’s protocol and you speak version 1. Upgrade the older side."}\n',
      ),
    )
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => stranger.once('listening', resolve))
  t.after(() => stranger.close())
  const address = stranger.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { code, lines } = await outcome(t, 'join', `127.0.0.1:${address.port}`, '--plain', '--no-scan')
  assert.equal(code, 1)
  assert.match(lines.join('\n'), /version 9 .*version 1/)
})

test('what listens there and is no Earshot server is told from one, exit 1', async t => {
  const stranger = createServer(socket => {
    socket.on('error', () => {})
    socket.write('SSH-2.0-OpenSSH_9.2\r\n')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => stranger.once('listening', resolve))
  t.after(() => stranger.close())
  const address = stranger.address()
  assert.ok(typeof address === 'object' && address !== null)
  const args = ['join', `127.0.0.1:${address.port}`, '--plain', '--no-scan']
  const waiting = earshot(t, args)
  assert.deepEqual(await waiting.exited, { code: 1, signal: null })
  assert.match(
    waiting.lines.join('\n'),
    /What answers at 127\.0\.0\.1:\d+ does not speak as an Earshot server/,
  )
})

test('a pipe whose words could not be said ends with 1 and says so', async t => {
  const piped = earshot(t, ['--plain', '--no-scan'])
  piped.write('hello?\n')
  piped.end()
  assert.deepEqual(await piped.exited, { code: 1, signal: null })
  assert.match(piped.lines.at(-1) ?? '', /the input ended, and no server was chosen.*earshot join/)
})

test('a restarted server is found again, and what was typed meanwhile is said', async t => {
  const env = ownHome(t)
  const before = await serving(t, [], env)
  const ann = earshot(t, ['join', `127.0.0.1:${before.port}`, '--plain', '--no-scan', '--nick', 'ann'])
  await ann.waitForLine(/You are ann/)
  before.running.kill('SIGKILL')
  await ann.waitForLine(/Connection lost/)
  ann.write('said in the dark\n')
  await serving(t, ['--port', `${before.port}`], env)
  await ann.waitForLine(/Connected again/)
  await ann.waitForLine(/ann: said in the dark$/)
})

test('a restarted server tells newcomers what was said before, unless it was to keep nothing', async t => {
  for (const memory of [[], ['--memory']]) {
    const env = ownHome(t)
    const before = await serving(t, memory, env)
    const ann = earshot(t, ['join', `127.0.0.1:${before.port}`, '--plain', '--no-scan', '--nick', 'ann'])
    await ann.waitForLine(/You are ann/)
    ann.write('kept or not\n')
    await ann.waitForLine(/ann: kept or not/)
    before.running.kill('SIGKILL')
    await before.running.exited
    const after = await serving(t, memory, env)
    const bob = earshot(t, ['join', `127.0.0.1:${after.port}`, '--plain', '--no-scan', '--nick', 'bob'])
    await bob.waitForLine(/You are bob/)
    bob.write('that is all\n')
    await bob.waitForLine(/bob: that is all/)
    assert.equal(
      bob.lines.some(line => line.includes('ann: kept or not')),
      memory.length === 0,
    )
    bob.kill()
    ann.kill()
  }
})

test('a folder asked for serves one server, and the second one is told so', async t => {
  const env = ownHome(t)
  const folder = join(env.HOME ?? '', 'den')
  const { listening } = await serving(t, ['--data', folder], env)
  const second = earshot(
    t,
    ['serve', '--no-announce', '--host', '127.0.0.1', '--port', '0', '--data', folder],
    env,
  )
  assert.deepEqual(await second.exited, { code: 1, signal: null })
  assert.match(second.lines.join('\n'), /A server runs on the folder .* already\. .*--data/)
  assert.equal(JSON.parse(readFileSync(join(folder, 'identity.json'), 'utf8')).id, listening.id)
})

test('an interface that is not there is named, with those that are', async t => {
  for (const name of ['nope', '203.0.113.0/24', '!nope']) {
    const { code, lines } = await outcome(t, 'scan', '--interface', name)
    assert.equal(code, 2)
    assert.match(lines.join('\n'), /no interface or network “.*”.* it has .*lo/)
  }
})

test('when nobody reads any more, a client ends quietly and a server goes on', {
  timeout: 2 * patienceMs,
}, async t => {
  const help = startRunning('sh', ['-c', `${process.execPath} ${entry} --help | true; echo ended`], {
    env: ownHome(t),
    cwd: tmpdir(),
  })
  await help.waitForLine(/ended/)
  assert.deepEqual(help.lines, ['ended'])

  const args = ['serve', '--json', '--no-announce', '--host', '127.0.0.1', '--port', '0']
  const server = spawn(process.execPath, [entry, ...args], {
    env: ownHome(t),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => server.kill('SIGKILL'))
  const [first] = await once(server.stdout, 'data')
  const { port } = JSON.parse(String(first).split('\n')[0] ?? '')
  server.stdout.destroy()
  for (const nick of ['ann', 'bob']) {
    const guest = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', nick])
    await guest.waitForLine(new RegExp(`You are ${nick}`))
    guest.write('still there?\n')
    await guest.waitForLine(new RegExp(`${nick}: still there`))
  }
  assert.equal(server.exitCode, null)
})

test('--quiet and --no-announce contradict each other, which is told', async t => {
  const { code, lines } = await outcome(
    t,
    'serve',
    '--quiet',
    '--no-announce',
    '--host',
    '127.0.0.1',
    '--port',
    '0',
  )
  assert.equal(code, 2)
  assert.match(
    lines.join('\n'),
    /^earshot: --quiet answers those who ask and --no-announce answers nobody: give one/,
  )
})

test('a log that cannot be written keeps a server from starting', async t => {
  const silent = ['serve', '--memory', '--no-announce', '--host', '127.0.0.1', '--port', '0']
  const { code, lines } = await outcome(t, ...silent, '--log', '/nonexistent/x.log')
  assert.equal(code, 1)
  assert.deepEqual(lines, [
    'earshot: The log /nonexistent/x.log cannot be written: there is no folder /nonexistent. Give another with --log.',
  ])
})

test('a server’s name that is too long for a list is cut, and that is told', async t => {
  const { running, listening } = await serving(t, [
    '--name',
    'a name that goes on and on until nobody reads it any more',
  ])
  assert.match(running.lines[0] ?? '', /"event":"trouble","text":"the name is longer than the 32 columns/)
  assert.match(String(listening.name), /^a name that goes on and on unti/)
  assert.ok(String(listening.name).length <= 32)
  const short = await serving(t, ['--name', 'den'])
  assert.match(short.running.lines[0] ?? '', /"event":"listening"/)
})

test('a folder that cannot be made is named with the reason, and the server does not start', async t => {
  const env = ownHome(t)
  const file = join(env.HOME ?? '', 'file')
  writeFileSync(file, '')
  const unfit: readonly (readonly [string, string])[] = [
    [file, `${file} is no folder`],
    [join(file, 'below'), `${file} is no folder`],
    ...(process.platform === 'linux'
      ? ([
          ['/proc/nope', 'the system takes no folder there'],
          ['/proc/nope/below', '/proc/nope cannot be made, the system takes no folder there'],
        ] as const)
      : []),
  ]
  for (const [folder, why] of unfit) {
    const running = earshot(t, ['serve', '--data', folder, '--no-announce', '--host', '127.0.0.1'], env)
    assert.equal((await running.exited).code, 1)
    assert.deepEqual(running.lines, [
      `earshot: The folder ${folder} cannot be made: ${why}. Give another with --data.`,
    ])
  }
})

test('how much to keep of what is not kept at all is said to mean nothing', async t => {
  const { running } = await serving(t, ['--memory', '--keep', '30d'])
  await running.waitForLine(/--keep does nothing with --memory: nothing outlives this run/)
})

/** The built program in real terminals of every kind: its colours, its silence beside them, and what it leaves behind. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { newIdentity } from '../../src/net/identity.ts'
import { contextOf } from '../../src/net/secure.ts'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { patienceMs } from '../patience.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from './screen.ts'

const works = process.platform !== 'win32' && (await ptyWorks())
const options = { skip: works ? false : 'no real terminal can be made here', timeout: 2 * patienceMs }

/** How a mode was set last. */
const last = (raw: string, mode: number): string | undefined =>
  [...raw.matchAll(/\x1b\[\?(\d+)([hl])/g)].filter(found => found[1] === String(mode)).at(-1)?.[2]

/** A shell runs the program between two `stty -g`, its standard error in a file, and tells its exit code. */
async function between(t: TestContext, port: number, env: Record<string, string | undefined>) {
  const home = ownHome(t)
  const errors = join(home.HOME ?? '', 'errors')
  const script =
    'echo "before $(stty -g)"; "$@" 2>"$ERRORS"; echo "code $?"; echo "after $(stty -g)"; read -r heard'
  const start = [process.execPath, entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann']
  const program = await spawnInPty('sh', ['-c', script, 'sh', ...start], {
    env: { ...home, ERRORS: errors, ...env },
    columns: 100,
    rows: 30,
  })
  t.after(() => program.kill())
  await program.waitFor('You are ann')
  return {
    program,
    pid: Number(execFileSync('ps', ['-o', 'pid=', '--ppid', `${program.pid}`], { encoding: 'utf8' }).trim()),
    /** Its exit code, once it has ended and left the terminal as it was. */
    async whole(): Promise<number> {
      // The shell ends when all it said has been read: what is on the way when it ends may be lost.
      await program.waitForRaw(/after \S+\s/)
      program.type('\r')
      await program.exit
      const raw = program.raw()
      const before = /before (\S+)/.exec(raw)?.[1]
      assert.ok(before !== undefined)
      assert.equal(/after (\S+)/.exec(raw)?.[1], before, 'stty')
      for (const mode of [1049, 2004, 1004, 2026, 1000, 1006])
        if (raw.includes(`\x1b[?${mode}h`)) assert.equal(last(raw, mode), 'l', `mode ${mode}`)
      if (raw.includes('\x1b[?25l')) assert.equal(last(raw, 25), 'h', 'cursor')
      if (raw.includes('\x1b[?7l')) assert.equal(last(raw, 7), 'h', 'wrapping')
      assert.equal(raw.split('\x1b[22;2t').length, raw.split('\x1b[23;2t').length, 'titles')
      assert.equal(readFileSync(errors, 'utf8'), '')
      return Number(/code (\d+)/.exec(raw)?.[1])
    },
  }
}

/** The colours it used: of the 256, of the first eight, bright ones. */
const colours = (raw: string) => {
  const codes = [...raw.matchAll(/\x1b\[([\d;]+)m/g)].map(found => found[1] ?? '')
  return {
    many: codes.some(code => /(^|;)[34]8;5;/.test(code)),
    few: codes.some(code => /(^|;)(3[0-7]|4[0-7])(;|$)/.test(code.replace(/[34]8;5;\d+/g, ''))),
    bright: codes.some(code => /(^|;)(9[0-7]|10[0-7])(;|$)/.test(code.replace(/[34]8;5;\d+/g, ''))),
  }
}

const matrix = [
  ['xterm-256color', 'many'],
  ['screen-256color', 'many'],
  ['tmux-256color', 'many'],
  ['xterm-kitty', 'many'],
  ['alacritty', 'many'],
  ['foot', 'many'],
  ['xterm', 'few'],
  ['linux', 'few'],
  ['vt100', 'none'],
  ['dumb', 'plain'],
] as const

for (const [term, kind] of matrix)
  test(
    `TERM=${term}: nothing on standard error, its colours, and a whole terminal afterwards`,
    options,
    async t => {
      const { port } = await serving(t)
      const { program, whole } = await between(t, port, { TERM: term })
      program.type('/nick\r')
      await program.waitFor('Something is missing')
      program.type('\x15hello\r')
      await program.waitFor(kind === 'plain' ? '#lobby ann: hello' : /ann │ hello.*✓/)
      program.type('/quit\r')
      assert.equal(await whole(), 0)
      const raw = program.raw()
      if (kind === 'plain') return assert.doesNotMatch(raw, /\x1b/)
      const expected = { many: kind === 'many', few: kind === 'few', bright: false }
      assert.deepEqual(colours(raw), expected)
      assert.equal(raw.includes('\x1b[6n'), !['linux', 'vt100'].includes(term), 'asked how wide it draws')
      assert.doesNotMatch(raw, /\x1b\[\?(?:9|100[0-3]|1006)h/, 'the mouse')
      assert.equal(/\x1b\]/.test(raw), !['linux', 'vt100'].includes(term), 'a title')
    },
  )

for (const [what, env, pattern] of [
  ['NO_COLOR', { NO_COLOR: '1' }, /ann │ hello/],
  ['a locale without UTF-8', { LANG: 'de_DE.ISO-8859-1' }, /ann \| hello/],
  ['EARSHOT_ASCII', { EARSHOT_ASCII: '1' }, /ann \| hello/],
] as const)
  test(`${what} is heeded on a full screen`, options, async t => {
    const { port } = await serving(t)
    const { program, whole } = await between(t, port, env)
    program.type('hello “Zoë”\r')
    const screen = await program.waitFor(pattern)
    program.type('/quit\r')
    assert.equal(await whole(), 0)
    const raw = program.raw().slice(program.raw().indexOf('\x1b[?1049h'))
    if (what === 'NO_COLOR') assert.deepEqual(colours(raw), { many: false, few: false, bright: false })
    else {
      assert.match(screen, /hello "Zoe"/)
      assert.doesNotMatch(raw.slice(0, raw.lastIndexOf('code ')), /[^\0-\x7f]/)
    }
  })

const endings: readonly [string, (program: PtyProgram, pid: number) => void, number][] = [
  ['^D', program => program.type('\x04'), 0],
  ['^C twice', program => program.type('\x03\x03'), 130],
  ['SIGINT', (_, pid) => void process.kill(pid, 'SIGINT'), 130],
  ['SIGTERM', (_, pid) => void process.kill(pid, 'SIGTERM'), 143],
  ['SIGHUP', (_, pid) => void process.kill(pid, 'SIGHUP'), 129],
  ['SIGQUIT', (_, pid) => void process.kill(pid, 'SIGQUIT'), 131],
]
for (const [how, end, code] of endings)
  test(`${how} leaves a whole terminal, the mouse off, and ${code}`, options, async t => {
    const { port } = await serving(t)
    const { program, pid, whole } = await between(t, port, {})
    program.type('/mouse on\r')
    await program.waitForRaw('\x1b[?1000h\x1b[?1006h')
    end(program, pid)
    assert.equal(await whole(), code)
  })

test('^Z gives the terminal to the shell and fg takes it again, the connection alive', options, async t => {
  const { port } = await serving(t)
  const shell = await spawnInPty('bash', ['--norc', '--noprofile', '-i'], {
    env: { ...ownHome(t), PS1: 'prompt> ' },
    columns: 100,
    rows: 30,
  })
  t.after(() => shell.kill())
  await shell.waitFor('prompt>')
  shell.type(`'${process.execPath}' '${entry}' 127.0.0.1:${port} --no-scan --nick ann\r`)
  await shell.waitFor('You are ann')
  shell.type('\x1a')
  await shell.waitFor(/Stopped[\s\S]*prompt>/)
  for (const mode of [1049, 1004]) assert.equal(last(shell.raw(), mode), 'l')
  assert.equal(last(shell.raw(), 25), 'h')
  shell.type('fg\r')
  await shell.waitFor(/You are ann[\s\S]*> *$/)
  shell.type('still here\r')
  await shell.waitFor(/ann │ still here.*✓/)
  shell.type('/quit\r')
  await shell.waitFor(/prompt>\s*$/)
  assert.equal(last(shell.raw(), 1049), 'l')
})

test('a terminal that takes nothing keeps nobody from answering the server', options, async t => {
  const { backlog, line, members, welcome } = await import('../client/driver.ts')
  let peer: Socket | null = null
  const heard: string[] = []
  let told = () => {}
  const welcomed = welcome()
  const secureContext = contextOf(newIdentity(welcomed.server))
  const server = createServer(socket => {
    peer = new TLSSocket(socket, { isServer: true, secureContext })
    peer.setEncoding('utf8')
    peer.on('error', () => {})
    peer.on('data', (text: string) => {
      heard.push(text)
      told()
    })
  }).listen(0, '127.0.0.1')
  t.after(() => {
    peer?.destroy()
    server.close()
  })
  const hears = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(heard.join(''))) await new Promise<void>(resolve => (told = resolve))
  }
  const say = (message: object): void => void peer?.write(`${JSON.stringify(message)}\n`)
  await new Promise<void>(resolve => server.once('listening', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const program = await spawnInPty(
    process.execPath,
    [entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann'],
    { env: ownHome(t) },
  )
  t.after(() => program.kill())
  await hears(/"type":"hello"/)
  for (const message of [welcomed, backlog([]), members(['ann', 'bob'])]) say(message)
  await program.waitFor('You are ann')
  program.pause()
  // Far more than a terminal holds, in rows that all differ from what is on them.
  for (let seq = 1; seq <= 3_000; seq++) say(line(seq, `${seq} `.repeat(14)))
  for (let round = 1; round <= 3; round++) {
    heard.length = 0
    say({ type: 'ping' })
    await hears(/"type":"pong"/)
    for (let seq = 1; seq <= 200; seq++) say(line(3_000 + round * 200 + seq - 200, `${round} `.repeat(30)))
  }
  program.resume()
  await program.waitFor('3 3 3 3')
  program.type('/quit\r')
  assert.equal((await program.exit).code, 0)
})

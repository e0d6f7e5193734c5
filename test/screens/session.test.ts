/** The built program in a real terminal: list, join, talk, resize, lose the server, and the way out. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

async function client(
  t: TestContext,
  args: readonly string[],
  size: { columns?: number; rows?: number } = {},
): Promise<PtyProgram> {
  const program = await spawnInPty(process.execPath, [entry, ...args], { env: ownHome(t), ...size })
  t.after(() => program.kill())
  return program
}

const joining = (port: number, nick: string) => ['join', `127.0.0.1:${port}`, '--no-scan', '--nick', nick]

test('two people talk on full screens, and each sees the other come and go', { skip }, async t => {
  const { port } = await serving(t, ['--name', 'den', '--motd', 'be kind'])
  const ann = await client(t, joining(port, 'ann'), { columns: 100, rows: 24 })
  await ann.waitFor('be kind')
  const bob = await client(t, joining(port, 'bob'))
  await ann.waitFor('bob joined')
  assert.match(ann.text(), /Here 2/)
  ann.type('hello bob 😀 日本\r')
  await ann.waitFor(/hello bob.*✓/)
  await bob.waitFor(/ann │ hello bob/)
  bob.type('/quit\r')
  assert.deepEqual(await bob.exit, { code: 0, signal: 0 })
  await ann.waitFor('bob left')
  await ann.waitFor('Here 1')
})

test('a nick that is taken is asked for on the screen, pre-filled with one that is free', {
  skip,
}, async t => {
  const { port } = await serving(t)
  const ann = await client(t, joining(port, 'ann'))
  await ann.waitFor('You are ann')
  const second = await client(t, joining(port, 'ANN'))
  await second.waitFor('“ANN” is already here')
  await second.waitFor('ANN2')
  second.type('\r')
  await second.waitFor('You are ANN2')
})

test('the typed line survives traffic, resizing and a restart of the server', { skip }, async t => {
  const env = ownHome(t)
  const before = await serving(t, [], env)
  const ann = await client(t, joining(before.port, 'ann'), { columns: 120, rows: 40 })
  await ann.waitFor('You are ann')
  ann.type('half a thought')
  const bob = await client(t, joining(before.port, 'bob'))
  await bob.waitFor('You are bob')
  for (let count = 0; count < 8; count++) {
    bob.type(`line ${count}\r`)
    await bob.waitFor(new RegExp(`line ${count} +[…✓]`))
  }
  await ann.waitFor('line 7')
  assert.match(ann.text(), /> half a thought/)
  for (const [columns, rows] of [
    [40, 12],
    [20, 5],
    [10, 3],
    [1, 1],
    [80, 24],
  ] as const)
    ann.resize(columns, rows)
  await ann.waitFor(/> half a thought/)
  before.running.kill('SIGKILL')
  await ann.waitFor('Connection lost')
  await serving(t, ['--port', `${before.port}`], env)
  await ann.waitFor('Connected again')
  assert.match(ann.text(), /> half a thought/)
  ann.type(', finished\r')
  await ann.waitFor(/half a thought, finished.*✓/)
})

test('on 40 columns and 12 rows one can still read and write; below 20 by 5 it says so', {
  skip,
}, async t => {
  const { port } = await serving(t)
  const ann = await client(t, joining(port, 'ann'), { columns: 40, rows: 12 })
  await ann.waitFor('You are ann')
  ann.type('short\r')
  await ann.waitFor(/short +✓/)
  for (const row of ann.text().split('\n')) assert.ok([...row].length <= 40, row)
  ann.resize(19, 4)
  await ann.waitFor(/too small/)
  ann.resize(40, 12)
  await ann.waitFor('short')
})

test('Tab changes the panel, arrows scroll it, Up recalls what was typed', { skip }, async t => {
  const { port } = await serving(t)
  const ann = await client(t, joining(port, 'ann'), { columns: 100, rows: 12 })
  await ann.waitFor('You are ann')
  for (let count = 1; count <= 10; count++) {
    ann.type(`line ${count}\r`)
    await ann.waitFor(new RegExp(`line ${count} +[…✓]`))
  }
  await ann.waitFor(/line 10 .*✓/)
  assert.doesNotMatch(ann.text(), /line 1 /)
  ann.type('\t')
  ann.type('\u001b[A'.repeat(6))
  await ann.waitFor(/line 1 /)
  ann.type('\u001b[F')
  await ann.waitFor(/line 10 /)
  ann.type('\u001b[Z')
  ann.type('\u001b[A')
  await ann.waitFor(/> line 10/)
})

const endings: readonly { how: string; end(program: PtyProgram): void; code: number }[] = [
  { how: '/quit', end: program => program.type('/quit\r'), code: 0 },
  { how: '^D', end: program => program.type('\u0004'), code: 0 },
  { how: '^C twice', end: program => program.type('\u0003\u0003'), code: 130 },
  { how: 'SIGTERM', end: program => program.kill('SIGTERM'), code: 143 },
  { how: 'SIGHUP', end: program => program.kill('SIGHUP'), code: 129 },
]
for (const { how, end, code } of endings)
  test(`after ${how} the terminal is whole and the exit code is ${code}`, { skip }, async t => {
    const { port } = await serving(t)
    const ann = await client(t, joining(port, 'ann'))
    await ann.waitFor('You are ann')
    end(ann)
    assert.equal((await ann.exit).code, code)
    const raw = ann.raw()
    for (const mode of ['1049', '2004', '1004']) {
      assert.ok(raw.includes(`\u001b[?${mode}h`), `mode ${mode} was set`)
      assert.ok(
        raw.lastIndexOf(`\u001b[?${mode}l`) > raw.lastIndexOf(`\u001b[?${mode}h`),
        `mode ${mode} is off`,
      )
    }
    assert.ok(raw.lastIndexOf('\u001b[?25h') > raw.lastIndexOf('\u001b[?25l'), 'the cursor shows')
  })

test('a terminal that hangs up at the first bytes it got is given back whole', { skip }, async t => {
  const ann = await client(t, ['--no-scan'])
  await ann.waitForRaw('\u001b[?1049h')
  ann.kill('SIGHUP')
  assert.equal((await ann.exit).code, 129)
  assert.ok(ann.raw().includes('\u001b[?1049l'))
})

test('what strangers say cannot touch the terminal', { skip }, async t => {
  const { port } = await serving(t)
  const ann = await client(t, joining(port, 'ann'))
  await ann.waitFor('You are ann')
  const { joinPeer } = await import('../server/peer.ts')
  const stranger = await joinPeer(port, 'eve')
  stranger.speak('id1', 'a\u001b]0;owned\u0007b\u009b2Jc\u001b[31md{red-bg}e{/}f\u202eg')
  await ann.waitFor(/eve │ .*a.*b.*c.*d\{red-bg\}e\{\/\}f/)
  assert.doesNotMatch(ann.raw(), /owned\u0007|\u009b|\u202e|\u001b\[31md/)
  stranger.close()
})

test('with TERM=dumb the same client speaks plain lines', { skip }, async t => {
  const { port } = await serving(t)
  const program = await spawnInPty(process.execPath, [entry, ...joining(port, 'ann')], {
    env: { ...ownHome(t), TERM: 'dumb' },
  })
  t.after(() => program.kill())
  await program.waitFor('You are ann')
  program.type('hello\r')
  await program.waitFor(/#lobby ann: hello/)
  assert.doesNotMatch(program.raw(), /\u001b/)
})

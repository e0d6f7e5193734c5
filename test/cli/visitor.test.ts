/** Who `send` and `tail` come as: their user, with one identity at each server, and never against a window of that user. */
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Kept, readKept } from '../../src/client/kept.ts'
import { joinPeer } from '../server/peer.ts'
import { openAt } from '../store/places.ts'
import { earshot, ownHome, serving } from './earshot.ts'

/** A server in a home of its own, and the home of a user who is called ben. */
async function started(t: TestContext) {
  const [serverEnv, env] = [ownHome(t), ownHome(t)]
  const config = join(env.XDG_CONFIG_HOME ?? '', 'earshot')
  const { port, running } = await serving(t, [], serverEnv)
  const to = ['--server', `127.0.0.1:${port}`]
  const ann = await joinPeer(port, 'ann')
  const said = () => ann.heard.flatMap(one => (one.type === 'line' ? [`${one.from}: ${one.body}`] : []))
  const clients = join(env.XDG_DATA_HOME ?? '', 'earshot', 'clients')
  return {
    port,
    env,
    ann,
    said,
    config,
    clients,
    async send(...words: string[]) {
      const tool = earshot(t, ['send', ...to, ...words], env)
      tool.end()
      assert.deepEqual(await tool.exited, { code: 0, signal: null }, tool.lines.join('\n'))
      return tool.lines
    },
    streaming: (...words: string[]) => earshot(t, ['send', ...to, ...words], env),
    tail: (...words: string[]) => earshot(t, ['tail', ...to, ...words], env),
    async window(...words: string[]) {
      const window = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', ...words], env)
      await window.waitForLine(/You are \S+ on/)
      return window
    },
    admin: (...words: string[]) => earshot(t, ['admin', ...words], serverEnv).exited,
    /** What is kept of the visits, by the name of its slot. */
    slots(): ReadonlyMap<string, Kept> {
      const [server] = readdirSync(clients)
      const folder = join(clients, server ?? '')
      const names = readdirSync(folder).filter(name => name.endsWith('.json'))
      return new Map(
        names.map(name => [name, readKept(readFileSync(join(folder, name), 'utf8')) ?? assert.fail(name)]),
      )
    },
    /** Everybody the server knows, also those who are gone. The server is stopped. */
    async people(): Promise<readonly string[]> {
      running.kill('SIGTERM')
      await running.exited
      const store = await openAt(join(serverEnv.XDG_DATA_HOME ?? '', 'earshot', 'server-1'))
      const devices = await store.devices()
      await store.close()
      return devices.map(({ nick }) => nick).sort()
    },
  }
}

test('many calls of send leave one person behind, who is also the user of a window', async t => {
  const { ann, said, send, window, people, slots } = await started(t)
  for (const word of ['one', 'two', 'three']) assert.deepEqual(await send('--nick', 'ben', word), [])
  const ben = await window('--nick', 'ben')
  ben.write('four\n')
  await ann.hear('line', ({ body }) => body === 'four')
  ben.end()
  await ben.exited
  await send('five')
  await ann.hear('line', ({ body }) => body === 'five')
  assert.deepEqual(said(), ['ben: one', 'ben: two', 'ben: three', 'ben: four', 'ben: five'])
  assert.equal(slots().size, 1)
  assert.deepEqual(await people(), ['ann', 'ben'])
})

test('what an op sends without a window is said by the op', async t => {
  const { ann, said, send, window, admin } = await started(t)
  const ben = await window('--nick', 'ben')
  assert.equal((await admin('op', 'ben')).code, 0)
  ben.end()
  await ben.exited
  await ann.hear('presence', ({ nick, presence }) => nick === 'ben' && presence === 'gone')
  await send('done')
  await ann.hear('line', ({ body }) => body === 'done')
  assert.deepEqual(said(), ['ben: done'])
})

test('beside an open window they are always the same other one, and the window notices nothing', async t => {
  const { said, send, tail, window, slots, people } = await started(t)
  const ben = await window('--nick', 'ben')
  const before = slots().get('slot-1.json')
  for (const word of ['one', 'two']) assert.deepEqual(await send(word), [])
  const reader = tail('--json', '--last', '1')
  await reader.waitForLine(/"two"/)
  await send('--nick', 'ben', 'three')
  ben.write('four\n')
  await reader.waitForLine(/"four"/)
  assert.deepEqual(said(), ['ben2: one', 'ben2: two', 'ben3: three', 'ben: four'])
  assert.doesNotMatch(ben.lines.join('\n'), /elsewhere|lost/)
  assert.equal(slots().get('slot-1.json')?.device, before?.device)
  reader.kill('SIGINT')
  await reader.exited
  ben.end()
  await ben.exited
  assert.deepEqual(await people(), ['ann', 'ben', 'ben2', 'ben3'])
})

test('a nick that is asked for is somebody of its own, each time the same, and leaves the user alone', async t => {
  const { ann, said, send, window, slots } = await started(t)
  const ben = await window('--nick', 'ben')
  ben.end()
  await ben.exited
  const before = slots().get('slot-1.json')
  for (const nick of ['cron', 'ben', 'cron']) await send('--nick', nick, nick)
  await joinPeer(ann.socket.remotePort ?? 0, 'nina')
  for (const word of ['one', 'two']) await send('--nick', 'nina', word)
  await ann.hear('line', ({ body }) => body === 'two')
  assert.deepEqual(said(), ['cron: cron', 'ben: ben', 'cron: cron', 'nina2: one', 'nina2: two'])
  assert.deepEqual([...slots()].map(([name, { nick }]) => `${name} ${nick}`).sort(), [
    'slot-1.json ben',
    'slot-15.json nina2',
    'slot-16.json cron',
  ])
  const after = slots().get('slot-1.json')
  assert.deepEqual({ ...after, leftMs: 0 }, { ...before, leftMs: 0 })
})

test('whoever asks for a nick that is somebody else’s hears under which one it is said, and it is said', async t => {
  const { ann, said, send, streaming } = await started(t)
  for (const word of ['one', 'two'])
    assert.deepEqual(await send('--nick', 'Ann', word), [
      'earshot: “Ann” is already here. This goes on as “Ann2”.',
    ])
  // A run that is not done yet is no somebody else.
  const first = streaming('--nick', 'cron')
  first.write('three\n')
  await ann.hear('line', ({ body }) => body === 'three')
  assert.deepEqual(await send('--nick', 'cron', 'four'), [])
  first.end()
  assert.equal((await first.exited).code, 0)
  assert.deepEqual(first.lines, [])
  assert.deepEqual(said(), ['Ann2: one', 'Ann2: two', 'cron: three', 'cron2: four'])
})

test('several at once all work, and leave no more people behind than there were at once', async t => {
  const { said, send, people } = await started(t)
  const words = ['one', 'two', 'three', 'four']
  for (let round = 0; round < 2; round++) await Promise.all(words.map(word => send('--nick', 'ben', word)))
  assert.deepEqual(
    said()
      .map(text => text.replace(/^ben\d?: /, ''))
      .sort(),
    [...words, ...words].sort(),
  )
  const all = await people()
  assert.equal(all[0], 'ann')
  assert.ok(all.length <= 1 + words.length, all.join(' '))
})

test('a window that is opened while tail runs is who it always was; tail goes on beside it, each line once', async t => {
  const { ann, send, tail, window } = await started(t)
  await send('--nick', 'ben', 'hello')
  const reader = tail('--nick', 'ben', '--json', '--last', '1')
  await reader.waitForLine(/"hello"/)
  const ben = await window('--nick', 'ben')
  await reader.waitForLine(/a window of yours was opened there; this goes on beside it/)
  await ann.hear('presence', ({ nick, presence }) => nick === 'ben2' && presence === 'here')
  ben.write('from the window\n')
  await reader.waitForLine(/"from":"ben","kind":"say","body":"from the window"/)
  assert.doesNotMatch(ben.lines.join('\n'), /elsewhere|lost|taken/)
  assert.equal(reader.lines.filter(text => text.startsWith('{')).length, 2, reader.lines.join('\n'))
})

test('a window that is opened while send reads is who it always was, and every line is said once', async t => {
  const { ann, said, streaming, window } = await started(t)
  const stream = streaming('--nick', 'ben')
  stream.write('one\n')
  await ann.hear('line', ({ body }) => body === 'one')
  const ben = await window('--nick', 'ben')
  stream.write('two\nthree\n')
  stream.end()
  assert.deepEqual(await stream.exited, { code: 0, signal: null })
  await ann.hear('line', ({ body }) => body === 'three')
  assert.deepEqual(said(), ['ben: one', 'ben2: two', 'ben2: three'])
  assert.doesNotMatch(ben.lines.join('\n'), /elsewhere|lost|taken/)
})

test('tail of a conversation of two ends with a sentence when a window takes it over', async t => {
  const { send, tail, window } = await started(t)
  await send('--nick', 'ben', '@ann', 'psst')
  const reader = tail('--nick', 'ben', '@ann', '--last', '1')
  await reader.waitForLine(/psst/)
  await window('--nick', 'ben')
  assert.deepEqual(await reader.exited, { code: 1, signal: null })
  assert.match(reader.lines.join('\n'), /this conversation is yours\. Read it in the window\./)
})

test('a folder that cannot be written stops nothing, and is said in a sentence', async t => {
  const { env, ann, said, send } = await started(t)
  writeFileSync(env.XDG_DATA_HOME ?? '', 'a file where the folder should be')
  const [told, ...more] = await send('--nick', 'ben', 'all the same')
  assert.match(
    told ?? '',
    /^earshot: who you are at this server is not kept \(.+\), so you come as somebody new each time\.$/,
  )
  assert.deepEqual(more, [])
  await ann.hear('line', ({ body }) => body === 'all the same')
  assert.deepEqual(said(), ['ben: all the same'])
})

test('a secret is said to no server whose key is not the one we know', async t => {
  const { config, ann, said, send, slots } = await started(t)
  await send('--nick', 'ben', 'one')
  const before = slots().get('slot-16.json')
  rmSync(join(config, 'known-servers.json'))
  await send('--nick', 'ben', 'two')
  await ann.hear('line', ({ body }) => body === 'two')
  assert.equal(said().length, 2)
  assert.equal(slots().get('slot-16.json')?.secret, before?.secret)
  assert.equal(slots().size, 1)
})

test('whoever comes with the same identity from another machine is not thrown out in turn', async t => {
  const { port, env, send, tail, slots } = await started(t)
  await send('--nick', 'ben', 'hello')
  const reader = tail('--nick', 'ben', '--last', '1')
  await reader.waitForLine(/hello/)
  assert.equal(slots().size, 1)
  const far = ownHome(t)
  cpSync(env.HOME ?? '', far.HOME ?? '', { recursive: true, filter: path => !path.endsWith('.sock') })
  const other = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', 'ben'], far)
  await other.waitForLine(/You are ben on/)
  assert.deepEqual(await reader.exited, { code: 1, signal: null })
  assert.match(reader.lines.join('\n'), /You connected again from elsewhere/)
  assert.doesNotMatch(other.lines.join('\n'), /elsewhere|lost/)
})

test('who is banned comes back under no other nick, neither with a script nor in a window', async t => {
  const { port, send, env, window, admin, ann, said } = await started(t)
  const mal = await window('--nick', 'mal')
  const mal2 = await window('--nick', 'mal2')
  await send('--nick', 'cron', 'still here')
  assert.equal((await admin('ban', 'mal', 'for', '2h')).code, 0)
  for (const one of [mal, mal2]) assert.match(await one.waitForLine(/You are banned here/), /120 min|2 h/)
  for (const nick of ['cron', 'sweet']) {
    const tool = earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--nick', nick, 'evaded'], env)
    tool.end()
    assert.equal((await tool.exited).code, 1)
    assert.match(tool.lines.join('\n'), /You are banned here/)
  }
  const again = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', 'sweet'], env)
  await again.waitForLine(/You are banned here/)
  // Somebody else is not, from the same address.
  const other = earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--nick', 'nina', 'hello'])
  assert.equal((await other.exited).code, 0, other.lines.join('\n'))
  await ann.hear('line', ({ body }) => body === 'hello')
  assert.deepEqual(said(), ['cron: still here', 'nina: hello'])
  assert.equal((await admin('unban', 'mal2')).code, 0)
  await send('--nick', 'sweet', 'back')
})

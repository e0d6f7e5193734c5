/** `send` and `tail` without an address: the only server, the one of that name, several, none. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { entry } from '../cli/earshot.ts'
import { bodiesIn } from '../cli/kept.ts'
import { newFolder } from '../store/places.ts'
import { createLab, type Host, labAvailable, type Running } from './lab.ts'
import { scanned } from './scanned.ts'

const skip = labAvailable() ?? false

async function network(t: TestContext): Promise<{ den: Host; attic: Host; user: Host }> {
  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('lan')
  const host = (name: string, last: number) => lab.host(name, [{ bridge: 'lan', cidr: `10.98.0.${last}/24` }])
  return { den: await host('den', 1), attic: await host('attic', 2), user: await host('user', 3) }
}

const run = (host: Host, ...args: string[]) => host.run(process.execPath, [entry, ...args])
const start = (host: Host, ...args: string[]) => host.spawn(process.execPath, [entry, ...args])

async function serve(host: Host, ...args: string[]): Promise<string> {
  const line = await start(host, 'serve', '--json', ...args).waitForLine(/"listening"/)
  return JSON.parse(line).id
}

test('without a server there is the sentence of scan and exit 1; with one it is found; with two one must be named', {
  skip,
}, async t => {
  const { den, attic, user } = await network(t)
  for (const command of [['send', 'hi'], ['tail']]) {
    const none = await run(user, ...command, '--look', '300ms')
    assert.equal(none.code, 1)
    assert.match(none.stderr, /^earshot: no server answered on .*eth0.* within 300 ms\. .*--server HOST\.$/m)
    assert.equal(none.stdout, '')
  }

  const id = await serve(den, '--name', 'den')
  assert.deepEqual(await run(user, 'send', '--nick', 'ann', 'the only one'), {
    code: 0,
    stdout: '',
    stderr: '',
  })

  // A name, an id, another port: all are found where they are.
  await serve(attic, '--name', 'attic', '--port', '4567')
  const reader = start(user, 'tail', '--server', 'Attic', '--nick', 'reader')
  // Whatever it prints comes from the attic; the first line shows that it is in.
  let said = 0
  while (reader.lines.length === 0) {
    const sent = await run(user, 'send', '--server', 'attic', '--nick', 'ann', `to the attic ${++said}`)
    assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' })
  }
  assert.match(reader.lines[0] ?? '', /#lobby ann: to the attic 1$/)
  assert.equal((await run(user, 'send', '--server', id, '--nick', 'bob', 'by identity')).code, 0)
  const past = start(user, 'tail', '--server', '10.98.0.1', '--nick', 'past', '--json')
  await past.waitForLine(/"by identity"/)
  assert.deepEqual(
    past.lines.map(line => JSON.parse(line).body),
    ['the only one', 'by identity'],
  )

  const several = await run(user, 'send', 'to whom?')
  assert.equal(several.code, 1)
  assert.equal(several.stdout, '')
  assert.match(
    several.stderr,
    /^earshot: several servers are here\. Say which one with --server NAME or --server HOST:PORT:$/m,
  )
  assert.match(several.stderr, /^ {2}attic {2}10\.98\.0\.2:4567 {2}\d users?/m)
  assert.match(several.stderr, /^ {2}den {2}10\.98\.0\.1:23277 {2}\d users?/m)

  const wrong = await run(user, 'send', '--server', 'cellar', 'hi')
  assert.equal(wrong.code, 1)
  assert.match(
    wrong.stderr,
    /^earshot: no server called “cellar” answered within \d+ ms\. There are:\n {2}attic .*\n {2}den /m,
  )
  assert.match(wrong.stderr, /--server cellar:23277$/m)
})

test('a name that nobody here answers to, where no name of a host can be looked up, is told with the way around', {
  skip,
}, async t => {
  const { den, user } = await network(t)
  await serve(den, '--no-announce')
  // Nobody listens where names are asked for, as where a firewall lets no UDP through.
  const files = newFolder()
  mkdirSync(files)
  writeFileSync(join(files, 'resolv.conf'), 'nameserver 127.0.0.1\n')
  writeFileSync(join(files, 'nsswitch.conf'), 'hosts: files dns\n')
  const mounts = ['resolv', 'nsswitch'].map(name => `mount --bind ${files}/${name}.conf /etc/${name}.conf`)
  for (const name of ['den', 'den.lan']) {
    const lost = await user.run('unshare', [
      '-m',
      'sh',
      '-c',
      [...mounts, 'exec "$0" "$@"'].join(' && '),
      process.execPath,
      ...[entry, 'send', '--look', '300ms', '--server', name, 'hi'],
    ])
    assert.equal(lost.code, 1)
    assert.match(
      lost.stderr,
      new RegExp(
        `^earshot: no server called “${name}” answered within 300 ms, and the names of hosts cannot be looked up now\\. By its address it is reached all the same: --server HOST:PORT\\.$`,
        'm',
      ),
    )
  }
  assert.equal((await run(user, 'send', '--server', '10.98.0.1:23277', 'hi')).code, 0)
})

test('two servers of one name are told apart by address, until one of them is known: then nobody takes its name', {
  skip,
}, async t => {
  const { den, attic, user } = await network(t)
  await serve(den, '--name', 'den')
  await serve(attic, '--name', 'DEN')
  const both = await run(user, 'send', '--server', 'den', 'hi')
  assert.equal(both.code, 1)
  assert.match(
    both.stderr,
    /^earshot: several servers are called “den”\. Say which one with --server HOST:PORT:$/m,
  )
  assert.match(both.stderr, /^ {2}den {2}10\.98\.0\.1:23277 .* {2}new$/m)
  assert.equal((await run(user, 'send', '--server', '10.98.0.2', 'hi')).code, 0)
  const attics = await run(user, 'send', '--server', 'den', 'to the one I know')
  assert.deepEqual(attics, { code: 0, stdout: '', stderr: '' })
  assert.equal((await run(user, 'send', 'the other only takes its name')).code, 0)
  const { stdout } = await scanned(user, /^DEN {2}10\.[\s\S]*^den {2}10\.|^den {2}10\.[\s\S]*^DEN {2}10\./m)
  assert.match(stdout, /^DEN {2}10\.98\.0\.2:23277 {2}\d users?( {2}[\d.]+ ms)? {2}known$/m)
  assert.match(
    stdout,
    /^den {2}10\.98\.0\.1:23277 {2}\d users?( {2}[\d.]+ ms)? {2}NEW, not the server you know$/m,
  )
  const past = start(user, 'tail', '--server', '10.98.0.2', '--json')
  await past.waitForLine(/"the other only takes its name"/)
  // Known as well, it is one of two again.
  assert.equal((await run(user, 'send', '--server', '10.98.0.1', 'hi')).code, 0)
  assert.equal((await run(user, 'send', '--server', 'den', 'hi')).code, 1)
})

test('the round trip of scan --json is a number people can read', { skip }, async t => {
  const { den, user } = await network(t)
  await serve(den, '--name', 'den')
  const { stdout } = await scanned(user, /"rttMs":\d/, '--json')
  assert.match(stdout, /"rttMs":\d+(\.\d)?\}$/m)
})

test('a server that moves to another port and another address is followed, and nothing is lost or doubled', {
  skip,
}, async t => {
  const { den, user } = await network(t)
  const folder = newFolder()
  const serveAt = async (...args: string[]) => {
    const running = start(den, 'serve', '--json', '--name', 'den', '--data', folder, ...args)
    await running.waitForLine(/"listening"/)
    return running
  }
  const stop = async (running: Running): Promise<void> => {
    running.kill()
    await running.exited
  }
  // Who waits before there is any server finds it when it comes, by its name or as the only one.
  const tool = start(user, 'send', '--wait', '--look', '300ms', '--nick', 'ann')
  const reader = start(
    user,
    'tail',
    '--server',
    'den',
    '--wait',
    '--look',
    '300ms',
    '--json',
    '--nick',
    'bob',
  )
  await tool.waitForLine(line => line === 'earshot: no server is there yet; waiting for it.')
  const first = await serveAt()
  tool.write('at home\n')
  await reader.waitForLine(/"at home"/)

  await stop(first)
  tool.write('on the way\n')
  const second = await serveAt('--port', '4567')
  await reader.waitForLine(/"on the way"/)
  await tool.waitForLine(line => line === 'earshot: the server is at 10.98.0.1:4567 now.')

  await stop(second)
  den.removeAddress('10.98.0.1/24')
  den.addAddress('10.98.0.77/24')
  tool.write('moved\n')
  const third = await serveAt()
  await reader.waitForLine(/"moved"/)
  await reader.waitForLine(line => line === 'earshot: the server is at 10.98.0.77:23277 now.')
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  await stop(third)
  assert.deepEqual(await bodiesIn(folder), ['at home', 'on the way', 'moved'])
  assert.deepEqual(
    reader.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line).seq),
    [1, 2, 3],
  )
})

test('who takes the name and the identity of a server that is away ends no tail of it', { skip }, async t => {
  const { den, attic, user } = await network(t)
  const serving = (host: Host, folder: string, ...args: string[]) =>
    start(host, 'serve', '--json', '--name', 'den', '--data', folder, ...args)
  const own = newFolder()
  const first = serving(den, own)
  await first.waitForLine(/"listening"/)
  assert.equal((await run(user, 'send', '--nick', 'ann', 'before')).code, 0)
  const reader = start(user, 'tail', '--server', 'den', '--nick', 'bob')
  await reader.waitForLine(/ann: before$/)
  first.kill()
  await first.exited
  const posing = newFolder()
  mkdirSync(posing, { mode: 0o700 })
  copyFileSync(join(own, 'identity.json'), join(posing, 'identity.json'))
  const poser = serving(attic, posing, '--port', '4567')
  await poser.waitForLine(/"listening"/)
  await reader.waitForLine(
    /at 10\.98\.0\.2:4567 another server answered in its name\. Nothing was sent to it/,
  )
  await serving(den, own).waitForLine(/"listening"/)
  await reader.waitForLine(/connected again/)
  assert.equal((await run(user, 'send', '--server', '10.98.0.1', '--nick', 'ann', 'after')).code, 0)
  await reader.waitForLine(/ann: after$/)
  assert.equal(reader.lines.filter(text => text.endsWith('ann: before')).length, 1)
  assert.ok(!poser.lines.some(text => text.includes('"joined"')), 'it heard nobody')
})

/** Which server is meant: chosen from the list through a pipe, named while a host has the name as well, mistyped. */
import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { type TestContext, test } from 'node:test'
import { entry } from '../cli/earshot.ts'
import { createLab, type Host, labAvailable, type Running } from './lab.ts'

const skip = labAvailable() ?? false

async function network(t: TestContext): Promise<{ den: Host; user: Host }> {
  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('lan')
  const host = (name: string, last: number) => lab.host(name, [{ bridge: 'lan', cidr: `10.97.0.${last}/24` }])
  return { den: await host('den', 1), user: await host('user', 2) }
}

const earshot = (host: Host, ...args: string[]): Running => host.spawn(process.execPath, [entry, ...args])

async function serve(host: Host, ...args: string[]): Promise<void> {
  await earshot(host, 'serve', '--json', ...args).waitForLine(/"listening"/)
}

interface Piped {
  readonly code: number | null
  readonly lines: readonly string[]
}

/** Looks for a server as long as a piped list does, and where the machine was too busy to answer by then, again. */
async function found(host: Host, text: string, fits: (done: Piped) => boolean): Promise<Piped> {
  let done = await piped(host, text)
  for (let again = 0; again < 5 && !fits(done); again++) done = await piped(host, text)
  return done
}

async function piped(host: Host, text: string): Promise<Piped> {
  const client = earshot(host, '--nick', 'ann')
  client.write(text)
  client.end()
  const { code } = await client.exited
  return { code, lines: client.lines }
}

test('the list through a pipe: it ends with its input, and a choice waits for the list', {
  skip,
}, async t => {
  const { den, user } = await network(t)
  const unchosen = /^earshot: the input ended, and no server was chosen\. “earshot scan” lists them/
  const nobody = await piped(user, '1\n')
  assert.equal(nobody.code, 1)
  assert.ok(nobody.lines.some(line => /no server with the number 1 here/.test(line)))
  assert.match(nobody.lines.at(-1) ?? '', unchosen)

  await serve(den, '--name', 'den')
  const isListed = ({ lines }: Piped) => lines.some(line => /^1 {2}den {2}10\.97\.0\.1:23277/.test(line))
  const silent = await found(user, '', isListed)
  assert.equal(silent.code, 1)
  assert.ok(isListed(silent), silent.lines.join('\n'))
  assert.match(silent.lines.at(-1) ?? '', unchosen)

  for (const choice of ['1', 'den', ''])
    assert.equal(
      (await found(user, `${choice}\nchosen with “${choice}”\n`, ({ code }) => code === 0)).code,
      0,
      choice,
    )
  const past = earshot(user, 'tail', '--nick', 'reader')
  await past.waitForLine(/chosen with “1”/)
  await past.waitForLine(/chosen with “den”/)
  await past.waitForLine(/chosen with “”/)
})

test('a server called like a host is found where nothing listens at that host, and gives way to one that does', {
  skip,
}, async t => {
  const { den, user } = await network(t)
  // Servers are called like their hosts unless they are given a name.
  const [name = ''] = hostname().split('.')
  await serve(den, '--name', name)
  const silent = earshot(user, 'join', name, '--plain', '--nick', 'ann')
  await silent.waitForLine(line => line.endsWith(`You are ann on ${name}.`))
  await serve(user, '--name', 'the host itself')
  // Where this machine’s own name is not to be looked up, nothing can be said of it.
  if (!(await isLookedUp(user, name))) return
  const listening = earshot(user, 'join', name, '--plain', '--nick', 'bob')
  await listening.waitForLine(/You are bob on the host itself/)
})

test('a name that nobody has: what was looked for is told, and that it is no command', { skip }, async t => {
  const { den, user } = await network(t)
  const run = (...args: string[]) => user.run(process.execPath, [entry, ...args])
  const mistyped = await run('frobnicate')
  assert.equal(mistyped.code, 1)
  assert.match(
    mistyped.stderr,
    /^earshot: no server called “frobnicate” answered within 2000 ms\.\n.*“frobnicate”/m,
  )
  assert.match(mistyped.stderr, /^earshot: that is no command either; there are join, serve, .*wipe\.$/m)
  const joined = await run('join', 'frobnicate')
  assert.match(joined.stderr, /^earshot: no server called “frobnicate” answered/m)
  assert.doesNotMatch(joined.stderr, /command/)

  const sent = await run('send', '--server', 'attic', '--look', '500ms', 'hello')
  assert.equal(sent.code, 1)
  assert.match(sent.stderr, /^earshot: no server called “attic” answered within 500 ms/m)
  const waiting = earshot(
    user,
    'send',
    '--server',
    'attic',
    '--look',
    '500ms',
    '--nick',
    'ann',
    '--wait',
    'hello',
  )
  await waiting.waitForLine(
    /^earshot: no server (called “attic” answered|is there yet that goes by this name)/,
  )
  await waiting.waitForLine(/waiting for/i)
  await serve(den, '--name', 'attic')
  assert.deepEqual(await waiting.exited, { code: 0, signal: null })
  const among = await run('join', 'cellar')
  assert.match(
    among.stderr,
    /no server called “cellar” answered within 2000 ms\. There is:\n {2}attic {2}10\.97\.0\.1/,
  )
})

async function isLookedUp(host: Host, name: string): Promise<boolean> {
  const script = `require('node:dns').lookup('${name}', error => process.exit(error ? 1 : 0))`
  return (await host.run(process.execPath, ['--eval', script])).code === 0
}

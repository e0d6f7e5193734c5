/** `earshot admin`, roles and bans with the built program: over its socket, over a restart, in its log, from plain mode. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { deedLine } from '../../src/cli/admin.ts'
import { joinPeer } from '../server/peer.ts'
import { earshot, ownHome, serving } from './earshot.ts'

async function admin(t: TestContext, env: Record<string, string>, ...args: string[]) {
  const running = earshot(t, ['admin', ...args], env)
  running.end()
  const { code } = await running.exited
  return { code, text: running.lines.join('\n') }
}

const stopped = async (
  t: TestContext,
  env: Record<string, string>,
  running: { exited: Promise<{ code: number | null }> },
) => {
  assert.equal((await admin(t, env, 'stop')).code, 0)
  assert.equal((await running.exited).code, 0)
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

test('roles, bans and the greeting are kept over a restart, and asked for over the socket', async t => {
  const env = ownHome(t)
  const first = await serving(t, [], env)
  const folder = join(env.XDG_DATA_HOME ?? '', 'earshot', 'server-1')
  assert.equal(modeOf(join(folder, 'running.sock')), '600')
  const ann = await joinPeer(first.port, 'ann')
  const bob = await joinPeer(first.port, 'bob')
  const identityOf = (peer: typeof ann) => {
    const welcome = peer.heard.find(said => said.type === 'welcome')
    assert.ok(welcome?.type === 'welcome')
    return { device: welcome.device, secret: welcome.secret }
  }

  const token = JSON.parse((await admin(t, env, 'token', '--json')).text).token
  ann.say({ type: 'own', token })
  await ann.hear('order', said => said.act === 'own')
  bob.speak('id1', 'a body of bob’s')
  await bob.hear('line')
  assert.match(
    (await admin(t, env, 'ban', 'bob', 'for', '2h', 'being', 'loud')).text,
    /^bob was banned for 2 h by the host: being loud$/,
  )
  await bob.gone
  await admin(t, env, 'motd', 'Pizza at eight')
  const who = await admin(t, env, 'who', '--json')
  const [only, ...others] = JSON.parse(who.text).who
  assert.deepEqual(others, [])
  assert.deepEqual([only.nick, only.role, only.address], ['ann', 'owner', '127.0.0.1'])
  assert.match((await admin(t, env, 'rooms')).text, /^#lobby \(1 in it\)/m)
  await stopped(t, env, first.running)
  assert.equal(modeOf(join(folder, 'order.json')), '600')
  assert.equal(modeOf(join(folder, 'order.log')), '600')
  assert.doesNotMatch(readFileSync(join(folder, 'order.log'), 'utf8'), /a body/)
  assert.doesNotMatch(readFileSync(join(folder, 'order.log'), 'utf8'), new RegExp(token))

  const second = await serving(t, [], env)
  await assert.rejects(joinPeer(second.port, 'robert', identityOf(bob)), /banned here for another 2 h/)
  const again = await joinPeer(second.port, 'anna', identityOf(ann))
  const welcome = again.heard.find(said => said.type === 'welcome')
  assert.ok(welcome?.type === 'welcome' && welcome.motd === 'Pizza at eight')
  await again.hear('role', said => said.role === 'owner')
  again.say({ type: 'moderate', act: 'unban', whom: 'bob' })
  await again.hear('order')
  await joinPeer(second.port, 'robert', identityOf(bob))
  assert.equal((await admin(t, env, 'kick', 'nobody')).code, 1)
  await stopped(t, env, second.running)

  const log = await admin(t, env, 'log')
  assert.deepEqual(
    log.text.split('\n').map(line => line.replace(/^\S+ /, '')),
    ['ann: own', 'the host: ban bob (being loud)', 'the host: motd (Pizza at eight)', 'anna: unban bob'],
  )
})

test('a line of the log names everybody it was done to, and is harmless whatever the file holds', () => {
  const at = '2026-01-02T03:04:05.000Z'
  const lines = [
    { at, by: 'ann', act: 'ban', whom: 'mal', also: ['mal2', 'mal3'], place: '10.0.0.7', why: 'loud' },
    { at, by: 'the host', act: 'kick', whom: 'mal' },
    { at, by: 'ann', act: 'kick', whom: 'mal', also: ['\x1b[31mred'] },
    { at, by: 'ann', act: 'kick', whom: 'mal', also: 7 },
  ].map(deed => deedLine(JSON.stringify(deed)))
  assert.deepEqual(lines, [
    `${at} ann: ban mal and with the same client mal2, mal3 10.0.0.7 (loud)`,
    `${at} the host: kick mal`,
    `${at} ann: kick mal and with the same client \ufffd[31mred`,
    `${at} ann: kick mal`,
  ])
  assert.equal(deedLine('{'), '')
})

test('a room that its people left locked is opened from outside, and locked with a password of chance', async t => {
  const env = ownHome(t)
  const { port } = await serving(t, [], env)
  const ann = await joinPeer(port, 'ann')
  ann.say({ type: 'join', room: '#den' })
  ann.say({ type: 'say', id: 'm1', room: '#den', kind: 'say', body: 'kept' })
  await ann.hear('line')
  ann.say({ type: 'lock', room: '#den', password: 'correct horse' })
  await ann.hear('order')
  ann.say({ type: 'bye' })
  await ann.gone
  assert.match((await admin(t, env, 'rooms')).text, /^#den \(0 in it, locked\)$/m)
  const bob = await joinPeer(port, 'bob')
  bob.say({ type: 'join', room: '#den' })
  await bob.hear('refused', ({ code }) => code === 'locked')
  assert.deepEqual(await admin(t, env, 'unlock', '#den'), {
    code: 0,
    text: '#den is open to everybody again, by the host.',
  })
  bob.say({ type: 'join', room: '#den' })
  await bob.hear('members', ({ room }) => room === '#den')
  assert.deepEqual(await admin(t, env, 'unlock', '#den'), { code: 1, text: 'earshot: #den is not locked.' })
  assert.match((await admin(t, env, 'lock', '#den', 'my', 'secret')).text, /takes a room and no password/)
  const locked = await admin(t, env, 'lock', '#den')
  const [, password = ''] = /^Its password: \/join #den (\w{4}-\w{4}-\w{4})$/m.exec(locked.text) ?? []
  const cat = await joinPeer(port, 'cat')
  cat.say({ type: 'join', room: '#den' })
  await cat.hear('refused', ({ code }) => code === 'locked')
  cat.say({ type: 'join', room: '#den', password })
  await cat.hear('members', ({ room }) => room === '#den')
})

test('where nothing runs, or the call makes no sense, it says what to do', async t => {
  const env = ownHome(t)
  const none = await admin(t, env, 'who')
  assert.equal(none.code, 1)
  assert.match(none.text, /no server runs by this user here\. Start one with “earshot serve”/)
  assert.match((await admin(t, env, 'kcik', 'bob')).text, /Did you mean “kick”\?/)
  assert.equal((await admin(t, env)).code, 2)
  assert.match((await admin(t, env, 'ban', 'bob', 'for', 'long')).text, /For how long/)
  assert.match((await admin(t, env, 'kick', 'bob', 'for', '30m')).text, /earshot admin ban bob for 30m\.$/)
  for (const args of [
    ['ban', 'bob', 'for'],
    ['ban', '', 'spam'],
  ])
    assert.equal((await admin(t, env, ...args)).code, 2, args.join(' '))
  assert.equal((await admin(t, env, 'log')).code, 1)
})

test('plain mode keeps order with the same commands', async t => {
  const env = ownHome(t)
  const { port } = await serving(t, [], env)
  const token = JSON.parse((await admin(t, env, 'token', '--json')).text).token
  const bob = await joinPeer(port, 'bob')
  const plain = earshot(t, ['join', `127.0.0.1:${port}`, '--plain', '--no-scan', '--nick', 'ann'], ownHome(t))
  await plain.waitForLine(/You are ann/)
  plain.write(`/own ${token}\n`)
  await plain.waitForLine(/You are owner here/)
  plain.write('/kick bob spam\n')
  await plain.waitForLine(/bob was sent away by ann: spam/)
  assert.equal((await bob.hear('bye')).reason, 'kicked')
  plain.write('/kick ann\n')
  await plain.waitForLine(/That is you/)
})

test('what is open to others is warned of, in --check and at the start', async t => {
  const env = ownHome(t)
  const folder = join(env.XDG_DATA_HOME ?? '', 'den')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'order.json'), 'damaged', { mode: 0o600 })
  chmodSync(folder, 0o755)
  chmodSync(join(folder, 'order.json'), 0o644)
  const check = earshot(t, ['serve', '--check', '--data', folder], env)
  check.end()
  assert.equal((await check.exited).code, 0)
  const warnings = check.lines.filter(line => line.startsWith('warning: '))
  assert.deepEqual(warnings, [
    `warning: ${folder} is open to other users (mode 755). Close it: chmod 700 ${folder}`,
    `warning: ${join(folder, 'order.json')} is open to other users (mode 644). Close it: chmod 600 ${join(folder, 'order.json')}`,
  ])
  chmodSync(folder, 0o700)
  const { running } = await serving(t, ['--data', folder], env)
  assert.ok(running.lines.some(line => line.includes('NOBODY IS BANNED')))
  assert.ok(running.lines.some(line => line.includes('open to other users')))
})

test('metrics stay on this machine unless that was said, and the log holds no body', async t => {
  const env = ownHome(t)
  const refused = earshot(
    t,
    ['serve', '--metrics', '0.0.0.0:9100', '--no-announce', '--host', '127.0.0.1'],
    env,
  )
  refused.end()
  assert.equal((await refused.exited).code, 2)
  assert.ok(refused.lines.some(line => line.includes('--metrics-open')))
  const log = join(env.HOME ?? '', 'serve.log')
  const { running, port } = await serving(t, ['--metrics', '0', '--log', log], env)
  const metrics = JSON.parse(await running.waitForLine(/"event":"metrics"/))
  const ann = await joinPeer(port, 'ann')
  ann.speak('id1', 'a body that is no metric')
  await ann.hear('line')
  const text = await (await fetch(`http://127.0.0.1:${metrics.port}/metrics`)).text()
  assert.match(text, /^earshot_lines_total 1$/m)
  assert.match(text, /^earshot_users 1$/m)
  assert.doesNotMatch(text, /a body|ann/)
  const logged = readFileSync(log, 'utf8')
  assert.match(logged, /"event":"joined"/)
  assert.doesNotMatch(logged, /a body/)
  assert.equal(modeOf(log), '600')
})

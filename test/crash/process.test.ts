/** The server’s process: told to end under load, killed, out of descriptors, with a clock that jumps and with bugs. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ownHome, serving } from '../cli/earshot.ts'
import { bodiesIn } from '../cli/kept.ts'
import { joinPeer, openPeer, type Peer } from '../server/peer.ts'
import { newFolder } from '../store/places.ts'

const troubleFile = fileURLToPath(new URL('./trouble.mjs', import.meta.url))

/** An environment in which SIGUSR2 makes that trouble. */
const withTrouble = (t: TestContext, trouble: string): Record<string, string> => ({
  ...ownHome(t),
  NODE_OPTIONS: `--import ${troubleFile}`,
  EARSHOT_TEST_TROUBLE: trouble,
})

/** People who talk as fast as the room takes it, until their connection ends. */
async function talkers(port: number, count: number): Promise<Peer[]> {
  const peers = await Promise.all(Array.from({ length: count }, (_, who) => joinPeer(port, `talker${who}`)))
  for (const [who, peer] of peers.entries())
    for (let line = 0; line < 40; line++) peer.speak(`${who}-${line}`, `${who}-${line}`)
  return peers
}

/** What each was told was kept of their own. */
const acked = (peers: readonly Peer[]): Set<string> =>
  new Set(peers.flatMap(({ heard }) => heard.flatMap(said => (said.type === 'line' ? [said.body] : []))))

async function assertKept(folder: string, told: ReadonlySet<string>): Promise<void> {
  const bodies = await bodiesIn(folder)
  assert.equal(new Set(bodies).size, bodies.length, 'something is kept twice')
  assert.deepEqual(
    [...told].filter(body => !bodies.includes(body)),
    [],
  )
}

test('told to end under load it tells everybody, keeps what it acknowledged, and ends with 0', async t => {
  const folder = newFolder()
  const { running, port } = await serving(t, ['--data', folder])
  const peers = await talkers(port, 30)
  await peers[0]?.hear('line', ({ body }) => body === '29-5')
  running.kill()
  assert.deepEqual(await running.exited, { code: 0, signal: null })
  await Promise.all(peers.map(({ gone }) => gone))
  for (const { heard } of peers) assert.equal(heard.at(-1)?.type, 'bye')
  assert.ok(acked(peers).size > 100)
  await assertKept(folder, acked(peers))
  // Thirty people leave without thirty lines about it.
  assert.deepEqual(
    running.lines.filter(line => line.includes('"left"')),
    [],
  )
})

test('a second signal ends it at once, also where somebody reads nothing', async t => {
  const { running, port } = await serving(t)
  const peer = await joinPeer(port, 'ann')
  peer.socket.pause()
  running.kill()
  await running.waitForLine(/"stopping"/)
  running.kill('SIGINT')
  // Left alone it would wait for the last words to be read, and end with 0.
  assert.deepEqual(await running.exited, { code: 130, signal: null })
})

test('killed under load it has all that it acknowledged when it starts again', async t => {
  const folder = newFolder()
  const told = new Set<string>()
  for (const heardFirst of ['9-2', '19-8']) {
    const { running, port } = await serving(t, ['--data', folder])
    const peers = await talkers(port, 20)
    await peers[0]?.hear('line', ({ body }) => body === heardFirst)
    running.kill('SIGKILL')
    await running.exited
    await Promise.all(peers.map(({ gone }) => gone))
    for (const body of acked(peers)) told.add(body)
    await serving(t, ['--data', folder]).then(async again => {
      const ann = await openPeer(again.port)
      ann.say({ type: 'hello', v: 1, nick: 'ann' })
      assert.equal((await ann.hear('backlog')).lines.length, 50)
      again.running.kill()
      await again.running.exited
    })
  }
  assert.ok(told.size > 100)
  const bodies = new Set(await bodiesIn(folder))
  assert.deepEqual(
    [...told].filter(body => !bodies.has(body)),
    [],
  )
})

test('without descriptors it goes on keeping what is said, and takes newcomers when there are some again', {
  skip: process.platform !== 'linux' && 'prlimit is Linux’s',
}, async t => {
  const folder = newFolder()
  const { running, port } = await serving(t, ['--data', folder])
  // Taken away while it runs: with fewer from the start it would let fewer in, and never come to this.
  execFileSync('prlimit', ['--pid', `${running.pid}`, '--nofile=64:64'])
  const ann = await joinPeer(port, 'ann')
  const crowd = await Promise.all(Array.from({ length: 200 }, () => openPeer(port)))
  for (const [who, peer] of crowd.entries()) peer.say({ type: 'hello', v: 1, nick: `n${who}` })
  // Some found no room, not even for a word; whoever is in talks on, and it is kept.
  await Promise.race(crowd.map(async ({ gone, heard }) => gone.then(() => assert.deepEqual(heard, []))))
  for (const id of ['a', 'b', 'c']) {
    ann.speak(id, id)
    await ann.hear('line', line => line.id === id)
  }
  for (const peer of crowd) peer.close()
  await Promise.all(crowd.map(({ gone }) => gone))
  await ann.hear('presence', ({ presence }) => presence === 'gone')
  let bob: Peer | null = null
  while (bob === null) bob = await joinPeer(port, 'bob').catch(() => null)
  bob.speak('d', 'd')
  await ann.hear('line', line => line.id === 'd')
  running.kill()
  assert.deepEqual(await running.exited, { code: 0, signal: null })
  assert.deepEqual(await bodiesIn(folder), ['a', 'b', 'c', 'd'])
})

test('a clock that jumps ends no connection, changes no order and removes nothing', async t => {
  const folder = newFolder()
  const { running, port } = await serving(t, ['--data', folder, '--keep', '2d'], withTrouble(t, 'clock'))
  const [ann, bob] = [await joinPeer(port, 'ann'), await joinPeer(port, 'bob')]
  const said: string[] = []
  const say = async (id: string): Promise<void> => {
    said.push(id)
    ann.speak(id, id)
    await bob.hear('line', line => line.id === id)
  }
  await say('before')
  for (const hours of [1, -1, 2400, 0]) {
    running.kill('SIGUSR2')
    await running.waitForLine(line => line === `(the clock is ${hours} h off)`)
    await say(`off-by-${hours}`)
  }
  assert.deepEqual(
    bob.heard.flatMap(message => (message.type === 'line' ? [message.seq] : [])),
    said.map((_, index) => index + 1),
  )
  const carl = await openPeer(port)
  carl.say({ type: 'hello', v: 1, nick: 'carl' })
  assert.deepEqual(
    (await carl.hear('backlog')).lines.map(({ id }) => id),
    said,
  )
  running.kill()
  assert.deepEqual(await running.exited, { code: 0, signal: null })
  const next = await serving(t, ['--data', folder, '--keep', '2d'])
  next.running.kill()
  await next.running.exited
  assert.deepEqual(await bodiesIn(folder), said)
})

for (const [trouble, says] of [
  ['throw', 'thrown by a test'],
  ['reject', 'rejected by a test'],
] as const)
  test(`a bug (${trouble}) is one line in the log and exit 70, and what was acknowledged is there`, async t => {
    const folder = newFolder()
    const { running, port } = await serving(t, ['--data', folder], withTrouble(t, trouble))
    const ann = await joinPeer(port, 'ann')
    ann.speak('one', 'kept')
    await ann.hear('line')
    const before = running.lines.length
    running.kill('SIGUSR2')
    assert.deepEqual(await running.exited, { code: 70, signal: null })
    const told = running.lines.slice(before).filter(line => !line.includes('"joined"'))
    assert.equal(told.length, 1)
    const { event, text, stack } = JSON.parse(told[0] ?? '')
    assert.deepEqual([event, text], ['bug', says])
    assert.match(stack, /trouble\.mjs/)
    assert.deepEqual(await bodiesIn(folder), ['kept'])
  })

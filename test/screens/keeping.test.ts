/** The built program killed without warning and started again: what was typed is said once, and by the same one. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Kept, readKept } from '../../src/client/kept.ts'
import { earshot, entry, ownHome, serving } from '../cli/earshot.ts'
import { ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

const joining = (port: number, nick: string) => ['join', `127.0.0.1:${port}`, '--no-scan', '--nick', nick]

async function client(t: TestContext, args: readonly string[], env = ownHome(t)) {
  const program = await spawnInPty(process.execPath, [entry, ...args], { env })
  t.after(() => program.kill())
  return program
}

/** Until what the client keeps on its disk is so. */
async function kept(path: string, holds: (kept: Kept) => boolean): Promise<void> {
  const untilMs = performance.now() + 10_000
  for (;;) {
    const found = readKept(readFileSync(path, 'utf8'))
    if (found !== null && holds(found)) return
    assert.ok(performance.now() < untilMs, `not kept so: ${JSON.stringify(found)}`)
    await pause(20)
  }
}

/** What somebody new is told of the lobby’s past. */
async function past(t: TestContext, port: number): Promise<string[]> {
  const reader = earshot(t, [...joining(port, 'reader'), '--plain'])
  await reader.waitForLine(/You are reader/)
  reader.write('/quit\n')
  await reader.exited
  return reader.lines.flatMap(text => /#lobby (\w+: .*)$/.exec(text)?.[1] ?? [])
}

test('lines typed while the server is dead outlive a kill of the client, and are said once', {
  skip,
}, async t => {
  const served = ownHome(t)
  const home = ownHome(t)
  const before = await serving(t, ['--name', 'den'], served)
  const ann = await client(t, joining(before.port, 'ann'), home)
  await ann.waitFor('You are ann')
  ann.type('kept\r')
  await ann.waitFor(/kept +✓/)
  before.running.kill('SIGKILL')
  await ann.waitFor('Connection lost')
  ann.type('first\rsecond\r')
  await ann.waitFor(/first +…[\s\S]*second +…/)
  ann.kill('SIGKILL')
  await ann.exit
  await serving(t, ['--name', 'den', '--port', `${before.port}`], served)
  const again = await client(t, joining(before.port, 'ann'), home)
  await again.waitFor('You are ann')
  again.type('third\r')
  const screen = await again.waitFor(/first +✓[\s\S]*second +✓[\s\S]*third +✓/)
  assert.match(screen, /kept/)
  assert.deepEqual(await past(t, before.port), ['ann: kept', 'ann: first', 'ann: second', 'ann: third'])
  // Nothing waits any more: another start says nothing again.
  again.kill('SIGKILL')
  await again.exit
  const once = await client(t, joining(before.port, 'ann'), home)
  await once.waitFor('You are ann')
  assert.equal((await past(t, before.port)).length, 4)
})

test('plain lines do the same, and tell what waited', async t => {
  const served = ownHome(t)
  const home = ownHome(t)
  const before = await serving(t, ['--name', 'den'], served)
  const ann = earshot(t, [...joining(before.port, 'ann'), '--plain'], home)
  await ann.waitForLine(/You are ann/)
  before.running.kill('SIGKILL')
  await ann.waitForLine(/Connection lost/)
  ann.write('first\nsecond\n/info\n')
  await ann.waitForLine(/2 lines not sent yet/)
  ann.kill('SIGKILL')
  await ann.exited
  await serving(t, ['--name', 'den', '--port', `${before.port}`], served)
  const again = earshot(t, [...joining(before.port, 'ann'), '--plain'], home)
  await again.waitForLine(/2 lines of yours had not been sent when you left; sent now\./)
  await again.waitForLine(/ann: second/)
  assert.deepEqual(await past(t, before.port), ['ann: first', 'ann: second'])
})

test('two windows of one user are two people, and each comes back as itself', { skip }, async t => {
  const { port } = await serving(t)
  const home = ownHome(t)
  const first = await client(t, joining(port, 'ann'), home)
  await first.waitFor('You are ann')
  const second = await client(t, joining(port, 'bob'), home)
  await second.waitFor('You are bob')
  await first.waitFor('bob joined')
  second.type('/msg ann psst\r')
  await first.waitFor('@bob')
  const clients = join(home.XDG_DATA_HOME ?? assert.fail(), 'earshot', 'clients')
  const [server = assert.fail()] = readdirSync(clients)
  assert.deepEqual(
    readdirSync(join(clients, server)).filter(name => name.endsWith('.json')),
    ['slot-1.json', 'slot-2.json'],
  )
  // Killed before its line is acknowledged, it would come back into a conversation it has seen nothing of yet.
  await kept(
    join(clients, server, 'slot-2.json'),
    ({ rooms, outbox }) =>
      outbox.length === 0 && rooms.some(room => room.partner === 'ann' && room.seq !== null),
  )
  second.kill('SIGKILL')
  await second.exit
  // Whether it is known by then that his connection is gone makes no difference to him.
  first.type('@bob are you there?\r')
  await first.waitFor(/To @bob|are you there/)
  const again = await client(t, joining(port, 'bob'), home)
  await again.waitFor(/Since you left \d\d:\d\d: 1 direct line/)
})

/** A server with a kept history, stopped and started again: lines, numbers, people and topics go on. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { keptHistory } from '../../src/server/history.ts'
import { startServer } from '../../src/server/server.ts'
import { fillLobby } from '../cli/kept.ts'
import { opening } from '../store/places.ts'
import { joinPeer } from './peer.ts'

function newFolder(t: TestContext): string {
  const top = mkdtempSync(join(tmpdir(), 'earshot-test-'))
  t.after(() => rmSync(top, { recursive: true, force: true }))
  return join(top, 'history')
}

async function start(folder: string) {
  const opened = await keptHistory(folder)
  assert.ok(opened.ok, opened.ok ? '' : opened.text)
  const started = await startServer({
    id: 'test-server-000000000',
    name: 'den',
    motd: '',
    host: '127.0.0.1',
    port: 0,
    discoveryPort: 1,
    interfaces: null,
    announce: 'never',
    history: opened.history,
    onEvent: () => {},
  })
  assert.ok(started.ok)
  return started.server
}

test('what was said before a restart is told to newcomers, and found', async t => {
  const folder = newFolder(t)
  const before = await start(folder)
  const ann = await joinPeer(before.port, 'ann')
  ann.speak('id1', 'deploy is green')
  ann.say({ type: 'topic', id: 'id2', room: '#lobby', body: 'Pizza at eight' })
  await ann.hear('line', line => line.id === 'id2')
  ann.close()
  await before.stop('Restarting.')

  const after = await start(folder)
  t.after(() => after.stop('The test is over.'))
  const bob = await joinPeer(after.port, 'bob')
  const backlog = await bob.hear('backlog')
  assert.deepEqual(
    backlog.lines.map(({ seq, from, body }) => `${seq} ${from}: ${body}`),
    ['1 ann: deploy is green', '2 ann: Pizza at eight'],
  )
  assert.equal((await bob.hear('topic')).body, 'Pizza at eight')
  bob.say({ type: 'search', words: 'green' })
  assert.equal((await bob.hear('found')).lines[0]?.seq, 1)
  bob.close()
})

test('somebody known comes back after a restart: nothing twice, nothing lost, and the same person', async t => {
  const folder = newFolder(t)
  const before = await start(folder)
  const ann = await joinPeer(before.port, 'ann')
  const bob = await joinPeer(before.port, 'bob')
  const welcome = ann.heard.find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  ann.speak('id1', 'kept before the restart')
  await ann.hear('line')
  ann.close()
  bob.speak('id2', 'said while ann was away')
  await bob.hear('line', line => line.id === 'id2')
  bob.say({ type: 'say', id: 'id3', room: '@ann', kind: 'say', body: 'for ann alone' })
  await bob.hear('line', line => line.id === 'id3')
  bob.close()
  await before.stop('Restarting.')

  const after = await start(folder)
  t.after(() => after.stop('The test is over.'))
  const { device, secret, epoch } = welcome
  const again = await joinPeer(after.port, 'ann', { device, secret, epoch, last: { '#lobby': 1 } })
  assert.equal(again.heard.find(message => message.type === 'welcome')?.type, 'welcome')
  assert.deepEqual(
    (await again.hear('backlog')).lines.map(line => line.body),
    ['said while ann was away'],
  )
  assert.equal((await again.hear('direct')).with, 'bob')
  assert.deepEqual(
    (await again.hear('backlog')).lines.map(line => line.body),
    ['for ann alone'],
  )
  again.speak('id1', 'kept before the restart')
  assert.equal((await again.hear('line')).seq, 1)
  again.speak('id4', 'and on')
  assert.equal((await again.hear('line', line => line.id === 'id4')).seq, 3)
  again.close()
})

test('a history whose damage shows only when a server begins to read it is set aside, and the server begins anew', async t => {
  const folder = newFolder(t)
  const epoch = await fillLobby(folder, 3_000, 1)
  const file = join(folder, 'history.db')
  const bytes = readFileSync(file)
  const sound = Math.floor(bytes.length / 3 / 4096) * 4096
  writeFileSync(file, Buffer.concat([bytes.subarray(0, sound), Buffer.alloc(bytes.length - sound, 0xa5)]))
  const unread = await opening(folder)
  assert.ok(unread.ok && unread.notice === null, 'its beginning is sound')
  await unread.store.close()
  const opened = await keptHistory(folder)
  assert.ok(opened.ok, opened.ok ? '' : opened.text)
  assert.match(opened.notice ?? '', /set aside/)
  assert.notEqual(opened.history.epoch, epoch)
  assert.deepEqual(opened.history.past.lines, [])
  await opened.kept.close()
})

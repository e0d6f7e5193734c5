/** `earshot serve` at a terminal: what happens has its time; what is piped away is dated by whoever keeps it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { earshot, entry, ownHome } from '../cli/earshot.ts'
import { joinPeer } from '../server/peer.ts'
import { ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'
const args = ['serve', '--name', 'den', '--memory', '--no-announce', '--host', '127.0.0.1', '--port', '0']

test('on a terminal each happening has its time, and what is said at the start has none', {
  skip,
}, async t => {
  const server = await spawnInPty(process.execPath, [entry, ...args], { columns: 120, env: ownHome(t) })
  t.after(() => server.kill())
  const screen = await server.waitFor(/^“den” is open on port \d+/m)
  await joinPeer(Number(/port (\d+)/.exec(screen)?.[1]), 'ann')
  await server.waitFor(/^\d\d:\d\d ann joined \(1 here\)$/m)
})

test('in a pipe nothing is put before what happens', async t => {
  const server = earshot(t, args)
  const port = Number(/port (\d+)/.exec(await server.waitForLine(/is open on port/))?.[1])
  await joinPeer(port, 'ann')
  assert.equal(await server.waitForLine(/ann joined/), 'ann joined (1 here)')
})

/** The nick that is kept for the next time: the one somebody went by, unless it only stood in for theirs. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { joinPeer } from '../server/peer.ts'
import { earshot, ownHome, serving } from './earshot.ts'

test('a nick whose join was refused is not kept; the one somebody got in by is', async t => {
  const { port } = await serving(t)
  await joinPeer(port, 'ann')
  const env = ownHome(t)
  const kept = join(env.XDG_CONFIG_HOME ?? '', 'earshot', 'client.json')
  const joining = (at: number) =>
    earshot(t, ['join', `127.0.0.1:${at}`, '--no-scan', '--plain', '--nick', 'ann'], env)

  const refused = joining(port)
  await refused.waitForLine(/Which nick do you want\? \(Enter: ann2\)$/)
  refused.kill()
  await refused.exited
  assert.equal(existsSync(kept), false, 'the nick was taken')

  const { running: gone, port: nowhere } = await serving(t)
  gone.kill()
  await gone.exited
  const unanswered = joining(nowhere)
  assert.equal((await unanswered.exited).code, 1)
  assert.equal(existsSync(kept), false, 'nobody answered')

  const joined = joining(port)
  await joined.waitForLine(/Which nick do you want\?/)
  joined.write('bob\n')
  await joined.waitForLine(/You are bob on /)
  joined.write('/quit\n')
  await joined.exited
  assert.equal(JSON.parse(readFileSync(kept, 'utf8')).nick, 'bob')
})

test('whoever opened a second window comes back by the nick of the first', async t => {
  const { port } = await serving(t)
  const env = ownHome(t)
  const joining = (...more: string[]) =>
    earshot(t, ['join', `127.0.0.1:${port}`, '--no-scan', '--plain', ...more], env)

  const first = joining('--nick', 'bob')
  await first.waitForLine(/You are bob on /)
  const second = joining()
  await second.waitForLine(/Which nick do you want\? \(Enter: bob2\)$/)
  second.write('\n')
  await second.waitForLine(/You are bob2 on /)
  for (const window of [first, second]) {
    window.write('/quit\n')
    await window.exited
  }

  const later = joining()
  await later.waitForLine(/You are bob on /)
  later.write('/quit\n')
  await later.exited
})

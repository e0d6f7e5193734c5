/** The nick that is kept for the next time: the one somebody went by, whatever they asked for. */
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

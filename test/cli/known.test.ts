/** The file of known servers: whatever else is damaged in it, a key that stands there is the only right one. */
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serversIn } from '../../src/cli/known.ts'
import { earshot, ownHome, serving } from './earshot.ts'

const pin = 'A'.repeat(43)

test('of a server whose other fields are damaged the key is still known', () => {
  const damaged = { id: 'den1', pin, name: 7, sinceMs: 'x', at: null, login: { salt: 's', salted: 's' } }
  const text = JSON.stringify({ servers: [damaged] }).replace('"x"', '1e999')
  const [known, ...more] = serversIn(text) ?? []
  assert.deepEqual(known, { id: 'den1', pin, name: 'den1', sinceMs: 0, lastMs: 0, at: '', login: null })
  assert.deepEqual(more, [])
  assert.deepEqual(serversIn(JSON.stringify({ servers: [{ ...damaged, pin: 'short' }, null] })), [])
  for (const text of ['', '{', 'null', '[]', '{"servers":{}}']) assert.equal(serversIn(text), null, text)
})

test('a file that cannot be read is set aside with a word', async t => {
  const { port } = await serving(t)
  const env = ownHome(t)
  const folder = join(env.XDG_CONFIG_HOME ?? '', 'earshot')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'known-servers.json'), '{"servers":[{')
  const tool = earshot(t, ['send', '--server', `127.0.0.1:${port}`, 'hello'], env)
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.match(
    tool.lines.join('\n'),
    /The servers you know could not be read, so each is new to you: compare its code\./,
  )
  const aside = readdirSync(folder).find(name => /^known-servers\.json\.damaged-\d{14}$/.test(name))
  assert.equal(readFileSync(join(folder, aside ?? ''), 'utf8'), '{"servers":[{')
  assert.equal(serversIn(readFileSync(join(folder, 'known-servers.json'), 'utf8'))?.length, 1)
})

test('whoever cannot keep whom they know is told so once, in a window and by a script', async t => {
  const { port } = await serving(t)
  const env = ownHome(t)
  // No folder can be made where there is a file, whoever the user is.
  writeFileSync(env.XDG_CONFIG_HOME ?? '', '')
  const unkept = /Nothing can be written to \S+ \(.* is no folder\): .* Make that folder writable\.$/
  const at = [`127.0.0.1:${port}`, '--no-scan']

  const window = earshot(t, ['join', ...at, '--plain', '--nick', 'bob'], env)
  await window.waitForLine(unkept)
  await window.waitForLine(/You are bob on /)
  window.write('/nick rob\n')
  await window.waitForLine(/You are rob now/)
  window.write('/quit\n')
  await window.exited
  assert.equal(window.lines.filter(text => unkept.test(text)).length, 1)

  const script = earshot(t, ['send', '--server', ...at, 'hello'], env)
  assert.equal((await script.exited).code, 0)
  assert.equal(script.lines.filter(text => unkept.test(text)).length, 1)
})

/** Which server is meant: chosen from the list through a pipe, named while a host has the name as well, mistyped. */
import assert from 'node:assert/strict'
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

async function piped(host: Host, text: string): Promise<{ code: number | null; lines: readonly string[] }> {
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
  const silent = await piped(user, '')
  assert.equal(silent.code, 1)
  assert.ok(silent.lines.some(line => /^1 {2}den {2}10\.97\.0\.1:23277/.test(line)))
  assert.match(silent.lines.at(-1) ?? '', unchosen)

  for (const choice of ['1', 'den', ''])
    assert.equal((await piped(user, `${choice}\nchosen with “${choice}”\n`)).code, 0, choice)
  const past = earshot(user, 'tail', '--nick', 'reader')
  await past.waitForLine(/chosen with “1”/)
  await past.waitForLine(/chosen with “den”/)
  await past.waitForLine(/chosen with “”/)
})

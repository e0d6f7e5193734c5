/** The lab for people: built, used and removed with the commands that the README shows. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { labAvailable } from './lab.ts'
import { startRunning } from './running.ts'
import { looks } from './scanned.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
const script = fileURLToPath(new URL('../../scripts/netlab.mjs', import.meta.url))
const netlab = (...args: string[]) =>
  spawnSync(process.execPath, [script, ...args], { cwd: top, encoding: 'utf8' })

const inUse = () => /^earshot1\b/m.test(execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }))

test('up builds the lab, run serves in it, another host finds it, down removes it', {
  skip: labAvailable() ?? false,
}, async t => {
  if (inUse()) return t.skip('somebody uses the lab of this machine just now')
  t.after(() => netlab('down'))
  assert.equal(netlab('up').status, 0)
  const serve = startRunning(
    process.execPath,
    [script, 'run', 'earshot1', '--', 'npm', 'start', '-s', '--', 'serve', '--name', 'den'],
    { env: process.env, cwd: top },
  )
  t.after(() => serve.kill())
  await serve.waitForLine(/“den” is open on port 23277/)
  const scan = (wait: string) =>
    netlab('run', 'earshot2', '--', 'npm', 'start', '-s', '--', 'scan', '--wait', wait)
  assert.ok(looks.some(wait => /^den /m.test(scan(wait).stdout)))
  assert.equal(netlab('down').status, 0)
  assert.equal(inUse(), false)
})

/** Trust in a real terminal: the first visit, the padlock, a changed key, and a password. */
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

async function client(
  t: TestContext,
  port: number,
  env: Record<string, string>,
  size: { columns?: number; rows?: number } = {},
): Promise<PtyProgram> {
  const args = [entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann']
  const program = await spawnInPty(process.execPath, args, { env, ...size })
  t.after(() => program.kill())
  return program
}

async function leave(program: PtyProgram): Promise<void> {
  program.type('/quit\r')
  await program.exit
}

test('a first visit says the code, the second only shows the padlock, and a changed key stops it until /trust', {
  skip,
}, async t => {
  const env = ownHome(t)
  const serverEnv = ownHome(t)
  const before = await serving(t, ['--name', 'den'], serverEnv)
  const code = String(before.listening.code)
  const first = await client(t, before.port, env)
  await first.waitFor(/First visit: the code of den is/)
  await first.waitFor(/🔒 +encrypted/)
  assert.ok(first.text().includes(code))
  await leave(first)

  const second = await client(t, before.port, env)
  await second.waitFor(/🔒 +encrypted/)
  assert.doesNotMatch(second.text(), /First visit/)
  await leave(second)

  before.running.kill('SIGTERM')
  await before.running.exited
  rmSync(join(serverEnv.XDG_DATA_HOME ?? '', 'earshot', 'server-1', 'key.pem'))
  const after = await serving(t, ['--name', 'den'], serverEnv)
  const newCode = String(after.listening.code)
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 40, rows: 12 },
  ]) {
    const third = await client(t, after.port, env, size)
    await third.waitFor(/key of den has changed/)
    const shown = third.text().replace(/\s+/g, ' ')
    assert.ok(shown.includes(code) && shown.includes(newCode), third.text())
    assert.match(shown, /\/trust \+ last four/)
    third.type('yes\r')
    await third.waitFor(/Nothing is sent/)
    if (size.columns === 40) {
      third.type('\u001b')
      assert.equal((await third.exit).code, 0)
      continue
    }
    third.kill()
  }
  const fourth = await client(t, after.port, env)
  await fourth.waitFor(/key of den has changed/)
  fourth.type(`/trust ${newCode.slice(-4)}\r`)
  await fourth.waitFor(/You are ann on den/)
  await leave(fourth)
})

test('a password is typed as dots, a wrong one is told, a right one is remembered', { skip }, async t => {
  const serverEnv = ownHome(t)
  const file = join(serverEnv.HOME ?? '', 'password')
  writeFileSync(file, 'open sesame\n')
  const { port } = await serving(t, ['--name', 'den', '--password-file', file], serverEnv)
  const env = ownHome(t)
  const first = await client(t, port, env)
  await first.waitFor('asks for its password')
  first.type('close sesame')
  await first.waitFor('> ••••••••••••')
  first.type('\r')
  await first.waitFor('not the password')
  first.type('open sesame\r')
  await first.waitFor('You are ann')
  assert.doesNotMatch(first.raw(), /sesame/)
  await leave(first)
  const second = await client(t, port, env)
  await second.waitFor('You are ann')
  await leave(second)
})

test('plain mode in a terminal does not echo the password either', { skip }, async t => {
  const serverEnv = ownHome(t)
  const file = join(serverEnv.HOME ?? '', 'password')
  writeFileSync(file, 'open sesame\n')
  const { port } = await serving(t, ['--password-file', file], serverEnv)
  const args = [entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--plain', '--nick', 'ann']
  const program = await spawnInPty(process.execPath, args, { env: ownHome(t) })
  t.after(() => program.kill())
  await program.waitFor('The password?')
  program.type('open sesame\r')
  await program.waitFor('You are ann')
  assert.doesNotMatch(program.raw(), /sesame/)
  program.type('\u001b[A\r')
  program.type('hello there\r')
  await program.waitFor(/ann: hello there/)
  assert.doesNotMatch(program.raw(), /sesame/, 'nor does Up bring it back')
})

/** Locks: one living process each, whoever was killed meanwhile. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { holdSocket } from '../../src/cli/socketLock.ts'
import { startRunning } from '../network/running.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-slots-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const holder = fileURLToPath(new URL('holder.ts', import.meta.url))
function startHolder(t: TestContext, folder: string, name: string) {
  const { env } = process
  const running = startRunning(process.execPath, ['--import', 'tsx', holder, folder, name], {
    env,
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  })
  t.after(() => running.kill('SIGKILL'))
  return running
}

/** It leaves its lock behind, which nobody holds any more. */
async function killedHolder(t: TestContext, folder: string, name: string) {
  const killed = startHolder(t, folder, name)
  await killed.waitForLine(/held/)
  killed.kill('SIGKILL')
  await killed.exited
  return killed
}

test('of several processes that take a lock and give it back at once, each has it alone', async t => {
  const folder = folderOf(t)
  const contender = fileURLToPath(new URL('contender.ts', import.meta.url))
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  const contenders = Array.from({ length: 4 }, () => {
    const running = startRunning(process.execPath, ['--import', 'tsx', contender, folder, '100'], {
      env: process.env,
      cwd,
    })
    t.after(() => running.kill('SIGKILL'))
    return running
  })
  const notAlone = await Promise.all(
    contenders.map(async running => {
      await running.exited
      return running.lines
    }),
  )
  assert.deepEqual(notAlone, [['0'], ['0'], ['0'], ['0']])
  assert.deepEqual(readdirSync(folder), [], 'nothing is left behind')
})

test('the slot of a client that was killed is free, and of many who find it so only one gets it', async t => {
  const folder = folderOf(t)
  const killed = startHolder(t, folder, 'slot-1')
  await killed.waitForLine(/held/)
  assert.equal(await holdSocket(folder, 'slot-1'), null)
  killed.kill('SIGKILL')
  await killed.exited
  const many = Array.from({ length: 5 }, () => startHolder(t, folder, 'slot-1'))
  const answers = await Promise.all(many.map(one => one.waitForLine(/held|busy/)))
  assert.deepEqual(answers.sort(), ['busy', 'busy', 'busy', 'busy', 'held'])
})

test('who is killed while they clear a dead lock away is in nobody’s way', async t => {
  const folder = folderOf(t)
  const killed = await killedHolder(t, folder, 'slot-1')
  const socket = readdirSync(folder).find(name => name.endsWith('.sock')) ?? assert.fail('a dead socket')
  symlinkSync(String(killed.pid), join(folder, `${socket}.clearing`))
  const release = await holdSocket(folder, 'slot-1')
  assert.ok(release)
  release()
  assert.deepEqual(readdirSync(folder), [])
})

test('a dead lock that somebody else is clearing away is not taken meanwhile', async t => {
  const folder = folderOf(t)
  await killedHolder(t, folder, 'slot-1')
  symlinkSync(String(process.pid), join(folder, 'slot-1.sock.clearing'))
  assert.equal(await holdSocket(folder, 'slot-1'), null)
})

/** Its sockets are in the folder that all share, which is one of this test alone. */
function deepFolder(t: TestContext): { deep: string; shared: string } {
  const shared = folderOf(t)
  const before = process.env.TMPDIR
  process.env.TMPDIR = shared
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  })
  const deep = join(folderOf(t), 'x'.repeat(60), 'y'.repeat(60))
  mkdirSync(deep, { recursive: true })
  return { deep, shared }
}

test('what those who were killed left in the folder that all share is cleared away; who lives keeps their lock', {
  skip: process.platform === 'win32',
}, async t => {
  const { deep, shared } = deepFolder(t)
  const sockets = () => readdirSync(shared).filter(name => name.endsWith('.sock'))
  await killedHolder(t, deep, 'slot-1')
  const [dead = ''] = sockets()
  assert.match(dead, /^earshot-/)
  const living = startHolder(t, deep, 'slot-2')
  await living.waitForLine(/held/)
  assert.ok(!sockets().includes(dead))
  // It has such a name, and is none.
  writeFileSync(join(shared, dead), '')
  const release = await holdSocket(deep, 'slot-3')
  assert.ok(release)
  assert.equal(sockets().length, 3)
  assert.equal(await holdSocket(deep, 'slot-2'), null)
  release()
})

test('a folder too deep for a socket has its lock elsewhere', async t => {
  const { deep: folder } = deepFolder(t)
  const release = await holdSocket(folder, 'slot-1')
  assert.ok(release)
  assert.equal(await holdSocket(folder, 'slot-1'), null)
  release()
  const again = await holdSocket(folder, 'slot-1')
  assert.ok(again)
  again()
})

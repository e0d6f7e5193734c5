/** What becomes of a command whose output nobody reads any more, or cannot be written. */
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { patienceMs } from '../patience.ts'
import { joinPeer } from '../server/peer.ts'
import { draft, newFolder, openAt } from '../store/places.ts'
import { entry, ownHome, serving } from './earshot.ts'

/** A shell’s view: our exit code, and what we said on standard error. */
function inShell(t: TestContext, args: string, behind: string): Promise<{ code: number; said: string }> {
  const command = `"${process.execPath}" "${entry}" ${args} ${behind}; echo "code \${PIPESTATUS[0]}" >&2`
  return new Promise((resolve, reject) => {
    const child = execFile(
      'bash',
      ['-c', command],
      { env: ownHome(t), timeout: patienceMs },
      (error, _, stderr) => {
        if (error) return reject(error)
        const [, said = '', code = ''] = /^(.*)code (\d+)\n$/s.exec(stderr) ?? []
        resolve({ code: Number(code), said })
      },
    )
    t.after(() => child.kill('SIGKILL'))
  })
}

/** More than any pipe holds. */
async function longHistory(): Promise<string> {
  const folder = newFolder()
  const store = await openAt(folder)
  for (let count = 0; count < 60; count++)
    await store.append(draft(`id${count}`, { body: 'x'.repeat(8_000) }), Date.now())
  await store.close()
  return folder
}

test('export whose reader has seen enough ends with 0 and without a word', async t => {
  const folder = await longHistory()
  for (const how of ['', '--json'])
    assert.deepEqual(await inShell(t, `export --data ${folder} ${how}`, '| head -2'), { code: 0, said: '' })
})

test('tail whose reader has seen enough ends with 0 where nothing more is said', async t => {
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  for (const [index, word] of ['one', 'two', 'three'].entries()) {
    ann.speak(`id${index}`, word)
    await ann.hear('line')
  }
  const args = `tail --last 100 --nick reader --no-scan --server 127.0.0.1:${port}`
  assert.deepEqual(await inShell(t, args, '| head -1'), { code: 0, said: '' })
})

const isLinux = process.platform === 'linux'

test('what cannot be written is one sentence and exit code 1, whatever command prints', {
  skip: !isLinux,
}, async t => {
  const folder = await longHistory()
  const { port } = await serving(t)
  const ann = await joinPeer(port, 'ann')
  ann.speak('one', 'one')
  await ann.hear('line')
  const there = `127.0.0.1:${port}`
  for (const args of [
    `export --data ${folder}`,
    `tail --nick reader --no-scan --server ${there}`,
    `scan ${there}`,
    'serve --check',
    '--help',
    '--version',
    'help serve',
  ])
    assert.deepEqual(
      await inShell(t, args, '> /dev/full'),
      { code: 1, said: 'earshot: what this prints cannot be written: the disk it goes to is full.\n' },
      args,
    )
})

test('who prints nothing is not told that it cannot be written', { skip: !isLinux }, async t => {
  const { code, said } = await inShell(t, 'help nope', '> /dev/full')
  assert.equal(code, 2)
  assert.match(said, /^earshot: there is no command “nope”\.[^\n]*\n$/)
})

test('a server goes on where its events cannot be written', { skip: !isLinux }, async t => {
  const full = openSync('/dev/full', 'w')
  const args = ['serve', '--log', '-', '--no-announce', '--host', '127.0.0.1', '--port', '0']
  const child = spawn(process.execPath, [entry, ...args], {
    env: ownHome(t),
    stdio: ['ignore', full, 'pipe'],
  })
  t.after(() => {
    child.kill('SIGKILL')
    closeSync(full)
  })
  const exited = once(child, 'exit')
  assert.ok(child.stderr)
  let said = ''
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`
    if (!line.includes('"event":"listening"')) continue
    const ann = await joinPeer(JSON.parse(line).port, 'ann')
    ann.speak('one', 'one')
    await ann.hear('line')
    child.kill('SIGTERM')
  }
  assert.deepEqual(await exited, [0, null], said)
  assert.equal(said.match(/cannot be written: the disk it goes to is full\./g)?.length, 1, said)
})

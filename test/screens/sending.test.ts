/** `earshot send` at a terminal: whoever waits for many lines is told why, and a pipe is not. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

async function sending(t: TestContext, script: string) {
  const { port } = await serving(t)
  const program = await spawnInPty('sh', ['-c', script, 'sh', process.execPath, entry, `127.0.0.1:${port}`], {
    columns: 120,
    env: ownHome(t),
  })
  t.after(() => program.kill())
  return program
}

test('many lines at once: the pace is told once, while it is waited for', { skip }, async t => {
  const program = await sending(t, 'seq 60 | "$1" "$2" send --server "$3" --nick tool')
  const told =
    /earshot: the server takes about (a line|\d+ lines) a second from one person; \d+ are said, the rest follows\./
  const screen = await program.waitFor(told)
  assert.equal(screen.match(/the server takes/g)?.length, 1)
})

test('what the server takes at once is sent without a word', { skip }, async t => {
  const program = await sending(t, 'seq 5 | "$1" "$2" send --server "$3" --nick tool; echo over')
  assert.equal((await program.waitFor('over')).trim(), 'over')
})

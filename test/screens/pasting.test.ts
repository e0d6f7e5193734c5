/** Lines that come faster than they are taken, in a real terminal: a paste without marks, and more typed than may wait. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

async function client(t: TestContext, rows = 24): Promise<{ ann: PtyProgram; server: { kill(): void } }> {
  const { port, running } = await serving(t)
  const args = [entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'ann']
  const ann = await spawnInPty(process.execPath, args, { env: ownHome(t), rows, columns: 90 })
  t.after(() => ann.kill())
  await ann.waitFor('You are ann', 30_000)
  return { ann, server: { kill: () => running.kill('SIGKILL') } }
}

const linesOf = (count: number, words = ''): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}${words}\r`).join('')

test('lines pasted without a mark are asked about as one, also where the terminal hands them out in pieces', {
  skip,
}, async t => {
  const { ann } = await client(t)
  // Some 7 kB: two reads.
  ann.type(linesOf(180, ' of a text that was copied elsewhere'))
  await ann.waitFor('Send these 180 lines as one message?', 30_000)
  ann.type('\r')
  await ann.waitFor(/line 1 of a text.*✓/, 30_000)
  assert.doesNotMatch(ann.text(), /not sent/)
})

test('a paste that no message holds is whole in the line, and nothing of it is sent', { skip }, async t => {
  const { ann } = await client(t)
  ann.type(linesOf(250))
  const screen = await ann.waitFor('This is 250 lines', 30_000)
  assert.match(screen, /line 250/)
  assert.doesNotMatch(screen, /│ line/)
})

test('a few lines typed ahead are each sent', { skip }, async t => {
  const { ann } = await client(t)
  ann.type(linesOf(4))
  const screen = await ann.waitFor(/line 4 +✓/, 30_000)
  for (const count of [1, 2, 3]) assert.match(screen, new RegExp(`ann │ line ${count} +✓`))
})

test('without a server the reason why no more is taken is seen, and so is what a command answers', {
  skip,
}, async t => {
  const { ann, server } = await client(t)
  server.kill()
  await ann.waitFor('Connection lost', 30_000)
  for (let count = 4; count <= 100; count += 4) {
    for (let one = count - 3; one <= count; one++) ann.type(`word ${one}\r`)
    await ann.waitFor(new RegExp(`word ${count} +…`), 30_000)
  }
  ann.type('word 101\r')
  const screen = await ann.waitFor('this stays here, Enter tries again', 30_000)
  assert.match(screen, /▌> word 101/)
  ann.type('/info\r')
  const told = await ann.waitFor(/Not connected: .*|Protocol version/, 30_000)
  assert.match(told, /\d+ earlier lines of yours not sent yet/)
  await ann.waitFor('▌> word 101', 30_000)
})

/** The built program in a real terminal: a line from an editor of one’s own, words found above, and the bare text. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { entry, ownHome, serving } from '../cli/earshot.ts'
import { type PtyProgram, ptyWorks, spawnInPty } from './screen.ts'

const skip = (await ptyWorks()) ? false : 'no real terminal can be made here (node-pty is missing)'

async function client(
  t: TestContext,
  args: readonly string[],
  env: Record<string, string>,
  size: { columns?: number; rows?: number } = {},
): Promise<PtyProgram> {
  const program = await spawnInPty(process.execPath, [entry, ...args], { env, ...size })
  t.after(() => program.kill())
  return program
}

const joining = (port: number, nick: string) => ['join', `127.0.0.1:${port}`, '--no-scan', '--nick', nick]

test('a line is written in an editor of one’s own, while the connection lives on', { skip }, async t => {
  const { port } = await serving(t)
  const home = ownHome(t)
  const editor = join(home.XDG_CONFIG_HOME ?? tmpdir(), 'editor.sh')
  mkdirSync(dirname(editor), { recursive: true })
  // It asks in the terminal it was lent, as an editor does.
  const script =
    '#!/bin/sh\necho "editing $(wc -c < "$1") bytes:"; cat "$1"; read answer\necho "$answer" >> "$1"\n'
  writeFileSync(editor, script, { mode: 0o700 })
  const ann = await client(t, joining(port, 'ann'), { ...home, VISUAL: editor })
  await ann.waitFor('You are ann')
  ann.type('draft\x18')
  await ann.waitFor(/editing +6 bytes:/)
  const bob = await client(t, joining(port, 'bob'), ownHome(t))
  await bob.waitFor('You are bob')
  bob.type('meanwhile\r')
  await bob.waitFor(/meanwhile.*✓/)
  assert.doesNotMatch(ann.text(), /meanwhile/)
  ann.type('and more\r')
  await ann.waitFor('Enter sends it.')
  assert.match(ann.text(), /> draft\n.*and more/)
  assert.match(ann.text(), /bob │ meanwhile/)
  ann.type('\r')
  await bob.waitFor('and more')
  ann.type('\x18')
  await ann.waitFor(/editing +0 bytes:/)
  ann.type('\x03')
  await ann.waitFor(/ended with|Enter sends it/)
  ann.type('/quit\r')
  assert.deepEqual(await ann.exit, { code: 0, signal: 0 })
})

test('words are found above, and the bare text has no gutter', { skip }, async t => {
  const { port } = await serving(t)
  const ann = await client(t, joining(port, 'ann'), ownHome(t), { columns: 100, rows: 16 })
  await ann.waitFor('You are ann')
  ann.type('the needle\r')
  await ann.waitFor(/the needle.*✓/)
  ann.type('\x06needle')
  await ann.waitFor('1 of 1')
  assert.match(ann.text(), /ann > the needle/)
  ann.type('\r')
  ann.type('\x1bOQ')
  await ann.waitFor(/^\d\d:\d\d ann: the needle *$/m)
})

/** The line in an editor of the user’s own: a private file, gone afterwards, and every failure in a sentence. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { composeIn } from '../../src/cli/compose.ts'

const skip = process.platform === 'win32' ? 'a shell script stands in for the editor' : false

/** An editor that is a script; `told` holds what it wrote about its file, and the terminal’s coming and going. */
function editing(t: TestContext, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'compose-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'editor')
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o700 })
  const lent: string[] = []
  const lend = () => {
    lent.push('lent')
    return () => void lent.push('taken back')
  }
  const env = { VISUAL: `${path} --wait`, TOLD: join(folder, 'told') }
  return { env, lend, lent, folder, told: () => readFileSync(env.TOLD, 'utf8') }
}

async function composed(t: TestContext, script: string, text = 'before') {
  const one = editing(t, script)
  const before = process.env.TOLD
  process.env.TOLD = one.env.TOLD
  t.after(() => {
    if (before === undefined) delete process.env.TOLD
    else process.env.TOLD = before
  })
  return { ...one, outcome: await composeIn(text, one.lend, one.env) }
}

test('what is written comes back, from a file that only its owner reads and that is gone', {
  skip,
}, async t => {
  const { outcome, told, lent } = await composed(
    t,
    'echo "$1|$(stat -c %a "$2" 2>/dev/null || stat -f %Lp "$2")|$2|$(cat "$2")" > "$TOLD"; printf "two\\nlines\\n" > "$2"',
  )
  assert.deepEqual(outcome, { ok: true, text: 'two\nlines\n' })
  const [option, mode, file = '', held] = told().trim().split('|')
  assert.deepEqual([option, mode, held], ['--wait', '600', 'before'])
  assert.equal(existsSync(file), false)
  assert.equal(existsSync(join(file, '..')), false)
  assert.deepEqual(lent, ['lent', 'taken back'])
})

test('an editor that fails leaves the line as it was, and no file', { skip }, async t => {
  const { folder } = editing(t, 'exit 0')
  const usual = process.env.TMPDIR
  process.env.TMPDIR = folder
  t.after(() => {
    if (usual === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = usual
  })
  const failed = await composed(t, 'exit 3')
  assert.equal(failed.outcome.ok, false)
  assert.match(failed.outcome.text, /ended with code 3\. The line is as it was\./)
  const killed = await composed(t, 'kill -9 $$')
  assert.match(killed.outcome.text, /ended with (SIGKILL|code 137)\./)
  const none = await composeIn('', () => () => {}, { EDITOR: 'no-such-editor-here' })
  assert.match(none.text, /There is no editor “no-such-editor-here”\. Set \$VISUAL or \$EDITOR/)
  assert.deepEqual(
    readdirSync(folder).filter(name => name.startsWith('earshot-')),
    [],
  )
})

test('a file of more than a MiB is not read back', { skip }, async t => {
  const { outcome } = await composed(t, 'head -c 1100000 /dev/zero > "$2"')
  assert.equal(outcome.ok, false)
  assert.match(outcome.text, /more than 1 MiB/)
})

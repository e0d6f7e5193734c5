/** The history’s thread is found where the build puts it, and node’s note on its young SQLite stays off the screen. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadDriver } from '../../src/store/driver.ts'
import { newFolder } from './places.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
const program = (store: string) => `${store}
const opened = await openStore({ folder: process.argv[2], nowMs: 0, newId: () => 'epoch' })
if (!opened.ok) throw new Error(opened.text)
const { line } = await opened.store.append({ room: '#lobby', id: 'a', author: 'd', from: 'ann', kind: 'say', body: 'x' }, 1)
await opened.store.close()
console.log(opened.driver, line.seq)
`
const source = JSON.stringify(join(top, 'src/store/sqlite.ts'))
const ownSqlite = (await loadDriver('node:sqlite')) !== null
const ways = {
  'the entry itself': program(`import { openStore } from ${source}`),
  'a chunk of its own': program(`const { openStore } = await import(${source})`),
}

/** Builds the program the way Earshot is built, and runs it. */
async function run(text: string, { libsql }: { libsql: boolean }) {
  const { build } = await import('esbuild')
  const work = newFolder()
  mkdirSync(work)
  if (libsql) symlinkSync(join(top, 'node_modules'), join(work, 'node_modules'))
  writeFileSync(join(work, 'entry.ts'), text)
  writeFileSync(join(work, 'package.json'), '{ "type": "module" }')
  await build({
    absWorkingDir: work,
    entryPoints: { earshot: 'entry.ts', 'chunks/history': join(top, 'src/store/worker.ts') },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    external: ['libsql'],
    minify: true,
    logLevel: 'warning',
  })
  assert.ok(existsSync(join(work, 'dist/chunks/history.js')))
  return spawnSync(process.execPath, [join(work, 'dist/earshot.js'), newFolder()], { encoding: 'utf8' })
}

for (const [where, text] of Object.entries(ways))
  test(`built into ${where}, a store finds its thread and keeps a line`, async () => {
    const { stdout, stderr } = await run(text, { libsql: true })
    assert.match(stdout, /^(node:sqlite|libsql) 1\n$/)
    assert.equal(stderr, '')
  })

test('without the optional package, node’s own SQLite serves; without that, a sentence says what to do', async () => {
  const { stdout, stderr } = await run(ways['the entry itself'], { libsql: false })
  if (ownSqlite) assert.equal(stdout, 'node:sqlite 1\n')
  else assert.match(stderr, /Error: This Node \(v.*\) has no SQLite to keep a history with\. Use Node 22\.13/)
})

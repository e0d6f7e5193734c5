/** The bundle: few files are read at a start, for each takes Node a while to find and compile. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { buildDist } from '../../scripts/build.mjs'

const dist = mkdtempSync(join(tmpdir(), 'earshot-bundle-'))
const textOf = (file: string): string => readFileSync(join(dist, file), 'utf8')
const chunks = (): readonly string[] =>
  readdirSync(join(dist, 'chunks')).flatMap(file => (file.endsWith('.js') ? [`chunks/${file}`] : []))

/** The file and those that it cannot do without, in turn. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found
  found.add(file)
  for (const [, other = ''] of textOf(file).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g))
    loadedWith(other.startsWith('chunks/') ? other : `chunks/${other}`, found)
  return found
}

const command = (name: string): string => chunks().find(file => file.startsWith(`chunks/${name}-`)) ?? name

before(() => buildDist({ outdir: dist }))
after(() => rmSync(dist, { recursive: true, force: true }))

test('a first frame and a server need few files, of which they share one', () => {
  const client = loadedWith(command('window'), loadedWith(command('pick')))
  const server = loadedWith(command('serve'))
  assert.ok(client.size > 3 && client.size <= 12, [...client].join(' '))
  assert.ok(server.size > 3 && server.size <= 12, [...server].join(' '))
  const shared = [...client].filter(file => server.has(file)).map(file => textOf(file).length)
  assert.ok(Math.max(...shared) > 40_000, shared.join(' '))
})

test('the store’s thread is one file', () => {
  assert.deepEqual([...loadedWith('chunks/history.js')], ['chunks/history.js'])
})

test('the first frame waits for no network, key or id', () => {
  const files = [...loadedWith(command('pick')), ...loadedWith(command('window'))]
  const asked = files.flatMap(file => [...textOf(file).matchAll(/(?:from|import)\s*"([^".][^"]*)"/g)])
  const names = new Set(asked.map(([, name]) => name))
  assert.ok(names.has('node:fs'), [...names].join(' '))
  for (const name of ['node:net', 'node:tls', 'node:dgram', 'node:crypto', 'nanoid'])
    assert.ok(!names.has(name), name)
})

test('the version is told by two small files', () => {
  const bytes = [...loadedWith('earshot.js')].map(file => textOf(file).length)
  assert.ok(bytes.length <= 2 && Math.max(...bytes) < 10_000, bytes.join(' '))
  assert.match(textOf('earshot.js'), /^#!\/usr\/bin\/env node\n/)
})

test('only files that ask for something by `require` make one', () => {
  const making = chunks().filter(file => /import \{ createRequire \} from 'node:module'/.test(textOf(file)))
  assert.ok(making.length >= 1 && making.length <= 2, making.join(' '))
  const client = loadedWith(command('window'), loadedWith(command('pick')))
  assert.ok(!making.some(file => client.has(file)))
  for (const file of chunks())
    assert.ok(!/typeof require\b/.test(textOf(file)) || making.includes(file), file)
})

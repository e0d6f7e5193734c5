/** The house holds to its plan, and the check that says so would notice if it did not. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { problems, sources } from '../scripts/house.mjs'

test('every file stands on its floor, says what it is, and pure rooms are pure', () => {
  assert.deepEqual(problems(sources()), [])
})

test('at the top lies what the house consists of, and nothing that a tool left behind', t => {
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { status, stdout } = spawnSync('git', ['ls-files'], { cwd, encoding: 'utf8' })
  if (status !== 0) return t.skip('This is no clone.')
  const names = new Set(stdout.split('\n').map(path => path.split('/', 1)[0] ?? ''))
  assert.deepEqual([...names].filter(name => name !== '' && !name.startsWith('.')).sort(), [
    'LICENSE',
    'README.md',
    'package-lock.json',
    'package.json',
    'scripts',
    'src',
    'test',
    'tsconfig.json',
  ])
})

const planted: readonly [what: string, path: string, text: string, says: RegExp][] = [
  ['an import that climbs', 'chat/x.ts', "/** X. */\nimport { a } from '../server/server.ts'\n", /not below/],
  [
    'an import from a room beside',
    'client/x.ts',
    "/** X. */\nimport { a } from '../net/dial.ts'\n",
    /not below/,
  ],
  ['a lazy import that climbs', 'net/x.ts', "/** X. */\nawait import('../cli/main.ts')\n", /not below/],
  ['a pure room with a socket', 'chat/x.ts', "/** X. */\nimport net from 'node:net'\n", /pure/],
  ['a pure room that reads the clock', 'client/x.ts', '/** X. */\nconst at = Date.now()\n', /pure/],
  [
    'blessed outside the terminal',
    'plain/x.ts',
    "/** X. */\nimport p from 'blessed/lib/program.js'\n",
    /only terminal/,
  ],
  [
    'a second user of the UDP library',
    'discovery/x.ts',
    "/** X. */\nimport d from 'dgram-as-promised'\n",
    /only discovery\/udp/,
  ],
  ['a room on no floor', 'utils/x.ts', '/** X. */\n', /no floor/],
  ['a file that does not say what it is', 'base/x.ts', 'export const a = 1\n', /first line/],
]
for (const [what, path, text, says] of planted)
  test(`the check finds ${what}`, () => {
    assert.match(problems([{ path, text }]).join('\n'), says)
  })

test('what a comment says of an import is no import', () => {
  assert.deepEqual(
    problems([{ path: 'chat/x.ts', text: "/** X. */\n// import { a } from '../server/server.ts'\n" }]),
    [],
  )
})

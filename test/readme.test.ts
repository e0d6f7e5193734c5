/** Every command the README shows is one that is tried: an unknown one fails here until somebody tries it too. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { commands } from '../src/cli/commands.ts'
import { earshot, outcome, ownHome } from './cli/earshot.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

/** Commands in fences and in backquotes that somebody could type; a fence of “text” is what is seen. */
function commandsShown(text: string): string[] {
  const fences = /^```(\w*)\n([\s\S]*?)^```/gm
  const fenced = [...text.matchAll(fences)].flatMap(([, kind, block = '']) =>
    kind === 'text' ? [] : block.split('\n'),
  )
  const quoted = [...text.replace(fences, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  const typed = /^(npm|npx|earshot|node) /
  return [
    ...new Set(
      [...fenced, ...quoted].map(line => line.trim()).filter(line => typed.test(line) || line === 'earshot'),
    ),
  ]
}

/** Where each one is tried. What CI runs in a fresh clone is in `.ci/run`; the lab’s are in `test/network/`. */
const tried: Record<string, string> = {
  'npm start': '.ci/run',
  'npm test': '.ci/run',
  'npm pack': '.ci/run',
  'npm install -g earshot-*.tgz': '.ci/run',
  'npm run bench': 'test/bench.test.ts',
  'npm run bench -- --save': 'test/bench.test.ts',
  'npm run profile': 'test/bench.test.ts',
  'npm run docs': 'scripts/check.mjs',
  'npm run record': 'test/recording.test.ts',
  'node scripts/netlab.mjs up': 'test/network/netlab.test.ts',
  'node scripts/netlab.mjs run earshot1 -- npm start -- serve': 'test/network/netlab.test.ts',
}

test('every command of the README is tried somewhere', () => {
  const shown = commandsShown(readme)
  assert.ok(shown.length > 8, `found only ${shown.join(', ')}`)
  const untried = shown.filter(line => tried[line] === undefined && argumentsOf(line) === null)
  assert.deepEqual(untried, [])
})

test('the README leads to each of its chapters, and to files that are there', () => {
  const prose = readme.replace(/^```[\s\S]*?^```/gm, '')
  const anchors = [...prose.matchAll(/^## (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  )
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  assert.deepEqual(
    links.filter(target => target.startsWith('#')),
    anchors,
  )
  for (const target of links.filter(link => !/^(#|https?:)/.test(link)))
    assert.ok(existsSync(new URL(`../${target}`, import.meta.url)), target)
})

/** The arguments of an Earshot command line, however it is started; null for anything else. */
function argumentsOf(line: string): string[] | null {
  const match = /^(?:npm start (?:-s )?-- |npx earshot ?|earshot ?)(.*)$/.exec(line)
  if (!match) return null
  const words = match[1]?.match(/'[^']*'|"[^"]*"|\S+/g) ?? []
  return words.map(word => word.replace(/^['"]|['"]$/g, ''))
}

for (const line of commandsShown(readme)) {
  const args = argumentsOf(line)
  if (args === null) continue
  test(`README: “${line}” is understood`, async t => {
    const named = commands.some(({ name }) => name === args[0])
    // With --help everything before it is parsed and checked, and nothing reaches the network.
    const { code, lines } = await outcome(
      t,
      ...args.filter(word => word !== 'HOST' && word !== 'HOST[:PORT]'),
      '--help',
    )
    assert.equal(code, 0, lines.join('\n'))
    assert.match(lines[0] ?? '', named ? new RegExp(`Usage: earshot ${args[0]}`) : /Usage: earshot/)
  })
}

test('README: what serve says first is what the README promises', async t => {
  const env = ownHome(t)
  const serve = earshot(
    t,
    ['serve', '--name', 'den', '--no-announce', '--host', '127.0.0.1', '--port', '0'],
    env,
  )
  await serve.waitForLine(/“den” is open on port \d+/)
  await serve.waitForLine(/earshot join 127\.0\.0\.1:\d+/)
})

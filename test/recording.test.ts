/** The README’s pictures show what is seen today, are safe to show, and differ where a session differs. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { animation, firstDifference, pathOf } from '../scripts/recording/held.ts'
import {
  type Cell,
  createFollower,
  plain,
  type Still,
  settled,
  stillText,
} from '../scripts/recording/still.ts'
import { animated, frameOf, framesOf } from '../scripts/recording/svg.ts'
import { labAvailable } from './network/lab.ts'
import { ptyWorks } from './screens/screen.ts'

const program = fileURLToPath(new URL('../scripts/recording/main.ts', import.meta.url))
const skip = labAvailable() ?? ((await ptyWorks()) ? false : 'node-pty is missing')

test('the session of the README’s pictures looks today as it looks there', { skip }, async () => {
  await promisify(execFile)(process.execPath, ['--import', 'tsx', program, '--check'])
})

const shown = async (columns: number, rows: number, written: string): Promise<Still> => {
  const follower = createFollower(columns, rows)
  await follower.follow(written)
  return follower.still()
}

const settledText = (text: string): string => {
  const cells = [...text].map((char): Cell => ({ char, look: plain }))
  return stillText({ columns: cells.length, rows: settled([cells]), cursor: null })
}

for (const [what, text, expected] of [
  ['in a column', 'den    0  <1ms  known', 'den    0   1ms  known'],
  ['in a long column', 'den    0  12ms  known', 'den    0   1ms  known'],
  [
    'in a sentence',
    ' ann · #lobby · 12 ms · bob types …    09:41',
    ' ann · #lobby · 1 ms · bob types …     09:41',
  ],
  ['at the end of a row', '#lobby 3 here      23 ms', '#lobby 3 here       1 ms'],
  ['none', ' ann · #lobby    09:41', ' ann · #lobby    09:41'],
] as const)
  test(`a round trip is shown as one millisecond and moves nothing: ${what}`, () => {
    assert.equal(settledText(text), expected)
  })

test('codes of servers are the same in each session, and each its own', () => {
  const rows = ['attic  new abcd-2345', 'den    known', 'pi     new zzzz-7777'].map(text =>
    [...text].map((char): Cell => ({ char, look: plain })),
  )
  assert.equal(
    stillText({ columns: 20, rows: settled(rows), cursor: null }),
    'attic  new k7qm-3xvd\nden    known\npi     new c5we-t6hn',
  )
})

test('a frame is the same wherever it stands in a picture', async () => {
  const one = await shown(20, 3, '\x1b[1mbold\x1b[m\r\n\x1b[38;5;33mblue\x1b[m │ ──')
  const two = await shown(20, 3, '\x1b[7minverse\x1b[m <&" 🔒 日本')
  const forth = animated(
    [one, two].map(still => ({ still, holdMs: 500 })),
    0,
    'x',
  )
  const back = animated(
    [two, one].map(still => ({ still, holdMs: 900 })),
    0,
    'x',
  )
  assert.deepEqual(framesOf(forth), [frameOf(one), frameOf(two)])
  assert.deepEqual(framesOf(back), [frameOf(two), frameOf(one)])
})

test('a frame tells letters, colours, boldness and the place of the cursor apart', async () => {
  const written = [
    'ab',
    'ac',
    '\x1b[31mab',
    '\x1b[1mab',
    '\x1b[41mab',
    '\x1b[4mab',
    'ab\x1b[H',
    'ab\x1b[?25l',
  ]
  const frames = await Promise.all(written.map(async text => frameOf(await shown(10, 2, text))))
  assert.equal(new Set(frames).size, written.length)
})

test('a difference is told with the place', () => {
  assert.equal(firstDifference('same\nold\n', 'same\nnew\n'), 'line 2, column 1\n  - old\n  + new')
  assert.equal(firstDifference('same\nmore', 'same'), 'line 2, column 1\n  - more\n  + ')
})

test('the animation is small, complete, and holds nothing that runs or is fetched', () => {
  const svg = readFileSync(pathOf(animation), 'utf8')
  assert.ok(Buffer.byteLength(svg) < 150_000)
  assert.doesNotMatch(svg, /<script|<foreignObject|<image|@import|url\(|\bon\w+=/)
  assert.deepEqual(svg.match(/https?:[^"]*/g), ['http://www.w3.org/2000/svg'])
  assert.match(svg, /prefers-reduced-motion/)
  const open: string[] = []
  for (const [, end, name = '', single] of svg.matchAll(/<(\/?)(\w+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (end) assert.equal(open.pop(), name)
    else if (!single) open.push(name)
  }
  assert.deepEqual(open, [])
})

/** The benchmark as far as it can be tried in seconds: that it runs and counts right, and that its pictures show what they are given. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { draw } from '../scripts/bench/charts.ts'
import { judged } from '../scripts/bench/goals.ts'
import type { Outcome } from '../scripts/bench/talk/load.ts'
import { createTally } from '../scripts/bench/talk/tally.ts'

const top = fileURLToPath(new URL('..', import.meta.url))
// What a server costs is read from /proc.
const skip = process.platform !== 'linux' && 'Linux only'

async function ran(...args: string[]): Promise<{ code: number; said: string }> {
  const child = spawn('npm', ['run', '--silent', ...args], { cwd: top, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  const code = await new Promise<number>(resolve => child.once('close', status => resolve(status ?? -1)))
  return { code, said }
}

test('npm run bench measures a scenario, loses and doubles nothing, and saves no part of a whole', {
  skip,
}, async () => {
  const { code, said } = await ran('bench', '--', '--quick', '--save', 'A1', 'earshot', 'ceiling')
  assert.equal(code, 2, said)
  assert.match(said, /^A1: 100 in a room/m)
  const columns = /^ {2}earshot +\d+(?:\.\d)? +[\d.]+ +\d+ % +\d+ % +(\d+) +(\d+) +(\d+)/m.exec(said)
  assert.deepEqual(columns?.slice(1), ['0', '0', '0'], said)
  assert.match(said, /^Not saved/m)
})

test('npm run bench names what there is when asked for what there is not', { skip }, async () => {
  const { code, said } = await ran('bench', '--', 'Z')
  assert.equal(code, 2)
  assert.match(said, /no scenario or server “Z”[\s\S]* A A1 B storm /)
})

test('npm run profile prints the top and leaves a profile for a browser’s tools', { skip }, async () => {
  const { code, said } = await ran('profile', '--', 'LA')
  assert.equal(code, 0, said)
  assert.match(said, /^ +\d+\.\d % +\d+\.\d % {2}\w+/m)
  const file = /^\/.+\.cpuprofile$/m.exec(said)?.[0] ?? ''
  assert.ok(file, said)
  rmSync(file.replace(/\/[^/]+$/, ''), { recursive: true, force: true })
})

test('a tally knows lost, doubled and late lines however they are cut', () => {
  const options = { perRoom: 2, senders: 1, rooms: 1, echoes: true, timed: false, onDone() {} }
  const line = (number: number) => Buffer.from(`{"body":"\`0000${String(number).padStart(8, '0')}...."}\n`)
  const tally = createTally(options)
  for (const number of [0, 1, 2]) tally.sent(0, number)
  const all = Buffer.concat([line(0), line(1), line(2)])
  for (const byte of all) tally.take(0, Buffer.of(byte))
  assert.deepEqual([tally.delivered(), tally.lost(), tally.doubled()], [3, 3, 0])
  tally.take(1, Buffer.concat([line(0), line(2), line(2)]))
  assert.deepEqual([tally.delivered(), tally.lost(), tally.doubled()], [5, 1, 1])
})

test('a chart has a title, units, every series by its name, and labels that do not touch', () => {
  const series = ['earshot', 'a<b', 'c', 'd'].map((name, index) => ({
    name,
    points: [10, 100, 1000].map(x => ({ x, y: 5 + index / 100 })),
  }))
  for (const logarithmic of [true, false]) {
    const svg = draw({
      title: 'T',
      xTitle: 'members',
      yTitle: 'k lines',
      logarithmic,
      series,
      own: 'earshot',
    })
    for (const text of ['T', 'members', 'k lines', 'earshot', 'a&lt;b', '1 k'])
      assert.ok(svg.includes(`>${text}</text>`), text)
    assert.match(svg, /prefers-color-scheme: dark/)
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/)
    const labels = [...svg.matchAll(/x="620" y="([\d.]+)"/g)].map(([, y]) => Number(y)).sort((a, b) => a - b)
    assert.equal(labels.length, 4)
    for (const [index, y] of labels.slice(1).entries()) assert.ok(y - (labels[index] ?? 0) >= 14.9)
  }
})

test('a goal says what the median round reached and in how many it was met, and nothing of what nobody measured', () => {
  const outcome = (deliveries: number, p99Ms = 0): Outcome => ({
    ...{ deliveries, forMs: 1000, serverCpuMs: 1000, loadBusy: 0, lost: 0, doubled: 0, closed: 0 },
    ...{ p50Ms: 0, p99Ms, entryMs: 0, entryCpuMs: 0, connections: 1 },
    memoryKb: { empty: 0, entered: 0, ended: 0 },
  })
  const list = (...deliveries: number[]) => deliveries.map(one => outcome(one))
  const rounds = {
    A: { earshot: list(70, 50, 62), ceiling: list(100, 100, 100), 'redis-server': list(35) },
    LA: { earshot: [outcome(1, 1.5), outcome(1, 3), outcome(1, 2.5)] },
  }
  const found = judged({ node: 'v20.1.0', rounds, starts: null, history: [] })
  assert.deepEqual(found, [
    { what: 'A, times ceiling', wanted: '≥ 0.6', reached: 0.62, rounds: 3, met: 2, unit: '' },
    { what: 'A, times redis-server', wanted: '≥ 1.3', reached: 2, rounds: 1, met: 1, unit: '' },
    { what: 'LA, 99 of 100 words', wanted: '≤ 2', reached: 2.5, rounds: 3, met: 1, unit: 'ms' },
  ])
  const few = (node: string) =>
    judged({
      ...{ node, starts: null, history: [] },
      rounds: { P: { earshot: list(30), ceiling: list(100) } },
    }).map(({ wanted, met }) => `${wanted}: ${met}`)
  assert.deepEqual([few('v20.1.0'), few('v24.1.0')], [['≥ 0.28: 1'], ['≥ 0.35: 0']])
})

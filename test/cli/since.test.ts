/** `tail --since`: a script goes on where it stopped, whatever happened to the server meanwhile. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { readMoment, readSince } from '../../src/cli/since.ts'
import { newFolder, openAt } from '../store/places.ts'
import { earshot, outcome, serving } from './earshot.ts'
import { fillLobby } from './kept.ts'

test('a place to begin at is a number, a number of an epoch, or a moment; anything else is told what would be', () => {
  for (const [text, value] of [
    ['0', { seq: 0, epoch: null, run: null }],
    ['1234', { seq: 1234, epoch: null, run: null }],
    ['12@a-B_9', { seq: 12, epoch: 'a-B_9', run: null }],
    ['12@a-B_9.7-x_Y', { seq: 12, epoch: 'a-B_9', run: '7-x_Y' }],
    ['30m', { agoMs: 1_800_000 }],
    ['12h', { agoMs: 43_200_000 }],
    ['2d', { agoMs: 172_800_000 }],
    ['2026-01-31T18:00Z', { atMs: Date.UTC(2026, 0, 31, 18) }],
    ['2026-01-31', { atMs: new Date(2026, 0, 31).getTime() }],
    ['2026-01-31 18:00:05', { atMs: new Date(2026, 0, 31, 18, 0, 5).getTime() }],
  ] as const)
    assert.deepEqual(readSince(text), { ok: true, value }, text)
  for (const text of [
    '',
    '-1',
    '1.5',
    '12@',
    '12@x.',
    '12@.7',
    '@x',
    '0m',
    '3w',
    '2026-13-01',
    '2026-01-31T25:00',
    'now',
  ]) {
    const read = readSince(text)
    assert.ok(!read.ok && /such as 1234 or 1234@EPOCH\.RUN/.test(read.text), text)
  }
  assert.equal(readMoment('1234').ok, false)
})

const numbers = (lines: readonly string[]): number[] =>
  lines.filter(text => text.startsWith('{')).map(text => JSON.parse(text).seq)

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

const since = (t: TestContext, port: number, where: string) =>
  earshot(t, [
    'tail',
    '--server',
    `127.0.0.1:${port}`,
    '--no-scan',
    '--nick',
    'reader',
    '--json',
    '--since',
    where,
  ])

test('tail --since prints everything behind a line, more than the server tells unasked, and then follows', async t => {
  const folder = newFolder()
  await fillLobby(folder, 1200, Date.now())
  const { port } = await serving(t, ['--data', folder])
  const say = async (text: string): Promise<void> => {
    const tool = earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--no-scan', text])
    assert.deepEqual(await tool.exited, { code: 0, signal: null })
  }
  const reader = since(t, port, '100')
  await reader.waitForLine(/"seq":1200,/)
  await say('more')
  await reader.waitForLine(/"body":"more"/)
  assert.deepEqual(numbers(reader.lines), range(101, 1201))
  reader.kill('SIGINT')
  await reader.exited
  await say('while nobody read')

  // What it printed last is where the next run begins.
  const { seq, epoch, run } = JSON.parse(reader.lines.at(-1) ?? '')
  const next = since(t, port, `${seq}@${epoch}.${run}`)
  await next.waitForLine(/"body":"while nobody read"/)
  await say('while it reads')
  await next.waitForLine(/"body":"while it reads"/)
  assert.deepEqual(numbers(next.lines), [1202, 1203])
  assert.deepEqual(
    next.lines.filter(text => text.startsWith('earshot:')),
    [],
  )
})

test('tail --since a time begins with the first line said then', async t => {
  const folder = newFolder()
  // Half a minute past each minute, so that nobody’s clock decides.
  await fillLobby(folder, 900, Date.now() - 30_000)
  const { port } = await serving(t, ['--data', folder])
  const reader = since(t, port, '10h')
  await reader.waitForLine(/"seq":900,/)
  assert.deepEqual(numbers(reader.lines), range(301, 900))
  const none = since(t, port, '2999-01-01')
  await earshot(t, ['send', '--server', `127.0.0.1:${port}`, '--no-scan', 'now']).exited
  await reader.waitForLine(/"body":"now"/)
  assert.deepEqual(
    numbers(none.lines).filter(seq => seq <= 900),
    [],
  )
})

test('tail --since says what is no longer kept, that a line was never said, and that the history was reset', async t => {
  const folder = newFolder()
  const epoch = await fillLobby(folder, 300, Date.now())
  const kept = await openAt(folder)
  await kept.retention({ nowMs: Date.now(), linesMax: 100 })
  await kept.close()
  const { port } = await serving(t, ['--data', folder])

  const under = since(t, port, '50')
  await under.waitForLine(/"seq":300,/)
  assert.deepEqual(numbers(under.lines), range(201, 300))
  await under.waitForLine(/^earshot: 150 lines are no longer kept and left out\.$/)

  const beyond = since(t, port, '5000')
  await beyond.waitForLine(/"seq":300,/)
  await beyond.waitForLine(
    /^earshot: line 5000 was never said here: #lobby has come to line 300 only\. .* All there is follows\.$/,
  )
  assert.deepEqual(numbers(beyond.lines), range(201, 300))

  const reset = since(t, port, '250@another-epoch')
  await reset.waitForLine(/"seq":300,/)
  await reset.waitForLine(
    /^earshot: the server’s history was reset since that line\. All there is follows\.$/,
  )
  assert.deepEqual(numbers(reset.lines), range(201, 300))

  const same = since(t, port, `250@${epoch}`)
  await same.waitForLine(/"seq":300,/)
  assert.deepEqual(numbers(same.lines), range(251, 300))
})

test('a place that is none is a usage error', async t => {
  const { code, lines } = await outcome(t, 'tail', '--since', 'yesterday')
  assert.equal(code, 2)
  assert.match(lines.join('\n'), /^earshot: --since “yesterday”: begin behind the number of a line/)
})

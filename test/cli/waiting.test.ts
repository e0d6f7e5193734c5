/** `send --wait` and `tail --wait`: a server that is down or gone is waited for, and nothing is said twice. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { newFolder } from '../store/places.ts'
import { earshot, serving } from './earshot.ts'
import { bodiesIn } from './kept.ts'

/** A port that nobody listens at, and nobody else is likely to take: the system gives others first. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  await new Promise<void>(resolve => server.close(() => resolve()))
  return address.port
}

const at = (port: number): string[] => ['--server', `127.0.0.1:${port}`, '--no-scan']

async function stop(running: {
  kill(signal?: NodeJS.Signals): void
  exited: Promise<unknown>
}): Promise<void> {
  running.kill()
  await running.exited
}

test('send --wait says once that it waits, and delivers when the server comes', async t => {
  const port = await freePort()
  const tool = earshot(t, ['send', ...at(port), '--wait', 'hello there'])
  await tool.waitForLine(/^earshot: Nothing listens at 127\.0\.0\.1:\d+\..* Waiting for the server\.$/)
  const folder = newFolder()
  const { running } = await serving(t, ['--data', folder, '--port', String(port)])
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.equal(tool.lines.length, 1)
  await stop(running)
  assert.deepEqual(await bodiesIn(folder), ['hello there'])
})

test('send --wait=1s gives up after a second, says so, and ends with 1; interrupted, with 130', async t => {
  const port = await freePort()
  const bounded = earshot(t, ['send', ...at(port), '--wait=1s', 'hello'])
  assert.deepEqual(await bounded.exited, { code: 1, signal: null })
  assert.equal(bounded.lines.at(-1), 'earshot: nothing was sent: the server was not there within 1 s.')
  const stopped = earshot(t, ['send', ...at(port), '--wait', 'hello'])
  await stopped.waitForLine(/Waiting for the server/)
  stopped.kill('SIGINT')
  assert.deepEqual(await stopped.exited, { code: 130, signal: null })
  assert.equal(stopped.lines.at(-1), 'earshot: nothing was sent: it was interrupted.')
  const reader = earshot(t, ['tail', ...at(port), '--wait=1s'])
  assert.deepEqual(await reader.exited, { code: 1, signal: null })
  assert.equal(reader.lines.at(-1), 'earshot: the server was not there within 1 s.')
})

test('behind “--” a word is said that could be the time of --wait', async t => {
  const folder = newFolder()
  const { running, port } = await serving(t, ['--data', folder])
  const tool = earshot(t, ['send', ...at(port), '--wait', '--', '3s', 'hi'])
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  await stop(running)
  assert.deepEqual(await bodiesIn(folder), ['3s hi'])
})

test('lines given while the server was killed are kept once each, in order, when it is back', async t => {
  const folder = newFolder()
  const first = await serving(t, ['--data', folder])
  const port = String(first.port)
  const tool = earshot(t, ['send', ...at(first.port), '--wait'])
  const reader = earshot(t, ['tail', ...at(first.port), '--wait', '--json'])
  const given: string[] = []
  const give = (text: string): void => {
    given.push(text)
    tool.write(`${text}\n`)
  }
  give('before')
  await reader.waitForLine(/"before"/)
  let server = first
  for (let round = 1; round <= 3; round++) {
    give(`at the kill ${round}`)
    server.running.kill('SIGKILL')
    await server.running.exited
    give(`in the dark ${round}`)
    server = await serving(t, ['--data', folder, '--port', port])
    give(`after it ${round}`)
    await reader.waitForLine(new RegExp(`"after it ${round}"`))
  }
  tool.end()
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  assert.deepEqual(
    reader.lines.filter(text => text.startsWith('{')).map(text => JSON.parse(text).body),
    given,
  )
  await stop(server.running)
  assert.deepEqual(await bodiesIn(folder), given)
})

test('another server at the old address does not get what was meant for the first one', async t => {
  const folder = newFolder()
  const first = await serving(t, ['--data', folder])
  const port = String(first.port)
  const tool = earshot(t, ['send', ...at(first.port), '--wait'])
  tool.write('one\n')
  await first.running.waitForLine(/"joined"/)
  await stop(first.running)
  const stranger = await serving(t, ['--memory', '--port', port])
  tool.write('two\n')
  tool.end()
  await tool.waitForLine(/another server answers at its address now/)
  await stop(stranger.running)
  assert.doesNotMatch(stranger.running.lines.join('\n'), /"joined"/)
  const back = await serving(t, ['--data', folder, '--port', port])
  assert.deepEqual(await tool.exited, { code: 0, signal: null })
  await stop(back.running)
  assert.deepEqual(await bodiesIn(folder), ['one', 'two'])
})

test('the word behind --wait is not its value', async t => {
  const { port, running } = await serving(t)
  assert.deepEqual(await earshot(t, ['send', ...at(port), '--wait', '60']).exited, { code: 0, signal: null })
  await running.waitForLine(/"joined"/)
  const wrong = earshot(t, ['send', ...at(port), '--wait=soon', 'x'])
  assert.deepEqual(await wrong.exited, { code: 2, signal: null })
  assert.match(wrong.lines.join('\n'), /^earshot: --wait “soon”: a wait is a number and its unit, such as 2s/)
})

/** Retention on the real server: old lines go and stay gone, and whoever misses them is told so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serving } from '../cli/earshot.ts'
import { bodiesIn, fillLobby } from '../cli/kept.ts'
import { newFolder } from '../store/places.ts'
import { joinPeer, openPeer } from './peer.ts'

const numbers = (lines: readonly { seq: number }[]): number[] => lines.map(({ seq }) => seq)
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)

test('--keep 20 keeps twenty lines, over restarts, and numbers go on', async t => {
  const folder = newFolder()
  const epoch = await fillLobby(folder, 300, Date.now())
  const first = await serving(t, ['--data', folder, '--keep', '20'])
  const ann = await openPeer(first.port)
  ann.say({ type: 'hello', v: 1, nick: 'ann' })
  // A newcomer is not told what should be gone.
  assert.deepEqual(numbers((await ann.hear('backlog')).lines), range(281, 300))
  ann.speak('more', 'more')
  assert.equal((await ann.hear('line')).seq, 301)

  // Somebody who was here long ago: first what is missing, then what there is.
  for (const [last, from] of [
    [50, 51],
    [0, 1],
  ] as const) {
    const bob = await joinPeer(first.port, `bob${last}`, { epoch, last: { '#lobby': last } })
    const gap = await bob.hear('gap')
    assert.deepEqual([gap.from, gap.to], [from, 280])
    assert.deepEqual(numbers((await bob.hear('backlog')).lines), range(281, 301))
    assert.ok(
      bob.heard.findIndex(({ type }) => type === 'gap') <
        bob.heard.findIndex(({ type }) => type === 'backlog'),
    )
    bob.say({ type: 'history', room: '#lobby', before: 281 })
    const page = await bob.hear('page')
    assert.deepEqual([page.lines, page.more], [[], false])
    bob.close()
  }
  first.running.kill('SIGKILL')
  await first.running.exited

  const second = await serving(t, ['--data', folder, '--keep', '1'])
  const carl = await joinPeer(second.port, 'carl', { epoch, last: { '#lobby': 299 } })
  assert.deepEqual(numbers((await carl.hear('backlog')).lines), [301])
  const gap = await carl.hear('gap')
  assert.deepEqual([gap.from, gap.to], [300, 300])
  second.running.kill()
  await second.running.exited
  assert.deepEqual(await bodiesIn(folder), ['more'])
})

test('--keep 2d keeps what was said within two days, also where everything is older', async t => {
  const folder = newFolder()
  const day = 86_400_000
  // One a minute: the last is an hour younger than two days, so sixty are.
  const epoch = await fillLobby(folder, 100, Date.now() - 2 * day + 3_570_000)
  const first = await serving(t, ['--data', folder, '--keep', '2d'])
  const ann = await openPeer(first.port)
  ann.say({ type: 'hello', v: 1, nick: 'ann' })
  assert.deepEqual(numbers((await ann.hear('backlog')).lines), range(51, 100))
  first.running.kill()
  await first.running.exited
  assert.equal((await bodiesIn(folder)).length, 60)

  const second = await serving(t, ['--data', folder, '--keep', '1d'])
  const bob = await joinPeer(second.port, 'bob', { epoch, last: { '#lobby': 90 } })
  const gap = await bob.hear('gap')
  assert.deepEqual([gap.from, gap.to], [91, 100])
  bob.speak('next', 'next')
  assert.equal((await bob.hear('line')).seq, 101)
})

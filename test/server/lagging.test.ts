/** Readers who take less than is said, over real sockets: what they miss waits in the store, not in memory. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import { quietServer, typist } from './netcat.ts'
import { joinPeer, type Peer } from './peer.ts'

/** More than the system’s own buffers and `sendqBytesMax` hold together. */
const bytes = 16 * 1024 * 1024
const body = 'x'.repeat(limits.bodyBytesMax)
const count = bytes / body.length

/** Says all of it as fast as it is heard. */
async function sayMuch(ann: Peer): Promise<void> {
  for (let said = 1; said <= count; said++) {
    ann.speak(`id${said}`, body)
    if (said % 32 === 0) await ann.hear('line', ({ seq }) => seq === said)
  }
}

test('who stops reading is not cut for what is said meanwhile, and reads on without a hole', async t => {
  const few = { ...limits, resumeLinesMax: 1e6, behindLinesMax: 1e6, stalledMs: 1e6 }
  const { port } = await quietServer(t, [], { limits: few, pace: 'none' })
  const [ann, slow] = [await joinPeer(port, 'ann'), await joinPeer(port, 'slow')]
  slow.socket.pause()
  await sayMuch(ann)
  slow.say({ type: 'say', id: 'own', room: '#lobby', kind: 'say', body: 'mine' })
  await ann.hear('line', ({ id }) => id === 'own')
  slow.socket.resume()
  await slow.hear('line', ({ id }) => id === 'own')
  ann.speak('last', 'last')
  await slow.hear('line', ({ id }) => id === 'last')
  const seqs = slow.heard.flatMap(one => (one.type === 'line' ? [one.seq] : []))
  assert.deepEqual(
    seqs,
    Array.from({ length: count + 2 }, (_, at) => at + 1),
  )
  assert.ok(!slow.heard.some(({ type }) => type === 'gap' || type === 'bye'))
  for (const peer of [ann, slow]) peer.close()
})

test('somebody in netcat who stops reading is told how much was left out, and reads on from there', async t => {
  const few = { ...limits, resumeLinesMax: 60, stalledMs: 1e6 }
  const { port } = await quietServer(t, [], { limits: few, pace: 'none' })
  const ann = await joinPeer(port, 'ann')
  const slow = await typist(t, port, 'slow')
  slow.socket.pause()
  await sayMuch(ann)
  ann.speak('last', 'last word')
  const told = new Promise<void>(resolve => {
    let end = ''
    slow.socket.on('data', chunk => {
      // The words may come in two pieces.
      end = `${end}${chunk}`.slice(-100)
      if (end.includes('last word')) resolve()
    })
  })
  slow.socket.resume()
  await told
  const all = slow.lines().map(line => line.slice(0, 80))
  const gaps = all.flatMap(line => /^-- (\d+) lines of #lobby are left out here\.$/.exec(line)?.[1] ?? [])
  const shown = all.filter(line => /^\d\d:\d\d #lobby ann: /.test(line)).length
  assert.ok(gaps.length > 0)
  assert.equal(
    gaps.reduce((sum, gap) => sum + Number(gap), shown),
    count + 1,
  )
  ann.close()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from '../../src/discovery/beacon.ts'
import { bounds } from '../../src/discovery/bounds.ts'
import { createGuard } from '../../src/discovery/guard.ts'
import { here, idOf } from './samples.ts'

const from = (address: string, port = 40_000) => ({ address, port })
const beacon = encode(here({ id: idOf('s') }))

test('a source that says too much is not read, and each packet too many is counted', () => {
  const ignored: string[] = []
  const guard = createGuard({ ignored: source => ignored.push(source) })
  for (let index = 0; index < bounds.sourceBurst; index++)
    assert.equal(guard(beacon, from('loud'), 0).got, 'packet')
  assert.equal(guard(beacon, from('loud'), 0).got, 'junk')
  assert.equal(guard(beacon, from('other'), 0).got, 'packet')
  assert.deepEqual(ignored, ['loud'])
})

test('what is not of this protocol takes no place and is counted against nobody', () => {
  const ignored: string[] = []
  const guard = createGuard({ ignored: source => ignored.push(source) })
  const foreign = [
    new Uint8Array(0),
    Buffer.from('M-SEARCH * HTTP/1.1'),
    Buffer.alloc(1025, 'E'),
    Buffer.from('E'),
  ]
  for (let index = 0; index < 1000; index++)
    for (const bytes of foreign) assert.equal(guard(bytes, from(`s${index}`), 0).got, 'junk')
  assert.equal(guard(beacon, from('late'), 0).got, 'packet')
  assert.deepEqual(ignored, [])
})

test('who is dropped for want of a place is told apart from who says too much', () => {
  const crowded: string[] = []
  const guard = createGuard({ crowded: source => crowded.push(source) })
  for (let index = 0; index < bounds.sourceBurst + 5; index++) guard(beacon, from('loud'), 0)
  for (let index = 0; index < bounds.sourcesMax - 1; index++) guard(beacon, from(`s${index}`), 0)
  assert.deepEqual(crowded, [])
  guard(beacon, from('late'), 0)
  assert.deepEqual(crowded, ['late'])
})

test('when strangers have taken all places a source that is kept is still read', () => {
  const guard = createGuard({ keeps: source => source === 'kept' })
  for (let index = 0; index < 1000; index++) guard(beacon, from(`s${index}`), 0)
  assert.equal(guard(beacon, from('stranger'), 0).got, 'junk')
  assert.equal(guard(beacon, from('kept'), 0).got, 'packet')
})

test('who floods from the address of a listed server does not silence it: it has a few words of its own', () => {
  const guard = createGuard({ trusts: ({ address, port }) => address === 'shared' && port === 7 })
  for (let index = 0; index < 1_000; index++) guard(beacon, from('shared', index < 500 ? 8 : 9), 0)
  assert.equal(guard(beacon, from('shared', 8), 0).got, 'junk')
  for (let index = 0; index < bounds.mouthBurst; index++)
    assert.equal(guard(beacon, from('shared', 7), 0).got, 'packet')
  assert.equal(guard(beacon, from('shared', 7), 0).got, 'junk', 'a few')
})

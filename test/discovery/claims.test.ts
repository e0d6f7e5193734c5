/** Beacons that are forged after a true one was heard: same id, boot and commitment, for all of them are there to see. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Here } from '../../src/discovery/beacon.ts'
import { bounds } from '../../src/discovery/bounds.ts'
import { createSightings } from '../../src/discovery/sightings.ts'
import { answerFrom, beaconFrom, commitmentFor, here, idOf } from './samples.ts'

const id = idOf('den')
const host = '10.0.0.2'
const enemy = '10.0.0.66'
const far = 4_000_000_000
const word = (seq: number, fields: Partial<Here> = {}) => here({ id, seq, name: 'den', ...fields })
const forged = (seq = far) => word(seq, { name: 'not the den', port: 666, ttlSeconds: 200 })
const settled = (from = host) => ({ ...answerFrom(from), proven: true })

function create() {
  const sightings = createSightings({ opens: (secret, commitment) => commitmentFor(secret) === commitment })
  sightings.here(word(1), beaconFrom(host), 0)
  return {
    ...sightings,
    row() {
      const [row, ...others] = sightings.list()
      assert.deepEqual(others, [])
      return row
    },
  }
}

for (const source of [host, enemy])
  test(`a forged beacon from ${source} changes nothing, and the server itself is asked`, () => {
    const sightings = create()
    const before = sightings.row()
    assert.deepEqual(sightings.here(forged(), beaconFrom(source), 1_000), [{ do: 'prove', host }])
    assert.deepEqual(sightings.here(forged(far + 1), beaconFrom(source), 1_100), [], 'once for the moment')
    assert.deepEqual(sightings.row(), before)
    sightings.here(word(2, { nonce: 'n' }), settled(), 1_105)
    assert.equal(sightings.row()?.name, 'den')
    // It goes on speaking, and is heard.
    sightings.here(word(3, { users: 9 }), beaconFrom(host), 5_000)
    assert.equal(sightings.row()?.heardAt, 5_000)
    assert.equal(sightings.row()?.users, 9)
    assert.deepEqual(
      sightings.row()?.addresses.map(address => address.host),
      [host],
    )
  })

test('a flood of them has it asked every two seconds, and as long as it answers it keeps its row', () => {
  const sightings = create()
  let asked = 0
  for (let atMs = 1_000; atMs < 300_000; atMs += 50) {
    const wishes = sightings.here(forged(far + atMs), beaconFrom(host), atMs)
    if (atMs % 1_000 === 0) wishes.push(...sightings.tick(atMs))
    for (const wish of wishes) {
      if (wish.do !== 'prove') continue
      asked += 1
      sightings.here(word(1 + asked), settled(wish.host), atMs + 2)
    }
    assert.equal(sightings.row()?.port, 23_277)
    assert.equal(sightings.row()?.state, 'fresh')
  }
  assert.ok(asked > 100 && asked <= 300 / (bounds.provingAgainMs / 1_000), `${asked} questions`)
})

test('a number far ahead does not make the true beacons old for good', () => {
  const sightings = create()
  sightings.here(word(far), beaconFrom(enemy), 1_000)
  assert.deepEqual(
    sightings.here(word(2), beaconFrom(host), 5_000).map(wish => wish.do),
    ['prove', 'prove'],
  )
  sightings.here(word(3), settled(), 5_002)
  sightings.here(word(4, { users: 7 }), beaconFrom(host), 10_000)
  assert.equal(sightings.row()?.users, 7)
  assert.equal(sightings.row()?.heardAt, 10_000)
})

test('a rename is shown as soon as the server answers for it', () => {
  const sightings = create()
  assert.deepEqual(sightings.here(word(2, { name: 'den two' }), beaconFrom(host), 1_000), [
    { do: 'prove', host },
  ])
  assert.equal(sightings.row()?.name, 'den')
  const wishes = sightings.here(word(3, { name: 'den two' }), settled(), 1_003)
  assert.deepEqual(wishes, [{ do: 'show' }])
  assert.equal(sightings.row()?.name, 'den two')
})

test('a lost question is asked again', () => {
  const sightings = create()
  sightings.here(word(2, { name: 'den two' }), beaconFrom(host), 1_000)
  assert.deepEqual(sightings.tick(2_000), [])
  assert.deepEqual(sightings.tick(3_000), [{ do: 'prove', host }])
})

test('behind a firewall that lets no question in, a rename is believed in the end, and a forged one is not for good', () => {
  const sightings = create()
  for (const [seq, atMs] of [
    [2, 1_000],
    [3, 6_000],
  ] as const)
    sightings.here(word(seq, { name: 'den two' }), beaconFrom(host), atMs)
  assert.equal(sightings.row()?.name, 'den two')
  for (let atMs = 7_000; atMs < 20_000; atMs += 100) sightings.here(forged(), beaconFrom(host), atMs)
  assert.equal(sightings.row()?.name, 'not the den')
  for (const [seq, atMs] of [
    [6, 21_000],
    [7, 26_000],
  ] as const)
    sightings.here(word(seq, { name: 'den two' }), beaconFrom(host), atMs)
  assert.equal(sightings.row()?.name, 'den two')
  assert.equal(sightings.row()?.heardAt, 26_000)
})

test('who answers from an address that came later does not settle what the first one says', () => {
  const sightings = create()
  sightings.here(word(2), beaconFrom(enemy), 500)
  sightings.here(forged(), beaconFrom(enemy), 1_000)
  // He may be faster.
  sightings.here(forged(far + 1), settled(enemy), 1_001)
  sightings.here(word(3), settled(), 1_002)
  assert.equal(sightings.row()?.name, 'den')
  sightings.here(forged(far + 2), settled(enemy), 1_003)
  assert.equal(sightings.row()?.name, 'den')
})

test('whoever claims that it started again takes nothing over, by however many boots, as long as the server answers', () => {
  const sightings = create()
  for (let atMs = 100; atMs < 60_000; atMs += 100) {
    const posed = word(far + atMs, { boot: 1_000 + atMs, name: 'not the den', port: 666, ttlSeconds: 200 })
    const wishes = sightings.here(posed, beaconFrom(enemy), atMs)
    if (atMs % 1_000 === 0) wishes.push(...sightings.tick(atMs))
    if (atMs % 5_000 === 0) sightings.here(word(2 + atMs), beaconFrom(host), atMs)
    for (const wish of wishes)
      if (wish.do === 'prove' && wish.host === host) sightings.here(word(3 + atMs), settled(), atMs + 2)
    assert.equal(sightings.row()?.name, 'den')
    assert.equal(sightings.row()?.port, 23_277)
    assert.deepEqual(
      sightings.row()?.addresses.map(address => address.host),
      [host],
    )
  }
})

test('the farewell of a boot that was not believed takes nobody along', () => {
  const sightings = create()
  const secret = 'x'.repeat(42)
  sightings.here(word(1, { boot: 666, commitment: commitmentFor(secret) }), beaconFrom(enemy), 1_000)
  sightings.bye({ t: 'bye', id, boot: 666, secret }, 1_001)
  assert.deepEqual(
    sightings.row()?.addresses.map(address => address.host),
    [host],
  )
})

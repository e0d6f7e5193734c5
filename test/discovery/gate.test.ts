import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bounds } from '../../src/discovery/bounds.ts'
import { createGate, createTally } from '../../src/discovery/gate.ts'
import { createNonces } from '../../src/discovery/nonces.ts'

const strangers = () => createGate({ burst: bounds.sourceBurst, perSecond: bounds.sourcePerSecond })

test('one source is heard 64 times at once, then 20 times a second', () => {
  const gate = strangers()
  let heard = 0
  for (let index = 0; index < 200; index++) if (gate.admits('a', 0)) heard += 1
  assert.equal(heard, 64)
  for (let atMs = 1; atMs <= 1000; atMs++) if (gate.admits('a', atMs)) heard += 1
  assert.equal(heard, 84)
  assert.equal(gate.admits('b', 0), true, 'another source has a bucket of its own')
})

test('at most 256 sources are remembered, and one is forgotten only when its bucket is full again', () => {
  const gate = strangers()
  for (let index = 0; index < 1000; index++) gate.admits(`s${index}`, 0)
  assert.equal(gate.size(), bounds.sourcesMax)
  assert.equal(gate.admits('late', 3_199), false)
  assert.equal(gate.admits('late', 3_200), true)
  assert.equal(gate.size(), bounds.sourcesMax)
})

test('whoever has a row is heard though all places are taken', () => {
  const gate = strangers()
  for (let index = 0; index < 256; index++) gate.admits(`s${index}`, 0)
  assert.equal(
    gate.admits('server', 1, () => true),
    true,
  )
  assert.equal(
    gate.admits('stranger', 1, () => false),
    false,
  )
})

test('what was ignored is told once, a second after it began', () => {
  const tally = createTally()
  assert.equal(tally.verdict(0), null)
  for (let index = 0; index < 10; index++) tally.note('10.0.0.9', 100)
  tally.note('10.0.0.8', 200)
  assert.equal(tally.verdict(1_000), null)
  assert.equal(
    tally.verdict(1_100),
    'Ignoring 11 announcements from 2 addresses, most of them from 10.0.0.9: more than a server sends. Your list may be incomplete.',
  )
  tally.note('10.0.0.9', 2_000)
  assert.equal(tally.verdict(9_000), null)
})

test('a nonce is believed for five seconds, the last 256 are, and none after a clearing', () => {
  const nonces = createNonces()
  nonces.sent('one', 0, 'host')
  assert.deepEqual(nonces.find('one', 5_000), { atMs: 0, host: 'host' })
  assert.equal(nonces.find('one', 5_001), null)
  assert.equal(nonces.find('other', 0), null)
  for (let index = 0; index < 257; index++) nonces.sent(`n${index}`, 0, null)
  assert.equal(nonces.find('n0', 0), null)
  assert.notEqual(nonces.find('n256', 0), null)
  nonces.clear()
  assert.equal(nonces.find('n256', 0), null)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bounds } from '../../src/discovery/bounds.ts'
import { createNeighbours } from '../../src/discovery/neighbours.ts'
import {
  beaconEveryMs,
  jittered,
  replyAfterMs,
  schedule,
  ttlSeconds,
  untilBeat,
} from '../../src/discovery/schedule.ts'
import { here, idOf } from './samples.ts'

const host = '10.0.0.2'

test('the interval grows with the crowd, from five seconds to half a minute, and the time to live with it', () => {
  const table = [
    [1, 5_000, 15],
    [10, 5_000, 15],
    [11, 5_500, 17],
    [50, 25_000, 75],
    [120, 30_000, 90],
    [5_000, 30_000, 90],
  ] as const
  for (const [servers, everyMs, ttl] of table) {
    assert.equal(beaconEveryMs(servers), everyMs)
    assert.equal(ttlSeconds(everyMs), ttl)
  }
})

test('chance moves a beacon by a fifth at most, so that none counts as late by that alone', () => {
  assert.equal(jittered(5_000, 0), 4_000)
  assert.equal(jittered(5_000, 0.5), 5_000)
  assert.ok(jittered(5_000, 0.999_999) <= 6_000)
  assert.ok(1 + schedule.jitter < schedule.ttlIntervals / 2)
})

test('beats of two clocks fall together, and one that comes a little early or late is not doubled', () => {
  assert.equal(untilBeat(4_000, 2_000), 2_000)
  assert.equal(untilBeat(4_000.4, 2_000), 2_000)
  assert.equal(untilBeat(4_300, 2_000), 1_700)
  assert.equal(untilBeat(3_998.2, 2_000), 2_002)
  assert.equal(untilBeat(5_600, 2_000), 2_400)
  for (const atMs of [0, 1, 999.9, 123_456.7])
    for (const everyMs of [1_000, 2_000]) {
      const beatMs = atMs + untilBeat(atMs, everyMs)
      assert.ok(beatMs % everyMs < 1, 'on the beat, rounded up')
    }
})

test('a reply comes within two milliseconds from one server and within half a second from very many', () => {
  assert.equal(replyAfterMs(1, 0), 0)
  assert.ok(replyAfterMs(1, 0.999) < 2)
  assert.ok(replyAfterMs(50, 0.999) < 100)
  assert.equal(replyAfterMs(10_000, 0.999), 499)
})

test('bursts begin at once and go as designed', () => {
  assert.deepEqual(schedule.startBurstMs, [0, 250, 1_000])
  assert.deepEqual(schedule.probeBurstMs, [0, 100, 300, 700, 1_500])
  assert.deepEqual(schedule.farewellMs, [0, 100])
})

test('neighbours are counted by id, until their time is over or they leave', () => {
  const neighbours = createNeighbours(idOf('me'), 1)
  for (const name of ['a', 'b', 'a']) neighbours.heard(here({ id: idOf(name), ttlSeconds: 15 }), host, 0)
  neighbours.heard(here({ id: idOf('me'), boot: 1 }), host, 0)
  assert.equal(neighbours.count(14_999), 2)
  neighbours.left({ t: 'bye', id: idOf('a'), boot: 1, secret: '' })
  assert.equal(neighbours.count(14_999), 1)
  assert.equal(neighbours.count(15_000), 0)
})

test('whoever invents servers slows the beacons of true ones down no further than to half a minute', () => {
  const neighbours = createNeighbours(idOf('me'), 1)
  const invent = (count: number, source: string) => {
    for (let index = 0; index < count; index++)
      neighbours.heard(
        here({ id: idOf(`no${index}-${source.replaceAll('.', '_')}`), ttlSeconds: 200 }),
        source,
        0,
      )
  }
  invent(3_000, '10.0.0.66')
  assert.equal(neighbours.count(0), bounds.heardServersPerHostMax, 'one address counts for few')
  neighbours.left({ t: 'bye', id: idOf('no0-10_0_0_66'), boot: 1, secret: '' })
  neighbours.heard(here({ id: idOf('more'), ttlSeconds: 200 }), '10.0.0.66', 0)
  assert.equal(neighbours.count(0), bounds.heardServersPerHostMax, 'who leaves makes room')
  for (let index = 0; index < 500; index++) invent(10, `10.1.${index >> 8}.${index & 255}`)
  assert.equal(neighbours.count(0), bounds.heardServersMax)
  assert.equal(beaconEveryMs(neighbours.count(0) + 1), 30_000)
  assert.equal(neighbours.count(90_000), 0, 'nobody is believed longer than the longest interval asks for')
  invent(1, '10.0.0.66')
  assert.equal(neighbours.count(0), 1)
})

test('a stranger with our id is told once, when it is heard again with another packet', () => {
  const neighbours = createNeighbours(idOf('me'), 1)
  const stranger = (seq: number, boot = 2) => here({ id: idOf('me'), boot, seq })
  assert.equal(neighbours.heard(stranger(1), host, 0), false)
  assert.equal(neighbours.heard(stranger(1), host, 900), false, 'the same packet by another way')
  assert.equal(neighbours.heard(stranger(2), host, 300), false, 'too soon: a burst')
  assert.equal(neighbours.heard(stranger(3, 3), host, 1_000), false, 'another boot: the first time again')
  assert.equal(neighbours.heard(stranger(4, 3), host, 1_600), true)
  assert.equal(neighbours.heard(stranger(5, 3), host, 9_000), false)
  assert.equal(neighbours.count(9_000), 0)
})

/** Where a server that is away is called next, and when, as transcripts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hintOf } from '../../src/base/fingerprint.ts'
import {
  type Away,
  type Call,
  heardAmong,
  heardAt,
  lost,
  type Outage,
  posed,
  shortcut,
} from '../../src/client/outage.ts'
import type { Target } from '../../src/client/types.ts'
import { den, knownDen, sighting } from './driver.ts'

const at = (port: number, ...hosts: string[]): Target => ({
  hosts: hosts.length > 0 ? hosts : den.hosts,
  port,
})

/** Plays one outage of a server at home, in which chance always waits for longest; tells each call. */
function play() {
  let call: Call = { target: den, attempt: 0, atMs: 0 }
  let outage: Outage | null = null
  let nowMs = 1_000
  const ended = (isSettled: boolean, askedMs: number) => ({ isSettled, askedMs, nowMs, random: () => 0 })
  function told(next: Away | null): string {
    if (next === null) return 'stays'
    call = next.call
    outage = next.outage
    return `${call.target.hosts.join(',')}:${call.target.port} in ${call.atMs - nowMs}`
  }
  return {
    lost: ({ isSettled = false, askedMs = 0 } = {}) => told(lost(call, outage, ended(isSettled, askedMs))),
    posed: () => told(posed(call, outage, ended(false, 0))),
    heard: (target: Target) => told(outage === null ? null : heardAt({ call, outage }, target, nowMs)),
    back: () => told(shortcut(call, outage, nowMs)),
    pass(ms: number): string {
      nowMs += ms
      return nowMs >= call.atMs ? 'calls' : 'waits'
    },
    outage: () => outage,
  }
}

test('the waits grow, begin anew after a link that held, and are as long as the server asked for, within a bound', () => {
  const one = play()
  assert.equal(one.lost(), '10.0.0.5:23277 in 400')
  assert.equal(one.pass(399), 'waits')
  assert.equal(one.pass(1), 'calls')
  assert.equal(one.lost(), '10.0.0.5:23277 in 640')
  assert.equal(one.lost({ isSettled: true }), '10.0.0.5:23277 in 250')
  assert.equal(one.lost({ askedMs: 5_000 }), '10.0.0.5:23277 in 5000')
  assert.equal(one.lost({ askedMs: 1e9 }), '10.0.0.5:23277 in 60000')
})

test('who is heard is called at once, wherever; a call under way has its chance, unless it goes elsewhere', () => {
  const one = play()
  one.lost()
  assert.equal(one.heard(at(4567)), '10.0.0.5:4567 in 0')
  assert.equal(one.heard(at(4567)), 'stays')
  assert.equal(one.heard(at(4567, 'fe80::5', '10.0.0.5')), 'stays')
  assert.equal(one.heard(at(5678)), '10.0.0.5:5678 in 0')
  assert.equal(one.lost(), '10.0.0.5:23277 in 640')
})

test('where it is only said to be it is called in turn with where it was, however often that is said', () => {
  const one = play()
  one.lost()
  for (let count = 1; count <= 5; count++) {
    assert.equal(one.heard(at(1, '10.0.0.66')), '10.0.0.66:1 in 0')
    assert.match(one.lost(), /^10\.0\.0\.5:23277 in /)
  }
  for (let count = 1; count <= 3; count++) {
    assert.equal(one.heard(at(1, '10.0.0.66')), 'stays')
    one.pass(60_000)
    // Home was called and nobody was there: now the other place has its turn.
    assert.match(one.lost(), /^10\.0\.0\.5:23277 in /)
    assert.match(one.heard(at(1, '10.0.0.66')), /^10\.0\.0\.66:1 in [1-9]/)
    one.pass(60_000)
    assert.match(one.lost(), /^10\.0\.0\.5:23277 in /)
  }
})

test('who is heard but not reached sets off five calls; then the backoff decides alone, with the newest address', () => {
  const one = play()
  one.lost()
  for (let port = 1; port <= 5; port++) {
    assert.equal(one.heard(at(port)), `10.0.0.5:${port} in 0`)
    one.lost()
  }
  one.pass(1_000)
  assert.equal(one.heard(at(6)), '10.0.0.5:6 in 3194')
  assert.equal(one.heard(at(6)), 'stays')
  assert.equal(one.pass(3_194), 'calls')
  assert.equal(one.heard(at(7)), 'stays')
  // A network that is back is one of them.
  assert.equal(one.back(), 'stays')
  assert.equal(play().back(), '10.0.0.5:23277 in 0')
})

test('where another one answered in its name it is not sought again, and it is called at home meanwhile', () => {
  const one = play()
  one.lost()
  assert.equal(one.heard(at(6666)), '10.0.0.5:6666 in 0')
  assert.equal(one.posed(), '10.0.0.5:23277 in 640')
  assert.deepEqual(one.outage()?.posers, [at(6666)])
  // At home nothing is passed over: whoever answers there may be gone the next time.
  assert.equal(one.posed(), 'stays')
  for (let port = 1; port <= 4; port++) {
    assert.equal(one.heard(at(port)), `10.0.0.5:${port} in 0`)
    one.posed()
  }
  // From then on no beacon leads away from home.
  assert.equal(one.heard(at(5)), 'stays')
  assert.equal(one.outage()?.posers.length, 5)
})

test('posers are kept up to a bound; the oldest is tried again', () => {
  let away: Away = lost({ target: den, attempt: 0, atMs: 0 }, null, ended)
  for (let port = 1; port <= 9; port++)
    away = posed({ ...away.call, target: at(port) }, away.outage, ended) ?? away
  assert.deepEqual(
    away.outage.posers.map(({ port }) => port),
    [2, 3, 4, 5, 6, 7, 8, 9],
  )
})

const ended = { isSettled: false, askedMs: 0, nowMs: 1_000, random: () => 0 }

test('of all that is heard only what came since the last call counts, and never whoever posed as it', () => {
  const own = sighting({
    id: 'den1',
    name: 'den-server',
    heardAt: 1_200,
    port: 4567,
    fingerprint: hintOf(knownDen.pin),
  })
  const poser = { ...own, key: 'poser', port: 6666 }
  const stranger = { ...own, key: 'stranger', port: 7777, fingerprint: 'other', twin: 'conflict' } as const
  const other = sighting({ id: 'other', name: 'den-server', heardAt: 1_200 })
  const outage = { failedAtMs: 1_000, shortcuts: 0, posers: [], home: den, vain: null }
  const met = { ...outage, posers: [at(6666)] }
  const rows = [
    { heard: [], is: null },
    { heard: [{ ...own, heardAt: 1_000 }], is: null },
    { heard: [other, own], is: 4567 },
    { heard: [stranger, own], is: 4567 },
    { heard: [stranger], is: null },
    { heard: [poser, own], is: 6666 },
    { heard: [poser, own], of: met, is: 4567 },
    { heard: [poser, stranger], of: met, is: null },
  ]
  for (const { heard, is, of = outage } of rows) {
    const found = heardAmong(heard, of, one => one.id === knownDen.id, knownDen)
    assert.equal(found?.port ?? null, is)
  }
})

test('who was heard before the poser was met is still to be called', () => {
  const one = play()
  one.lost()
  one.pass(10)
  one.heard(at(6666))
  one.pass(10)
  one.posed()
  assert.equal(one.outage()?.failedAtMs, 1_000)
})

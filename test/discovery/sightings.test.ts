import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bounds } from '../../src/discovery/bounds.ts'
import { createSightings, type Sightings, type Wish } from '../../src/discovery/sightings.ts'
import { answerFrom, beaconFrom, commitmentFor, here, idOf, secretOf } from './samples.ts'

const means = { opens: (secret: string, commitment: string) => commitmentFor(secret) === commitment }
const a = idOf('a')
const b = idOf('b')
const host = '10.0.0.2'
const create = () => createSightings(means)

const hosts = (sightings: Sightings) =>
  sightings.list().map(row => row.addresses.map(address => address.host))
const wished = (wishes: readonly Wish[]) => wishes.map(wish => wish.do)
const bye = (id: string, boot: number, secret = secretOf(boot)) => ({ t: 'bye', id, boot, secret }) as const

/** Ticks every second from one time to another; gives all wishes with their time. */
function run(sightings: Sightings, fromMs: number, toMs: number): { atMs: number; wish: Wish }[] {
  const all: { atMs: number; wish: Wish }[] = []
  for (let atMs = fromMs; atMs <= toMs; atMs += 1000)
    for (const wish of sightings.tick(atMs)) all.push({ atMs, wish })
  return all
}

test('a beacon makes a row, and the same one again is no change to show', () => {
  const sightings = create()
  assert.deepEqual(wished(sightings.here(here({ id: a, seq: 1 }), beaconFrom(host), 0)), ['show'])
  assert.equal(sightings.list()[0]?.heardAt, 0)
  assert.deepEqual(sightings.here(here({ id: a, seq: 2 }), beaconFrom(host), 5000), [])
  const [row] = sightings.list()
  assert.equal(sightings.list().length, 1)
  assert.equal(row?.heardAt, 5000)
  assert.equal(row?.state, 'fresh')
  assert.deepEqual(
    wished(sightings.here(here({ id: a, seq: 3, users: 9 }), beaconFrom(host), 6000)),
    ['show'],
    'a changed user count is shown',
  )
})

test('a server on several addresses is one row, nearest address first', () => {
  const sightings = create()
  const word = here({ id: a })
  sightings.here(word, { ...beaconFrom('203.0.113.5'), kin: 'far' }, 0)
  sightings.here(word, { ...beaconFrom('fe80::1%eth0'), kin: 'link' }, 0)
  sightings.here(word, beaconFrom('10.0.0.9'), 0)
  sightings.here(word, beaconFrom('10.0.0.3'), 0)
  sightings.here(word, { ...beaconFrom('127.0.0.1'), kin: 'loopback' }, 0)
  assert.deepEqual(hosts(sightings), [['127.0.0.1', '10.0.0.3', '10.0.0.9', 'fe80::1%eth0', '203.0.113.5']])
  sightings.here(word, answerFrom('10.0.0.9', 1.5), 1)
  assert.equal(hosts(sightings)[0]?.[1], '10.0.0.9', 'one that has answered comes before one that has not')
})

test('a row keeps at most eight addresses, the nearest', () => {
  const sightings = create()
  for (let index = 0; index < 20; index++)
    sightings.here(here({ id: a }), { ...beaconFrom(`198.51.100.${index}`), kin: 'far' }, 0)
  sightings.here(here({ id: a }), beaconFrom(host), 0)
  const [row] = hosts(sightings)
  assert.equal(row?.length, bounds.addressesPerRowMax)
  assert.equal(row?.[0], host)
})

test('rows come in the order of name, then id, whatever the order they were heard in', () => {
  const sightings = create()
  for (const [id, name] of [
    [idOf('z'), 'alpha'],
    [idOf('y'), 'beta'],
    [idOf('b'), 'alpha'],
  ] as const)
    sightings.here(here({ id, name }), beaconFrom(host), 0)
  assert.deepEqual(
    sightings.list().map(row => row.id),
    [idOf('b'), idOf('z'), idOf('y')],
  )
})

test('an older packet of the same boot adds an address but keeps nothing alive', () => {
  const sightings = create()
  sightings.here(here({ id: a, seq: 9, users: 9 }), beaconFrom(host), 0)
  sightings.here(here({ id: a, seq: 4, users: 4 }), beaconFrom('10.0.0.7'), 14_000)
  assert.equal(sightings.list()[0]?.users, 9)
  assert.deepEqual(hosts(sightings), [[host, '10.0.0.7']])
  sightings.tick(15_000)
  assert.deepEqual(sightings.list(), [])
})

test('a recorded beacon played again does not keep a dead server listed', () => {
  const sightings = create()
  for (let atMs = 0; atMs <= 15_000; atMs += 500)
    sightings.here(here({ id: a, seq: 5 }), beaconFrom(host), atMs)
  sightings.tick(15_000)
  assert.equal(sightings.size(), 0)
})

test('a restarted server keeps its row, with the new boot as soon as its host answers with it', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 1, seq: 500 }), beaconFrom(host), 0)
  const wishes = sightings.here(here({ id: a, boot: 2, seq: 1 }), beaconFrom(host), 1000)
  assert.deepEqual(wishes, [{ do: 'prove', host }])
  assert.equal(sightings.list()[0]?.boot, 1)
  sightings.here(here({ id: a, boot: 2, seq: 2 }), { ...answerFrom(host), proven: true }, 1003)
  assert.equal(sightings.list().length, 1)
  assert.equal(sightings.list()[0]?.boot, 2)
  sightings.bye(bye(a, 2), 2000)
  assert.equal(sightings.size(), 0, 'the silent earlier boot goes with it')
})

test('a server that started again elsewhere has its row when nobody answered for it where it was', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 1, seq: 500, ttlSeconds: 60 }), beaconFrom(host), 0)
  sightings.here(here({ id: a, boot: 2, seq: 1 }), beaconFrom('10.0.0.3'), 1000)
  assert.deepEqual(hosts(sightings), [[host]])
  assert.deepEqual(sightings.tick(3000), [{ do: 'prove', host }], 'it is asked once more')
  sightings.here(here({ id: a, boot: 2, seq: 2 }), beaconFrom('10.0.0.3'), 1000 + bounds.claimBelievedMs)
  assert.deepEqual(hosts(sightings), [['10.0.0.3']])
})

test('what was late is believed to have started again at once', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 1, ttlSeconds: 16 }), beaconFrom(host), 0)
  sightings.here(here({ id: a, boot: 2 }), beaconFrom('10.0.0.3'), 8000)
  assert.deepEqual(hosts(sightings), [['10.0.0.3']])
})

test('a forged restart and its farewell do not remove a server that goes on speaking', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 1, seq: 1 }), beaconFrom(host), 0)
  sightings.here(here({ id: a, boot: 666, seq: 1 }), beaconFrom('10.0.0.66'), 1000)
  sightings.here(here({ id: a, boot: 1, seq: 2 }), beaconFrom(host), 2000)
  sightings.bye(bye(a, 666), 3000)
  assert.deepEqual(hosts(sightings), [[host]])
})

test('a row is late after half of its time, is asked then and again at three quarters, and is gone at the end', () => {
  const sightings = create()
  sightings.here(here({ id: a, ttlSeconds: 16 }), beaconFrom(host), 0)
  assert.deepEqual(run(sightings, 1000, 7000), [])
  const story = run(sightings, 8000, 16_000)
  assert.deepEqual(
    story.map(({ atMs, wish }) => `${atMs} ${wish.do}`),
    ['8000 ask', '8000 probe', '8000 show', '12000 ask', '12000 probe', '16000 show'],
  )
  assert.equal(sightings.size(), 0)
})

test('a late row that answers is fresh again', () => {
  const sightings = create()
  sightings.here(here({ id: a, seq: 1 }), beaconFrom(host), 0)
  sightings.tick(8000)
  assert.equal(sightings.list()[0]?.state, 'late')
  assert.deepEqual(wished(sightings.here(here({ id: a, seq: 2 }), answerFrom(host), 8005)), ['show'])
  assert.equal(sightings.list()[0]?.state, 'fresh')
})

test('a dead port removes a late row at once and leaves a fresh one alone', () => {
  const sightings = create()
  sightings.here(here({ id: a }), beaconFrom(host), 0)
  sightings.here(here({ id: b }), beaconFrom(host), 7000)
  sightings.tick(8000)
  assert.deepEqual(wished(sightings.refused(host)), ['show'])
  assert.deepEqual(
    sightings.list().map(row => row.id),
    [b],
  )
})

test('a dead port at one address leaves a late row its other addresses', () => {
  const sightings = create()
  sightings.here(here({ id: a }), beaconFrom(host), 0)
  sightings.here(here({ id: a }), beaconFrom('10.1.0.2'), 0)
  sightings.tick(8000)
  sightings.refused(host)
  assert.deepEqual(hosts(sightings), [['10.1.0.2']])
})

test('a farewell that opens the commitment removes the row, and a delayed beacon does not bring it back', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 4, seq: 1 }), beaconFrom(host), 0)
  assert.deepEqual(wished(sightings.bye(bye(a, 4), 100)), ['show'])
  sightings.here(here({ id: a, boot: 4, seq: 2 }), beaconFrom(host), 150)
  assert.equal(sightings.size(), 0)
  sightings.here(here({ id: a, boot: 5 }), beaconFrom(host), 200)
  assert.equal(sightings.size(), 1, 'the next start is listed at once')
})

test('a forged farewell changes nothing', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 4, seq: 1 }), beaconFrom(host), 0)
  assert.deepEqual(sightings.bye(bye(a, 4, secretOf(99)), 1), [])
  assert.deepEqual(sightings.bye(bye(a, 99), 1), [])
  assert.deepEqual(sightings.bye(bye(b, 4), 1), [])
  // Somebody plants a commitment of their own under the same boot, and opens that.
  const planted = here({ id: a, boot: 4, seq: 9, commitment: commitmentFor(secretOf(99)) })
  assert.deepEqual(wished(sightings.here(planted, beaconFrom('10.0.0.66'), 2)), ['ignored'])
  assert.deepEqual(sightings.bye(bye(a, 4, secretOf(99)), 3), [])
  assert.deepEqual(hosts(sightings), [[host]])
})

test('a farewell under another key does not silence the server of that id', () => {
  const sightings = create()
  sightings.here(here({ id: a, boot: 4, seq: 1 }), beaconFrom(host), 0)
  const impostor = { fingerprint: 'x'.repeat(22), commitment: commitmentFor(secretOf(99)) }
  sightings.here(here({ id: a, boot: 4, ...impostor }), beaconFrom('10.0.0.66'), 1)
  sightings.bye(bye(a, 4, secretOf(99)), 2)
  sightings.here(here({ id: a, boot: 4, seq: 2 }), beaconFrom(host), 5000)
  assert.deepEqual(hosts(sightings), [[host]])
  assert.equal(sightings.list()[0]?.heardAt, 5000)
})

test('the same id under another key is a conflict, the same name under another id is a twin', () => {
  const sightings = create()
  const twins = () => sightings.list().map(row => row.twin)
  sightings.here(here({ id: a, name: 'one' }), beaconFrom(host), 0)
  assert.deepEqual(twins(), [null])
  sightings.here(here({ id: a, name: 'two', fingerprint: 'x'.repeat(22) }), beaconFrom(host), 0)
  assert.deepEqual(twins(), ['conflict', 'conflict'])
  sightings.here(here({ id: b, name: 'Three' }), beaconFrom(host), 0)
  sightings.here(here({ id: idOf('c'), name: 'three' }), beaconFrom(host), 0)
  assert.deepEqual(
    sightings.list().map(row => `${row.name} ${row.twin}`),
    ['Three same-name', 'one conflict', 'three same-name', 'two conflict'],
  )
})

test('each row has a key of its own, also in conflict, and keeps it through restart, rename and other addresses', () => {
  const sightings = create()
  const keyOf = (name: string) => sightings.list().find(row => row.name === name)?.key
  sightings.here(here({ id: a, name: 'one' }), beaconFrom(host), 0)
  const key = keyOf('one')
  sightings.here(here({ id: a, name: 'two', fingerprint: 'x'.repeat(22) }), beaconFrom(host), 0)
  assert.equal(keyOf('one'), key)
  assert.notEqual(keyOf('two'), key)
  sightings.here(here({ id: a, name: 'moved', boot: 2 }), beaconFrom('10.0.0.9'), 10_000)
  sightings.tick(17_000)
  assert.equal(keyOf('moved'), key)
})

test('one source holds at most 32 rows', () => {
  const sightings = create()
  for (let index = 0; index < 40; index++)
    sightings.here(here({ id: idOf(`n${index}-`) }), { ...beaconFrom(host), proven: true }, 0)
  assert.equal(sightings.size(), bounds.rowsPerHostMax)
  assert.deepEqual(sightings.here(here({ id: a }), beaconFrom(host), 0), [{ do: 'ignored', host }])
})

/** Fills a list with so many rows from as many addresses. */
function crowd(sightings: Sightings, rows: number): void {
  for (let index = 0; index < rows; index++)
    sightings.here(here({ id: idOf(`n${index}-`) }), beaconFrom(`10.2.${index >> 8}.${index & 255}`), 0)
}

test('above 64 rows a stranger is listed only after echoing a nonce sent to it alone', () => {
  const sightings = create()
  crowd(sightings, 64)
  assert.equal(sightings.size(), 64)
  const stranger = here({ id: a, seq: 1 })
  assert.deepEqual(sightings.here(stranger, beaconFrom(host), 10), [{ do: 'prove', host }])
  assert.deepEqual(
    sightings.here({ ...stranger, seq: 2 }, beaconFrom(host), 20),
    [{ do: 'ignored', host }],
    'it is not asked at every beacon',
  )
  assert.deepEqual(
    wished(sightings.here({ ...stranger, seq: 3 }, answerFrom(host), 30)),
    ['ignored'],
    'an answer to a broadcast may be forged and proves nothing',
  )
  sightings.here({ ...stranger, seq: 4 }, { ...answerFrom(host), proven: true }, 40)
  assert.equal(sightings.size(), 65)
  sightings.here(here({ id: b }), beaconFrom(host), 50)
  assert.equal(sightings.size(), 66, 'others at a proven address are listed')
})

test('a flood of strangers fills neither the list nor the waiting room, and known rows stay', () => {
  const sightings = create()
  sightings.here(here({ id: a, seq: 1 }), beaconFrom(host), 0)
  let questions = 0
  for (let index = 0; index < 5000; index++) {
    const source = `172.16.${index >> 8}.${index & 255}`
    const wishes = sightings.here(here({ id: idOf(`f${index}-`) }), beaconFrom(source), 1)
    questions += wishes.filter(wish => wish.do === 'prove').length
  }
  assert.equal(sightings.size(), 64)
  assert.equal(questions, bounds.provingMax)
  const answering = sightings.here(here({ id: b }), answerFrom('10.0.0.3'), 1)
  assert.deepEqual(
    answering,
    [{ do: 'prove', host: '10.0.0.3' }],
    'who answers waits apart from who only speaks',
  )
  sightings.here(here({ id: a, seq: 2 }), beaconFrom(host), 2)
  assert.equal(sightings.list().find(row => row.id === a)?.heardAt, 2)
})

test('no more than 256 rows, even of proven sources', () => {
  const sightings = create()
  for (let index = 0; index < 400; index++)
    sightings.here(
      here({ id: idOf(`n${index}-`) }),
      { ...answerFrom(`10.2.${index >> 8}.${index & 255}`), proven: true },
      0,
    )
  assert.equal(sightings.size(), bounds.rowsMax)
})

test('a server that was visited before finds its place where strangers have taken all', () => {
  const sightings = createSightings({ ...means, knows: source => source === host })
  for (let index = 0; index < 400; index++)
    sightings.here(
      here({ id: idOf(`n${index}-`) }),
      { ...answerFrom(`10.2.${index >> 8}.${index & 255}`), proven: true },
      0,
    )
  for (let index = 0; index < 40; index++)
    sightings.here(here({ id: idOf(`k${index}-`) }), beaconFrom(host), 1)
  assert.equal(sightings.size(), bounds.rowsMax + bounds.rowsPerKnownHostMax)
  assert.ok(sightings.list().some(row => row.id === idOf('k0-')))
})

test('where answers come but beacons do not, everyone is asked at each interval', () => {
  const sightings = create()
  const probes: number[] = []
  let seq = 1
  sightings.here(here({ id: a, seq }), answerFrom(host), 0)
  for (let atMs = 1000; atMs <= 40_000; atMs += 1000) {
    if (!sightings.tick(atMs).some(wish => wish.do === 'probe')) continue
    probes.push(atMs)
    seq += 1
    sightings.here(here({ id: a, seq }), answerFrom(host), atMs)
  }
  assert.deepEqual(probes, [8000, 13_000, 18_000, 23_000, 28_000, 33_000, 38_000])
  assert.equal(sightings.list()[0]?.state, 'fresh')
})

test('where beacons come nobody is asked', () => {
  const sightings = create()
  for (let atMs = 0; atMs < 60_000; atMs += 1000) {
    if (atMs % 5000 === 0) sightings.here(here({ id: a, seq: 1 + atMs }), beaconFrom(host), atMs)
    assert.deepEqual(sightings.tick(atMs), [])
  }
})

test('a broadcast question lets those be silent who need no asking', () => {
  const sightings = create()
  sightings.here(here({ id: a }), beaconFrom(host), 0)
  sightings.here(here({ id: b }), beaconFrom('10.0.0.3'), 7000)
  const probe = sightings.tick(8000).find(wish => wish.do === 'probe')
  assert.deepEqual(probe, { do: 'probe', have: [b] })
})

test('an address that has gone silent is dropped while the row lives on another', () => {
  const sightings = create()
  sightings.here(here({ id: a, seq: 1 }), beaconFrom(host), 0)
  sightings.here(here({ id: a, seq: 2 }), beaconFrom('10.0.0.3'), 5000)
  sightings.here(here({ id: a, seq: 3 }), beaconFrom('10.0.0.3'), 10_000)
  assert.deepEqual(wished(sightings.tick(15_000)), ['show'])
  assert.deepEqual(hosts(sightings), [['10.0.0.3']])
})

test('a link-local address that answered stays with the row, for no beacons come from there', () => {
  const sightings = create()
  const link = { ...answerFrom('fe80::2%eth0'), kin: 'link' } as const
  sightings.here(here({ id: a, seq: 1 }), link, 0)
  for (let seq = 2; seq < 9; seq++) sightings.here(here({ id: a, seq }), beaconFrom(host), seq * 5000)
  sightings.tick(41_000)
  assert.deepEqual(hosts(sightings), [[host, 'fe80::2%eth0']])
})

test('after sleep every row is in doubt and asked, and one word makes it fresh', () => {
  const sightings = create()
  sightings.here(here({ id: a, seq: 1 }), beaconFrom(host), 0)
  assert.deepEqual(wished(sightings.doubt()), ['show'])
  assert.equal(sightings.list()[0]?.state, 'late')
  assert.deepEqual(wished(sightings.tick(3000)), ['ask', 'probe'])
  sightings.here(here({ id: a, seq: 2 }), answerFrom(host), 3010)
  assert.equal(sightings.list()[0]?.state, 'fresh')
})

test('whatever is heard in whatever order, the bounds hold and no row is without an address', () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 400 }),
    boot: fc.integer({ min: 1, max: 4 }),
    seq: fc.integer({ min: 0, max: 20 }),
    source: fc.integer({ min: 0, max: 300 }),
    proven: fc.boolean(),
    gapMs: fc.integer({ min: 0, max: 3000 }),
    kind: fc.constantFrom('here', 'here', 'here', 'bye', 'tick', 'refused', 'doubt'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), steps => {
      const sightings = create()
      let nowMs = 0
      for (const { id, boot, seq, source, proven, gapMs, kind } of steps) {
        nowMs += gapMs
        const from = `10.9.${source >> 8}.${source & 255}`
        if (kind === 'here')
          sightings.here(
            here({ id: idOf(`n${id}-`), boot, seq }),
            { host: from, fromPort: 40_000, kin: 'near', rttMs: proven ? 1 : null, proven },
            nowMs,
          )
        if (kind === 'bye') sightings.bye(bye(idOf(`n${id}-`), boot), nowMs)
        if (kind === 'tick') sightings.tick(nowMs)
        if (kind === 'refused') sightings.refused(from)
        if (kind === 'doubt') sightings.doubt()
        assert.ok(sightings.size() <= bounds.rowsMax)
        assert.equal(new Set(sightings.list().map(row => row.key)).size, sightings.size(), 'a key is one row')
        for (const row of sightings.list()) {
          assert.ok(row.addresses.length > 0 && row.addresses.length <= bounds.addressesPerRowMax)
        }
      }
    }),
    { numRuns: 40 },
  )
})

test('a list that is looked at all the time says the same as one that is looked at once', () => {
  const step = fc.record({
    id: fc.integer({ min: 0, max: 1 }),
    name: fc.constantFrom('one', 'one', 'One'),
    fingerprint: fc.constantFrom(null, null, 'x'.repeat(22)),
    boot: fc.integer({ min: 1, max: 2 }),
    source: fc.integer({ min: 0, max: 1 }),
    answered: fc.boolean(),
    gapMs: fc.integer({ min: 0, max: 2000 }),
    kind: fc.constantFrom('here', 'here', 'here', 'here', 'here', 'here', 'bye', 'tick', 'refused', 'doubt'),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const watched = create()
      const glanced = create()
      let nowMs = 0
      for (const [seq, { id, name, fingerprint, boot, source, answered, gapMs, kind }] of steps.entries()) {
        nowMs += gapMs
        for (const sightings of [watched, glanced]) {
          const from = `10.9.0.${source}`
          const word = here({ id: idOf(`n${id}-`), name, fingerprint, boot, seq })
          if (kind === 'here') sightings.here(word, answered ? answerFrom(from) : beaconFrom(from), nowMs)
          if (kind === 'bye') sightings.bye(bye(idOf(`n${id}-`), boot), nowMs)
          if (kind === 'tick') sightings.tick(nowMs)
          if (kind === 'refused') sightings.refused(from)
          if (kind === 'doubt') sightings.doubt()
        }
        watched.list()
      }
      assert.deepEqual(watched.list(), glanced.list())
    }),
  )
})

test('who poses as a server by another boot has its row only until that speaks again, however many boots it invents', () => {
  const sightings = createSightings({ opens: () => false })
  const id = idOf('den')
  const speak = (seq: number, atMs: number) =>
    sightings.here(here({ id, seq, name: 'den' }), beaconFrom('10.0.0.2'), atMs)
  speak(1, 0)
  for (let round = 1; round <= 5; round++) {
    const atMs = round * 1_000
    for (let boot = 0; boot < 5; boot++)
      sightings.here(
        here({ id, boot: 100 * round + boot, name: 'evil', ttlSeconds: 200 }),
        beaconFrom('10.0.0.66'),
        atMs + boot,
      )
    speak(round + 1, atMs + 500)
    const [row, ...more] = sightings.list()
    assert.deepEqual(more, [])
    assert.deepEqual([row?.name, row?.boot, row?.addresses[0]?.host], ['den', 1, '10.0.0.2'])
  }
})

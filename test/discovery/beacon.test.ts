import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { beaconName, decode, encode, looksLikeProbe, type Packet } from '../../src/discovery/beacon.ts'
import { bounds } from '../../src/discovery/bounds.ts'
import { here, idOf, secretOf } from './samples.ts'

const full = here({
  id: idOf('full'),
  boot: 0xffffffff,
  seq: 0xffffffff,
  ttlSeconds: 200,
  port: 65535,
  pagePort: 65535,
  ircPort: 65535,
  versions: [1, 65535],
  name: 'The office on the second floor',
  users: 65535,
  usersMax: 65535,
  flags: 'tphf',
  fingerprint: 'f'.repeat(22),
  nonce: 'n'.repeat(16),
})
const find: Packet = { t: 'find', nonce: 'abcdefghijklmnop', have: [] }
const bye: Packet = { t: 'bye', id: idOf('a'), boot: 7, secret: secretOf(7) }

const raw = (text: string) => decode(Buffer.from(text))
const withFields = (fields: object) =>
  raw(
    `EARSHOT/1 ${JSON.stringify({ ...JSON.parse(Buffer.from(encode(full)).toString().slice(10)), ...fields })}`,
  )

test('every kind of packet comes back as it was', () => {
  for (const packet of [full, here({ id: idOf('b') }), find, { ...find, have: ['abcdef'] }, bye])
    assert.deepEqual(decode(encode(packet)), { got: 'packet', packet })
})

test('a packet is at most 512 bytes, and a probe so long that its answer is at most four times that', () => {
  assert.ok(encode(full).length <= bounds.sentBytesMax)
  assert.equal(encode(find).length, bounds.probeBytesMin)
  assert.ok(bounds.probeBytesMin * bounds.replyTimesMax >= bounds.sentBytesMax)
  const have = Array.from({ length: 100 }, (_, index) => idOf(`id${index}-`))
  const asked = decode(encode({ t: 'find', nonce: 'n'.repeat(16), have }))
  assert.ok(encode({ t: 'find', nonce: 'n'.repeat(16), have }).length <= bounds.sentBytesMax)
  assert.ok(asked.got === 'packet' && asked.packet.t === 'find')
  assert.equal(asked.packet.have.length, bounds.haveMax)
  assert.equal(asked.packet.have[0]?.length, bounds.havePrefixLength)
})

test('whatever the name, the sender stays within 512 bytes and its packet is read', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.constant('"\\'.repeat(40))),
      name => {
        const bytes = encode({ ...full, name })
        assert.ok(bytes.length <= bounds.sentBytesMax)
        assert.equal(decode(bytes).got, 'packet')
      },
    ),
    { numRuns: 300 },
  )
})

test('a name is harmless, at most 48 bytes and 32 cells, and never empty', () => {
  assert.equal(beaconName('  '), 'unnamed')
  assert.equal(beaconName('\u202e\u200b'), 'unnamed')
  assert.equal(beaconName('a\u001b[31m b').includes('\u001b'), false)
  assert.ok([...beaconName('x'.repeat(100))].length <= bounds.nameCellsMax)
  assert.ok(Buffer.byteLength(beaconName('日'.repeat(100))) <= bounds.nameBytesMax)
  const decoded = withFields({ name: 'evil\u0007\u001b]0;title\u0007\nline' })
  assert.ok(decoded.got === 'packet' && decoded.packet.t === 'here')
  assert.equal(/[\u0000-\u001f]/.test(decoded.packet.name), false)
})

test('a packet with fields that nobody would accept is not sent', () => {
  assert.throws(() => encode(here({ id: 'short' })), RangeError)
  assert.throws(() => encode(here({ id: idOf('a'), commitment: 'short' })), RangeError)
  assert.throws(() => encode(here({ id: idOf('a'), port: 0 })), RangeError)
  assert.throws(() => encode(here({ id: idOf('a'), flags: 'a b' })), RangeError)
  assert.throws(() => encode({ t: 'find', nonce: '', have: [] }), RangeError)
})

test('unknown fields are ignored, unknown kinds and nesting are dropped', () => {
  assert.equal(withFields({ later: 'yes', list: [1, 'two', null] }).got, 'packet')
  assert.equal(withFields({ later: { deep: 1 } }).got, 'junk')
  assert.equal(withFields({ later: [[1]] }).got, 'junk')
  assert.equal(withFields({ t: 'hello' }).got, 'junk')
  assert.equal(withFields({ t: '__proto__' }).got, 'junk')
})

test('fields outside their form are dropped, and a time to live is moved into its range', () => {
  const wrong: readonly object[] = [
    { id: 'short' },
    { id: `${'a'.repeat(20)}\n` },
    { boot: -1 },
    { boot: 2 ** 32 },
    { seq: 1.5 },
    { ttl: 'x' },
    { ttl: null },
    { port: 0 },
    { port: 65536 },
    { wp: 70000 },
    { v: [2, 1] },
    { v: [1] },
    { v: 1 },
    { name: 7 },
    { u: -1 },
    { f: '\u001b' },
    { f: 'toomanyflags' },
    { fp: 'x' },
    { bc: 'x' },
    { n: 'has blanks' },
    { n: '' },
  ]
  for (const fields of wrong) assert.equal(withFields(fields).got, 'junk', JSON.stringify(fields))
  for (const [ttl, expected] of [
    [0, 3],
    [15, 15],
    [9999, 200],
  ]) {
    const decoded = withFields({ ttl })
    assert.ok(decoded.got === 'packet' && decoded.packet.t === 'here')
    assert.equal(decoded.packet.ttlSeconds, expected)
  }
})

test('a packet of a newer protocol is told from junk', () => {
  assert.deepEqual(raw('EARSHOT/2 whatever'), { got: 'newer', version: 2 })
  assert.deepEqual(raw('EARSHOT/10 {}'), { got: 'newer', version: 10 })
  for (const text of ['EARSHOT/0 {}', 'EARSHOT/1{}', 'EARSHOT/2', 'EARSHOT/99999 {}', 'earshot/1 {}', ''])
    assert.deepEqual(raw(text), { got: 'junk' }, text)
})

test('more than 1,024 bytes are dropped, and 1,024 are read', () => {
  const padded = (length: number) => {
    const text = Buffer.from(encode(here({ id: idOf('a') }))).toString()
    return raw(`${text.slice(0, -1)},"x":"${'y'.repeat(length - text.length - 7)}"}`)
  }
  assert.equal(padded(1024).got, 'packet')
  assert.equal(padded(1025).got, 'junk')
})

test('deep nesting, broken text and broken JSON are junk', () => {
  assert.equal(raw(`EARSHOT/1 {"t":"here","x":${'['.repeat(480)}${']'.repeat(480)}}`).got, 'junk')
  assert.equal(raw(`EARSHOT/1 ${'{"t":'.repeat(190)}`).got, 'junk')
  assert.equal(raw('EARSHOT/1 ["here"]').got, 'junk')
  assert.equal(raw('EARSHOT/1 null').got, 'junk')
  assert.equal(
    decode(Buffer.concat([Buffer.from('EARSHOT/1 {"t":"'), Buffer.from([0xff, 0xfe])])).got,
    'junk',
  )
})

test('a packet cut at any byte never throws and is never taken', () => {
  for (const packet of [full, find, bye]) {
    const bytes = encode(packet)
    for (let end = 0; end < bytes.length; end++) assert.equal(decode(bytes.subarray(0, end)).got, 'junk')
  }
})

test('a packet with any bit flipped never throws', () => {
  for (const packet of [full, find, bye]) {
    const bytes = encode(packet)
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Uint8Array.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      decode(flipped)
    }
  }
})

test('no bytes at all make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1100 }), fc.boolean(), (noise, withMagic) => {
      decode(withMagic ? Buffer.concat([Buffer.from('EARSHOT/1 {'), noise]) : noise)
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      raw(`EARSHOT/1 ${JSON.stringify({ t: 'here', value })}`)
    }),
    { numRuns: 300 },
  )
})

test('a probe of ours is told by its first bytes, and nothing else is taken for one', () => {
  assert.ok(looksLikeProbe(encode({ t: 'find', nonce: 'n1', have: [] })))
  assert.ok(looksLikeProbe(encode({ t: 'find', nonce: 'n'.repeat(16), have: [idOf('a')] })))
  const bye = encode({ t: 'bye', id: idOf('a'), boot: 1, secret: secretOf(1) })
  for (const bytes of [encode(here({ id: idOf('find') })), bye, new Uint8Array(0), Buffer.from('EARSHOT')])
    assert.ok(!looksLikeProbe(bytes))
})

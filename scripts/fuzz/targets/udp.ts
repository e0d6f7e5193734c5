/** The packets of discovery: beacons, probes and farewells as anybody on the network can send them. */
import fc from 'fast-check'
import { type Decoded, decode, encode, type Packet } from '../../../src/discovery/beacon.ts'
import { bounds } from '../../../src/discovery/bounds.ts'
import { bytesOf, harmless, holds, type Target } from '../target.ts'

const id = 'abcdefghijklmnopqrstu'
const hash = 'c'.repeat(22)
const here = {
  t: 'here',
  id,
  boot: 1,
  seq: 2,
  ttl: 15,
  port: 23277,
  v: [1, 1],
  name: 'office',
  u: 2,
  max: 9,
  f: 'h',
  bc: hash,
}
const packet = (fields: object): string => `EARSHOT/1 ${JSON.stringify(fields)}`

function check(bytes: Uint8Array): void {
  const first: Decoded = decode(bytes)
  if (first.got !== 'packet') return
  holds(bytes.length <= bounds.heardBytesMax, () => `a packet of ${bytes.length} bytes was read`)
  const sent = encode(first.packet)
  holds(sent.length <= bounds.sentBytesMax, () => `${sent.length} bytes would be sent`)
  if (first.packet.t === 'here') {
    const { name } = first.packet
    harmless(name, 'the name')
    holds(name !== '' && !name.includes('\n'), () => `the name is ${JSON.stringify(name)}`)
    holds(bytesOf(name).length <= bounds.nameBytesMax, () => `the name has ${bytesOf(name).length} bytes`)
  }
  const second = decode(sent)
  holds(second.got === 'packet', () => `what was read is not read again: ${Buffer.from(sent)}`)
  if (second.got === 'packet')
    holds(
      flat(second.packet) === flat(first.packet),
      () => `${flat(second.packet)} is not ${flat(first.packet)}`,
    )
}

/** Ids that need not answer are sent by their beginnings. */
const flat = (one: Packet): string =>
  JSON.stringify(
    one.t === 'find' ? { ...one, have: one.have.map(had => had.slice(0, bounds.havePrefixLength)) } : one,
  )

const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 3, 200, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 0.5, 1e308, -0),
  fc.nat(70_000),
)
const word = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    id,
    hash,
    'n'.repeat(16),
    'n'.repeat(17),
    's'.repeat(48),
    '日'.repeat(30),
    '\u202e\x1b[2J',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const value = fc.oneof(
  number,
  word,
  fc.constant(null),
  fc.boolean(),
  fc.array(fc.oneof(number, word), { maxLength: 3 }),
)
const whole = fc.constantFrom<object>(
  here,
  { ...here, wp: 80, ip: 6667, fp: hash, n: 'nonce' },
  { t: 'find', n: 'nonce', have: ['abcdef'] },
  { t: 'bye', id, boot: 1, bs: 's'.repeat(20) },
)
const field = fc.constantFrom(
  't',
  'id',
  'boot',
  'seq',
  'ttl',
  'port',
  'wp',
  'ip',
  'v',
  'name',
  'u',
  'max',
  'f',
  'fp',
  'bc',
  'n',
  'have',
  'bs',
  '__proto__',
)

export const udp: Target = {
  name: 'udp',
  means: 'datagrams of discovery: beacons, probes, farewells',
  covers: ['discovery/beacon.ts'],
  bytesMax: 1_200,
  seeds: [
    packet(here),
    packet({ ...here, wp: 80, ip: 6667, fp: hash, n: 'nonce', later: [1, 'two', null] }),
    packet({ t: 'find', n: 'abcdefghijklmnop', have: ['abcdef', 'ghijkl'] }),
    packet({ t: 'bye', id, boot: 7, bs: 's'.repeat(20) }),
    'EARSHOT/2 {}',
  ].map(bytesOf),
  tokens: [
    'EARSHOT/1 ',
    'EARSHOT/22 ',
    '{"t":"here"',
    '{"t":"find"',
    '{"t":"bye"',
    '"n":"',
    '"have":[',
    '"v":[1,1]',
    '\\u001b',
    '\\u202e',
    '\\ud800',
    '\u202e',
    '😀',
    'null',
    '1e999',
    '-1',
    '65536',
  ],
  structured: fc
    .tuple(whole, fc.array(fc.tuple(field, value), { maxLength: 4 }))
    .map(([base, changes]) => bytesOf(packet({ ...base, ...Object.fromEntries(changes) }))),
  run: check,
}

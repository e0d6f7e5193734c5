import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import test from 'node:test'
import fc from 'fast-check'
import { formatTarget, parseTarget } from '../../src/base/target.ts'

const good: [string, string, number][] = [
  ['kitchen', 'kitchen', 23277],
  ['  kitchen:4000\n', 'kitchen', 4000],
  ['kitchen.local', 'kitchen.local', 23277],
  ['kitchen.local.:1', 'kitchen.local.', 1],
  ['Küche.local', 'Küche.local', 23277],
  ['my_pc-2', 'my_pc-2', 23277],
  ['3com', '3com', 23277],
  ['192.168.1.20', '192.168.1.20', 23277],
  ['192.168.1.20:65535', '192.168.1.20', 65535],
  ['::1', '::1', 23277],
  ['::', '::', 23277],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1', 23277],
  ['fe80::1%eth0', 'fe80::1%eth0', 23277],
  ['[fe80::1%eth0]:4000', 'fe80::1%eth0', 4000],
  ['[fe80::1%12]', 'fe80::1%12', 23277],
  ['[::1]:4000', '::1', 4000],
  ['2001:DB8:0:0:0:0:0:1', '2001:DB8:0:0:0:0:0:1', 23277],
]
for (const [said, host, port] of good)
  test(`${JSON.stringify(said)} is read`, () =>
    assert.deepEqual(parseTarget(said, 23277), { ok: true, host, port }))

const bad: [string, RegExp][] = [
  ['', /^No server was named/],
  ['   ', /^No server was named/],
  ['kitchen:', /comes a port\. Write one, such as kitchen:4000, or leave the colon out/],
  ['kitchen:0', /“0” is no port.* 1 to 65535/],
  ['kitchen:65536', /“65536” is no port/],
  ['kitchen:-1', /“-1” is no port/],
  ['kitchen:4000x', /“4000x” is no port/],
  ['kitchen:４０００', /is no port/],
  [':4000', /names a port but no server/],
  ['4000', /only a number.*kitchen:4000/],
  ['192.168.1.300', /is no IP address.*0 to 255/],
  ['192.168.1', /is no IP address/],
  ['192.168.001.005', /leading zeros/],
  ['0x7f.1', /is no IP address/],
  ['0x7f000001', /is only a number/],
  ['http://192.168.1.20:4000/x', /is a web address.*such as 192\.168\.1\.20:4000\.$/],
  ['https://user@kitchen/', /is a web address.*such as kitchen\.$/],
  ['://', /is a web address/],
  ['http://http://a', /is a web address/],
  ['192.168.1.20 4000', /has a space in it.*such as 192\.168\.1\.20:4000\.$/],
  ['kitchen : 4000', /such as kitchen:4000\.$/],
  ['a b c', /has a space in it/],
  ['a\u0000b', /cannot be seen/],
  ['a\u001b[31m', /cannot be seen/],
  ['kit\u202echen', /cannot be seen/],
  ['ann@kitchen', /“@” does not belong/],
  ['kitchen/x', /“\/” does not belong/],
  ['..', /stray dot or hyphen/],
  ['a..b', /stray dot or hyphen/],
  ['--port', /stray dot or hyphen/],
  ['kitchen%eth0', /only IPv6 addresses have/],
  ['10.0.0.1%eth0', /only IPv6 addresses have/],
  [`${'a'.repeat(64)}.b`, /stray/],
  ['a.'.repeat(200), /too long/],
  ['fe80::1%', /several colons/],
  ['fe80::1%eth0:4000', /needs brackets: write \[fe80::1%eth0\]:4000\.$/],
  ['2001:db8:0:0:0:0:0:1:4000', /needs brackets: write \[2001:db8:0:0:0:0:0:1\]:4000\.$/],
  ['a:b:c', /several colons/],
  ['1::2::3', /several colons/],
  [':::', /several colons/],
  ['12345::1', /several colons/],
  ['[::1', /does not close it/],
  ['[kitchen]:4000', /brackets are only for those/],
  ['[]', /brackets are only for those/],
  ['[::1]4000', /goes on after the bracket/],
  ['[::1]:', /comes a port/],
  ['[::1]:x', /is no port/],
]
for (const [said, sentence] of bad)
  test(`${JSON.stringify(said.slice(0, 40))} is refused with a cause and a cure`, () => {
    const read = parseTarget(said, 23277)
    assert.ok(!read.ok, JSON.stringify(read))
    assert.match(read.text, sentence)
    assert.match(read.text, /\.$/)
    assert.ok(read.text.length < 250, read.text)
  })

test('addresses are told as the system tells them', () => {
  const crumb = fc.constantFrom(
    '0',
    '1',
    'ff',
    'fe80',
    '12345',
    'g',
    '::',
    ':',
    '.',
    '10.0.0.1',
    '256',
    '01',
    '',
  )
  const near = fc.array(crumb, { maxLength: 12 }).map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(near, fc.ipV4(), fc.ipV6()), text => {
      const read = parseTarget(text, 1)
      if (isIP(text) > 0) assert.deepEqual(read, { ok: true, host: text, port: 1 })
      if (read.ok && text.split(':').length > 2) assert.equal(isIP(text), 6)
    }),
    { numRuns: 2000 },
  )
})

test('what is written is read back', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain(), fc.constant('fe80::1%eth0'))
  fc.assert(
    fc.property(host, fc.integer({ min: 1, max: 65_535 }), (name, port) => {
      assert.deepEqual(parseTarget(formatTarget(name, port), 1), { ok: true, host: name, port })
    }),
  )
})

test('anything typed is answered and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), text => {
      const read = parseTarget(text, 23277)
      assert.ok(read.ok ? read.host.length > 0 : read.text.endsWith('.'))
    }),
    { numRuns: 2000 },
  )
})

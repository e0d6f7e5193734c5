import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWithin, networkOf, plainAddress } from '../../src/base/network.ts'

test('an address has one spelling', () => {
  for (const [address, plain] of [
    ['10.0.0.7', '10.0.0.7'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::FFFF:10.0.0.7', '10.0.0.7'],
    ['2001:DB8::1', '2001:db8:0:0:0:0:0:1'],
    ['2001:0db8:0000:0:0:0:0:0001', '2001:db8:0:0:0:0:0:1'],
    ['fe80::1%eth0', 'fe80:0:0:0:0:0:0:1'],
    ['::', '0:0:0:0:0:0:0:0'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['', ''],
  ] as const)
    assert.equal(plainAddress(address), plain, address)
})

test('an IPv6 address lies in its /64; what all on a link share is no network of anybody', () => {
  assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  for (const none of ['fe80::1%eth0', 'febf::1', '::1', '10.0.0.7', '::ffff:10.0.0.7', '', 'nonsense'])
    assert.equal(networkOf(none), null, none)
})

test('what was written down holds for itself and for its network', () => {
  assert.ok(isWithin('::ffff:10.0.0.7', '10.0.0.7'))
  assert.ok(isWithin('2001:db8:1:2::99', '2001:db8:1:2::/64'))
  assert.ok(!isWithin('2001:db8:1:3::99', '2001:db8:1:2::/64'))
  assert.ok(!isWithin('10.0.0.70', '10.0.0.7'))
  assert.ok(!isWithin('', ''))
})

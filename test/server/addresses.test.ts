/** Where a server is reached: told when networks come and go, and only then. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reachableOn, watchAddresses } from '../../src/server/addresses.ts'

test('addresses that came or went are told once', () => {
  let now = ['127.0.0.1']
  const told: (readonly string[])[] = []
  const addresses = watchAddresses(
    null,
    held => told.push(held),
    () => [...now],
  )
  addresses.look()
  assert.deepEqual(told, [])
  now = ['10.0.0.5', 'fd00::5']
  addresses.look()
  addresses.look()
  assert.deepEqual(told, [['10.0.0.5', 'fd00::5']])
  assert.deepEqual(addresses.held(), now)
  now = ['127.0.0.1']
  addresses.look()
  assert.deepEqual(told.at(-1), ['127.0.0.1'])
})

const v4 = {
  address: '10.0.0.5',
  netmask: '255.255.255.0',
  family: 'IPv4',
  mac: '02:00:00:00:00:05',
  internal: false,
  cidr: '10.0.0.5/24',
} as const
const v6 = (address: string, mac: string = v4.mac) =>
  ({
    address,
    netmask: 'ffff:ffff:ffff:ffff::',
    family: 'IPv6',
    mac,
    internal: false,
    cidr: `${address}/64`,
    scopeid: address.startsWith('fe') ? 7 : 0,
  }) as const
const lo = { ...v4, address: '127.0.0.1', netmask: '255.0.0.0', internal: true, cidr: '127.0.0.1/8' }

test('where there is nothing but link-local addresses those are told, each with its interface', () => {
  const bare = { lo: [lo], eth0: [v6('fe80::5')], wlan0: [v6('fe80::6')] }
  for (const host of [null, '::'])
    assert.deepEqual(reachableOn(host, bare, 'linux'), ['fe80::5%eth0', 'fe80::6%wlan0'])
  assert.deepEqual(reachableOn(null, bare, 'win32'), ['fe80::5%7', 'fe80::6%7'])
  assert.deepEqual(reachableOn('0.0.0.0', bare, 'linux'), ['127.0.0.1'])
})

test('a link-local address is no address where there is a better one', () => {
  const both = { lo: [lo], eth0: [v6('fe80::5'), v6('fd00::5'), v4] }
  assert.deepEqual(reachableOn(null, both, 'linux'), ['10.0.0.5', 'fd00::5'])
  assert.deepEqual(reachableOn(null, { eth0: [v6('fe80::5'), v6('fd00::5')] }, 'linux'), ['fd00::5'])
})

test('tunnels and what macOS keeps up for itself are no network', () => {
  const alone = {
    lo: [lo],
    utun0: [v6('fe80::1', '00:00:00:00:00:00')],
    awdl0: [v6('fe80::2')],
    llw0: [v6('fe80::3')],
    anpi1: [v6('fe80::4')],
  }
  assert.deepEqual(reachableOn(null, alone, 'darwin'), ['127.0.0.1'])
})

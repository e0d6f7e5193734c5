import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  difference,
  type InterfaceAddress,
  type Interfaces,
  kinOf,
  mayAnswer,
  sweepAddresses,
  wantedOutlets,
} from '../../src/discovery/subnets.ts'

const mac = '02:00:00:00:00:01'
const v4 = (address: string, netmask: string, more: Partial<InterfaceAddress> = {}): InterfaceAddress => ({
  address,
  netmask,
  family: 'IPv4',
  mac,
  internal: false,
  ...more,
})
const v6 = (address: string, more: Partial<InterfaceAddress> = {}): InterfaceAddress => ({
  address,
  netmask: 'ffff:ffff:ffff:ffff::',
  family: 'IPv6',
  mac,
  internal: false,
  scopeid: 2,
  ...more,
})
const noMac = { mac: '00:00:00:00:00:00' }
const lo = [
  v4('127.0.0.1', '255.0.0.0', { internal: true, ...noMac }),
  v6('::1', { internal: true, scopeid: 0 }),
]

const machine: Interfaces = {
  lo,
  eth0: [v4('10.0.0.2', '255.255.255.0'), v6('fe80::2'), v6('2001:db8::2', { scopeid: 0 })],
  wlan0: [v6('fe80::3')],
  tun0: [v4('10.8.0.6', '255.255.255.0', noMac), v6('fe80::4', noMac)],
  ppp0: [v4('203.0.113.9', '255.255.255.255')],
  p2p: [v4('192.168.9.0', '255.255.255.254')],
  dummy: [v4('172.31.0.1', '255.255.0.0', { internal: true })],
}
const brief = (interfaces: Interfaces, allow: string[] = [], platform = 'linux') =>
  wantedOutlets(interfaces, allow, platform).map(
    o =>
      `${o.interfaceName} ${o.address} > ${o.trouble ?? o.destinations.join(' ')}${o.beacons ? '' : ' (probes)'}`,
  )

test('each interface address gets its outlet, and what cannot broadcast says why', () => {
  assert.deepEqual(brief(machine), [
    'eth0 10.0.0.2 > 255.255.255.255',
    'eth0 fe80::2%eth0 > ff02::1%eth0 (probes)',
    'lo 127.0.0.1 > 127.255.255.255',
    'p2p 192.168.9.0 > 192.168.9.1',
    'ppp0 203.0.113.9 > no broadcast',
    'tun0 10.8.0.6 > a tunnel, used only where it is named',
    'wlan0 fe80::3%wlan0 > ff02::1%wlan0',
  ])
})

test('Windows and macOS get the directed broadcast as well, and Windows the scope as a number', () => {
  const lan = { eth0: machine.eth0 }
  assert.deepEqual(brief(lan, [], 'darwin'), [
    'eth0 10.0.0.2 > 255.255.255.255 10.0.0.255',
    'eth0 fe80::2%eth0 > ff02::1%eth0 (probes)',
  ])
  assert.equal(brief(lan, [], 'win32')[1], 'eth0 fe80::2%2 > ff02::1%2 (probes)')
  assert.deepEqual(brief({ lo }, [], 'win32'), ['lo 127.0.0.1 > 127.255.255.255 127.0.0.1'])
})

test('the directed broadcast comes from the mask', () => {
  const directed = (address: string, netmask: string) =>
    wantedOutlets({ eth0: [v4(address, netmask)] })[0]?.directed
  assert.equal(directed('10.1.2.3', '255.255.255.0'), '10.1.2.255')
  assert.equal(directed('10.1.2.3', '255.255.0.0'), '10.1.255.255')
  assert.equal(directed('192.168.0.5', '255.255.255.252'), '192.168.0.7')
})

test('named interfaces are used alone, tunnels among them, and loopback stays', () => {
  assert.deepEqual(brief(machine, ['tun0']), [
    'lo 127.0.0.1 > 127.255.255.255',
    'tun0 10.8.0.6 > 255.255.255.255',
    'tun0 fe80::4%tun0 > ff02::1%tun0 (probes)',
  ])
  assert.deepEqual(brief(machine, ['10.0.0.0/8']), [
    'eth0 10.0.0.2 > 255.255.255.255',
    'lo 127.0.0.1 > 127.255.255.255',
    'tun0 10.8.0.6 > 255.255.255.255',
  ])
  assert.deepEqual(brief(machine, ['10.0.0.2', '!lo']), ['eth0 10.0.0.2 > 255.255.255.255'])
})

test('a forbidden interface is not used, and the others are', () => {
  assert.deepEqual(brief({ lo, eth0: machine.eth0, wlan0: machine.wlan0 }, ['!eth0']), [
    'lo 127.0.0.1 > 127.255.255.255',
    'wlan0 fe80::3%wlan0 > ff02::1%wlan0',
  ])
})

test('two addresses in one network on one card are one outlet, in two networks two', () => {
  const eth0 = [
    v4('10.0.0.2', '255.255.255.0'),
    v4('10.0.0.3', '255.255.255.0'),
    v4('10.1.0.2', '255.255.255.0'),
  ]
  assert.deepEqual(brief({ eth0 }), ['eth0 10.0.0.2 > 255.255.255.255', 'eth0 10.1.0.2 > 255.255.255.255'])
  const eth1 = [v4('10.0.0.4', '255.255.255.0')]
  assert.equal(brief({ eth0, eth1 }).length, 3, 'two cards in one network both speak')
})

test('what must be opened and closed is the difference, both ways', () => {
  const before = wantedOutlets({ lo, eth0: [v4('10.0.0.2', '255.255.255.0')] })
  const after = wantedOutlets({ lo, eth0: [v4('10.0.0.9', '255.255.255.0')] })
  const { added, dropped } = difference(
    before.map(outlet => outlet.key),
    after,
  )
  assert.deepEqual(
    added.map(outlet => outlet.address),
    ['10.0.0.9'],
  )
  assert.deepEqual(dropped, ['eth0 10.0.0.2/24'])
  const masked = wantedOutlets({ lo, eth0: [v4('10.0.0.2', '255.255.0.0')] })
  assert.equal(
    difference(
      before.map(outlet => outlet.key),
      masked,
    ).added.length,
    1,
    'a new mask is a new outlet',
  )
  const same = difference(
    before.map(outlet => outlet.key),
    before,
  )
  assert.deepEqual([same.added, same.dropped], [[], []])
})

test('how near an address is', () => {
  const table = [
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['10.0.0.2', 'own'],
    ['fe80::2%eth0', 'own'],
    ['10.0.0.77', 'near'],
    ['10.0.1.77', 'far'],
    ['fe80::99%eth0', 'link'],
    ['2001:db8::99', 'far'],
    ['nonsense', 'far'],
  ] as const
  for (const [address, kin] of table) assert.equal(kinOf(address, machine), kin, address)
})

test('probes are answered from networks of ours and private ranges, never from elsewhere', () => {
  const outlets = wantedOutlets({ lo, eth0: [v4('203.0.113.4', '255.255.255.0'), v6('fe80::2')] })
  const table = [
    ['203.0.113.77', true, true],
    ['127.0.0.1', true, true],
    ['10.9.9.9', true, false],
    ['172.31.255.1', true, false],
    ['172.32.0.1', false, false],
    ['192.168.1.1', true, false],
    ['8.8.8.8', false, false],
    ['fe80::9%eth0', true, true],
    ['fe80::9%eth1', true, false],
    ['fd00::1', true, false],
    ['2001:db8::9', false, false],
  ] as const
  for (const [address, usually, whenNamed] of table) {
    assert.equal(mayAnswer(address, outlets, false), usually, address)
    assert.equal(mayAnswer(address, outlets, true), whenNamed, `${address} when interfaces are named`)
  }
})

test('the sweep asks every address of the networks around, up to a /22 each', () => {
  const asked = (address: string, netmask: string) =>
    sweepAddresses(wantedOutlets({ lo, eth0: [v4(address, netmask)] }))
  const home = asked('192.168.1.20', '255.255.255.0')
  assert.equal(home.length, 253)
  assert.equal(home[0], '192.168.1.1')
  assert.equal(home.at(-1), '192.168.1.254')
  assert.equal(home.includes('192.168.1.20'), false)
  assert.equal(asked('10.4.5.6', '255.255.252.0').length, 1021)
  const large = asked('10.4.5.6', '255.0.0.0')
  assert.equal(large.length, 1021)
  assert.equal(large[0], '10.4.4.1')
  assert.deepEqual(asked('10.0.0.1', '255.255.255.252'), ['10.0.0.2'])
  assert.deepEqual(asked('10.0.0.0', '255.255.255.254'), ['10.0.0.1'])
  assert.deepEqual(asked('10.0.0.1', '255.255.255.255'), [])
})

test('the sweep never asks more than 4,096 addresses', () => {
  const many: Record<string, InterfaceAddress[]> = {}
  for (let index = 0; index < 20; index++) many[`eth${index}`] = [v4(`10.${index}.0.1`, '255.255.0.0')]
  assert.equal(sweepAddresses(wantedOutlets(many)).length, 4096)
})

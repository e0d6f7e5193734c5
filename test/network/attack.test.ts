/** Discovery with an enemy on the network: servers that are known keep their rows. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bounds } from '../../src/discovery/bounds.ts'
import { schedule } from '../../src/discovery/schedule.ts'
import type { Sighting } from '../../src/discovery/types.ts'
import { defaultPort } from '../../src/wire/limits.ts'
import { idOf } from '../discovery/samples.ts'
import { patienceMs } from '../patience.ts'
import { createLab, type Host, type Lab, labAvailable, type Running } from './lab.ts'

const skip = labAvailable() ?? false
const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const brisk = { beaconEveryMs: 1_000, tickMs: 200, pollMs: 400 }
const known = idOf('den')
/** Where the enemy speaks from; a table of sources has room for all of them. */
const sources = Array.from({ length: 40 }, (_, index) => `10.77.1.${100 + index}`)

describe('discovery under attack', { skip, timeout: 280_000, concurrency: 1 }, () => {
  let lab: Lab
  let server: Host
  let client: Host
  let enemy: Host
  let victim: Host
  /** Its server speaks so seldom that nobody finds it but by asking. */
  let slow: Host
  let serving: Running
  let scanning: Running

  before(async () => {
    lab = createLab()
    lab.bridge('one')
    server = await lab.host('server', [{ bridge: 'one', cidr: '10.77.1.2/24' }])
    client = await lab.host('client', [{ bridge: 'one', cidr: '10.77.1.3/24' }])
    enemy = await lab.host('enemy', [
      { bridge: 'one', cidr: ['10.77.1.66/24', ...sources.map(one => `${one}/24`)] },
    ])
    slow = await lab.host('slow', [{ bridge: 'one', cidr: '10.77.1.5/24' }])
    victim = await lab.host('victim', [{ bridge: 'one', cidr: '10.77.1.4/24' }])
    // It speaks in the name of others, and must neither answer for them nor ask in their name where they are.
    await enemy.run('sysctl', ['-qw', 'net.ipv4.conf.all.arp_ignore=8'])
    const { stdout } = await server.run('cat', ['/sys/class/net/eth0/address'])
    await enemy.run(
      'ip',
      'neigh replace 10.77.1.2 dev eth0 nud permanent lladdr'.split(' ').concat(stdout.trim()),
    )
    serving = server.node(script('announce.ts'), [known, JSON.stringify({ name: 'den', pace: brisk })])
    await serving.waitForLine(/"ready"/)
    scanning = client.node(script('scan.ts'), [JSON.stringify({ pace: brisk })])
    await listed(rows => own(rows) !== undefined)
  })
  after(() => lab?.close())

  const own = (rows: readonly Sighting[]) =>
    rows.find(
      row =>
        row.id === known &&
        row.name === 'den' &&
        row.port === 30_000 &&
        row.addresses.some(({ host }) => host === '10.77.1.2'),
    )

  /** Asks until the list fits. */
  async function listed(fits: (rows: readonly Sighting[]) => boolean): Promise<readonly Sighting[]> {
    const endMs = performance.now() + patienceMs
    for (;;) {
      const from = scanning.lines.length
      scanning.write('list\n')
      const { list } = JSON.parse(await scanning.waitForLine(/"asked":\d+\}$/, undefined, from))
      if (fits(list)) return list
      assert.ok(performance.now() < endMs, JSON.stringify(list).slice(0, 2_000))
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  async function attack(orders: object): Promise<void> {
    const running = enemy.node(script('attack.ts'), [
      JSON.stringify({ sources, port: defaultPort, ...orders }),
    ])
    await running.waitForLine(/"sent"/)
    await running.exited
  }

  /** It is heard again, later than now: what is listed is not only a memory. */
  async function stillHeard(): Promise<Sighting> {
    const before = own(await listed(rows => own(rows) !== undefined))?.heardAt ?? 0
    const row = own(await listed(rows => (own(rows)?.heardAt ?? 0) > before))
    assert.ok(row)
    return row
  }

  test('farewells that are forged take nobody’s leave', async () => {
    const { boot } = await stillHeard()
    await attack({ farewells: { id: known, boot, count: 500 } })
    assert.equal((await stillHeard()).boot, boot)
  })

  test('who poses as a known server does not keep its row, once that has spoken', async () => {
    const { boot } = await stillHeard()
    await attack({ posesAs: known })
    assert.equal((await stillHeard()).boot, boot)
  })

  for (const [whence, from] of [
    ['its own address', '10.77.1.66'],
    ['the address of the server', '10.77.1.2'],
  ] as const)
    test(`who goes on from a beacon that was overheard, from ${whence}, changes nothing in the row`, async () => {
      const { boot } = await stillHeard()
      const begun = scanning.lines.length
      const running = enemy.node(script('attack.ts'), [
        JSON.stringify({ sources: [from], port: defaultPort, continues: known }),
      ])
      await running.waitForLine(/"overheard"/)
      if (from === '10.77.1.2') enemy.addAddress(`${from}/32`)
      running.write('go on\n')
      await running.waitForLine(/"sent"/)
      await running.exited
      if (from === '10.77.1.2') enemy.removeAddress(`${from}/32`)
      assert.equal((await stillHeard()).boot, boot)
      const shown = scanning.lines.slice(begun).join('\n')
      assert.ok(!shown.includes('"overheard"'), 'it was listed for a moment')
    })

  test('probes in the name of somebody else have little sent to him', async () => {
    await stillHeard()
    const hearing = victim.node(script('victim.ts'), ['5555'])
    await hearing.waitForLine(/"ready"/)
    enemy.addAddress('10.77.1.4/32')
    const beganMs = performance.now()
    const count = 3_000
    await attack({
      sources: ['10.77.1.4'],
      reflects: { server: '10.77.1.2', fromPort: 5555, count },
    })
    const seconds = (performance.now() - beganMs) / 1_000 + 1
    enemy.removeAddress('10.77.1.4/32')
    hearing.write('told\n')
    const { packets, bytes } = JSON.parse(await hearing.waitForLine(/"packets"/))
    assert.ok(packets > 0, 'the server answers whom it takes for a neighbour')
    assert.ok(packets <= bounds.repliesPerSourcePerSecond * (seconds + 1), `${packets} in ${seconds} s`)
    assert.ok(bytes <= packets * bounds.probeBytesMin * bounds.replyTimesMax, `${bytes} bytes in ${packets}`)
  })

  test('three thousand invented servers, a third with the name of the true one, cost it neither row nor voice', async () => {
    await stillHeard()
    await attack({ invented: 3_000, like: 'den' })
    const rows = await listed(all => own(all) !== undefined)
    assert.ok(rows.length <= bounds.rowsMax, `${rows.length} rows`)
    assert.ok(rows.some(row => row.id !== known && row.name === 'den' && row.twin === 'same-name'))
    assert.equal(own(rows)?.twin, 'same-name')
    // It hears them too, takes itself for one of a crowd and speaks seldom; who asks is answered.
    const { heardAt } = own(rows) ?? assert.fail()
    scanning.write('probe\n')
    const after = await listed(all => (own(all)?.heardAt ?? 0) > heardAt)
    assert.equal(own(after)?.state, 'fresh')
    // Who comes now finds it by asking.
    const later = victim.node(script('scan.ts'), [JSON.stringify({ pace: brisk })])
    await later.waitForLine(new RegExp(`"id":"${known}"`))
  })

  for (const [what, asks] of [
    ['ask it', '10.77.1.5'],
    ['announce themselves', null],
  ] as const)
    test(`while more strangers than are remembered ${what}, a server is still found by who asks now`, async () => {
      const hut = idOf('hut')
      const many = Array.from(
        { length: bounds.sourcesMax + 60 },
        (_, index) => `10.78.${index >> 7}.${1 + (index & 127)}`,
      )
      for (const one of many) enemy.addAddress(`${one}/32`)
      const seldom = { ...brisk, beaconEveryMs: 30_000 }
      const listening = enemy.node(script('attack.ts'), [
        JSON.stringify({
          sources: [],
          port: defaultPort,
          hears: { id: hut, beacons: schedule.startBurstMs.length },
        }),
      ])
      await listening.waitForLine(/"listening"/)
      const quietly = slow.node(script('announce.ts'), [hut, JSON.stringify({ name: 'hut', pace: seldom })])
      await quietly.waitForLine(/"ready"/)
      // Its first words are over then: who comes later hears it only when it is asked.
      await listening.waitForLine(/"heard"/)

      const flood = enemy.node(script('attack.ts'), [
        JSON.stringify({ sources: many, port: defaultPort, crowds: { asks, forMsMax: 20_000 } }),
      ])
      await flood.waitForLine(/"crowded"/)
      const late = victim.node(script('scan.ts'), [JSON.stringify({ pace: brisk })])
      await late.waitForLine(new RegExp(`"id":"${hut}"`))
      flood.write('enough\n')
      const { beacons, ms } = JSON.parse(await flood.waitForLine(/"sent"/))
      await flood.exited
      // One a second at the most answers all of them.
      if (asks !== null) assert.ok(beacons >= 1 && beacons <= ms / 1_000 + 2, `${beacons} in ${ms} ms`)
      late.end()
      quietly.kill('SIGKILL')
      for (const one of many) enemy.removeAddress(`${one}/32`)
    })
})

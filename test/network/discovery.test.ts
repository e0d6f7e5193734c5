/** Discovery on networks of its own: several cables, several servers, pulled plugs, taken ports, firewalls. */
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Pace, ttlSeconds } from '../../src/discovery/schedule.ts'
import type { Sighting } from '../../src/discovery/types.ts'
import { createLab, firewallAvailable, type Host, type Lab, labAvailable, type Running } from './lab.ts'

const skip = labAvailable() ?? false
const announceScript = fileURLToPath(new URL('announce.ts', import.meta.url))
const scanScript = fileURLToPath(new URL('scan.ts', import.meta.url))
const id = (start: string) => `${start}_____________________`.slice(0, 21)

type Line = {
  list?: readonly Sighting[]
  /** When the list changed. */
  atMs?: number
  asked?: number
  notice?: string
  outlets?: readonly { interfaceName: string; address: string; trouble: string | null }[]
  sweep?: { asked: number; total: number; done: boolean }
}

/** Where a test waits for our own intervals, they are these. */
const brisk: Pace = { beaconEveryMs: 1_000, tickMs: 200, pollMs: 400 }
const briskTtlMs = ttlSeconds(brisk.beaconEveryMs) * 1000

/** What the current tests have started, by lab. */
const started = new Map<string, Running[]>()
const labOf = (host: Host) => host.namespace.replace(/host-.*/, '')

function note(host: Host, running: Running): Running {
  started.set(labOf(host), [...(started.get(labOf(host)) ?? []), running])
  return running
}

function read(line: string): Line {
  return line.startsWith('{') ? JSON.parse(line) : {}
}

async function announce(host: Host, ids: readonly string[], options: object = {}): Promise<Running> {
  const running = note(host, host.node(announceScript, [ids.join(','), JSON.stringify(options)]))
  await running.waitForLine(/"ready"/)
  return running
}

function scan(host: Host, options: object = {}) {
  const running = note(host, host.node(scanScript, [JSON.stringify(options)]))
  /** The first list that fits, of those after `fromLine`. */
  async function list(
    fits: (rows: readonly Sighting[]) => boolean,
    fromLine = 0,
  ): Promise<readonly Sighting[]> {
    const line = await running.waitForLine(
      text => {
        const { list: rows } = read(text)
        return rows !== undefined && fits(rows)
      },
      undefined,
      fromLine,
    )
    return read(line).list ?? []
  }
  async function end(): Promise<void> {
    running.end()
    await running.waitForLine(/"closed"/)
    await running.exited
  }
  return { running, list, end, now: () => running.lines.length }
}

/** A program that takes the port for itself. */
async function holdPort(host: Host): Promise<Running> {
  const code = `require('node:dgram').createSocket('udp4').bind(23277, () => console.log('held'))`
  const running = note(host, host.spawn(process.execPath, ['-e', code]))
  await running.waitForLine(/held/)
  return running
}

/** The switch passes no broadcast and no multicast on to the host; the two hosts know each other's card. */
async function isolate(host: Host, peer: Host): Promise<void> {
  async function run(at: Host, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await at.run('ip', args)
    assert.equal(code, 0, `ip ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  async function card(at: Host): Promise<string> {
    return /link\/ether (\S+)/.exec(await run(at, '-o', 'link', 'show', 'dev', 'eth0'))?.[1] ?? ''
  }
  await run(host, 'neigh', 'replace', '10.77.1.3', 'lladdr', await card(peer), 'dev', 'eth0')
  await run(peer, 'neigh', 'replace', '10.77.1.77', 'lladdr', await card(host), 'dev', 'eth0')
  const bridge = `${labOf(host)}bridge-one`
  const ports = await run(peer, '-n', bridge, '-o', 'link', 'show', 'type', 'veth')
  // The newest port of the switch is this host's.
  const numbers = [...ports.matchAll(/ port(\d+)[@:]/g)].map(match => Number(match[1]))
  const port = `port${Math.max(...numbers)}`
  const off = ['bcast_flood', 'off', 'mcast_flood', 'off']
  await run(peer, '-n', bridge, 'link', 'set', 'dev', port, 'type', 'bridge_slave', ...off)
}

const has = (start: string) => (rows: readonly Sighting[]) => rows.some(row => row.id === id(start))
const hosts = (rows: readonly Sighting[], start: string) =>
  rows.find(row => row.id === id(start))?.addresses.map(address => address.host) ?? []

/** All probes of the first burst are out, and nobody has answered. */
async function askedInVain({ running, now }: ReturnType<typeof scan>): Promise<void> {
  // IPv4, IPv6 and loopback, five probes each.
  for (let asked = 0; asked < 15; ) {
    const from = now()
    running.write('list\n')
    const answer = read(await running.waitForLine(/"asked":\d+\}$/, undefined, from))
    asked = answer.asked ?? 0
    assert.deepEqual(answer.list, [])
  }
}

/** A lab for one suite: a server and a client, each with a cable to both of two switches. */
function twoCables(): { readonly lab: Lab; readonly server: Host; readonly client: Host } {
  let built: { lab: Lab; server: Host; client: Host } | null = null
  const whole = () => built ?? assert.fail('the lab is not built yet')
  before(async () => {
    const lab = createLab()
    lab.bridge('one')
    lab.bridge('two')
    const server = await lab.host('server', [
      { bridge: 'one', cidr: '10.77.1.2/24' },
      { bridge: 'two', cidr: '10.77.2.2/24' },
    ])
    const client = await lab.host('client', [
      { bridge: 'one', cidr: '10.77.1.3/24' },
      { bridge: 'two', cidr: '10.77.2.3/24' },
    ])
    built = { lab, server, client }
  })
  after(() => built?.lab.close())
  // A test that fails must not fail the next one.
  afterEach(async () => {
    const all = started.get(labOf(whole().server)) ?? []
    started.delete(labOf(whole().server))
    for (const running of all) running.kill('SIGKILL')
    await Promise.all(all.map(running => running.exited))
  })
  return {
    get lab() {
      return whole().lab
    },
    get server() {
      return whole().server
    },
    get client() {
      return whole().client
    },
  }
}

const inTurn = { concurrency: 1 }

// Two labs side by side: most of the time both only wait.
describe('discovery on networks of its own', { skip, timeout: 280_000, concurrency: 2 }, () => {
  describe('where servers and cables come and go', inTurn, cablesComeAndGo)
  describe('where something stands in the way', inTurn, obstacles)
})

function cablesComeAndGo(): void {
  const net = twoCables()

  test('several servers on a host with two cables are one row each, with all their addresses, until they leave', async () => {
    const servers = await announce(net.server, [id('a'), id('b')])
    const scanner = scan(net.client)
    const whole = (rows: readonly Sighting[]) =>
      ['a', 'b'].every(start =>
        ['10.77.1.2', '10.77.2.2'].every(address => hosts(rows, start).includes(address)),
      )
    const rows = await scanner.list(whole)
    assert.equal(rows.length, 2)
    assert.deepEqual(hosts(rows, 'a').slice(0, 2), ['10.77.1.2', '10.77.2.2'])
    const local = scan(net.server)
    const own = await local.list(found => has('a')(found) && has('b')(found))
    assert.equal(own.length, 2)
    await local.end()
    servers.end()
    await servers.waitForLine(/"left"/)
    await scanner.list(found => found.length === 0)
    await scanner.end()
  })

  test('a rename is seen, and a crash without farewell is noticed by asking long before its time is over', async () => {
    const pace: Pace = { ...brisk, beaconEveryMs: 3_000 }
    const servers = await announce(net.server, [id('c')], { pace })
    const scanner = scan(net.client, { pace })
    await scanner.list(has('c'))
    servers.write('rename new name\n')
    await scanner.list(rows => rows[0]?.name === 'new name')
    servers.write('crash\n')
    await servers.exited
    const from = scanner.now()
    const [late] = await scanner.list(rows => rows[0]?.state === 'late', from)
    // By the scanner’s own clock, for this test may hear of it whenever the machine has time for it.
    const gone = read(
      await scanner.running.waitForLine(line => read(line).list?.length === 0, undefined, from),
    )
    const silentMs = (gone.atMs ?? Number.NaN) - (late?.heardAt ?? 0)
    assert.ok(silentMs < ttlSeconds(pace.beaconEveryMs) * 1000, `gone after ${silentMs} ms`)
    await scanner.end()
  })

  test('a pulled cable loses the server, and the cable put back finds it again', async () => {
    const servers = await announce(net.server, [id('d')], { interfaces: ['eth0'], pace: brisk })
    const scanner = scan(net.client, { interfaces: ['eth0'], pace: brisk })
    await scanner.list(has('d'))
    await net.client.unplug('eth0')
    await scanner.running.waitForLine(
      line => read(line).outlets?.every(outlet => outlet.interfaceName === 'lo') === true,
    )
    await scanner.list(rows => rows.length === 0, scanner.now())
    const from = scanner.now()
    await net.client.plug('eth0')
    await scanner.list(has('d'), from)
    await scanner.end()
    servers.end()
    await servers.exited
  })

  test('a card that comes back with an IPv6 address still being checked for a double ends nobody and is no trouble', async () => {
    const servers = await announce(net.server, [id('f')], { interfaces: ['eth0'], pace: brisk })
    const scanner = scan(net.client, { interfaces: ['eth0'], pace: brisk })
    await scanner.list(has('f'))
    const hosts = [net.server, net.client]
    for (const host of hosts) {
      host.checkDoubles(true)
      await host.run('ip', ['link', 'set', 'eth0', 'down'])
    }
    await scanner.list(rows => rows.length === 0, scanner.now())
    const from = scanner.now()
    for (const host of hosts) await host.run('ip', ['link', 'set', 'eth0', 'up'])
    // The moment in which the address is there and cannot be used is over when this resolves.
    for (const host of hosts) await host.plug('eth0')
    await scanner.list(has('f'), from)
    const troubles = scanner.running.lines.slice(from).flatMap(line => read(line).outlets ?? [])
    assert.deepEqual(
      troubles.filter(({ trouble }) => trouble !== null),
      [],
    )
    await scanner.end()
    servers.end()
    assert.equal((await servers.exited).code, 0)
    for (const host of hosts) host.checkDoubles(false)
  })

  test('a server whose address changes is heard at the new one', async () => {
    const servers = await announce(net.server, [id('e')], { interfaces: ['eth0'], pace: brisk })
    const scanner = scan(net.client, { interfaces: ['eth0'], pace: brisk })
    await scanner.list(has('e'))
    // In this order: a second address of a network goes with the first one.
    net.server.removeAddress('10.77.1.2/24', 'eth0')
    net.server.addAddress('10.77.1.99/24', 'eth0')
    const from = scanner.now()
    await scanner.list(rows => hosts(rows, 'e').includes('10.77.1.99'), from)
    await scanner.list(rows => !hosts(rows, 'e').includes('10.77.1.2'), from)
    net.server.removeAddress('10.77.1.99/24', 'eth0')
    net.server.addAddress('10.77.1.2/24', 'eth0')
    await scanner.end()
    servers.end()
    await servers.exited
  })
}

function obstacles(): void {
  const net = twoCables()

  test('where another program holds the port the server is found all the same, and stays listed', async () => {
    const holder = await holdPort(net.client)
    const servers = await announce(net.server, [id('f')], { pace: brisk })
    const scanner = scan(net.client, { pace: brisk })
    await scanner.list(has('f'))
    await scanner.running.waitForLine(/held by another program/)
    // Heard again with a later word after its first time to live would have ended.
    const [first] = await scanner.list(has('f'))
    await scanner.list(rows => (rows[0]?.heardAt ?? 0) > (first?.heardAt ?? 0) + briskTtlMs + 1_000)
    await scanner.end()
    holder.kill()
    servers.end()
    await servers.exited
  })

  test('a server that cannot have the port says so and is found by its beacons', async () => {
    const holder = await holdPort(net.server)
    const servers = await announce(net.server, [id('g')])
    await servers.waitForLine(/held by another program/)
    const scanner = scan(net.client)
    await scanner.list(has('g'))
    await scanner.end()
    holder.kill()
    servers.end()
    await servers.exited
  })

  test('a known host is asked by unicast', async () => {
    const servers = await announce(net.server, [id('h')], { interfaces: ['eth1'], quiet: true })
    // The client speaks on the other cable only, where this server is silent; the unicast question finds its way.
    const scanner = scan(net.client, { interfaces: ['eth0'], known: [{ host: '10.77.2.2', port: 23277 }] })
    const rows = await scanner.list(has('h'))
    assert.deepEqual(hosts(rows, 'h'), ['10.77.2.2'])
    await scanner.end()
    servers.end()
    await servers.exited
  })

  test('two hosts whose masks differ find each other', async () => {
    const wide = await net.lab.host('wide', [{ bridge: 'one', cidr: '10.77.200.9/16' }])
    const servers = await announce(net.server, [id('i')], { interfaces: ['eth0'] })
    const scanner = scan(wide)
    await scanner.list(rows => hosts(rows, 'i').includes('10.77.1.2'))
    await scanner.end()
    servers.end()
    await servers.exited
    await wide.close()
  })

  test('hosts with nothing but IPv6 link-local addresses find each other', async () => {
    net.lab.bridge('six')
    const bare = await net.lab.host('bare', [{ bridge: 'six' }])
    const peer = await net.lab.host('peer', [{ bridge: 'six' }])
    const scanner = scan(peer)
    await scanner.running.waitForLine(/"address":"fe80::[^"]*","trouble":null/)
    const servers = await announce(bare, [id('j')])
    const rows = await scanner.list(has('j'))
    assert.match(hosts(rows, 'j')[0] ?? '', /^fe80::.*%eth0$/)
    servers.end()
    await servers.waitForLine(/"left"/)
    await scanner.list(found => found.length === 0, scanner.now() - 1)
    await scanner.end()
    await Promise.all([bare.close(), peer.close()])
  })

  test('a host with no network finds the servers on itself', async () => {
    const alone = await net.lab.host('alone', [])
    const servers = await announce(alone, [id('k'), id('l'), id('m')])
    const scanner = scan(alone)
    const rows = await scanner.list(found => found.length === 3)
    assert.deepEqual(
      rows.map(row => row.addresses.map(address => address.host)),
      [['127.0.0.1'], ['127.0.0.1'], ['127.0.0.1']],
    )
    await scanner.end()
    servers.end()
    await servers.exited
    await alone.close()
  })

  test('where an access point passes no broadcasts the burst finds nobody and the sweep finds the server', async () => {
    const hidden = await net.lab.host('hidden', [{ bridge: 'one', cidr: '10.77.1.77/24' }])
    await isolate(hidden, net.client)
    // Quiet, for what the hidden host broadcasts itself would still come through.
    const servers = await announce(hidden, [id('n')], { quiet: true })
    const scanner = scan(net.client, { interfaces: ['eth0'] })
    await askedInVain(scanner)
    scanner.running.write('sweep\n')
    const last = await scanner.running.waitForLine(line => read(line).sweep?.done === true)
    assert.deepEqual(read(last).sweep, { asked: 253, total: 253, done: true })
    const rows = await scanner.list(has('n'))
    assert.deepEqual(hosts(rows, 'n'), ['10.77.1.77'])
    await scanner.end()
    servers.end()
    await servers.exited
    await hidden.close()
  })

  test('behind a firewall that lets in only answers the burst finds nobody and the sweep finds the server', {
    skip: firewallAvailable() ?? false,
  }, async () => {
    const servers = await announce(net.server, [id('o')])
    net.client.firewall('replies-only')
    try {
      const scanner = scan(net.client, { interfaces: ['eth0'] })
      await askedInVain(scanner)
      scanner.running.write('sweep\n')
      await scanner.list(has('o'))
      await scanner.end()
    } finally {
      net.client.firewall('none')
    }
    servers.end()
    await servers.exited
  })
}

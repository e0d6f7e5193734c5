/** A server whose port is flooded: what it gives up for a moment, and what it does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type AnnouncerOptions, createAnnouncer } from '../../src/discovery/announcer.ts'
import { decode } from '../../src/discovery/beacon.ts'
import { createScanner } from '../../src/discovery/scanner.ts'
import { schedule } from '../../src/discovery/schedule.ts'
import { openUdp } from '../../src/discovery/udp.ts'
import { freePort, onLoopback, where } from './onLoopback.ts'

const id = 'crushedcrushedcrushed'
const junk = Buffer.from('x'.repeat(100))

function announce(discoveryPort: number, logged: string[], more: Partial<AnnouncerOptions> = {}) {
  return createAnnouncer({
    ...{ id, name: 'office', port: 23277, discoveryPort, users: () => 1, usersMax: 10 },
    ...{
      versions: [1, 1],
      flags: '',
      log: (text: string) => void logged.push(text),
      means: onLoopback,
      ...more,
    },
  })
}

/** Sends junk as fast as this machine does, until the server says that it is too much. */
async function flood(port: number, logged: readonly string[]): Promise<void> {
  const udp = await openUdp({ family: 4, hear() {} })
  while (logged.length === 0) {
    // No more than it can read between two turns: both are one process here.
    for (let count = 0; count < 30; count++) void udp.send(junk, port, '127.0.0.1')
    await turn()
  }
  await udp.close()
}

test(
  'crushPackets, crushMs: a server that is flooded says so once, and answers probes again after a moment',
  where,
  async t => {
    const port = await freePort()
    const logged: string[] = []
    const server = announce(port, logged, { quiet: true })
    t.after(() => server.close())
    await flood(port, logged)
    assert.match(
      logged[0] ?? '',
      new RegExp(
        `^Somebody floods UDP port ${port}\\. It is read only now and then .* may not find it meanwhile`,
      ),
    )
    // It is quiet: only an answer can bring it into the list.
    await new Promise<void>(resolve => {
      const scanner = createScanner({
        discoveryPort: port,
        onSightings: list => list.some(each => each.id === id) && resolve(),
        onOutlets() {},
        onNotice() {},
        means: onLoopback,
      })
      t.after(() => scanner.close())
    })
    assert.equal(logged.length, 1)
  },
)

test(
  'what is not read may have been a probe: a flooded server tells everybody that it is here',
  where,
  async t => {
    const port = await freePort()
    const logged: string[] = []
    let beacons = 0
    let heard = () => {}
    const neighbour = await openUdp({
      family: 4,
      port,
      shared: true,
      hear(bytes) {
        const decoded = decode(bytes)
        if (decoded.got !== 'packet' || decoded.packet.t !== 'here') return
        beacons += 1
        heard()
      },
    })
    t.after(() => neighbour.close())
    const until = (count: number) =>
      new Promise<void>(resolve => {
        heard = () => beacons >= count && resolve()
        heard()
      })
    const pace = { beaconEveryMs: 3_600_000, tickMs: 1_000, pollMs: 2_000 }
    const server = announce(port, logged, { means: { ...onLoopback, pace } })
    t.after(() => server.close())
    await until(schedule.startBurstMs.length)
    await flood(port, logged)
    assert.match(logged[0] ?? '', /listed by its beacons meanwhile/)
    await until(schedule.startBurstMs.length + 1)
  },
)

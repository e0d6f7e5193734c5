/** Measures a client under a flood of junk: what a packet costs, what the list holds, how late the event loop is. */
import { readFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { encode } from '../../src/discovery/beacon.ts'
import { createGuard } from '../../src/discovery/guard.ts'
import { createScanner } from '../../src/discovery/scanner.ts'
import { createSightings } from '../../src/discovery/sightings.ts'
import { openUdp } from '../../src/discovery/udp.ts'
import { defaultPort } from '../../src/wire/limits.ts'
import { seeded } from '../../test/discovery/loss.ts'
import { beaconFrom, here, idOf } from '../../test/discovery/samples.ts'

// Started by `discovery.ts` inside a host that has nothing but loopback, with a role as its first argument.

/** More than a guard remembers. */
const sources = 400
const packetsInProcess = 300_000
/** Packets between two turns of the sender's event loop. */
const sentAtOnce = 100

export type GuardCost = { readonly microseconds: number }
export type FloodResult = {
  /** Packets that the system handed over, and those it dropped because we were too slow. */
  readonly heard: number
  readonly dropped: number
  readonly forMs: number
  readonly cpuMs: number
  readonly rowsMost: number
  readonly lagMsMax: number
  readonly lagMsP99: number
  readonly serverKept: boolean
}

const [role = '', argument = '{}'] = process.argv.slice(2)
if (role === 'guard') print(guardCost())
else if (role === 'send') await send(JSON.parse(argument))
else if (role === 'hear') print(await hear(JSON.parse(argument)))

function print(result: object): void {
  console.log(JSON.stringify(result))
  process.exit(0)
}

/** Noise, noise that begins like ours, broken JSON, and beacons that nothing is wrong with except that they lie. */
function junk(): readonly Uint8Array[] {
  const chance = seeded(1)
  const noise = (length: number) => Uint8Array.from({ length }, () => Math.floor(chance() * 256))
  return Array.from({ length: 1_000 }, (_, index) => {
    if (index % 4 === 0) return noise(250)
    if (index % 4 === 1) return Buffer.concat([Buffer.from('EARSHOT/1 {'), noise(240)])
    if (index % 4 === 2) return Buffer.from(`EARSHOT/1 {"t":"here","id":"${'x'.repeat(200)}`)
    return encode(here({ id: idOf(`lie${index}-`), boot: index, name: `lie ${index}` }))
  })
}

/** The way of a packet from the socket to the list, without the socket. */
function guardCost(): GuardCost {
  const packets = junk()
  const sightings = createSightings({ opens: () => false })
  const guard = createGuard({ keeps: sightings.holds, trusts: sightings.hears })
  const beganMs = performance.now()
  for (let index = 0; index < packetsInProcess; index++) {
    const nowMs = performance.now()
    const source = `10.7.${(index % sources) >> 8}.${(index % sources) & 255}`
    const bytes = packets[index % packets.length] ?? new Uint8Array(0)
    const decoded = guard(bytes, { address: source, port: 40_000 }, nowMs)
    if (decoded.got === 'packet' && decoded.packet.t === 'here')
      sightings.here(decoded.packet, beaconFrom(source), nowMs)
  }
  return { microseconds: ((performance.now() - beganMs) * 1000) / packetsInProcess }
}

/** As fast as this process can, from many addresses of the loopback network. */
async function send({ forMs }: { forMs: number }): Promise<void> {
  const packets = junk()
  const sockets = await Promise.all(
    Array.from({ length: sources }, (_, index) =>
      openUdp({ family: 4, address: `127.1.${index >> 8}.${index & 255 || 1}`, hear() {} }),
    ),
  )
  const endMs = performance.now() + forMs
  for (let index = 0; performance.now() < endMs; await nextTurn())
    for (let count = 0; count < sentAtOnce; count++, index++)
      void sockets[index % sockets.length]?.send(
        packets[index % packets.length] ?? new Uint8Array(0),
        defaultPort,
        '127.0.0.1',
      )
  process.exit(0)
}

async function hear({ forMs, serverId }: { forMs: number; serverId: string }): Promise<FloodResult> {
  let rowsMost = 0
  let found = () => {}
  const scanner = createScanner({
    discoveryPort: defaultPort,
    onSightings(list) {
      rowsMost = Math.max(rowsMost, list.length)
      if (list.some(row => row.id === serverId)) found()
    },
    onOutlets() {},
    onNotice() {},
  })
  await new Promise<void>(resolve => {
    found = resolve
  })
  console.log('ready')
  const before = counters()
  while (counters().heard - before.heard < 1_000) await sleep(5)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  const began = counters()
  const beganMs = performance.now()
  const cpu = process.cpuUsage()
  delay.enable()
  await sleep(forMs)
  delay.disable()
  const { user, system } = process.cpuUsage(cpu)
  const ended = counters()
  return {
    heard: ended.heard - began.heard,
    dropped: ended.dropped - began.dropped,
    forMs: performance.now() - beganMs,
    cpuMs: (user + system) / 1000,
    rowsMost,
    lagMsMax: delay.max / 1e6,
    lagMsP99: delay.percentile(99) / 1e6,
    serverKept: scanner.sightings().some(row => row.id === serverId),
  }
}

/** UDP packets of this host, as the system counts them. */
function counters(): { heard: number; dropped: number } {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter(line => line.startsWith('Udp:'))
  const at = (name: string) => Number(values.split(' ')[names.split(' ').indexOf(name)])
  return { heard: at('InDatagrams'), dropped: at('RcvbufErrors') }
}

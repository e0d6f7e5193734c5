/** Measures discovery on a network of its own: how fast servers are found, and what the waiting costs. */
import { fileURLToPath } from 'node:url'
import { createAnnouncer } from '../../src/discovery/announcer.ts'
import { decode } from '../../src/discovery/beacon.ts'
import { createScanner } from '../../src/discovery/scanner.ts'
import { openUdp } from '../../src/discovery/udp.ts'
import { defaultPort } from '../../src/wire/limits.ts'
import { simulateLoss, withinMs } from '../../test/discovery/loss.ts'
import { createLab, type Host, type Lab, labAvailable, type Running } from '../../test/network/lab.ts'
import type { FloodResult, GuardCost } from './flood.ts'

// Run as `node --import tsx scripts/bench/discovery.ts [--quick] [starts] [idle] [loss] [flood]`, all parts unless some
// are named. The same file is started again inside the hosts of
// the network, with a role as its first argument.

const script = fileURLToPath(import.meta.url)
const floodScript = fileURLToPath(new URL('flood.ts', import.meta.url))
const [role = '', argument = ''] = process.argv.slice(2)
/** No more servers than this on one host: a scanner lists at most 32 of one address. */
const serversPerHost = 10
/** A server answers one address five times a second, so starts follow each other at this distance. */
const betweenStartsMs = 350
/** A start that has found nobody by then counts as that long. */
const startMsMax = 5_000
/** The flood comes from this machine to this machine, and is not kept up for longer. */
const floodMs = 5_000
const parts = ['starts', 'idle', 'loss', 'flood'] as const

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const silent = { onOutlets() {}, onNotice() {} }

type Starts = { firstMs: number[]; allMs: number[] }
type Idle = { cpuMs: number; beacons: number; others: number; forMs: number }

if (role === 'announce') announce(JSON.parse(argument))
else if (role === 'start') await starts(JSON.parse(argument))
else if (role === 'wait') await idle(JSON.parse(argument))
else await main(process.argv.slice(2))

function benchId(index: number): string {
  return `bench${index}________________`.slice(0, 21)
}

function announce({ first, count }: { first: number; count: number }): void {
  for (let index = first; index < first + count; index++)
    createAnnouncer({
      id: benchId(index),
      name: `bench ${index}`,
      port: 30_000 + index,
      discoveryPort: defaultPort,
      users: () => 3,
      usersMax: 100,
      versions: [1, 1],
      flags: 'h',
      log: text => console.error(text),
    })
  console.log('ready')
}

/** Starts a scanner again and again; from the call to the first server and to the last. */
async function starts({ runs, servers }: { runs: number; servers: number }): Promise<void> {
  const result: Starts = { firstMs: [], allMs: [] }
  for (let run = 0; run < runs; run++) {
    const beganMs = performance.now()
    let firstMs = startMsMax
    const allMs = await new Promise<number>(resolve => {
      const giveUp = setTimeout(() => resolve(startMsMax), startMsMax)
      const scanner = createScanner({
        discoveryPort: defaultPort,
        ...silent,
        onSightings(list) {
          const passedMs = performance.now() - beganMs
          if (list.length > 0) firstMs = Math.min(firstMs, passedMs)
          if (list.length < servers) return
          clearTimeout(giveUp)
          resolve(passedMs)
          void scanner.close()
        },
      })
    })
    // The first start pays for compiling; that is the process's start, measured elsewhere.
    if (run > 0) {
      result.firstMs.push(firstMs)
      result.allMs.push(allMs)
    }
    await sleep(betweenStartsMs)
  }
  console.log(JSON.stringify(result))
  process.exit(0)
}

/** Scans (or not, to compare) while nothing happens, and counts what it costs; `count` listens on the port as well. */
async function idle(options: {
  settleMs: number
  forMs: number
  scan: boolean
  count: boolean
}): Promise<void> {
  const { settleMs, forMs, scan, count } = options
  let beacons = 0
  let others = 0
  if (scan) createScanner({ discoveryPort: defaultPort, ...silent, onSightings() {} })
  if (count)
    await openUdp({
      family: 4,
      address: '0.0.0.0',
      port: defaultPort,
      shared: true,
      hear(bytes, from) {
        if (from.address.startsWith('127.')) return
        const decoded = decode(bytes)
        if (decoded.got === 'packet' && decoded.packet.t === 'here') beacons += 1
        else others += 1
      },
    })
  await sleep(settleMs)
  beacons = 0
  others = 0
  const before = process.cpuUsage()
  await sleep(forMs)
  const { user, system } = process.cpuUsage(before)
  const result: Idle = { cpuMs: (user + system) / 1000, beacons, others, forMs }
  console.log(JSON.stringify(result))
  process.exit(0)
}

async function main(args: readonly string[]): Promise<void> {
  const quick = args.includes('--quick')
  const named = parts.filter(part => args.includes(part))
  const chosen = named.length > 0 ? named : parts
  const runs = quick ? 21 : 101
  const idleMs = quick ? 20_000 : 60_000
  const rows: string[][] = [['what', 'servers', 'measured', 'goal']]
  if (chosen.includes('loss')) rows.push(...lossRows())
  const reason = labAvailable()
  if (reason !== null) console.log(`No network to measure on: ${reason}`)
  const lab = reason === null ? createLab() : null
  try {
    if (lab && (chosen.includes('starts') || chosen.includes('idle')))
      rows.push(...(await crowdRows(lab, runs, idleMs, chosen)))
    if (lab && chosen.includes('flood')) rows.push(...(await floodRows(lab)))
  } finally {
    await lab?.close()
  }
  console.log(`Node ${process.version}, ${runs - 1} starts each, idle for ${idleMs / 1000} s\n`)
  console.log(table(rows))
}

/** In fake time, with the same chance each time: no socket, and the packets lost are those of the seed. */
function lossRows(): string[][] {
  const found = (loss: number, beacons: boolean) =>
    simulateLoss({ loss, beacons, runs: 20_000, seed: 23_277 })
  const share = (loss: number, beacons: boolean) => `${(found(loss, beacons).share * 100).toFixed(1)} %`
  const p99 = percentile(found(0.1, true).listedMs, 99)
  const within = `listed within ${withinMs / 1000} s`
  return [
    ['simulated, 10 % lost each way: first listed, p99', '1', ms(p99), '≤ 350 ms'],
    [`simulated, 10 % lost each way: ${within}`, '1', share(0.1, true), ''],
    [`simulated, 30 % lost each way: ${within}`, '1', share(0.3, true), '≥ 97 %'],
    ['   the same without a beacon', '1', share(0.3, false), ''],
  ]
}

async function crowdRows(
  lab: Lab,
  runs: number,
  idleMs: number,
  chosen: readonly string[],
): Promise<string[][]> {
  const rows: string[][] = []
  lab.bridge('lan')
  const client = await lab.host('client', [{ bridge: 'lan', cidr: '10.77.0.250/24' }])
  const counter = await lab.host('counter', [{ bridge: 'lan', cidr: '10.77.0.251/24' }])
  const hosts: Host[] = []
  const running: Running[] = []
  let servers = 0
  for (const wanted of [1, 10, 50]) {
    while (servers < wanted) {
      const host = await lab.host(`s${hosts.length}`, [
        { bridge: 'lan', cidr: `10.77.0.${hosts.length + 1}/24` },
      ])
      hosts.push(host)
      const count = Math.min(serversPerHost, wanted - servers)
      running.push(await startServers(host, servers, count))
      servers += count
    }
    // The servers' first words are over by then, so that none of them is found by chance.
    await sleep(2_500)
    if (chosen.includes('starts')) rows.push(...(await startRows(client, runs, servers)))
    if (chosen.includes('idle') && servers !== 10)
      rows.push(...(await idleRows(client, counter, idleMs, servers)))
  }
  for (const process_ of running) process_.kill()
  await Promise.all(running.map(process_ => process_.exited))
  return rows
}

async function startServers(host: Host, first: number, count: number): Promise<Running> {
  const running = host.node(script, ['announce', JSON.stringify({ first, count })], { lifetimeMs: 900_000 })
  await running.waitForLine(/^ready$/)
  return running
}

async function startRows(client: Host, runs: number, servers: number): Promise<string[][]> {
  const { firstMs, allMs } = await ask<Starts>(client, script, 'start', { runs, servers })
  return [
    ['first listed, p50', String(servers), ms(percentile(firstMs, 50)), '≤ 10 ms'],
    ['first listed, p99', String(servers), ms(percentile(firstMs, 99)), '≤ 60 ms'],
    ['all listed, p50', String(servers), ms(percentile(allMs, 50)), servers === 50 ? '≤ 250 ms' : ''],
    ['all listed, worst', String(servers), ms(Math.max(...allMs)), ''],
  ]
}

async function idleRows(client: Host, counter: Host, idleMs: number, servers: number): Promise<string[][]> {
  // A crowd must first hear each other before it slows down, which takes 30 s; and a process goes on compiling for a
  // while after its start.
  const settleMs = 35_000
  const [scanning, empty, counted] = await Promise.all([
    ask<Idle>(client, script, 'wait', { settleMs, forMs: idleMs, scan: true, count: false }),
    ask<Idle>(client, script, 'wait', { settleMs, forMs: idleMs, scan: false, count: false }),
    ask<Idle>(counter, script, 'wait', { settleMs, forMs: idleMs, scan: false, count: true }),
  ])
  const minute = (value: number, { forMs }: Idle) => (value * 60_000) / forMs
  const many = servers === 50
  const beacons = minute(counted.beacons, counted).toFixed(0)
  const others = minute(counted.others, counted).toFixed(0)
  const cpu = ms(minute(scanning.cpuMs, scanning))
  return [
    ['beacons a minute', String(servers), beacons, many ? '≤ 150' : '≤ 12'],
    ['other packets a minute', String(servers), others, '0'],
    ['CPU of an idle client a minute', String(servers), cpu, many ? '≤ 150 ms' : '≤ 20 ms'],
    ['CPU of an empty Node a minute', String(servers), ms(minute(empty.cpuMs, empty)), ''],
  ]
}

/** A host with nothing but loopback: the flood reaches nobody else. */
async function floodRows(lab: Lab): Promise<string[][]> {
  const host = await lab.host('flooded', [])
  const { microseconds } = await ask<GuardCost>(host, floodScript, 'guard', {})
  const server = await startServers(host, 0, 1)
  const serverId = benchId(0)
  const client = host.node(floodScript, ['hear', JSON.stringify({ forMs: floodMs - 1_000, serverId })])
  await client.waitForLine(/^ready$/)
  const sender = host.node(floodScript, ['send', JSON.stringify({ forMs: floodMs })])
  const result: FloodResult = JSON.parse(await client.waitForLine(/^\{/, 30_000))
  await Promise.all([client.exited, sender.exited])
  server.kill()
  await host.close()
  const second = (count: number) => `${((count * 1000) / result.forMs / 1000).toFixed(0)}k/s`
  const micro = (value: number) => `${value.toFixed(2)} µs`
  return [
    ['flood: a packet through guard and list, in process', '', micro(microseconds), ''],
    [
      'flood: packets sent, and taken by the client',
      '1',
      `${second(result.heard + result.dropped)}, ${second(result.heard)}`,
      '',
    ],
    ['flood: CPU for a packet taken', '1', micro((result.cpuMs * 1000) / result.heard), ''],
    ['flood: rows at most', '1', String(result.rowsMost), '≤ 256'],
    [
      'flood: event loop late, p99 and worst',
      '1',
      `${ms(result.lagMsP99)}, ${ms(result.lagMsMax)}`,
      '≤ 50 ms',
    ],
    ['flood: the true server stays listed', '1', result.serverKept ? 'yes' : 'no', 'yes'],
  ]
}

async function ask<T>(host: Host, file: string, what: string, options: object): Promise<T> {
  const process_ = host.node(file, [what, JSON.stringify(options)], { lifetimeMs: 300_000 })
  const line = await process_.waitForLine(/^\{/, 290_000)
  await process_.exited
  return JSON.parse(line)
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const index = Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)
  return sorted[Math.max(0, index)] ?? Number.NaN
}

function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [0, 1, 2, 3].map(column => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows
    .map(row =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `npm run bench:terminal [-- --quick] [SCENARIO …]`: the screen under load, beside irssi and weechat where they are installed, as ratios. */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildDist } from '../../build.mjs'
import { type Client, ours, type Running, rivals, run } from './clients.ts'
import { createFeeder, type Feeder } from './feeder.ts'

const args = process.argv.slice(2)
const quick = args.includes('--quick')
const only = args.filter(arg => !arg.startsWith('--'))
const rounds = quick ? 1 : 3
const say = (text = '') => process.stdout.write(`${text}\n`)

/** The client has one core, this program another. */
const pins = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0
const pin = pins ? ['taskset', '-c', '0'] : []
if (pins) spawnSync('taskset', ['-cp', '1', `${process.pid}`])

const filler = 'the quick brown fox jumps over the lazy dog and then it goes on to say nothing else at all'
const words = filler.split(' ')
/** No row is like the one that stood there before, else whoever compares them would draw next to nothing. */
const body = (count: number): string => {
  const from = count % words.length
  return `${count} ${[...words.slice(from), ...words.slice(0, from)].join(' ')}`
}
/** Signs that no client draws by itself, so that they are seen when they come; each is used once a run. */
const marks = ['■', '□', '▀', '▄', '░', '▒', '▓']
/** For keys: what is typed is drawn where nothing was. */
const keys = 'ЖЩЮЯБДЛФЦЫЭЁЇЄҐЎ'

type Figures = Readonly<Record<string, number | null>>
interface Scenario {
  readonly name: string
  readonly what: string
  measure(client: Running, feeder: Feeder): Promise<Figures>
}

async function flood(client: Running, feeder: Feeder, count: number): Promise<Figures> {
  const [cpu, memory, fromMs] = [client.cpuMs(), client.memoryKb(), performance.now()]
  const mark = marks[count > 50_000 ? 0 : 1] ?? '■'
  const seen = client.shows(mark.repeat(6), 120_000)
  for (let at = 0; at < count; at += 500)
    await feeder.say(Array.from({ length: Math.min(500, count - at) }, (_, index) => body(at + index)))
  await feeder.say([mark.repeat(8)])
  const atMs = await seen
  await sleep(300)
  return {
    'CPU ms': client.cpuMs() - cpu,
    'last seen ms': atMs === null ? null : atMs - fromMs,
    'growth MB': (client.memoryKb() - memory) / 1024,
  }
}

/** So many a second for so long; `typing` presses keys meanwhile. */
async function paced(client: Running, feeder: Feeder, perSecond: number, forMs: number, typing: boolean) {
  const [cpu, bytes, fromMs] = [client.cpuMs(), client.bytes(), performance.now()]
  const waits: number[] = []
  let over = false
  const typed = typing
    ? (async () => {
        for (let count = 0; !over; count += 1) {
          const key = keys[count % keys.length] ?? 'Ж'
          const pressedMs = performance.now()
          const shown = client.shows(key, 5_000)
          client.type(key)
          waits.push(((await shown) ?? pressedMs + 5_000) - pressedMs)
          await sleep(35)
          if (count % keys.length < keys.length - 1) continue
          // The line is seen to be empty first: a key where it stood before would be drawn as nothing.
          client.type('\x15')
          await sleep(200)
        }
      })()
    : null
  let said = 0
  for (let nowMs = 0; nowMs < forMs; nowMs = performance.now() - fromMs) {
    const due = Math.floor((nowMs * perSecond) / 1000)
    if (due > said) void feeder.say(Array.from({ length: due - said }, (_, index) => body(said + index)))
    said = Math.max(said, due)
    await sleep(perSecond > 100 ? 10 : 20)
  }
  over = true
  await typed
  waits.sort((a, b) => a - b)
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? null
  return {
    'CPU ms': client.cpuMs() - cpu,
    ...(typing ? { 'key p50 ms': at(0.5), 'key p99 ms': at(0.99) } : { KB: (client.bytes() - bytes) / 1024 }),
  }
}

const scenarios: readonly Scenario[] = [
  {
    name: 'idle',
    what: `nothing happens for ${quick ? 5 : 15} s`,
    async measure(client) {
      const [cpu, bytes] = [client.cpuMs(), client.bytes()]
      await sleep(quick ? 5_000 : 15_000)
      return {
        'CPU ms': client.cpuMs() - cpu,
        bytes: client.bytes() - bytes,
        'base MB': client.memoryKb() / 1024,
      }
    },
  },
  { name: '20k', what: '20,000 lines at once', measure: (client, feeder) => flood(client, feeder, 20_000) },
  {
    name: '100k',
    what: '100,000 lines at once',
    measure: (client, feeder) => flood(client, feeder, 100_000),
  },
  {
    name: '5000/s',
    what: `5,000 lines a second for ${quick ? 3 : 5} s, and keys`,
    measure: (client, feeder) => paced(client, feeder, 5_000, quick ? 3_000 : 5_000, true),
  },
  {
    name: '50/s',
    what: `50 lines a second for ${quick ? 4 : 10} s`,
    measure: (client, feeder) => paced(client, feeder, 50, quick ? 4_000 : 10_000, false),
  },
  {
    name: '3/s',
    what: `3 lines a second for ${quick ? 6 : 20} s`,
    measure: (client, feeder) => paced(client, feeder, 3, quick ? 6_000 : 20_000, false),
  },
  {
    name: 'stalled',
    what: 'the terminal takes nothing while 5,000 lines come: is a ping answered within 8 s?',
    async measure(client, feeder) {
      client.pause()
      const flooded = feeder.say(Array.from({ length: 5_000 }, (_, index) => body(index)))
      await Promise.race([flooded, sleep(1_000)])
      const answeredMs = await feeder.ping(8_000)
      client.resume()
      return { 'answer ms': answeredMs }
    },
  },
]

const median = (values: readonly (number | null)[]): number | null => {
  const known = values.filter(value => value !== null).sort((a, b) => a - b)
  return known.length * 2 < values.length ? null : (known[Math.floor(known.length / 2)] ?? null)
}

/** A fresh client in a fresh room. @returns null where it is not installed, or did not come in */
async function once(client: Client, scenario: Scenario): Promise<Figures | null> {
  const feeder = await createFeeder(client.tongue)
  const running = run(client, feeder.port, pin)
  if (running === null) {
    feeder.close()
    return null
  }
  try {
    const inside = await Promise.race([feeder.entered.then(() => true), sleep(10_000).then(() => false)])
    if (!inside) return null
    await sleep(600)
    running.type(client.look)
    await sleep(600)
    return await scenario.measure(running, feeder)
  } finally {
    await running.end()
    feeder.close()
  }
}

async function firstPaint(client: Client): Promise<number | null> {
  const feeder = await createFeeder(client.tongue)
  const running = run(client, feeder.port, pin)
  if (running === null) {
    feeder.close()
    return null
  }
  const late = sleep(5_000).then(() => null)
  const atMs = await Promise.race([running.painted, late])
  await running.end()
  feeder.close()
  return atMs === null ? null : atMs - running.startedMs
}

function bareNode(): number {
  const fromMs = performance.now()
  spawnSync(pin[0] ?? process.execPath, [...(pin[0] ? [...pin.slice(1), process.execPath] : []), '-e', '0'])
  return performance.now() - fromMs
}

const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'none' : value < 10 ? value.toFixed(1) : value.toFixed(0)
const ratio = (one: number | null | undefined, other: number | null | undefined): string =>
  one === null || one === undefined || other === null || other === undefined || other === 0
    ? ''
    : `  x${(one / other).toFixed(2)}`

const clients = [ours, ...rivals]

function table(what: string, found: ReadonlyMap<string, Figures>): void {
  say(`\n${what}`)
  const names = [...found.keys()]
  say(`  ${''.padEnd(14)}${names.map(name => name.padStart(20)).join('')}`)
  const own = found.get(ours.name)
  for (const figure of Object.keys(own ?? found.values().next().value ?? {})) {
    const cells = names.map(name => {
      const value = found.get(name)?.[figure]
      return `${shown(value)}${name === ours.name ? '' : ratio(own?.[figure], value)}`.padStart(20)
    })
    say(`  ${figure.padEnd(14)}${cells.join('')}`)
  }
}

await buildDist()
say(
  `Load before: ${loadavg()
    .map(each => each.toFixed(2))
    .join(' ')}; ${cpus().length} cores; ${rounds} round(s), medians.`,
)
say('Behind each figure of another client: ours as a multiple of it.')
const absent = new Set<Client>()
for (const scenario of scenarios) {
  if (only.length > 0 && !only.includes(scenario.name)) continue
  const runs = new Map<Client, Figures[]>()
  for (let round = 0; round < rounds; round += 1)
    for (const client of clients) {
      if (absent.has(client)) continue
      const figures = await once(client, scenario)
      if (figures === null) absent.add(client)
      else runs.set(client, [...(runs.get(client) ?? []), figures])
    }
  const found = new Map<string, Figures>()
  for (const [client, all] of runs) {
    const names = Object.keys(all[0] ?? {})
    found.set(
      client.name,
      Object.fromEntries(names.map(name => [name, median(all.map(one => one[name] ?? null))])),
    )
  }
  table(`${scenario.name}: ${scenario.what}`, found)
}
if (only.length === 0 || only.includes('paint')) {
  const paints = new Map<string, Figures>()
  const bare: number[] = []
  const times = new Map<Client, (number | null)[]>()
  for (let round = 0; round < (quick ? 5 : 15); round += 1) {
    bare.push(bareNode())
    for (const client of clients)
      if (!absent.has(client)) times.set(client, [...(times.get(client) ?? []), await firstPaint(client)])
  }
  for (const [client, all] of times) paints.set(client.name, { ms: median(all) })
  paints.set('node -e 0', { ms: median(bare) })
  table('paint: from the start to the first picture', paints)
}
for (const { name } of absent) say(`\n${name} is not installed here, or did not come in.`)
process.exit(0)

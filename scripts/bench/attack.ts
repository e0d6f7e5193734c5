/** How long the words of honest people take while somebody attacks the server, beside the same minute without it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLab, type Host, type Running } from '../../test/network/lab.ts'
import { type Aim, type Heard, places, times } from './siege.ts'
import { pins } from './talk/measure.ts'
import { cpuMs } from './talk/process.ts'

// A network of its own, of a server with the usual limits, friends at one address and an enemy at many. An attack costs
// the machine whatever it is aimed at, and the friends share a core with the enemy: so it is aimed in turn at the server
// and at a bystander beside it, which does the least one can do. What the friends feel then is not the server’s doing.
// Enemy and bystander run when nobody else wants the core: being nice is not enough, for Linux lets a nice program go on
// until the next tick, 4 ms away, while a friend waits to read what has come. How much the enemy did is told.
// The host of a virtual machine halts its cores now and then, for longer than a word takes: with those words counted, p99
// of quiet windows was 1.3 to 7.8 ms within ten minutes, without them 1.2 to 1.9. So a watcher on each core notes when it
// was not there, and words under way just then are left out, of quiet windows and of the others; how many is told.

interface Attack {
  readonly name: string
  readonly means: string
  /** What it does, as it is counted. */
  readonly deeds: string
  /** Whether it means anything to aim it at a bystander: who talks too much must be a member where the others are. */
  readonly asides: boolean
  /** Until it goes on as it would for hours, and until nothing of it is left. */
  readonly settleMs: { readonly before: number; readonly after: number }
}

const soon = { before: 1_000, after: 1_000 }

export const attacks: readonly Attack[] = [
  {
    name: 'lines',
    means: '15 members at one address say as many lines as the server lets them',
    deeds: 'lines',
    asides: false,
    settleMs: soon,
  },
  {
    name: 'drip',
    means: '1,000 connections from 20 addresses that say a byte now and then',
    deeds: 'connections',
    asides: true,
    // The first of those who were turned away are let go after two seconds, the last after twenty-two (`heldBackMs`).
    settleMs: { before: 4_000, after: 24_000 },
  },
  {
    name: 'udp',
    means: '20,000 malformed datagrams a second at the port of discovery',
    deeds: 'datagrams',
    asides: true,
    settleMs: soon,
  },
]

export interface Attacked extends Attack {
  readonly quiet: Figures
  readonly attacked: Figures
  /** The same attack, aimed at the bystander. */
  readonly aside: Figures | null
  /** Of the quiet windows, those before the second half beside the others: what the machine does by itself. */
  readonly noise: number
}

export interface Figures {
  readonly said: number
  readonly lost: number
  /** Under way while the machine was not there. */
  readonly leftOut: number
  /** The median of what the windows say: a pause of the machine’s own falls in one of them, an attack’s in all. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of all lines together that are not left out. */
  readonly allP99Ms: number
  /** How busy the server was, 1 for always: told apart from how busy the machine was. */
  readonly busy: number
  /** What the enemy did in a second: lines said, connections begun or datagrams sent; 0 while quiet. */
  readonly perSecond: number
}

const bounds = {
  patienceMs: 60_000,
  lifetimeMs: 1_800_000,
} as const
const entry = fileURLToPath(new URL('../../dist/earshot.js', import.meta.url))
const siege = fileURLToPath(new URL('siege.ts', import.meta.url))
const watcher = fileURLToPath(new URL('watch.mjs', import.meta.url))

interface Window {
  readonly serverCpuMs: number
  readonly said: number
  readonly heard: readonly Heard[]
  /** Of those that were heard: how long it took, where the machine was there all the while. */
  readonly latencies: readonly number[]
  /** What the enemy did from the order to go to the order to rest, and for how long. */
  readonly deeds?: { readonly count: number; readonly forMs: number }
}

/** @param windows of each kind, taken in turn */
export async function measureAttacks(
  wanted: readonly Attack[],
  windows: number,
): Promise<readonly Attacked[]> {
  const lab = createLab()
  try {
    lab.bridge('one')
    const host = await lab.host('server', [{ bridge: 'one', cidr: `${places.server}/24` }])
    const friends = await lab.host('friends', [{ bridge: 'one', cidr: `${places.friends}/24` }])
    const enemy = await lab.host('enemy', [{ bridge: 'one', cidr: places.enemy.map(one => `${one}/24`) }])
    const serving = start(host, 0, [entry, 'serve', '--memory'])
    await serving.waitForLine(/23277/, bounds.patienceMs)
    const beside = start(host, 0, part('bystander'), idle)
    const talking = start(friends, 1, part('talk'))
    const watching = pins ? [0, 1].map(core => start(host, core, [watcher], first)) : []
    const parts = [beside, talking, ...watching]
    await Promise.all(parts.map(one => one.waitForLine(/"ready"/, bounds.patienceMs)))
    const measure = () => measureWindow(talking, watching, serving.pid)
    const results: Attacked[] = []
    for (const attack of wanted) {
      const attacking = start(enemy, 1, part(attack.name), idle)
      const seen = { quiet: [] as Window[], server: [] as Window[], bystander: [] as Window[] }
      const aims: readonly Aim[] = attack.asides ? ['server', 'bystander'] : ['server']
      // One turn more, that does not count: V8 compiles in it.
      for (let turn = -1; turn < windows; turn++)
        for (const aim of aims) {
          const quiet = await measure()
          await order(attacking, aim)
          await sleep(attack.settleMs.before)
          const window = await measure()
          const deeds = JSON.parse(await order(attacking, 'rest'))
          await sleep(attack.settleMs.after)
          if (turn < 0) break
          seen.quiet.push(quiet)
          seen[aim].push({ ...window, deeds })
        }
      attacking.kill('SIGKILL')
      const half = Math.floor(seen.quiet.length / 2)
      const [first, second] = [seen.quiet.slice(0, half), seen.quiet.slice(half)].map(figuresOf)
      results.push({
        ...attack,
        quiet: figuresOf(seen.quiet),
        attacked: figuresOf(seen.server),
        aside: attack.asides ? figuresOf(seen.bystander) : null,
        noise: (second?.p99Ms ?? Number.NaN) / (first?.p99Ms ?? Number.NaN),
      })
    }
    return results
  } finally {
    await lab.close()
  }
}

const part = (name: string): readonly string[] => ['--import', 'tsx', siege, name]

/** Runs when nothing else does. */
const idle: readonly string[] = pins ? ['chrt', '--idle', '0'] : ['nice', '-n', '19']
/** Runs before anything else does. */
const first: readonly string[] = ['chrt', '--fifo', '1']

function start(host: Host, core: number, args: readonly string[], rank: readonly string[] = []): Running {
  const pinned = pins ? ['taskset', '-c', String(core)] : []
  const [program = '', ...rest] = [...pinned, ...rank, process.execPath, ...args]
  return host.spawn(program, rest, { lifetimeMs: bounds.lifetimeMs })
}

async function order(attacking: Running, words: Aim | 'rest'): Promise<string> {
  const from = attacking.lines.length
  attacking.write(`${words}\n`)
  return await attacking.waitForLine(/"done"/, bounds.patienceMs, from)
}

async function measureWindow(
  talking: Running,
  watching: readonly Running[],
  serverPid: number,
): Promise<Window> {
  const from = talking.lines.length
  const watchedFrom = watching.map(({ lines }) => lines.length)
  const before = cpuMs(serverPid)
  talking.write('measure\n')
  const told: Pick<Window, 'said' | 'heard'> = JSON.parse(
    await talking.waitForLine(/"heard"/, bounds.patienceMs, from),
  )
  const stalls = watching.flatMap(({ lines }, index) => lines.slice(watchedFrom[index]).map(stallOf))
  const latencies = told.heard
    .filter(([saidMs, heardMs]) => !stalls.some(([fromMs, toMs]) => saidMs < toMs && fromMs < heardMs))
    .map(([saidMs, heardMs]) => heardMs - saidMs)
  return { ...told, latencies, serverCpuMs: cpuMs(serverPid) - before }
}

const stallOf = (line: string): readonly [fromMs: number, toMs: number] => JSON.parse(line).stall

function figuresOf(windows: readonly Window[]): Figures {
  const all = windows.flatMap(({ latencies }) => latencies)
  const said = windows.reduce((sum, window) => sum + window.said, 0)
  const heard = windows.reduce((sum, window) => sum + window.heard.length, 0)
  const usual = (share: number): number =>
    at(
      windows.map(({ latencies }) => at(latencies, share)),
      0.5,
    )
  const serverCpuMs = windows.reduce((sum, window) => sum + window.serverCpuMs, 0)
  const busy = serverCpuMs / (windows.length * (times.windowMs + times.settleMs))
  const deeds = windows.flatMap(window => window.deeds ?? [])
  const forMs = deeds.reduce((sum, one) => sum + one.forMs, 0)
  const perSecond = (deeds.reduce((sum, one) => sum + one.count, 0) / Math.max(1, forMs)) * 1_000
  return {
    ...{ said, lost: said - heard, leftOut: heard - all.length, busy, perSecond },
    ...{ p50Ms: usual(0.5), p99Ms: usual(0.99), allP99Ms: at(all, 0.99) },
  }
}

/** What that share of them is below. */
function at(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

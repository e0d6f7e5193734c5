/** `npm run bench [-- --quick] [SCENARIO|SERVER …]`: our server beside the least a server can do, and beside others, as ratios. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Job, Outcome } from './talk/load.ts'
import { ceiling, ours, peers, type Subject } from './talk/peers.ts'
import { type Scenario, scenarios } from './talk/scenarios.ts'

const forMs = { quick: 600, whole: 2_000 }
const rounds = { quick: 1, whole: 3 }
/** Who has not brought everybody in by then is left out of the scenario. */
const entryMsMax = { quick: 4_000, whole: 20_000 }
const runMsMax = { quick: 110_000, whole: 20 * 60_000 }
const readyMsMax = 10_000
const jobMsMax = 45_000

const load = fileURLToPath(new URL('talk/load.ts', import.meta.url))
const top = fileURLToPath(new URL('../..', import.meta.url))
const args = process.argv.slice(2)
const quick = args.includes('--quick')
const wanted = args.filter(arg => !arg.startsWith('--'))
const startedMs = performance.now()
const say = (text = '') => process.stdout.write(`${text}\n`)

/** The server has one core, the load generator another; without taskset they share what there is. */
const pins = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0
const on = (core: number, command: readonly string[]): readonly string[] =>
  pins ? ['taskset', '-c', String(core), ...command] : command

function start([program = '', ...rest]: readonly string[], stdout: 'pipe' | 'ignore'): ChildProcess {
  return spawn(program, rest, { cwd: top, stdio: ['ignore', stdout, 'ignore'] })
}

const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  child.kill('SIGKILL')
  await gone
}

/** One server, fresh, under one load. @returns what came of it, or why nothing did */
async function measure(subject: Subject, scenario: Scenario): Promise<Outcome | string> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const port = await freePort()
  const command = subject.start(port, folder)
  if (command === null) return 'not installed'
  const server = start(on(0, command), 'ignore')
  let generator: ChildProcess | undefined
  try {
    const untilMs = performance.now() + readyMsMax
    while (!(await answers(port))) {
      if (server.exitCode !== null || performance.now() > untilMs) return 'did not start'
      await sleep(20)
    }
    const job: Job = {
      ...{ tongue: subject.tongue, port, serverPid: server.pid ?? 0, scenario },
      forMs: quick ? forMs.quick : forMs.whole,
      entryMsMax: quick ? entryMsMax.quick : entryMsMax.whole,
    }
    generator = start(on(1, [process.execPath, '--import', 'tsx', load, JSON.stringify(job)]), 'pipe')
    const timer = setTimeout(() => generator?.kill('SIGKILL'), jobMsMax)
    let printed = ''
    generator.stdout?.on('data', chunk => {
      printed += chunk
    })
    const done = generator
    await new Promise<void>(resolve => done.once('close', () => resolve()))
    clearTimeout(timer)
    if (printed === '') return `came to nothing in ${jobMsMax / 1000} s`
    const outcome: Outcome | { failed: string } = JSON.parse(printed)
    return 'failed' in outcome ? outcome.failed : outcome
  } catch (error) {
    return String(error)
  } finally {
    if (generator) await ended(generator)
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

const rate = ({ deliveries, forMs }: Outcome): number => deliveries / forMs
const perCpu = ({ deliveries, serverCpuMs }: Outcome): number => deliveries / Math.max(serverCpuMs, 10)
const ratio = (one: number, other: number): string => (other > 0 ? (one / other).toFixed(2) : '?')

function row(cells: readonly string[]): string {
  const [name = '', ...rest] = cells
  return `  ${name.padEnd(14)}${rest.map(cell => cell.padStart(11)).join('')}`
}

function tell(scenario: Scenario, found: ReadonlyMap<Subject, Outcome>): void {
  const own = found.get(ours)
  const paced = 'perSecond' in scenario.pace
  const head = ['k/s', 'µs CPU', 'busy', 'load busy', 'entry ms', 'lost', 'doubled', 'closed']
  say(row(['', ...head, ...(scenario.timed ? ['p50 ms', 'p99 ms'] : []), 'ours: rate', 'per CPU']))
  for (const [subject, outcome] of found)
    say(
      row([
        subject.name,
        rate(outcome).toFixed(rate(outcome) < 100 ? 1 : 0),
        (1000 / perCpu(outcome)).toFixed(2),
        `${Math.round((outcome.serverCpuMs / outcome.forMs) * 100)} %`,
        `${Math.round(outcome.loadBusy * 100)} %`,
        outcome.entryMs.toFixed(0),
        String(outcome.lost),
        String(outcome.doubled),
        String(outcome.closed),
        ...(scenario.timed ? [outcome.p50Ms.toFixed(2), outcome.p99Ms.toFixed(2)] : []),
        own && subject !== ours && !paced ? ratio(rate(own), rate(outcome)) : '',
        own && subject !== ours ? ratio(perCpu(own), perCpu(outcome)) : '',
      ]),
    )
  if (scenario.idle > 0)
    for (const [subject, { memoryKb, connections }] of found)
      say(
        `  ${subject.name}: ${((memoryKb.entered - memoryKb.empty) / connections).toFixed(1)} kB a connection`,
      )
  if (scenario.stalled > 0)
    for (const [subject, { memoryKb }] of found)
      say(
        `  ${subject.name}: ${((memoryKb.ended - memoryKb.entered) / 1024).toFixed(0)} MB more held at the end than at the beginning`,
      )
}

/** What one scenario says beside another one. */
function compare(all: ReadonlyMap<string, ReadonlyMap<Subject, Outcome>>): void {
  const pairs = [
    ['C', 'C0', 'talking beside 4,900 idle connections / alone'],
    ['E', 'A', 'with one who never reads / without'],
  ] as const
  for (const [one, other, means] of pairs)
    for (const [subject, outcome] of all.get(one) ?? []) {
      const beside = all.get(other)?.get(subject)
      if (beside) say(`${means}: ${subject.name} ${ratio(rate(outcome), rate(beside))}`)
    }
}

/** All take turns, so that a busy machine troubles each alike; of each the run with the median cost counts. */
async function measureAll(
  scenario: Scenario,
  subjects: readonly Subject[],
  missing: Set<Subject>,
): Promise<Map<Subject, Outcome>> {
  const runs = new Map<Subject, Outcome[]>()
  const failing = new Set<Subject>()
  for (let round = 0; round < (quick ? rounds.quick : rounds.whole); round++)
    for (const subject of subjects) {
      if (missing.has(subject) || failing.has(subject)) continue
      const isLate = performance.now() - startedMs > (quick ? runMsMax.quick : runMsMax.whole)
      const outcome = isLate ? 'left out, the time for all is over' : await measure(subject, scenario)
      if (typeof outcome !== 'string') runs.set(subject, [...(runs.get(subject) ?? []), outcome])
      else {
        say(`  ${subject.name}: ${outcome}`)
        failing.add(subject)
      }
      if (outcome === 'not installed') missing.add(subject)
    }
  const medians = new Map<Subject, Outcome>()
  for (const [subject, outcomes] of runs) {
    const median = outcomes.toSorted((a, b) => perCpu(a) - perCpu(b))[Math.floor(outcomes.length / 2)]
    if (!median) continue
    const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((all, one) => all + count(one), 0)
    // What went wrong went wrong, whichever run it was in.
    medians.set(subject, { ...median, lost: sum(one => one.lost), doubled: sum(one => one.doubled) })
  }
  return medians
}

async function main(): Promise<void> {
  if (!existsSync('/proc/self/stat')) {
    say('This needs Linux: what a server costs is read from /proc.')
    process.exitCode = 1
    return
  }
  const rows = scenarios.filter(
    ({ name, quick: always }) =>
      wanted.includes(name) || (!scenarios.some(one => wanted.includes(one.name)) && (always || !quick)),
  )
  const named = [ours, ceiling, ...peers].filter(({ name }) => wanted.includes(name))
  const subjects = named.length > 0 ? named : [ours, ceiling, ...peers]
  say(
    `Node ${process.version}, ${cpus().length} cores; lines of 80 bytes; ${quick ? rounds.quick : rounds.whole} × ${quick ? forMs.quick : forMs.whole} ms each.`,
  )
  say(pins ? 'Server on core 0, load generator on core 1.' : 'Server and load generator share the cores.')
  for (const { name, limits } of subjects) say(`  ${name}: ${limits}`)
  const out = new Set<Subject>()
  const all = new Map<string, Map<Subject, Outcome>>()
  for (const scenario of rows) {
    say(`\n${scenario.name}: ${scenario.means}`)
    const found = await measureAll(scenario, subjects, out)
    tell(scenario, found)
    all.set(scenario.name, found)
  }
  say()
  compare(all)
}

await main()

/** `npm run bench [-- --quick] [--save] [--rounds COUNT] [--npm FOLDER] [SCENARIO|SERVER …]`: our server beside the least one can do, and beside others. */
import { existsSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { setup } from '../setup.mjs'
import { type Attacked, attacks, type Figures, measureAttacks } from './attack.ts'
import { judged } from './goals.ts'
import { type HistoryCost, measureHistory } from './history.ts'
import { type Result, save, saved, typicalOf } from './result.ts'
import { measureStarts, type Starts } from './start.ts'
import { comparisons, goalRows, talkRows } from './tables.ts'
import type { Outcome } from './talk/load.ts'
import { measure, pins, type Times } from './talk/measure.ts'
import { ceiling, ours, oursKept, packagedPeers, peers, type Subject } from './talk/peers.ts'
import { type Scenario, scenarios } from './talk/scenarios.ts'

interface Mode {
  readonly rounds: number
  readonly times: Times
  readonly runMsMax: number
  readonly startRuns: number
  readonly linesLong: number
  /** Of each kind: quiet, attacked, and while the attack is aimed elsewhere. */
  readonly windows: number
}

const modes: Readonly<Record<'quick' | 'whole', Mode>> = {
  quick: {
    rounds: 1,
    times: { warmUpMs: 500, forMs: 600, entryMsMax: 8_000 },
    runMsMax: 100_000,
    startRuns: 5,
    linesLong: 100_000,
    windows: 2,
  },
  whole: {
    rounds: 3,
    times: { warmUpMs: 500, forMs: 2_000, entryMsMax: 20_000 },
    runMsMax: 60 * 60_000,
    startRuns: 20,
    linesLong: 1_000_000,
    windows: 6,
  },
}
const linesShort = 10_000

const options = {
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  npm: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const
/** What is measured beside the scenarios. */
const parts: readonly string[] = ['start', 'history', 'attack', ...attacks.map(({ name }) => name)]

const names = Object.keys(options).map(name => `--${name}`)
const words = [...scenarios.map(({ name }) => name), ...parts]
const usage = `There are ${names.join(', ')}; and by name: ${words.join(' ')}.\n`

function given() {
  try {
    const read = parseArgs({ allowPositionals: true, options })
    if (!read.values.help) return read
    process.stdout.write(usage)
    process.exit(0)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}`)
    process.exit(2)
  }
}

const { values, positionals: wanted } = given()
const { quick } = values
const { times, runMsMax, startRuns, linesLong, windows, ...mode } = modes[quick ? 'quick' : 'whole']
const rounds = Number(values.rounds ?? mode.rounds)
const startedMs = performance.now()
const say = (text = '') => process.stdout.write(`${text}\n`)

/** By the name of a scenario and of a server, an outcome a round. */
type Rounds = Record<string, Record<string, readonly Outcome[]>>

/** Who is measured in it. */
function serversIn(scenario: Scenario, named: readonly Subject[], everyone: readonly Subject[]) {
  if (named.length > 0) return named
  return quick && scenario.quick === 'few' ? [ours, ceiling] : everyone
}

/**
 * All take turns, in all scenarios of a group, so that a busy machine troubles each alike.
 *
 * @param missing servers that are not on this machine; who is found to be missing is added
 */
async function measureAll(
  group: readonly Scenario[],
  subjectsOf: (scenario: Scenario) => readonly Subject[],
  missing: Set<Subject>,
): Promise<Rounds> {
  const found: Rounds = Object.fromEntries(group.map(({ name }) => [name, {}]))
  const turns = group.flatMap(scenario => subjectsOf(scenario).map(subject => ({ scenario, subject })))
  const order = [...new Set(turns.map(({ subject }) => subject))]
  turns.sort((a, b) => order.indexOf(a.subject) - order.indexOf(b.subject))
  const failing = new Set<(typeof turns)[number]>()
  for (let round = 0; round < rounds; round++)
    for (const turn of turns) {
      const { scenario, subject } = turn
      const servers = found[scenario.name]
      if (servers === undefined || missing.has(subject) || failing.has(turn)) continue
      const isLate = performance.now() - startedMs > runMsMax
      const outcome = isLate ? 'left out, the time for all is over' : await measure(subject, scenario, times)
      if (typeof outcome !== 'string') servers[subject.name] = [...(servers[subject.name] ?? []), outcome]
      else {
        say(`  ${subject.name} in ${scenario.name}: ${outcome}`)
        failing.add(turn)
      }
      if (outcome === 'not installed') missing.add(subject)
    }
  return found
}

function sayStarts(starts: Starts): void {
  const { bareMs, versionMs, servingMs, paintedMs, installMb } = starts
  say(`\nstart: beside node -e 0 (${bareMs.toFixed(0)} ms), medians of ${starts.runs}`)
  say(`  --version + ${versionMs.toFixed(1)} ms`)
  say(`  serve, listening + ${servingMs.toFixed(1)} ms`)
  say(`  list of servers, painted + ${paintedMs.toFixed(1)} ms`)
  const { required, all } = installMb
  say(`  install ${required.toFixed(1)} MB, with the optional driver ${all.toFixed(1)} MB`)
}

function sayAttacked({ name, means, deeds, quiet, attacked, aside, noise }: Attacked): void {
  const beside = (one: Figures): string =>
    `p99 ${quiet.p99Ms.toFixed(2)} → ${one.p99Ms.toFixed(2)} ms, × ${(one.p99Ms / quiet.p99Ms).toFixed(2)}; of all lines ${quiet.allP99Ms.toFixed(2)} → ${one.allP99Ms.toFixed(2)} ms; p50 ${quiet.p50Ms.toFixed(2)} → ${one.p50Ms.toFixed(2)} ms; ${one.lost} of ${one.said} lost, ${quiet.leftOut} of ${quiet.said} → ${one.leftOut} of ${one.said} left out; server busy ${(quiet.busy * 100).toFixed(1)} → ${(one.busy * 100).toFixed(1)} %; ${one.perSecond.toFixed(0)} ${deeds} a second`
  say(`  ${name}: ${means}`)
  say(`    ${beside(attacked)}; quiet beside quiet × ${noise.toFixed(2)}`)
  if (aside === null) return
  say(`    aimed at a bystander: ${beside(aside)}`)
  say(`    the server’s own part: p99 × ${(attacked.p99Ms / aside.p99Ms).toFixed(2)}`)
}

async function main(): Promise<number> {
  if (!existsSync('/proc/self/stat')) {
    say('This needs Linux: what a server costs is read from /proc.')
    return 1
  }
  await setup()
  const everyone = [ours, oursKept, ceiling, ...peers, ...packagedPeers(values.npm ?? null)]
  const names: readonly string[] = [...[...scenarios, ...everyone].map(({ name }) => name), ...parts]
  const unknown = wanted.find(word => !names.includes(word))
  if (unknown !== undefined) {
    say(`There is no scenario or server “${unknown}”. There are:`)
    say(`  ${[...scenarios.map(({ name }) => name), ...parts].join(' ')}`)
    say(`  ${everyone.map(({ name }) => `“${name}”`).join(' ')}`)
    return 2
  }
  const named = everyone.filter(({ name }) => wanted.includes(name))
  const subjects = named.length > 0 ? named : everyone
  const isPart = (name: string) => wanted.includes(name) || wanted.length === named.length
  const rows = scenarios.filter(
    ({ name, quick: when }) => wanted.includes(name) || (isPart(name) && !(quick && when === 'none')),
  )
  const [loadBefore = 0] = loadavg()
  const cpu = cpus()[0]?.model ?? 'unknown'
  const { forMs } = times
  say(
    `Node ${process.version}, ${cpus().length} cores (${cpu}); ${rounds} × ${forMs} ms each, lines of 80 bytes.`,
  )
  say(pins ? 'Server on core 0, load generator on core 1.' : 'Server and load generator share the cores.')
  say(
    `Load of the machine before: ${loadBefore.toFixed(2)}. Others at work? Then only the ratios say something.`,
  )
  for (const { name, limits } of subjects) say(`  ${name}: ${limits}`)

  const missing = new Set<Subject>()
  const typical = new Map<string, ReadonlyMap<string, Outcome>>()
  const each: Rounds = {}
  for (const scenario of rows) {
    if (each[scenario.name] === undefined) {
      const group = rows.filter(one => one === scenario || one.turnsWith === scenario.name)
      Object.assign(each, await measureAll(group, one => serversIn(one, named, everyone), missing))
    }
    say(`\n${scenario.name}: ${scenario.means}`)
    const found = new Map<string, Outcome>()
    for (const [name, outcomes] of Object.entries(each[scenario.name] ?? {})) {
      const one = typicalOf(outcomes, scenario)
      if (one) found.set(name, one)
    }
    for (const line of talkRows(scenario, found, ours.name)) say(line)
    typical.set(scenario.name, found)
  }
  say()
  for (const line of comparisons(typical)) say(line)

  const starts = isPart('start') ? await measureStarts(startRuns) : null
  if (starts) sayStarts(starts)
  const history: HistoryCost[] = []
  for (let round = 0; isPart('history') && round < rounds; round++)
    history.push(await measureHistory(linesLong, linesShort))
  if (history.length > 0)
    say(`\nhistory: ${linesLong.toLocaleString('en')} lines / ${linesShort.toLocaleString('en')}`)
  for (const { join, page, search } of history)
    say(`  join ${join.toFixed(2)}, page ${page.toFixed(2)}, search ${search.toFixed(2)}`)
  const goals = judged({ node: process.version, rounds: each, starts, history })
  if (goals.length > 0) say('\ngoals, each with what was reached in the median round')
  for (const line of goalRows(goals)) say(line)
  // Only where all of them or some are asked for: it takes minutes, and root for a network of its own.
  const besieged = attacks.filter(({ name }) => wanted.includes('attack') || wanted.includes(name))
  if (besieged.length > 0) {
    say(
      `\nattack: from a word said to a word heard, beside quiet (goal 1.2 at p99), ${windows} windows of each in turn`,
    )
    for (const found of await measureAttacks(besieged, windows)) sayAttacked(found)
  }
  const [loadAfter = 0] = loadavg()
  say(
    `\nLoad of the machine after: ${loadAfter.toFixed(2)}. It took ${((performance.now() - startedMs) / 1000).toFixed(0)} s.`,
  )
  if (!values.save) return 0
  const before = saved()
  if (!quick && rows.length === 0 && before) {
    // What has a process of its own may be measured again alone.
    save({ ...before, ...(starts ? { starts } : {}), ...(history.length > 0 ? { history } : {}) })
    return 0
  }
  if (quick || !starts || history.length === 0 || named.length > 0) {
    say('Not saved: only a whole run is, of everything and everybody; or start and history, where one was.')
    return 2
  }
  const limits = Object.fromEntries(
    everyone.filter(one => !missing.has(one)).map(one => [one.name, one.limits]),
  )
  const result: Result = {
    ...{ node: process.version, cpu, cores: cpus().length, loadBefore, loadAfter },
    ...{ limits, rounds: each, starts, history },
  }
  save(result)
  say('Saved. `npm run docs` writes README’s figures and the charts from it.')
  return 0
}

process.exitCode = await main()

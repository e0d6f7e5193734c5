/** `npm run profile [-- SCENARIO]`: the server under load, as a `.cpuprofile` for any browser’s tools and its top as text. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure } from './bench/talk/measure.ts'
import { ours, type Subject } from './bench/talk/peers.ts'
import { scenarios } from './bench/talk/scenarios.ts'
import { buildDist } from './build.mjs'

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds from each sample to the next. */
  readonly timeDeltas: readonly number[]
}

const times = { warmUpMs: 500, forMs: 4_000, entryMsMax: 20_000 }
const rowsMax = 30

const top = fileURLToPath(new URL('..', import.meta.url))
const [name = 'A'] = process.argv.slice(2)
const scenario = scenarios.find(one => one.name === name)

/** Time in each function: its own, and with what it called. */
function timesOf({ nodes, samples, timeDeltas }: Profile) {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map(child => [child, id])))
  const own = new Map<string, number>()
  const whole = new Map<string, number>()
  let busy = 0
  const add = (all: Map<string, number>, key: string, us: number) => all.set(key, (all.get(key) ?? 0) + us)
  const labelOf = (id: number): string => {
    const { functionName, url, lineNumber } = byId.get(id)?.callFrame ?? {}
    const file = url?.split('/').at(-1) ?? ''
    return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${Number(lineNumber) + 1}`}`
  }
  for (const [index, sample] of samples.entries()) {
    const us = timeDeltas[index] ?? 0
    if (byId.get(sample)?.callFrame.functionName === '(idle)') continue
    busy += us
    add(own, labelOf(sample), us)
    const seen = new Set<string>()
    for (let at: number | undefined = sample; at !== undefined; at = parents.get(at)) seen.add(labelOf(at))
    for (const label of seen) add(whole, label, us)
  }
  const part = (us: number) => `${((us / busy) * 100).toFixed(1)} %`.padStart(7)
  return [...own]
    .sort(([, a], [, b]) => b - a)
    .slice(0, rowsMax)
    .map(([label, us]) => `  ${part(us)}  ${part(whole.get(label) ?? 0)}  ${label}`)
}

async function main(): Promise<number> {
  const say = (text: string) => process.stdout.write(`${text}\n`)
  const all = scenarios.map(one => one.name).join(' ')
  if (name === '--help' || name === '-h') {
    say(`npm run profile [-- SCENARIO]: one of ${all}`)
    return 0
  }
  if (!scenario) {
    say(`There is no scenario “${name}”. There are: ${all}`)
    return 2
  }
  // Below node_modules, where the packages outside the bundle are found and nothing is packed or checked in.
  const place = join(top, 'node_modules', '.earshot')
  const built = join(place, 'profiled')
  mkdirSync(place, { recursive: true })
  await buildDist({ outdir: built, minify: false })
  const folder = mkdtempSync(join(place, 'profile-'))
  const profiled: Subject = {
    ...ours,
    start(port, own) {
      const [node = '', , ...rest] = ours.start(port, own) ?? []
      return [node, '--cpu-prof', `--cpu-prof-dir=${folder}`, join(built, 'earshot.js'), ...rest]
    },
  }
  const outcome = await measure(profiled, scenario, times, 'SIGTERM')
  if (typeof outcome === 'string') {
    say(`${name}: ${outcome}`)
    rmSync(folder, { recursive: true, force: true })
    return 1
  }
  // The largest is the server’s; a thread of it may have one, too.
  const files = readdirSync(folder).map(file => join(folder, file))
  const texts = files.map(file => ({ file, text: readFileSync(file, 'utf8') }))
  const main = texts.sort((a, b) => b.text.length - a.text.length)[0]
  if (!main) throw new Error('the server left no profile')
  say(`${scenario.name}: ${scenario.means}`)
  say(
    `${((outcome.serverCpuMs * 1000) / Math.max(outcome.deliveries, 1)).toFixed(2)} µs of processor time a delivery (slower than without a profiler)`,
  )
  say('      own    whole  of the time that was not idle')
  for (const line of timesOf(JSON.parse(main.text))) say(line)
  say(`\n${main.file}`)
  return 0
}

process.exitCode = await main()

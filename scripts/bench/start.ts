/** How long it takes to begin, beside Node that does nothing, and what an install weighs: medians of runs that take turns. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { spawn as spawnInPty } from '@lydell/node-pty'
import { judged } from './goals.ts'
import { median } from './result.ts'
import { goalRows } from './tables.ts'
import { environmentIn } from './talk/measure.ts'
import { bytesIn } from './weights.ts'

/** Milliseconds from the start of the process, each the median. */
export interface Starts {
  readonly runs: number
  /** `node -e 0`, to its end; the others say how much longer they took. */
  readonly bareMs: number
  readonly versionMs: number
  readonly servingMs: number
  readonly paintedMs: number
  readonly installMb: { readonly required: number; readonly all: number }
}

const top = fileURLToPath(new URL('../..', import.meta.url))
const entry = join(top, 'dist', 'earshot.js')
const patienceMs = 20_000

const toEnd = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const beganMs = performance.now()
  return new Promise(resolve => {
    spawn(process.execPath, args, { env, stdio: 'ignore' }).once('exit', () =>
      resolve(performance.now() - beganMs),
    )
  })
}

/** Until it has said what is waited for; it is ended then. */
const toWords = (args: readonly string[], words: string, env: NodeJS.ProcessEnv): Promise<number> => {
  const beganMs = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    let tookMs = 0
    let said = ''
    child.stdout.on('data', chunk => {
      said += chunk
      if (tookMs > 0 || !said.includes(words)) return
      tookMs = performance.now() - beganMs
      child.kill('SIGTERM')
    })
    child.once('exit', () => {
      clearTimeout(timer)
      if (tookMs > 0) resolve(tookMs)
      else reject(new Error(`“${words}” never came`))
    })
  })
}

/** Until a terminal of 80 by 24 shows it. */
const toScreen = (args: readonly string[], words: string, env: NodeJS.ProcessEnv): Promise<number> => {
  const beganMs = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawnInPty(process.execPath, [...args], {
      ...{ cols: 80, rows: 24, name: 'xterm-256color' },
      env: { ...env, TERM: 'xterm-256color' },
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    let tookMs = 0
    let said = ''
    child.onData(chunk => {
      said += chunk
      if (tookMs > 0 || !said.includes(words)) return
      tookMs = performance.now() - beganMs
      child.kill('SIGTERM')
    })
    child.onExit(() => {
      clearTimeout(timer)
      if (tookMs > 0) resolve(tookMs)
      else reject(new Error(`“${words}” was never shown`))
    })
  })
}

export async function measureStarts(runs: number): Promise<Starts> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-start-'))
  const env = environmentIn(folder)
  const silent = ['serve', '--memory', '--no-announce', '--host', '127.0.0.1', '--port', '0', '--json']
  const times = {
    bare: [] as number[],
    version: [] as number[],
    serving: [] as number[],
    painted: [] as number[],
  }
  try {
    // The first run of each writes what Node keeps compiled, as the first run of a user does.
    for (let run = -1; run < runs; run++) {
      const round = {
        bare: await toEnd(['-e', '0'], env),
        version: await toEnd([entry, '--version'], env),
        serving: await toWords([entry, ...silent], '"listening"', env),
        // As it is started most: nothing is said. Nothing is sent from here, either.
        painted: await toScreen([entry], 'not looking', { ...env, EARSHOT_NO_SCAN: 'true' }),
      }
      if (run < 0) continue
      for (const [name, list] of Object.entries(times)) list.push(round[name as keyof typeof round])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const bareMs = median(times.bare)
  return {
    ...{ runs, bareMs },
    versionMs: median(times.version) - bareMs,
    servingMs: median(times.serving) - bareMs,
    paintedMs: median(times.painted) - bareMs,
    installMb: installed(),
  }
}

/** What npm would put on a user’s disk: what is packed, and what it depends on, as far as it is installed here. */
function installed(): Starts['installMb'] {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))
  const mb = (names: readonly string[]) =>
    (bytesIn(join(top, 'dist')) + [...closure(names)].reduce((sum, path) => sum + bytesIn(path), 0)) / 1e6
  const required = Object.keys(dependencies)
  return { required: mb(required), all: mb([...required, ...Object.keys(optionalDependencies)]) }
}

/** The folders of these packages and of whatever they depend on. */
function closure(names: readonly string[]): Set<string> {
  const found = new Set<string>()
  const walk = (name: string) => {
    const path = join(top, 'node_modules', name)
    let manifest: { dependencies?: object; optionalDependencies?: object }
    try {
      manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))
    } catch {
      // A driver for another platform is not installed.
      return
    }
    if (found.has(path)) return
    found.add(path)
    for (const next of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) walk(next)
  }
  for (const name of names) walk(name)
  return found
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  execFileSync(process.execPath, [join(top, 'scripts', 'setup.mjs')])
  const starts = await measureStarts(Number(process.argv[2] ?? 20))
  const { runs, bareMs, versionMs, servingMs, paintedMs, installMb } = starts
  const more = (ms: number) => `bare Node + ${ms.toFixed(1)} ms`
  process.stdout.write(
    [
      `Node ${process.version}, medians of ${runs} runs; node -e 0: ${bareMs.toFixed(1)} ms`,
      `--version: ${more(versionMs)}`,
      `serve, listening: ${more(servingMs)}`,
      `list of servers, painted: ${more(paintedMs)}`,
      `install: ${installMb.required.toFixed(1)} MB, with the optional driver ${installMb.all.toFixed(1)} MB`,
      ...goalRows(judged({ node: process.version, rounds: {}, starts, history: [] })),
      '',
    ].join('\n'),
  )
}

/** The real server as a process: bundled once as the package is, started on a folder, killed, stopped and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { buildWatcher } from './power.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))

/** Where everything of this run lives; gone with this process. */
let workshop: string | undefined
export function newPlace(): string {
  if (workshop === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'earshot-chaos-'))
    workshop = made
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
  }
  return mkdtempSync(join(workshop, 'w'))
}

/** Ended with this process, however it ends. */
const living = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})

/** The two modules that plants stand in for, seen from whoever imports them; and the switch for `synchronous`. */
const planting: Plugin = {
  name: 'plants',
  setup({ onResolve, onLoad }) {
    const plants = join(here, 'serverPlants.ts')
    onResolve({ filter: /\/(hub|history)\.ts$/ }, ({ importer }) =>
      /src\/(server\/server|cli\/memory)\.ts$/.test(importer) ? { path: plants } : undefined,
    )
    onLoad({ filter: /src\/store\/history\.ts$/ }, async ({ path }) => {
      const { readFile } = await import('node:fs/promises')
      const source = await readFile(path, 'utf8')
      const wanted = 'synchronous = FULL'
      if (!source.includes(wanted)) throw new Error(`${path} does not say “${wanted}” any more`)
      const switched = `synchronous = \${process.env.EARSHOT_PLANT === 'no fsync' ? 'OFF' : 'FULL'}`
      return { contents: source.replace(wanted, switched), loader: 'ts' }
    })
  },
}

async function bundle(plugins: Plugin[]): Promise<string> {
  const folder = newPlace()
  // What stays outside is found as it is from the checkout.
  symlinkSync(join(top, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  await build({
    absWorkingDir: top,
    entryPoints: { serve: 'test/chaos/serve.ts', history: 'src/store/worker.ts' },
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.12',
    external: ['blessed', 'blessed/*', 'dgram-as-promised', 'nanoid', 'libsql'],
    define: { EARSHOT_VERSION: '"0"' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
    plugins,
  })
  return join(folder, 'serve.js')
}

/** The server’s program, as it is and with mistakes to choose from; each built once. */
const built = new Map<'real' | 'mistaken', Promise<string>>()
function programOf(what: 'real' | 'mistaken'): Promise<string> {
  const known = built.get(what) ?? bundle(what === 'real' ? [] : [planting])
  built.set(what, known)
  return known
}

let watcher: ReturnType<typeof buildWatcher> | undefined

/** The reason why no power can be lost on this machine, or null. Throws on CI, where a skip would go unseen. */
export function whyNoPowerLoss(): string | null {
  watcher ??= buildWatcher(newPlace())
  if (watcher.ok) return null
  if (process.env.CI === 'true' && process.platform === 'linux') throw new Error(watcher.text)
  return watcher.text
}

/** Built once, when it is first asked for. */
export function watcherPath(): string {
  const why = whyNoPowerLoss()
  if (why !== null || !watcher?.ok) throw new Error(why ?? 'no watcher')
  return watcher.path
}

export interface ServerProcess {
  readonly port: number
  /** From its start until it listened. */
  readonly startMs: number
  readonly pid: number
  /** Sends the signal and resolves when it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<{ code: number | null; endMs: number }>
  /** Troubles it told of, and whatever it said that is no event. */
  readonly told: readonly string[]
}

export interface ServerStart {
  readonly folder: string
  readonly seed: number
  readonly plant?: string | undefined
  readonly env?: Readonly<Record<string, string>>
  /** Each event it tells of, such as somebody who left. */
  onEvent?(event: { readonly event: string; readonly nick?: string }): void
  /** Kills it so many milliseconds after its start, whatever it does. */
  readonly killAfterMs?: number
}

/** How long a start may take on a loaded machine before it is called a hang. */
const startMsMax = 60_000

/** @returns the server; or what it said, where it ended or hung before it listened */
export async function startServer(
  start: ServerStart,
): Promise<{ ok: true; server: ServerProcess } | { ok: false; text: string }> {
  const { folder, seed, plant, env = {}, killAfterMs } = start
  const script = await programOf(plant === undefined ? 'real' : 'mistaken')
  const begunMs = performance.now()
  const child: ChildProcess = spawn(process.execPath, [script, folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      EARSHOT_SEED: `${seed}`,
      EARSHOT_PLANT: plant ?? '',
      ...env,
    },
  })
  living.add(child)
  const told: string[] = []
  const gone = new Promise<number | null>(resolve =>
    child.once('exit', code => {
      living.delete(child)
      resolve(code)
    }),
  )
  const listening = new Promise<number>(resolve => {
    for (const stream of [child.stdout, child.stderr])
      if (stream)
        createInterface({ input: stream }).on('line', line => {
          const event = line.startsWith('{') ? JSON.parse(line) : null
          if (event !== null) start.onEvent?.(event)
          if (event?.event === 'listening') resolve(event.port)
          else if (event === null || event.event === 'trouble') told.push(line)
        })
  })
  const timers: NodeJS.Timeout[] = []
  const after = (ms: number) => new Promise<'late'>(resolve => timers.push(setTimeout(resolve, ms, 'late')))
  if (killAfterMs !== undefined) timers.push(setTimeout(() => child.kill('SIGKILL'), killAfterMs))
  const port = await Promise.race([listening, gone.then(() => null), after(startMsMax)])
  for (const timer of timers) clearTimeout(timer)
  if (typeof port !== 'number' || killAfterMs !== undefined) {
    child.kill('SIGKILL')
    await gone
    const how = port === 'late' ? 'hung' : 'ended'
    return { ok: false, text: `The server ${how} at its start: ${told.join(' / ')}` }
  }
  return {
    ok: true,
    server: {
      port,
      startMs: performance.now() - begunMs,
      pid: child.pid ?? -1,
      told,
      async end(signal) {
        const askedMs = performance.now()
        child.kill(signal)
        const code = await gone
        return { code, endMs: performance.now() - askedMs }
      },
    },
  }
}

/** One server under one load: both started, pinned to a core each, measured, and gone again. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Job, Outcome } from './load.ts'
import type { Subject } from './peers.ts'
import type { Scenario } from './scenarios.ts'

export interface Times {
  readonly warmUpMs: number
  readonly forMs: number
  /** Who has not brought everybody in by then is left out of the scenario. */
  readonly entryMsMax: number
}

const readyMsMax = 10_000
const jobMsMax = 45_000
const endMsMax = 5_000

const load = fileURLToPath(new URL('load.ts', import.meta.url))
const top = fileURLToPath(new URL('../../..', import.meta.url))

/** The server has one core, the load generator another; without taskset they share what there is. */
export const pins = cpus().length > 1 && spawnSync('taskset', ['-V']).status === 0
const on = (core: number, command: readonly string[]): readonly string[] =>
  pins ? ['taskset', '-c', String(core), ...command] : command

/** An environment whose files are all in this folder. */
export const environmentIn = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  XDG_CONFIG_HOME: join(folder, 'config'),
  XDG_DATA_HOME: join(folder, 'share'),
  XDG_STATE_HOME: join(folder, 'state'),
  XDG_RUNTIME_DIR: folder,
})

function start(
  [program = '', ...rest]: readonly string[],
  stdout: 'pipe' | 'ignore',
  env: NodeJS.ProcessEnv,
): ChildProcess {
  return spawn(program, rest, { cwd: top, env, stdio: ['ignore', stdout, 'ignore'] })
}

export const freePort = (): Promise<number> =>
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

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>(resolve => child.once('close', () => resolve()))
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), endMsMax)
  await gone
  clearTimeout(timer)
}

/**
 * One server, fresh, under one load.
 *
 * @param leave how the server is told to end; SIGTERM lets it write what it has to say
 * @returns what came of it, or why nothing did
 */
export async function measure(
  subject: Subject,
  scenario: Scenario,
  times: Times,
  leave: NodeJS.Signals = 'SIGKILL',
): Promise<Outcome | string> {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const env = environmentIn(folder)
  const port = await freePort()
  const command = subject.start(port, folder)
  if (command === null) return 'not installed'
  const server = start(on(0, command), 'ignore', env)
  let generator: ChildProcess | undefined
  try {
    const untilMs = performance.now() + readyMsMax
    while (!(await answers(port))) {
      if (server.exitCode !== null || performance.now() > untilMs) return 'did not start'
      await sleep(20)
    }
    const job: Job = {
      ...{ tongue: subject.tongue, port, serverPid: server.pid ?? 0, scenario },
      ...times,
    }
    generator = start(on(1, [process.execPath, '--import', 'tsx', load, JSON.stringify(job)]), 'pipe', env)
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
    if (generator) await ended(generator, 'SIGKILL')
    await ended(server, leave)
    rmSync(folder, { recursive: true, force: true })
  }
}

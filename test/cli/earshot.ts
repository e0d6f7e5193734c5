/** Runs the built program as its users do, each run with a home of its own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Running, startRunning } from '../network/running.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
export const entry = join(top, 'dist', 'earshot.js')

/** An environment whose files are gone when the test ends. */
export function ownHome(t: TestContext): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'earshot-test-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  }
}

export function earshot(t: TestContext, args: readonly string[], env = ownHome(t)): Running {
  const running = startRunning(process.execPath, [entry, ...args], { env, cwd: tmpdir() })
  t.after(() => running.kill('SIGKILL'))
  return running
}

/** Runs to the end with nothing on standard input. */
export async function outcome(
  t: TestContext,
  ...args: string[]
): Promise<{ code: number | null; lines: readonly string[] }> {
  const running = earshot(t, args)
  running.end()
  const { code } = await running.exited
  return { code, lines: running.lines }
}

export interface Serving {
  readonly running: Running
  readonly port: number
  readonly listening: Record<string, unknown>
}

/** A silent server on loopback: nothing of a test leaves this machine. */
export async function serving(
  t: TestContext,
  args: readonly string[] = [],
  env = ownHome(t),
): Promise<Serving> {
  const silent = ['serve', '--json', '--no-announce', '--host', '127.0.0.1']
  const running = earshot(t, [...silent, ...(args.includes('--port') ? [] : ['--port', '0']), ...args], env)
  const listening = JSON.parse(await running.waitForLine(/"event":"listening"/))
  return { running, port: listening.port, listening }
}

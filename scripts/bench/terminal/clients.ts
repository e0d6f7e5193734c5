/** Clients in a real terminal of 120 by 40: how each is started, and what can be seen of it from outside. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpuMs, memoryKb } from '../talk/process.ts'
import type { Tongue } from './feeder.ts'

const entry = fileURLToPath(new URL('../../../dist/earshot.js', import.meta.url))

export interface Client {
  readonly name: string
  readonly tongue: Tongue
  /** The command and its arguments; null where it is not installed. `folder` is its own and empty. */
  start(port: number, folder: string): readonly string[] | null
  /** Typed once the room is entered, to look at it. */
  readonly look: string
}

const installed = (name: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some(folder => existsSync(join(folder, name)))

export const ours: Client = {
  name: 'earshot',
  tongue: 'earshot',
  start: port => [process.execPath, entry, 'join', `127.0.0.1:${port}`, '--no-scan', '--nick', 'bench'],
  look: '',
}

export const rivals: readonly Client[] = [
  {
    name: 'irssi',
    tongue: 'irc',
    start(port, folder) {
      if (!installed('irssi')) return null
      writeFileSync(
        join(folder, 'config'),
        `servers = ({ address = "127.0.0.1"; chatnet = "f"; port = "${port}"; autoconnect = "yes"; });
chatnets = { f = { type = "IRC"; nick = "bench"; }; };
channels = ({ name = "#dev"; chatnet = "f"; autojoin = "yes"; });
settings = { "fe-common/core" = { autolog = "no"; }; };`,
      )
      return ['irssi', '--home', folder, '-n', 'bench']
    },
    look: '\x1b2',
  },
  {
    name: 'weechat',
    tongue: 'irc',
    start(port, folder) {
      if (!installed('weechat')) return null
      const commands = [
        `/server add f 127.0.0.1/${port} -notls`,
        '/set irc.server.f.autojoin "#dev"',
        '/set irc.server.f.nicks "bench"',
        '/set irc.server.f.anti_flood 0',
        '/connect f',
      ]
      return ['weechat', '-d', folder, '-r', commands.join(';')]
    },
    look: '',
  },
]

export interface Running {
  type(text: string): void
  /** Bytes it has written so far. */
  bytes(): number
  /** Resolves, with the time, when `wanted` is written from now on; null where that takes longer. */
  shows(wanted: string, withinMs: number): Promise<number | null>
  /** Resolves with the time of the first thing that is more than modes. */
  readonly painted: Promise<number>
  readonly startedMs: number
  pause(): void
  resume(): void
  cpuMs(): number
  memoryKb(): number
  end(): Promise<void>
}

/** @returns the client in its terminal; null where it is not installed */
export function run(client: Client, port: number, pin: readonly string[]): Running | null {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-bench-'))
  const command = client.start(port, folder)
  if (command === null) {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
  const { spawn }: typeof import('@lydell/node-pty') = createRequire(import.meta.url)('@lydell/node-pty')
  const own = (name: string): string => {
    mkdirSync(join(folder, `own-${name}`))
    return join(folder, `own-${name}`)
  }
  const [program = '', ...rest] = [...pin, ...command]
  const startedMs = performance.now()
  const pty = spawn(program, rest, {
    cols: 120,
    rows: 40,
    env: {
      ...{ PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
      ...{ XDG_CONFIG_HOME: own('config'), XDG_DATA_HOME: own('data') },
      ...{ XDG_STATE_HOME: own('state'), XDG_RUNTIME_DIR: own('run') },
    },
  })
  let bytes = 0
  let tail = ''
  let look: (() => void) | null = null
  let paint: (atMs: number) => void = () => {}
  const painted = new Promise<number>(resolve => (paint = resolve))
  pty.onData(text => {
    bytes += Buffer.byteLength(text)
    tail = (tail + text).slice(-65_536)
    // A terminal that never answers would be waited for by some; this one says it is an ordinary one.
    if (text.includes('\x1b[c')) pty.write('\x1b[?62c')
    if (bytes > 400) paint(performance.now())
    look?.()
  })
  const gone = new Promise<void>(resolve => pty.onExit(() => resolve()))
  return {
    type: text => pty.write(text),
    bytes: () => bytes,
    painted,
    startedMs,
    shows(wanted, withinMs) {
      tail = ''
      return new Promise(resolve => {
        const done = (at: number | null): void => {
          look = null
          clearTimeout(timer)
          resolve(at)
        }
        const timer = setTimeout(() => done(null), withinMs)
        look = () => tail.includes(wanted) && done(performance.now())
      })
    },
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    cpuMs: () => cpuMs(pty.pid),
    memoryKb: () => memoryKb(pty.pid),
    async end() {
      try {
        process.kill(pty.pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

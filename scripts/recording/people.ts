/** Who takes part in a recording: real programs in real terminals on hosts of their own, all with one wall clock. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createLab, type Host } from '../../test/network/lab.ts'
import { spawnInPty } from '../../test/screens/screen.ts'
import { insideArgs } from '../netlab/namespace.mjs'
import { createFollower, type Still, stillText } from './still.ts'

const bounds = {
  /** For a screen to show what the script says comes next. */
  waitMs: 60_000,
  /** No program of a session outlives it for longer. */
  lifetimeMs: 600_000,
  /** Between two looks at a screen. */
  pollMs: 20,
  /** A terminal in which so many looks found nothing new shows all that was meant. */
  quietLooks: 15,
}

const entry = fileURLToPath(new URL('../../dist/earshot.js', import.meta.url))
const clock = fileURLToPath(new URL('./clock.mjs', import.meta.url))

/** A pattern for exactly this text. */
export const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** What was waited for did not come; `last` is what the screen shows instead. */
export class Unseen extends Error {
  readonly last: Still
  constructor(who: string, wanted: RegExp, last: Still) {
    super(`${who} did not see ${String(wanted)} but\n${stillText(last)}`)
    this.last = last
  }
}

export interface Person {
  type(keys: string): void
  /**
   * Waits until the screen shows it and nothing more is drawn; or, where it is known what shall be seen, until it is
   * exactly that. Fails with `Unseen`.
   */
  sees(wanted: RegExp, isKnown?: (still: Still) => boolean): Promise<Still>
  /** Says a line and waits for its ✓. */
  says(line: string): Promise<void>
  resize(columns: number, rows: number): void
  /** Ends the program politely and waits for it. */
  leaves(): Promise<void>
}

export interface Stage {
  /** Sets the one wall clock, as `2026-05-12T16:05Z`. */
  at(moment: string): void
  /** A host on the one network, such as 10.0.0.5. */
  host(name: string, address: string): Promise<Host>
  /** Starts a server and resolves when it can be reached. */
  serves(host: Host, args: readonly string[]): Promise<void>
  /** Somebody in a shell in which `earshot` is a command, with a home of their own. */
  sits(host: Host, name: string, columns: number, rows: number): Promise<Person>
  close(): Promise<void>
}

export function createStage(): Stage {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-recording-'))
  const time = join(folder, 'clock')
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const program = `exec "${process.execPath}" --import "${clock}" "${entry}"`
  writeFileSync(join(bin, 'earshot'), `#!/bin/sh\n${program} "$@"\n`, { mode: 0o755 })
  const lab = createLab()
  lab.bridge('lan')
  const leaving: (() => void)[] = []

  /** A user's own folders, so that several people may sit at one host. */
  const homeOf = (name: string): Record<string, string> => {
    const home = join(folder, name)
    mkdirSync(home, { recursive: true })
    return {
      PATH: `${bin}:${process.env.PATH ?? ''}`,
      HOME: home,
      USER: name,
      LOGNAME: name,
      EARSHOT_NICK: name,
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_DATA_HOME: join(home, 'data'),
      XDG_STATE_HOME: join(home, 'state'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_RUNTIME_DIR: home,
      RECORDING_CLOCK: time,
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      PS1: '$ ',
      ENV: '',
    }
  }

  return {
    at(moment) {
      // Renamed into place: nobody may read half a time.
      writeFileSync(`${time}.new`, String(Date.parse(moment)))
      renameSync(`${time}.new`, time)
    },
    host: (name, address) => lab.host(name, [{ bridge: 'lan', cidr: `${address}/24` }]),
    async serves(host, args) {
      const running = host.spawn(join(bin, 'earshot'), ['serve', '--json', ...args], {
        env: homeOf(`server-${host.name}`),
        lifetimeMs: bounds.lifetimeMs,
      })
      await running.waitForLine(/"event":"listening"/, bounds.waitMs)
    },
    async sits(host, name, columns, rows) {
      const shell = await spawnInPty('ip', insideArgs(host.namespace, 'sh', ['-i']), {
        columns,
        rows,
        widths: 'modern',
        env: homeOf(name),
        cwd: folder,
      })
      leaving.push(() => shell.kill())
      const follower = createFollower(columns, rows)
      const person: Person = {
        type: keys => shell.type(keys),
        async sees(wanted, isKnown) {
          const startedMs = performance.now()
          // Looks are counted and not milliseconds: a machine that stands still for a while has not seen quiet.
          for (let read = 0, quiet = 0; ; quiet += 1) {
            await later(bounds.pollMs)
            const written = shell.raw()
            if (written.length > read) quiet = 0
            read = written.length
            await follower.follow(written)
            const still = follower.still()
            const seen = wanted.test(stillText(still))
            if (seen && (isKnown ? isKnown(still) : quiet >= bounds.quietLooks)) return still
            if (performance.now() - startedMs > bounds.waitMs) throw new Unseen(name, wanted, still)
          }
        },
        async says(line) {
          shell.type(`${line}\r`)
          const words = line.replace(/^[#@/]\S+ /, '').slice(0, 40)
          await shell.waitFor(new RegExp(`${literally(words)}.*✓`), bounds.waitMs)
        },
        resize(nextColumns, nextRows) {
          shell.resize(nextColumns, nextRows)
          follower.resize(nextColumns, nextRows)
        },
        async leaves() {
          shell.type('/quit\r')
          await shell.waitFor(/^\$ ?$/m, bounds.waitMs)
          shell.type('exit\r')
          await shell.exit
        },
      }
      await shell.waitFor('$ ', bounds.waitMs)
      return person
    },
    async close() {
      for (const leave of leaving) leave()
      await lab.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

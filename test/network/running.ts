/** A child process whose output can be waited for, line by line, and that never outlives its bounds. */
import { type ChildProcess, spawn } from 'node:child_process'
import { patienceMs } from '../patience.ts'

/** The bounds of a child process; the answer to each is SIGKILL and a last line that says so. */
const bounds = { lifetimeMs: 240_000, linesMax: 50_000 }

type Exit = { code: number | null; signal: NodeJS.Signals | null }

export type Running = {
  readonly pid: number
  /** Standard output and standard error, in the order in which they arrived, without line ends. */
  readonly lines: readonly string[]
  /**
   * The first line that fits, of those already there or still to come. `fromLine` skips earlier lines: pass
   * `running.lines.length` to wait for a new one. Rejects with all output so far when none came in time or when
   * the process ended without one.
   */
  waitForLine(
    fits: RegExp | ((line: string) => boolean),
    timeoutMs?: number,
    fromLine?: number,
  ): Promise<string>
  /** Writes to its standard input. */
  write(text: string): void
  /** Closes its standard input. */
  end(): void
  /** SIGTERM unless told otherwise; does nothing when it has ended. */
  kill(signal?: NodeJS.Signals): void
  /** Resolves when it has ended and all its output has arrived; never rejects. */
  readonly exited: Promise<Exit>
}

/** Starts a command; `command` that cannot be started shows as a line and as exit code 127. */
export function startRunning(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd: string; lifetimeMs?: number | undefined },
): Running {
  const { env, cwd, lifetimeMs = bounds.lifetimeMs } = options
  const child: ChildProcess = spawn(command, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  const watchers = new Set<() => void>()
  let exit: Exit | null = null

  function notify() {
    for (const watcher of [...watchers]) watcher()
  }

  function stopBecause(reason: string) {
    lines.push(reason)
    child.kill('SIGKILL')
    notify()
  }

  function addLine(line: string) {
    if (lines.length === bounds.linesMax) stopBecause(`(killed: more than ${bounds.linesMax} lines)`)
    if (lines.length < bounds.linesMax) lines.push(line)
  }

  function collect(stream: NodeJS.ReadableStream | null): () => void {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) addLine(line.replace(/\r$/, ''))
      notify()
    })
    return () => {
      if (rest !== '') addLine(rest)
      rest = ''
    }
  }

  const flushes = [collect(child.stdout), collect(child.stderr)]
  // Writing to a process that has just ended is no error of the test: `exited` tells.
  child.stdin?.on('error', () => {})
  const lifetime = setTimeout(() => stopBecause(`(killed: older than ${lifetimeMs} ms)`), lifetimeMs)

  const exited = new Promise<Exit>(resolve => {
    function finish(ending: Exit) {
      if (exit) return
      exit = ending
      clearTimeout(lifetime)
      for (const flush of flushes) flush()
      notify()
      resolve(ending)
    }
    child.on('error', problem => {
      if (child.pid !== undefined) return
      addLine(problem.message)
      finish({ code: 127, signal: null })
    })
    child.on('close', (code, signal) => finish({ code, signal }))
  })

  function story(wanted: string): Error {
    const ending = exit ? `It ended with ${exit.signal ?? `code ${exit.code}`}.` : 'It is still running.'
    const output = lines.length === 0 ? '(no output)' : lines.join('\n')
    return new Error(`${wanted} ${ending}\n${command} ${args.join(' ')}\n${output}`)
  }

  return {
    pid: child.pid ?? -1,
    lines,
    exited,
    waitForLine(fits, timeoutMs = patienceMs, fromLine = 0) {
      // A global expression remembers where it stopped; a copy without memory does not.
      const expression =
        fits instanceof RegExp ? new RegExp(fits.source, fits.flags.replace(/[gy]/g, '')) : null
      const test = fits instanceof RegExp ? (line: string) => expression?.test(line) === true : fits
      return new Promise((resolve, reject) => {
        let next = fromLine
        const timer = setTimeout(
          () => settle(null, `No such line (${fits}) within ${timeoutMs} ms.`),
          timeoutMs,
        )
        function settle(line: string | null, complaint: string) {
          clearTimeout(timer)
          watchers.delete(look)
          if (line === null) reject(story(complaint))
          else resolve(line)
        }
        function look() {
          for (; next < lines.length; next++) {
            const line = lines[next]
            if (line !== undefined && test(line)) return settle(line, '')
          }
          if (exit) settle(null, `No such line (${fits}).`)
        }
        watchers.add(look)
        look()
      })
    },
    write(text) {
      child.stdin?.write(text)
    },
    end() {
      child.stdin?.end()
    },
    kill(signal = 'SIGTERM') {
      if (!exit) child.kill(signal)
    },
  }
}

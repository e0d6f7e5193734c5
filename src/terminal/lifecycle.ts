/** However the process ends or stops, the terminal is given back first: signals, exits, bugs and ^Z. */
import { writeSync } from 'node:fs'
import { bounds } from './bounds.ts'

/** Blocks the process. Only for the last words before an exit. */
function pauseMs(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/**
 * Writes `text` to the terminal before it returns, because what is queued is lost in `process.exit`. A terminal that
 * takes no bytes is asked `bounds.restoreTriesMax` times; one that hung up is left alone. Without a file descriptor
 * (a stream of a test) `otherwise` is called.
 */
export function writeThrough(fd: number | undefined, text: string, otherwise: (text: string) => void): void {
  if (fd === undefined || fd < 0) {
    otherwise(text)
    return
  }
  const bytes = Buffer.from(text)
  let offset = 0
  for (let tries = 0; offset < bytes.length && tries < bounds.restoreTriesMax; tries += 1) {
    try {
      offset += writeSync(fd, bytes, offset)
    } catch (error) {
      if (!isBusy(error)) return
      pauseMs(bounds.restoreWaitMs)
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EAGAIN' || error.code === 'EINTR')
}

/**
 * Stops the process group (a launcher such as npx must stop too) and calls back when it is continued. Where nothing can
 * be stopped (Windows; a program without a shell above it, whose stop the kernel ignores) it calls back soon after.
 */
export function stopGroup(onContinued: () => void): void {
  // A listener would keep the signal from stopping us.
  const listeners = process.listeners('SIGTSTP')
  process.removeAllListeners('SIGTSTP')
  const goOn = (): void => {
    clearTimeout(timer)
    process.off('SIGCONT', goOn)
    for (const listener of listeners) process.on('SIGTSTP', listener)
    onContinued()
  }
  // Whoever runs this long after was continued, or never stopped. The timer also keeps Node running until then:
  // listeners to signals alone do not, and `fg` would find the process at its end.
  const timer = setTimeout(goOn, bounds.stoppedWithinMs)
  process.on('SIGCONT', goOn)
  if (process.platform !== 'win32') process.kill(0, 'SIGTSTP')
}

export interface Guarded {
  restore(): void
  suspend(): void
  resume(): void
}

/** A process that ends by a signal says so in its exit code, 128 and the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const

/** Exit code of a bug: the restored terminal shows its stack. */
const bugCode = 70

/**
 * Installs the process's listeners; called once, by the program and not by the screen.
 * @param terminal given back before the process ends, for whatever reason
 * @param onSignal may say farewell to the network; it runs after the terminal is restored, and the process exits when
 *   its promise settles. The caller bounds it.
 * @returns takes the listeners away again
 */
export function guardProcess(
  terminal: Guarded,
  onSignal?: (signal: keyof typeof exitCodes) => Promise<unknown> | undefined,
): () => void {
  const undo: (() => void)[] = []
  const on = (event: string, listener: (...facts: unknown[]) => void): void => {
    process.on(event, listener)
    undo.push(() => process.off(event, listener))
  }
  let ending = false
  for (const [signal, code] of Object.entries(exitCodes)) {
    on(signal, () => {
      terminal.restore()
      // The second signal does not wait for farewells.
      if (ending) process.exit(code)
      ending = true
      void Promise.resolve(onSignal?.(signal as keyof typeof exitCodes)).finally(() => process.exit(code))
    })
  }
  const bug = (error: unknown): void => {
    terminal.restore()
    const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error)
    writeThrough(2, `${stack}\n`, () => {})
    process.exit(bugCode)
  }
  on('uncaughtException', bug)
  on('unhandledRejection', bug)
  on('exit', () => terminal.restore())
  if (process.platform !== 'win32') {
    on('SIGTSTP', () => terminal.suspend())
    // `suspend` comes back by itself; this is for a stop that nobody told us of.
    on('SIGCONT', () => terminal.resume())
  }
  return () => {
    for (const each of undo) each()
  }
}

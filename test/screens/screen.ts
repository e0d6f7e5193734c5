/** Screens for tests: a terminal in this process, and a program in a real one; both are read as rows of text. */
import { PassThrough, Writable } from 'node:stream'
import { setTimeout as later } from 'node:timers/promises'
import type { IPty } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { patienceMs } from '../patience.ts'

type Xterm = InstanceType<typeof xterm.Terminal>

/** How terminals differ in their idea of a character's cells: emoji are one cell (xterm's oldest table, `narrow`) or two. */
export type Widths = 'unicode6' | 'modern' | 'narrow'

export function createXterm(columns: number, rows: number, widths: Widths): Xterm {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 })
  if (widths !== 'unicode6') {
    const eastern = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uff01-\uff60]$/
    const pictograph = /^\p{Emoji_Presentation}$/u
    const none = /^[\p{Mn}\p{Me}\p{Cf}]$/u
    const wcwidth = (code: number): 0 | 1 | 2 => {
      const char = String.fromCodePoint(code)
      if (none.test(char)) return 0
      return eastern.test(char) || (widths === 'modern' && pictograph.test(char)) ? 2 : 1
    }
    terminal.unicode.register({
      version: widths,
      wcwidth,
      // Bits: the state that joins, then the width, then whether it joins the character before.
      charProperties: (code, before) => {
        const own = wcwidth(code)
        const joins = own === 0 && before !== 0
        const cells = joins ? Math.max(own, (before >> 1) & 3) : own
        return (cells << 1) | (joins ? 1 : 0)
      },
    })
    terminal.unicode.activeVersion = widths
  }
  return terminal
}

function textOf(terminal: Xterm): string {
  const rows: string[] = []
  for (let y = 0; y < terminal.rows; y += 1) {
    rows.push(
      terminal.buffer.active.getLine(terminal.buffer.active.viewportY + y)?.translateToString(true) ?? '',
    )
  }
  return rows.join('\n')
}

/** Cells with their colours and flags, for comparing screens exactly. */
function cellsOf(terminal: Xterm): string[] {
  const rows: string[] = []
  for (let y = 0; y < terminal.rows; y += 1) {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + y)
    let row = ''
    for (let x = 0; x < terminal.cols; x += 1) {
      const cell = line?.getCell(x)
      if (cell === undefined) continue
      const flags = [cell.isBold(), cell.isUnderline(), cell.isInverse()].map(flag => (flag ? 1 : 0)).join('')
      row += `${cell.getChars() || ' '}${cell.getWidth()}${flags}${cell.getFgColor()},${cell.getBgColor()}|`
    }
    rows.push(row)
  }
  return rows
}

const framed = (text: string): string =>
  text
    .split('\n')
    .map(row => `|${row}`)
    .join('\n')

/** Where a screen is waited for: it answers with the screen, and shows it in the failure. */
async function waitFor(
  read: () => string,
  changed: () => Promise<void>,
  wanted: string | RegExp | ((screen: string) => boolean),
  timeoutMs: number,
): Promise<string> {
  const holds = (screen: string): boolean => {
    if (typeof wanted === 'string') return screen.includes(wanted)
    return typeof wanted === 'function' ? wanted(screen) : wanted.test(screen)
  }
  const late = new AbortController()
  const bound = later(timeoutMs, 'late' as const, { signal: late.signal }).catch(() => 'late' as const)
  try {
    for (;;) {
      const screen = read()
      if (holds(screen)) return screen
      const got = await Promise.race([changed().then(() => 'changed' as const), bound])
      if (got === 'late') {
        const last = read()
        if (holds(last)) return last
        throw new Error(`Waited ${timeoutMs} ms for ${String(wanted)} and the screen was\n${framed(last)}`)
      }
    }
  } finally {
    late.abort()
  }
}

/** Tells everybody who waits that something changed. */
function createBell(): { ring(): void; next(): Promise<void> } {
  let waiting: (() => void)[] = []
  return {
    ring: () => {
      const all = waiting
      waiting = []
      for (const each of all) each()
    },
    next: () => new Promise(resolve => waiting.push(resolve)),
  }
}

/** The output side: a stream that calls itself a terminal. */
export interface VirtualOutput extends Writable {
  isTTY: boolean
  columns: number
  rows: number
}
/** The input side. `raw` tells what the program asked for. */
export interface VirtualInput extends PassThrough {
  isTTY: boolean
  raw: boolean
  setRawMode(raw: boolean): VirtualInput
}

export interface VirtualTerminal {
  /** Hand both to `createTerminal`. */
  readonly input: VirtualInput
  readonly output: VirtualOutput
  /** The screen as rows of text, blanks at their ends cut. */
  text(): string
  /** The screen with the width, colours and flags of each cell, one string a row. */
  cells(): string[]
  /** Every byte the program wrote so far. */
  raw(): string
  cursor(): { readonly x: number; readonly y: number }
  type(bytes: string | Uint8Array): void
  resize(columns: number, rows: number): void
  /** While stalled the terminal takes no byte, as a frozen ssh. */
  stall(stalled: boolean): void
  /** Resolves when all that was written, and all that follows from it within the running turns, is on the screen. */
  settled(): Promise<void>
  waitFor(wanted: string | RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>
  dispose(): void
}

/** A terminal in this process: fake streams on one side, xterm's own parser on the other. */
export function createVirtualTerminal(
  columns: number,
  rows: number,
  widths: Widths = 'unicode6',
  how: { readonly answers?: boolean } = {},
): VirtualTerminal {
  const terminal = createXterm(columns, rows, widths)
  const bell = createBell()
  let raw = ''
  let under = 0
  let stalled = false
  let waiting: (() => void)[] = []
  const output: VirtualOutput = Object.assign(
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        const text = String(chunk)
        under += 1
        const take = (): void => {
          raw += text
          terminal.write(text, () => {
            under -= 1
            bell.ring()
            done()
          })
        }
        if (stalled) waiting.push(take)
        else take()
      },
    }),
    { isTTY: true, columns, rows },
  )
  const input: VirtualInput = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: false,
    setRawMode: (wanted: boolean) => {
      input.raw = wanted
      return input
    },
  })
  // Asked where its cursor is, it says so, as a program's own terminal does; late or never, for those that do not.
  terminal.onData(answer => {
    if (how.answers === true) input.write(Buffer.from(answer))
  })
  const text = (): string => textOf(terminal)
  const waitForScreen = (
    wanted: string | RegExp | ((screen: string) => boolean),
    timeoutMs = patienceMs,
  ): Promise<string> => waitFor(text, bell.next, wanted, timeoutMs)
  return {
    input,
    output,
    text,
    cells: () => cellsOf(terminal),
    raw: () => raw,
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
    type: bytes => {
      input.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
    },
    resize: (nextColumns, nextRows) => {
      terminal.resize(nextColumns, nextRows)
      output.columns = nextColumns
      output.rows = nextRows
      output.emit('resize')
    },
    stall: next => {
      stalled = next
      const all = next ? [] : waiting
      if (!next) waiting = []
      for (const take of all) take()
    },
    settled: async () => {
      // A stroke passes the stream, the client, the scheduler's immediate and xterm's parser: a few turns each.
      for (let quiet = 0; quiet < 4; ) {
        await new Promise(resolve => setImmediate(resolve))
        quiet = under > 0 || (input.readableFlowing === true && input.readableLength > 0) ? 0 : quiet + 1
      }
    },
    waitFor: waitForScreen,
    dispose: () => {
      terminal.dispose()
      input.destroy()
      output.destroy()
    },
  }
}

export interface PtyOptions {
  readonly columns?: number
  readonly rows?: number
  /** The terminal's idea of widths; `unicode6` unless told otherwise. */
  readonly widths?: Widths
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
}

export interface PtyProgram {
  readonly pid: number
  type(text: string): void
  /** The screen as rows of text, blanks at their ends cut. */
  text(): string
  /** Answers with the screen; after `timeoutMs` (a minute unless told otherwise) it fails and shows the screen. */
  waitFor(wanted: string | RegExp | ((screen: string) => boolean), timeoutMs?: number): Promise<string>
  /** The same for every byte so far, for modes that no screen shows. */
  waitForRaw(wanted: string | RegExp | ((raw: string) => boolean), timeoutMs?: number): Promise<string>
  resize(columns: number, rows: number): void
  readonly exit: Promise<{ readonly code: number; readonly signal: number }>
  /** Every byte the program wrote. */
  raw(): string
  /** While paused nothing is read: the program's terminal is full soon, as a frozen ssh. */
  pause(): void
  resume(): void
  kill(signal?: NodeJS.Signals): void
}

let loading: Promise<typeof import('@lydell/node-pty') | null> | null = null

/** Whether real terminals can be made here (the native part may be missing); tests of them skip themselves else. */
export async function ptyWorks(): Promise<boolean> {
  loading ??= import('@lydell/node-pty').catch(() => null)
  return (await loading) !== null
}

/** Starts a program in a real terminal. Every program must be killed or awaited by the test that started it. */
export async function spawnInPty(
  command: string,
  args: readonly string[],
  { columns = 80, rows = 24, widths = 'unicode6', env = {}, cwd = process.cwd() }: PtyOptions = {},
): Promise<PtyProgram> {
  loading ??= import('@lydell/node-pty').catch(() => null)
  const module = await loading
  if (module === null) throw new Error('node-pty cannot be loaded here; ask ptyWorks() first.')
  const screen = createXterm(columns, rows, widths)
  const bell = createBell()
  let raw = ''
  const pty: IPty = module.spawn(command, [...args], {
    name: env.TERM ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      ...env,
      TERM: env.TERM ?? 'xterm-256color',
    },
  })
  let ended = false
  pty.onData(text => {
    raw += text
    screen.write(text, bell.ring)
  })
  // The program's questions to its terminal (its cursor's place, its kind) are answered as a terminal does.
  screen.onData(answer => {
    if (!ended) pty.write(answer)
  })
  const exit = new Promise<{ code: number; signal: number }>(resolve => {
    pty.onExit(({ exitCode, signal }) => {
      ended = true
      // xterm parses in turns of its own; the screen is complete when an empty write comes back.
      screen.write('', () => {
        bell.ring()
        resolve({ code: exitCode, signal: signal ?? 0 })
      })
    })
  })
  return {
    pid: pty.pid,
    type: text => pty.write(text),
    text: () => textOf(screen),
    waitFor: (wanted, timeoutMs = patienceMs) => waitFor(() => textOf(screen), bell.next, wanted, timeoutMs),
    waitForRaw: (wanted, timeoutMs = patienceMs) => waitFor(() => raw, bell.next, wanted, timeoutMs),
    resize: (nextColumns, nextRows) => {
      screen.resize(nextColumns, nextRows)
      pty.resize(nextColumns, nextRows)
    },
    exit,
    raw: () => raw,
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    kill: (signal = 'SIGKILL') => {
      if (ended) return
      try {
        process.kill(pty.pid, signal)
      } catch {
        // It ended a moment ago and we have not heard of it yet.
      }
    },
  }
}

/** Blessed as a driver: it compares screens and writes into a string; streams, signals and modes are kept from it. */
import { EventEmitter } from 'node:events'
import type { Screen as BlessedScreen } from 'blessed/lib/widgets/screen.js'
import { Program, Screen, Tput } from './blessed.ts'
import type { Profile } from './profile.ts'

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface Driver {
  readonly screen: BlessedScreen
  /** The screen has this size now and is blank; the terminal is cleared by the next `take`. */
  blank(size: Size): void
  /** Draws what changed. */
  render(): void
  /** What is to be sent since the last call. */
  take(): string
}

/** Blessed would run `tmux -V` and read files that it cannot parse; our own profile has decided already. */
export function createDriver(profile: Profile): Driver {
  Tput.ipaths.length = 0
  // Blessed listens to signals and exits of the process, and does it wrong; that is `lifecycle.ts` here.
  Program.bind = () => {}
  Screen.bind = () => {}
  // Nor does it read keys: `decoder.ts` does.
  Program.prototype.listen = () => {}
  let collected = ''
  const sink = {
    isTTY: true,
    writable: true,
    columns: 1,
    rows: 1,
    write: (text: string): boolean => {
      collected += text
      return true
    },
    on: () => {},
    removeListener: () => {},
  }
  const { TMUX } = process.env
  delete process.env.TMUX
  try {
    const program = new Program({
      input: new EventEmitter(),
      output: sink,
      terminal: profile.terminal,
      buffer: true,
      zero: true,
      tput: true,
      forceUnicode: true,
    })
    program.tput.brokenACS = true
    // Blessed believes that it is on the alternate screen without a cursor, and so leaves both to us.
    program.isAlt = true
    program.cursorHidden = true
    const screen = new Screen({ program })
    return {
      screen,
      blank: ({ columns, rows }) => {
        program.cols = columns
        program.rows = rows
        program.scrollBottom = rows - 1
        screen.alloc()
      },
      render: () => screen.render(),
      take: () => {
        program.flush()
        const taken = collected
        collected = ''
        return taken
      },
    }
  } finally {
    if (TMUX !== undefined) process.env.TMUX = TMUX
  }
}

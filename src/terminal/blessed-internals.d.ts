/** The few types of blessed's own files that this room touches; the published types know only its front door. */
declare module 'blessed/lib/program.js' {
  import type { EventEmitter } from 'node:events'
  /** What blessed writes to. Ours only collects. */
  export interface Sink {
    readonly isTTY: boolean
    readonly writable: boolean
    columns: number
    rows: number
    write(text: string): boolean
    on(event: string, listener: () => void): unknown
    removeListener(event: string, listener: () => void): unknown
  }
  export interface ProgramOptions {
    input: EventEmitter
    output: Sink
    terminal: string
    buffer: boolean
    zero: boolean
    tput: boolean
    forceUnicode: boolean
  }
  export interface Program {
    cols: number
    rows: number
    isAlt: boolean
    cursorHidden: boolean
    scrollBottom: number
    tput: { brokenACS: boolean; unicode: boolean }
    flush(): void
  }
  const Program: {
    new (options: ProgramOptions): Program
    bind(program: Program): void
    /** It listens to its input and output from now on. */
    readonly prototype: { listen(): void }
  }
  export default Program
}

declare module 'blessed/lib/widgets/screen.js' {
  import type { Program } from 'blessed/lib/program.js'
  /** Attribute number and text of one cell. The filler of a wide cell is ''. */
  export type Cell = [attribute: number, text: string]
  export type Line = Cell[] & { dirty: boolean }
  export interface Screen {
    /** What is to be shown, and what blessed believes is shown. */
    lines: Line[]
    olines: Cell[][]
    readonly cols: number
    readonly rows: number
    /** Blanks both of the above and clears the terminal. */
    alloc(): void
    /** What is sent before the cells that the next `render` draws. */
    _buf: string
    render(): void
  }
  const Screen: { new (options: { program: Program }): Screen; bind(screen: Screen): void }
  export default Screen
}

declare module 'blessed/lib/widgets/box.js' {
  import type { Screen } from 'blessed/lib/widgets/screen.js'
  export interface Box {
    render(): unknown
  }
  const Box: {
    new (options: { parent: Screen; top: number; left: number; width: string; height: string }): Box
  }
  export default Box
}

declare module 'blessed/lib/tput.js' {
  export interface Tput {
    /** One entry of a terminal description: a string becomes a function of its parameters. */
    _compile(info: object, name: string, value: unknown): unknown
  }
  const Tput: { readonly prototype: Tput; ipaths: unknown[] }
  export default Tput
}

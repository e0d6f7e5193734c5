/** What is used of the two streams of a terminal, and the size it has. */
import { bounds } from './bounds.ts'
import type { Size } from './driver.ts'

/** What is used of stdin. */
export interface TerminalInput {
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  off(event: 'end', listener: () => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
  setRawMode?(raw: boolean): unknown
  resume(): unknown
  pause(): unknown
}

/** What is used of stdout. `_handle` is Node's own and guarded wherever it is touched. */
export interface TerminalOutput {
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly fd?: number | undefined
  readonly _handle?: { readonly fd?: number; setBlocking?(blocking: boolean): unknown } | null
  /** Node's own: asks the terminal for its size, which it otherwise does on SIGWINCH only. */
  _refreshSize?(): void
  write(text: string, done: (error?: Error | null) => void): boolean
  on(event: 'resize', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'resize', listener: () => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
}

/** Within bounds, and as terminals usually are where nothing is known. */
export function sizeOf(output: TerminalOutput): Size {
  const clamp = (value: number | undefined, max: number, unknown: number): number =>
    Math.min(max, Math.max(1, value || unknown))
  return {
    columns: clamp(output.columns, bounds.columnsMax, 80),
    rows: clamp(output.rows, bounds.rowsMax, 24),
  }
}

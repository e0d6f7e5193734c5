/** What a tool prints that goes on for long: lines, together as they come, and so that it learns when nobody reads them. */
import { fstatSync } from 'node:fs'
import { bounds } from './bounds.ts'

export interface PrintingOptions {
  /** Takes whole lines. */
  write(text: string): void
  /** Whether somebody reads who may go while we go on, such as “head”. */
  readonly isPiped: boolean
}

export interface Printing {
  /** One line, without its end. */
  print(line: string): void
  /** What was held back is printed at once. */
  end(): void
}

/**
 * Nothing but the next write tells that the reader of a pipe has gone, and a quiet room has none for hours. So the last
 * of the lines that come first is written apart, when a reader who had enough with the others has had the time to go.
 */
export function createPrinting({ write, isPiped }: PrintingOptions): Printing {
  let waiting: string[] = []
  let isFirst = true
  let soon: NodeJS.Immediate | undefined
  let later: NodeJS.Timeout | undefined

  function writeAll(): void {
    clearImmediate(soon)
    clearTimeout(later)
    soon = later = undefined
    if (waiting.length > 0) write(`${waiting.join('\n')}\n`)
    waiting = []
  }

  function flush(): void {
    const parts = isPiped && isFirst && waiting.length > 1
    isFirst = false
    const last = parts ? waiting.pop() : undefined
    writeAll()
    if (last === undefined) return
    waiting = [last]
    later = setTimeout(writeAll, bounds.partingMs)
  }

  return {
    print(line) {
      waiting.push(line)
      if (later === undefined) soon ??= setImmediate(flush)
    },
    end: writeAll,
  }
}

/** Whether standard output goes to another program. Where that cannot be told, it does not. */
export function isPipedOut(): boolean {
  try {
    const stats = fstatSync(1)
    return stats.isFIFO() || stats.isSocket()
  } catch {
    return false
  }
}

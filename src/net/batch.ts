/** Lines that many connections are sent alike: joined and encoded once, and shared by all of them. */
import { sayMore } from './turn.ts'

export interface Batch {
  /** Whether lines may still be added. It closes when the first connection takes what is in it. */
  isOpen(): boolean
  /** Adds one line; the newline is added. */
  add(line: string): void
  /** Closes it. Whole lines as bytes, in pieces of about `pieceBytes`; always the same ones, and nobody may change them. */
  pieces(): readonly Buffer[]
}

/** One write is not larger, so that a slow but steady reader is seen to take something. */
export const pieceBytes = 64 * 1024

export function createBatch(): Batch {
  let lines: string[] = []
  let pieces: Buffer[] | undefined

  function encode(): Buffer[] {
    const encoded: Buffer[] = []
    let start = 0
    let units = 0
    for (const [at, line] of lines.entries()) {
      units += line.length + 1
      if (units < pieceBytes && at + 1 < lines.length) continue
      encoded.push(Buffer.from(`${lines.slice(start, at + 1).join('\n')}\n`))
      start = at + 1
      units = 0
    }
    lines = []
    return encoded
  }

  return {
    isOpen: () => pieces === undefined,
    add(line) {
      if (pieces !== undefined) throw new Error('A line was added to a batch that is closed.')
      lines.push(line)
      sayMore()
    },
    pieces() {
      pieces ??= encode()
      return pieces
    },
  }
}

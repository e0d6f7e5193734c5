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

/** Whole lines as bytes. A newline behind the last one is cheapest as the join of nothing more: the text is made once. */
export const bytesOf = (lines: readonly string[]): Buffer => Buffer.from([...lines, ''].join('\n'))

export function createBatch(): Batch {
  let lines: string[] = []
  let pieces: Buffer[] | undefined

  function encode(): Buffer[] {
    const encoded: Buffer[] = []
    let piece: string[] = []
    let units = 0
    for (const line of lines) {
      piece.push(line)
      units += line.length + 1
      if (units < pieceBytes) continue
      encoded.push(bytesOf(piece))
      piece = []
      units = 0
    }
    if (piece.length > 0) encoded.push(bytesOf(piece))
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

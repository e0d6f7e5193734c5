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

const lf = 0x0a

/** Whole lines as bytes. A newline behind the last one is cheapest as the join of nothing more: the text is made once. */
export const bytesOf = (lines: readonly string[]): Buffer => Buffer.from([...lines, ''].join('\n'))

/** Enough for one line of usual length, or a few. */
const firstBytes = 1024
const growth = 4
/** What a character of a string takes at most, as UTF-16 counts them. */
const unitBytesMax = 3

export function createBatch(): Batch {
  const whole: Buffer[] = []
  let isOpen = true
  // Bytes from the start: strings that wait for the end of the turn are copied by each collection of garbage meanwhile.
  let piece = Buffer.allocUnsafe(firstBytes)
  let pieceUsed = 0

  function finish(): void {
    if (pieceUsed > 0) whole.push(piece.subarray(0, pieceUsed))
    pieceUsed = 0
  }

  /** Room for so many bytes more: in a wider piece, or in the next one. */
  function widen(moreBytes: number): void {
    if (pieceUsed + moreBytes > pieceBytes) finish()
    const widerBytes = Math.min(piece.length * growth, pieceBytes)
    const wider = Buffer.allocUnsafe(Math.max(widerBytes, pieceUsed + moreBytes))
    piece.copy(wider, 0, 0, pieceUsed)
    piece = wider
  }

  return {
    isOpen: () => isOpen,
    add(line) {
      if (!isOpen) throw new Error('A line was added to a batch that is closed.')
      const moreBytesMax = line.length * unitBytesMax + 1
      if (pieceUsed + moreBytesMax > piece.length) widen(moreBytesMax)
      pieceUsed += piece.write(line, pieceUsed)
      piece[pieceUsed] = lf
      pieceUsed += 1
      sayMore()
    },
    pieces() {
      if (isOpen) finish()
      isOpen = false
      return whole
    },
  }
}

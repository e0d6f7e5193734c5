/** Bytes to bounded lines: whatever a peer sends, in whatever pieces, comes out as the same lines and faults. */

/** `too-long`: more bytes than the bound before a newline. `not-utf8`: a whole line that is no UTF-8. */
export type LineFault = 'too-long' | 'not-utf8'
export type LineRead = { line: string } | { fault: LineFault }

export interface Lines {
  /** Takes the next bytes and gives what they completed, in order. The chunk may be reused afterwards. */
  feed(chunk: Uint8Array): LineRead[]
  /** Bytes held of a line that has not ended; never more than the bound and one (a carriage return). */
  pendingBytes(): number
}

const lf = 0x0a
const cr = 0x0d
const nothing = new Uint8Array(0)
const heldBytesMin = 64

// A byte order mark is part of the line: what is shown of it is for the cleaning of text to decide. It is given whole lines
// only, so that it remembers nothing from one to the next.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * A line ends at LF or CR LF; `lineBytesMax` counts neither. A fault drops its line and is told once; reading
 * goes on behind the next newline. Time is linear in the bytes fed, even when they come one by one.
 */
export const createLines = ({ lineBytesMax }: { readonly lineBytesMax: number }): Lines =>
  new LineReader(lineBytesMax)

/** A class, since every connection has one. */
class LineReader implements Lines {
  readonly lineBytesMax: number
  held: Uint8Array = nothing
  heldBytes = 0
  skipping = false

  constructor(lineBytesMax: number) {
    this.lineBytesMax = lineBytesMax
  }

  feed(chunk: Uint8Array): LineRead[] {
    const reads: LineRead[] = []
    let start = 0
    while (start < chunk.length) {
      const found = chunk.indexOf(lf, start)
      const end = found < 0 ? chunk.length : found
      if (!this.skipping && this.overflows(chunk, start, end)) {
        reads.push({ fault: 'too-long' })
        this.skipping = true
        this.forget()
      }
      if (found < 0) {
        if (!this.skipping) this.hold(chunk.subarray(start))
        break
      }
      if (!this.skipping && this.heldBytes === 0) reads.push(this.finish(chunk, start, end))
      else if (!this.skipping) {
        this.hold(chunk.subarray(start, end))
        reads.push(this.finish(this.held, 0, this.heldBytes))
      }
      this.skipping = false
      this.forget()
      start = end + 1
    }
    return reads
  }

  pendingBytes(): number {
    return this.heldBytes
  }

  /** Copies, since a piece of a chunk would keep the whole chunk alive for as long as the line is unfinished. */
  hold(piece: Uint8Array): void {
    const bytes = this.heldBytes + piece.length
    if (bytes > this.held.length) {
      const size = Math.max(bytes, this.held.length * 2, heldBytesMin)
      const wider = new Uint8Array(Math.min(size, this.lineBytesMax + 1))
      wider.set(this.held.subarray(0, this.heldBytes))
      this.held = wider
    }
    this.held.set(piece, this.heldBytes)
    this.heldBytes = bytes
  }

  forget(): void {
    this.held = nothing
    this.heldBytes = 0
  }

  /** Whether the unfinished line cannot fit any more; one byte over may still be the CR of a CR LF. */
  overflows(chunk: Uint8Array, start: number, end: number): boolean {
    const bytes = this.heldBytes + end - start
    if (bytes <= this.lineBytesMax) return false
    const last = end > start ? chunk[end - 1] : this.held[this.heldBytes - 1]
    return bytes > this.lineBytesMax + 1 || last !== cr
  }

  finish(bytes: Uint8Array, start: number, newline: number): LineRead {
    const end = newline > start && bytes[newline - 1] === cr ? newline - 1 : newline
    if (end - start > this.lineBytesMax) return { fault: 'too-long' }
    try {
      return { line: decoder.decode(bytes.subarray(start, end)) }
    } catch {
      return { fault: 'not-utf8' }
    }
  }
}

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
export function createLines({ lineBytesMax }: { lineBytesMax: number }): Lines {
  let held = nothing
  let heldBytes = 0
  let skipping = false

  /** Copies, since a piece of a chunk would keep the whole chunk alive for as long as the line is unfinished. */
  function hold(piece: Uint8Array): void {
    const bytes = heldBytes + piece.length
    if (bytes > held.length) {
      const wider = new Uint8Array(Math.min(Math.max(bytes, held.length * 2, heldBytesMin), lineBytesMax + 1))
      wider.set(held.subarray(0, heldBytes))
      held = wider
    }
    held.set(piece, heldBytes)
    heldBytes = bytes
  }

  function forget(): void {
    held = nothing
    heldBytes = 0
  }

  /** Whether the unfinished line cannot fit any more; one byte over may still be the CR of a CR LF. */
  function overflows(piece: Uint8Array): boolean {
    const bytes = heldBytes + piece.length
    const last = piece.length > 0 ? piece.at(-1) : held[heldBytes - 1]
    return bytes > lineBytesMax + 1 || (bytes === lineBytesMax + 1 && last !== cr)
  }

  function finish(whole: Uint8Array): LineRead {
    const text = whole.at(-1) === cr ? whole.subarray(0, -1) : whole
    if (text.length > lineBytesMax) return { fault: 'too-long' }
    try {
      return { line: decoder.decode(text) }
    } catch {
      return { fault: 'not-utf8' }
    }
  }

  return {
    feed(chunk) {
      const reads: LineRead[] = []
      let start = 0
      while (start < chunk.length) {
        const end = chunk.indexOf(lf, start)
        const piece = chunk.subarray(start, end < 0 ? chunk.length : end)
        start += piece.length + 1
        if (!skipping && overflows(piece)) {
          reads.push({ fault: 'too-long' })
          skipping = true
          forget()
        }
        if (end < 0) {
          if (!skipping) hold(piece)
          break
        }
        if (!skipping && heldBytes === 0) reads.push(finish(piece))
        else if (!skipping) {
          hold(piece)
          reads.push(finish(held.subarray(0, heldBytes)))
        }
        skipping = false
        forget()
      }
      return reads
    },
    pendingBytes: () => heldBytes,
  }
}

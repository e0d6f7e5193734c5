/** What one peer is still to be sent: its own lines and shared batches, in order, taken in pieces of a bounded size. */
import { type Batch, pieceBytes } from './batch.ts'

export interface Sendq {
  /** Adds one line, without its newline. */
  push(line: string): void
  /** Adds a batch, whose lines may still become more until `take` or `push`; or whole lines as bytes. */
  share(lines: Batch | Buffer): void
  /** Closes the batch that was shared last, so that its bytes count. */
  take(): void
  /** Whether a batch is there that may still grow. */
  isSharing(): boolean
  isEmpty(): boolean
  /** The bytes that wait; not those of a batch that may still grow. */
  bytes(): number
  /** Takes out the front, of whole lines and about `pieceBytes`. Nobody may change the bytes: others may share them. */
  next(): Buffer
  clear(): void
}

export function createSendq(): Sendq {
  const waiting: (string | Buffer)[] = []
  let bytes = 0
  let sharing: Batch | undefined

  function take(): void {
    if (sharing === undefined) return
    for (const piece of sharing.pieces()) {
      waiting.push(piece)
      bytes += piece.length
    }
    sharing = undefined
  }

  return {
    push(line) {
      take()
      waiting.push(line)
      bytes += Buffer.byteLength(line) + 1
    },
    share(lines) {
      take()
      if ('pieces' in lines) sharing = lines
      else {
        waiting.push(lines)
        bytes += lines.length
      }
    },
    take,
    isSharing: () => sharing !== undefined,
    isEmpty: () => waiting.length === 0 && sharing === undefined,
    bytes: () => bytes,
    next() {
      take()
      let count = 0
      let units = 0
      while (count < waiting.length && units < pieceBytes) {
        units += (waiting[count]?.length ?? 0) + 1
        count += 1
      }
      const front = joined(waiting.splice(0, count))
      bytes -= front.length
      return front
    },
    clear() {
      waiting.length = 0
      bytes = 0
      sharing = undefined
    },
  }
}

/** Lines without their newlines, and pieces of whole lines, as bytes; a piece alone is not copied. */
function joined(front: readonly (string | Buffer)[]): Buffer {
  const [first] = front
  if (front.length === 1 && typeof first === 'object') return first
  const parts: Buffer[] = []
  let lines: string[] = []
  const encode = () => {
    if (lines.length > 0) parts.push(Buffer.from(`${lines.join('\n')}\n`))
    lines = []
  }
  for (const one of front) {
    if (typeof one === 'string') lines.push(one)
    else {
      encode()
      parts.push(one)
    }
  }
  encode()
  const [only] = parts
  return parts.length === 1 && only ? only : Buffer.concat(parts)
}

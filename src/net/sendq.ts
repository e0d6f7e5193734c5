/** What one peer is still to be sent: its own lines and shared batches, in order, taken in pieces of a bounded size. */
import { type Batch, bytesOf, pieceBytes } from './batch.ts'

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
  /**
   * Takes out the front, of whole lines and about `pieceBytes`, in the order to write it in. Nobody may change the bytes:
   * others may share them.
   */
  next(): readonly Buffer[]
  clear(): void
}

export const createSendq = (): Sendq => new Waiting()

/** A class, since every connection has one. */
class Waiting implements Sendq {
  /** Null where nothing waits, as with most of them nearly always. */
  waiting: (string | Buffer)[] | null = null
  waitingBytes = 0
  sharing: Batch | undefined = undefined

  add(piece: string | Buffer, bytes: number): void {
    if (this.waiting === null) this.waiting = [piece]
    else this.waiting.push(piece)
    this.waitingBytes += bytes
  }

  push(line: string): void {
    this.take()
    this.add(line, Buffer.byteLength(line) + 1)
  }

  share(lines: Batch | Buffer): void {
    this.take()
    if ('pieces' in lines) this.sharing = lines
    else this.add(lines, lines.length)
  }

  take(): void {
    if (this.sharing === undefined) return
    for (const piece of this.sharing.pieces()) this.add(piece, piece.length)
    this.sharing = undefined
  }

  isSharing(): boolean {
    return this.sharing !== undefined
  }

  isEmpty(): boolean {
    return this.waiting === null && this.sharing === undefined
  }

  bytes(): number {
    return this.waitingBytes
  }

  next(): readonly Buffer[] {
    this.take()
    const waiting = this.waiting ?? []
    let count = 0
    let units = 0
    while (count < waiting.length && units < pieceBytes) {
      units += (waiting[count]?.length ?? 0) + 1
      count += 1
    }
    const isAll = count === waiting.length
    const front = joined(isAll ? waiting : waiting.splice(0, count))
    if (isAll) this.waiting = null
    for (const { length } of front) this.waitingBytes -= length
    return front
  }

  clear(): void {
    this.waiting = null
    this.waitingBytes = 0
    this.sharing = undefined
  }
}

/** Shared bytes up to so many are copied, so that what stands around them is one piece with them. */
const copiedBytesMax = 4 * 1024

/** Lines without their newlines, and pieces of whole lines, as few pieces; what is large is not copied. */
function joined(front: readonly (string | Buffer)[]): readonly Buffer[] {
  const [first] = front
  if (front.length === 1 && typeof first === 'object') return [first]
  const pieces: Buffer[] = []
  let small: Buffer[] = []
  let lines: string[] = []
  const encode = () => {
    if (lines.length > 0) small.push(bytesOf(lines))
    lines = []
  }
  const close = () => {
    encode()
    const [only] = small
    if (only) pieces.push(small.length === 1 ? only : Buffer.concat(small))
    small = []
  }
  for (const one of front) {
    if (typeof one === 'string') lines.push(one)
    else if (one.length > copiedBytesMax) {
      close()
      pieces.push(one)
    } else {
      encode()
      small.push(one)
    }
  }
  close()
  return pieces
}

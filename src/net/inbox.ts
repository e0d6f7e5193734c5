/** What was read of a peer and is told to its owner, line by line: it waits while the owner hears nothing of it. */
import { createLines, type LineRead, type Lines } from '../wire/lines.ts'
import type { ConnectionBounds, ConnectionOwner } from './connection.ts'

/** What a line that waits costs beside its text. */
const lineCostBytes = 64

const nothing: readonly LineRead[] = []

/** A class, since every connection has one. */
export class Inbox {
  readonly owner: ConnectionOwner
  readonly lines: Lines
  paused = false
  /** Lines were left out. */
  dropped = false
  isOpen = true
  telling = false
  /** Lines read and not yet told, because the owner paused in the middle of a chunk; `told` of them were. */
  reads = nothing
  told = 0

  constructor(bounds: ConnectionBounds, owner: ConnectionOwner) {
    this.owner = owner
    this.lines = createLines(bounds)
  }

  feed(chunk: Uint8Array): void {
    const more = this.lines.feed(chunk)
    this.reads = this.told < this.reads.length ? this.reads.slice(this.told).concat(more) : more
    this.told = 0
    this.tell()
  }

  /** All that waits, unless the owner pauses or ends meanwhile. */
  tell(): void {
    if (this.telling) return
    this.telling = true
    try {
      while (this.isOpen && !this.paused) {
        const read = this.reads[this.told]
        if (read === undefined) break
        this.told += 1
        if ('line' in read) this.owner.onLine(read.line)
        else this.owner.onFault(read.fault)
      }
    } finally {
      this.telling = false
    }
    if (this.told < this.reads.length && this.isOpen) return
    this.reads = nothing
    this.told = 0
  }

  /** Of what waits no more than so many lines are told. */
  shorten(linesMax: number): void {
    if (this.reads.length - this.told <= linesMax) return
    this.reads = this.reads.slice(this.told, this.told + linesMax)
    this.told = 0
    this.dropped = true
  }

  /** Nothing is told any more. */
  close(): void {
    this.isOpen = false
    this.reads = nothing
  }

  /** Bytes of the line that has not ended yet. */
  pendingBytes(): number {
    return this.lines.pendingBytes()
  }

  /** What is held of the peer: lines that wait, and the one that has not ended yet. */
  bytes(): number {
    let bytes = this.pendingBytes()
    for (let at = this.told; at < this.reads.length; at++) {
      const read = this.reads[at]
      bytes += lineCostBytes + (read !== undefined && 'line' in read ? read.line.length : 0)
    }
    return bytes
  }
}

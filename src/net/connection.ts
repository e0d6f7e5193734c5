/** One peer's socket, for server and client alike: bounded lines in, a bounded queue of lines out, and one end. */
import type { Socket } from 'node:net'
import type { LineFault } from '../wire/lines.ts'
import type { Batch } from './batch.ts'
import type { Closing, ClosingCode } from './closing.ts'
import { SocketConnection } from './socket.ts'

/** What holds for a connection, and for as many others as share the object. */
export interface ConnectionBounds {
  /** Bytes of one line from the peer, without its newline. */
  readonly lineBytesMax: number
  /** Bytes waiting to be taken by the peer. More: cut as `slow`. */
  readonly sendqBytesMax: number
  /** More bytes waiting, and none taken since the turn before: `onBehind` is called, at most once a turn. */
  readonly sendqSoftBytes?: number
  /** How long bytes may wait with none taken. Longer: cut as `slow`. */
  readonly stalledMs: number
  /** The peer's silence after which `onQuiet` is called, once for each silence. */
  readonly pingMs: number
  /** The peer's silence after which it is cut as `dead`. */
  readonly deadMs: number
  /** What holds until `trust()`: more bytes are cut as `flood`, more time as `late`. */
  readonly untrusted?: { readonly bytesMax: number; readonly withinMs: number }
  /** Bytes read of a paused peer, and not told, so that its end is noticed. More: it is not read. Left out: none. */
  readonly aheadBytesMax?: number
  /** Lines of a peer that has ended its side that are still told when it is resumed. More: dropped, and cut as `flood`. */
  readonly leftLinesMax?: number
  /** How long last words may take to leave; `limits.lastWordsMs` when left out. */
  readonly lastWordsMs?: number
}

/** Whose connection it is. */
export interface ConnectionOwner {
  onLine(line: string): void
  /** The line is lost, the ones behind it follow; the owner answers and may end. */
  onFault(fault: LineFault): void
  /** Silence of `pingMs`: the owner sends something that is answered. */
  onQuiet(): void
  onClosed(why: Closing): void
  /** What is typed by hand: bytes to bytes before lines are looked for, and a last line needs no newline. */
  readonly sift?: ((chunk: Uint8Array) => Uint8Array) | undefined
  /** The connection cuts the peer off: the last line it shall hear, '' for none. */
  lastWords?(why: Closing): string
  /** The peer takes less than it is sent; called at the end of a turn in which it was sent more. */
  onBehind?(): void
  /** All that was sent has been taken. */
  onDrained?(): void
  /** So many bytes more wait to be taken than when this was told last, or fewer; told as often as they are written and taken. */
  onBacklog?(moreBytes: number): void
}

/**
 * 1. `send` never blocks and never throws; after the end it does nothing.
 * 2. Lines leave in the order they were sent in, and arrive at `onLine` in the order they came. A line added to a
 *    shared batch stands where the batch was shared: whatever is sent behind it closes it first.
 * 3. All lines sent in one turn leave in one write, at the end of the turn.
 * 4. What waits is bounded in bytes. Over `sendqBytesMax` the peer gets last words in place of it and is cut. A batch
 *    counts from when it closes.
 * 5. So it is when bytes wait and none are taken for `stalledMs`.
 * 6. No error of the socket is thrown, whenever it comes.
 * 7. `onClosed` is called exactly once, when the socket is gone; no line arrives after an end was begun.
 */
export interface Connection {
  /** The peer's address without its port; IPv4 in its own notation. */
  readonly address: string
  /** Says one line; the newline is added. */
  send(line: string): void
  /** Says the lines of a batch, those added until it closes as well; or whole lines as bytes that nobody may change. */
  share(lines: Batch | Buffer): void
  /** Stops hearing, and reading but for `aheadBytesMax`: a paused peer is not taken for dead. Lines already here wait as well. */
  pause(): void
  resume(): void
  /** The peer said a good hello: the bounds of `untrusted` hold no more. */
  trust(): void
  /** Sends what waits and `lastLine`, says so to the peer, and closes, after `lastWordsMs` at the latest. */
  end(lastLine?: string, code?: ClosingCode): void
  /** Last words in place of what waits, and the end. */
  cut(code: ClosingCode): void
  /** Closes at once; what waits is lost. */
  destroy(): void
  /** Bytes that were sent and not yet taken by the network. */
  backlogBytes(): number
}

/** Takes the socket over; bytes it has been given back (`unshift`) are read first. */
export const createConnection = (
  socket: Socket,
  bounds: ConnectionBounds,
  owner: ConnectionOwner,
): Connection => new SocketConnection(socket, bounds, owner)

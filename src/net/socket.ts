/** A connection as it stands between a socket and its owner: what was read, what waits to be written, and until when. */
import type { Socket } from 'node:net'
import type { Batch } from './batch.ts'
import { type Closing, type ClosingCode, closing, closingOf } from './closing.ts'
import type { Connection, ConnectionBounds, ConnectionOwner } from './connection.ts'
import { remoteOf } from './ends.ts'
import { hangUpOn } from './hangup.ts'
import { type Holder, hold } from './held.ts'
import { Inbox } from './inbox.ts'
import { dueMs, dueNow, type Phase } from './patience.ts'
import { createSendq } from './sendq.ts'
import { flushSoon } from './turn.ts'

/** The system's own probes come after ours, and are four calls of it: they are for those alone who do not answer ours. */
const keepAliveMs = 60_000
const newline = Uint8Array.of(0x0a)
const open: Phase = { at: 'open' }
const closed: Phase = { at: 'closed' }

/** Whole, so that V8 keeps it in the record itself and not beside it. */
const clockMs = (): number => Math.trunc(performance.now())

/** A class, since there are thousands of them: functions of its own would be most of what each of them holds. */
export class SocketConnection implements Connection, Holder {
  readonly address: string
  readonly socket: Socket
  readonly bounds: ConnectionBounds
  readonly owner: ConnectionOwner
  phase: Phase = open
  failure: Error | undefined = undefined

  // Reading.
  readonly inbox: Inbox
  ended = false
  trusted: boolean
  asked = false
  heardBytes = 0
  readonly openedAtMs = clockMs()
  heardAtMs = this.openedAtMs

  // Writing.
  readonly sendq = createSendq()
  flyingBytes = 0
  flyingSinceMs = 0
  isDue = false
  toldBytes = 0
  readonly onTaken: () => void

  // Time: one timer, set for the first thing that may become due. When the peer is heard meanwhile it is left
  // as it is: it fires once for nothing and is set anew, which costs less than moving it at every chunk.
  watching: NodeJS.Timeout | undefined = undefined
  watchingAtMs = 0

  constructor(socket: Socket, bounds: ConnectionBounds, owner: ConnectionOwner) {
    this.socket = socket
    this.bounds = bounds
    this.owner = owner
    this.inbox = new Inbox(bounds, owner)
    this.trusted = bounds.untrusted === undefined
    this.address = remoteOf(socket).replace(/^::ffff:(?=\d+\.)/i, '')
    this.onTaken = () => this.taken()
    hold(socket, this)
    if (socket.closed) setImmediate(() => this.gone())
    // The peer may have said all it wants to say and still read: what waits for it is sent before we end too.
    socket.allowHalfOpen = true
    socket.setNoDelay(true)
    if (bounds.deadMs === Number.POSITIVE_INFINITY) socket.setKeepAlive(true, keepAliveMs)
    this.watch()
    socket.resume()
  }

  take(chunk: Buffer): void {
    const { bounds, owner } = this
    this.heardAtMs = clockMs()
    if (this.asked) {
      // Only this brings the next thing nearer: from the peer's death to our next question.
      this.asked = false
      this.watch()
    }
    // After the end the rest is read and dropped: closing over unread bytes would reset the last words away.
    if (this.phase.at !== 'open') return
    this.heardBytes += chunk.length
    this.inbox.feed(owner.sift ? owner.sift(chunk) : chunk)
    if (this.paused) this.readAhead()
    // Asked last, since the hello that earns trust may stand in this very chunk.
    if (!this.trusted && bounds.untrusted && this.heardBytes > bounds.untrusted.bytesMax) this.cut('flood')
  }

  fail(error: Error): void {
    this.failure ??= error
  }

  over(): void {
    this.ended = true
    // Whoever has hung up does not go on talking for minutes out of what waits here.
    this.inbox.shorten(this.bounds.leftLinesMax ?? Number.POSITIVE_INFINITY)
    this.leaveWhenHeard()
  }

  /** The peer has said its last; it goes when all of that was told, for what it said in a burst is read more slowly. */
  leaveWhenHeard(): void {
    if (!this.ended || this.paused || this.phase.at !== 'open') return
    const { inbox, owner } = this
    const why = closing(inbox.dropped ? 'flood' : 'left')
    if (!inbox.dropped && owner.sift && inbox.pendingBytes() > 0) inbox.feed(newline)
    this.finish(inbox.dropped ? owner.lastWords?.(why) : undefined, why)
  }

  get paused(): boolean {
    return this.inbox.paused
  }

  pause(): void {
    this.inbox.paused = true
    if (this.phase.at === 'open') this.readAhead()
  }

  /** A little of what a paused peer says is read all the same: behind it stands whether it is still there. */
  readAhead(): void {
    const { socket, bounds } = this
    if (this.inbox.bytes() >= (bounds.aheadBytesMax ?? 0)) socket.pause()
    else if (socket.isPaused()) socket.resume()
  }

  resume(): void {
    if (!this.paused) return
    this.inbox.paused = false
    this.heardAtMs = clockMs()
    this.inbox.tell()
    if (!this.paused) this.socket.resume()
    this.leaveWhenHeard()
    this.watch()
  }

  trust(): void {
    this.trusted = true
  }

  send(line: string): void {
    if (this.phase.at !== 'open') return
    this.sendq.push(line)
    this.queued()
  }

  share(lines: Batch | Buffer): void {
    if (this.phase.at !== 'open') return
    this.sendq.share(lines)
    this.queued()
  }

  queued(): void {
    this.askToFlush()
    if (this.backlogBytes() > this.bounds.sendqBytesMax) this.cut('slow')
  }

  backlogBytes(): number {
    return this.sendq.bytes() + this.flyingBytes
  }

  tellBacklog(): void {
    const moreBytes = this.backlogBytes() - this.toldBytes
    if (moreBytes === 0) return
    this.toldBytes += moreBytes
    this.owner.onBacklog?.(moreBytes)
  }

  /** Also while bytes fly: at the end of the turn a shared batch counts, and who takes nothing is noticed. */
  askToFlush(): void {
    if (this.isDue) return
    this.isDue = true
    flushSoon(this)
  }

  flush(): void {
    const { sendq, socket, bounds } = this
    this.isDue = false
    if (socket.destroyed) return
    sendq.take()
    if (this.backlogBytes() > bounds.sendqBytesMax) this.cut('slow')
    if (this.flyingBytes > 0) {
      this.tellBacklog()
      const { sendqSoftBytes = Number.POSITIVE_INFINITY } = bounds
      if (this.phase.at === 'open' && this.backlogBytes() > sendqSoftBytes) this.owner.onBehind?.()
      return
    }
    if (sendq.isEmpty()) {
      if (this.phase.at === 'ending') socket.end()
      return
    }
    this.write(sendq.next())
    // Nearly always the system takes it all at once: then nothing flies, and there is no time to watch.
    this.taken()
    if (this.flyingBytes === 0) return
    this.flyingSinceMs = clockMs()
    this.tellBacklog()
    this.watch()
  }

  /** In one write, whatever it consists of. */
  write(pieces: readonly Buffer[]): void {
    const { socket } = this
    let left = pieces.length
    const isOne = left === 1
    if (!isOne) socket.cork()
    for (const piece of pieces) {
      this.flyingBytes += piece.length
      left -= 1
      if (left > 0) socket.write(piece)
      else socket.write(piece, this.onTaken)
    }
    if (!isOne) socket.uncork()
  }

  /** Called at once and again by the socket, so either may find that there is nothing to say. */
  taken(): void {
    if (this.flyingBytes === 0 || this.socket.writableLength > 0) return
    this.flyingBytes = 0
    this.tellBacklog()
    if (!this.sendq.isEmpty() || this.phase.at === 'ending') this.askToFlush()
    else this.owner.onDrained?.()
  }

  end(lastLine?: string, code: ClosingCode = 'ended'): void {
    this.finish(lastLine, closing(code))
  }

  /** The peer does not get what waits: it would not take it, or it is not heard from any more. */
  cut(code: ClosingCode): void {
    if (this.phase.at !== 'open') return
    const why = closing(code)
    this.sendq.clear()
    this.finish(this.owner.lastWords?.(why), why)
  }

  finish(lastLine: string | undefined, why: Closing): void {
    if (this.phase.at !== 'open') return
    this.phase = { at: 'ending', why, sinceMs: clockMs() }
    this.inbox.close()
    this.sendq.take()
    if (lastLine) this.sendq.push(lastLine)
    this.askToFlush()
    this.socket.resume()
    this.watch()
  }

  destroy(): void {
    if (this.phase.at === 'open') this.phase = { at: 'ending', why: closing('ended'), sinceMs: clockMs() }
    this.inbox.close()
    this.socket.destroy()
  }

  gone(): void {
    const { phase, failure } = this
    if (phase.at === 'closed') return
    const why = phase.at === 'ending' ? phase.why : failure ? closingOf(failure) : closing('left')
    this.phase = closed
    clearTimeout(this.watching)
    this.inbox.close()
    this.sendq.clear()
    this.flyingBytes = 0
    this.tellBacklog()
    this.owner.onClosed(why)
  }

  watch(): void {
    const atMs = dueMs(this)
    if (this.watching !== undefined && this.watchingAtMs <= atMs) return
    clearTimeout(this.watching)
    this.watching = undefined
    if (atMs === Number.POSITIVE_INFINITY) return
    this.watchingAtMs = atMs
    this.watching = setTimeout(onTimer, Math.max(1, atMs - clockMs()), this)
  }

  judge(): void {
    const due = dueNow(this, clockMs())
    if (due === 'hang-up') hangUpOn(this.socket)
    else if (due === 'ask') {
      this.asked = true
      this.owner.onQuiet()
    } else if (due !== null) this.cut(due)
    this.watch()
  }
}

function onTimer(connection: SocketConnection): void {
  connection.watching = undefined
  // This process may have slept: what came meanwhile is read before anybody is judged.
  setImmediate(judge, connection)
}

const judge = (connection: SocketConnection): void => connection.judge()

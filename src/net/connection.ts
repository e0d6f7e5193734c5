/** One peer's socket, for server and client alike: bounded lines in, a bounded queue of lines out, and one end. */
import type { Socket } from 'node:net'
import { limits } from '../wire/limits.ts'
import { createLines, type LineFault, type LineRead } from '../wire/lines.ts'
import type { Batch } from './batch.ts'
import { type Closing, type ClosingCode, closing, closingOf } from './closing.ts'
import { hangUpOn } from './secure.ts'
import { createSendq } from './sendq.ts'
import { flushSoon } from './turn.ts'

export interface ConnectionOptions {
  /** Bytes of one line from the peer, without its newline. */
  lineBytesMax: number
  /** Bytes waiting to be taken by the peer. More: cut as `slow`. */
  sendqBytesMax: number
  /** More bytes waiting, and none taken since the turn before: `onBehind` is called, at most once a turn. */
  sendqSoftBytes?: number
  /** How long bytes may wait with none taken. Longer: cut as `slow`. */
  stalledMs: number
  /** The peer's silence after which `onQuiet` is called, once for each silence. */
  pingMs: number
  /** The peer's silence after which it is cut as `dead`. */
  deadMs: number
  /** What holds until `trust()`: more bytes are cut as `flood`, more time as `late`. */
  untrusted?: { bytesMax: number; withinMs: number }
  /** How long last words may take to leave; `limits.lastWordsMs` when left out. */
  lastWordsMs?: number
  /** What is typed by hand: bytes to bytes before lines are looked for, and a last line needs no newline. */
  sift?: ((chunk: Uint8Array) => Uint8Array) | undefined
  onLine(line: string): void
  /** The line is lost, the ones behind it follow; the owner answers and may end. */
  onFault(fault: LineFault): void
  /** Silence of `pingMs`: the owner sends something that is answered. */
  onQuiet(): void
  /** The connection cuts the peer off: the last line it shall hear, '' for none. */
  lastWords?(why: Closing): string
  /** The peer takes less than it is sent; called at the end of a turn in which it was sent more. */
  onBehind?(): void
  /** All that was sent has been taken. */
  onDrained?(): void
  onClosed(why: Closing): void
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
  /** Stops reading, and hearing: a paused peer is not taken for dead. Lines already here wait as well. */
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

/** The system's own probes come after ours; they only help where ours are switched off. */
const keepAliveMs = 60_000
const newline = Uint8Array.of(0x0a)

/** Takes the socket over; bytes it has been given back (`unshift`) are read first. */
export function createConnection(socket: Socket, options: ConnectionOptions): Connection {
  let failure: Error | undefined
  socket.on('error', error => {
    failure ??= error
  })

  const {
    sendqBytesMax,
    sendqSoftBytes = Number.POSITIVE_INFINITY,
    stalledMs,
    pingMs,
    deadMs,
    untrusted,
  } = options
  const lastWordsMs = options.lastWordsMs ?? limits.lastWordsMs
  const now = () => performance.now()
  const openedAtMs = now()
  const lines = createLines({ lineBytesMax: options.lineBytesMax })

  type Phase = { at: 'open' } | { at: 'ending'; why: Closing; sinceMs: number } | { at: 'closed' }
  let phase: Phase = { at: 'open' }
  const isOpen = () => phase.at === 'open'

  // Reading.
  let paused = false
  let ended = false
  let trusted = untrusted === undefined
  let heardBytes = 0
  let heardAtMs = openedAtMs
  let asked = false
  /** Lines read and not yet told, because the owner paused in the middle of a chunk; `told` of them were. */
  let reads: LineRead[] = []
  let told = 0
  let telling = false

  function tell(): void {
    if (telling) return
    telling = true
    try {
      while (isOpen() && !paused) {
        const read = reads[told]
        if (read === undefined) break
        told += 1
        if ('line' in read) options.onLine(read.line)
        else options.onFault(read.fault)
      }
    } finally {
      telling = false
    }
    if (told < reads.length && isOpen()) return
    reads = []
    told = 0
  }

  function hear(chunk: Uint8Array): void {
    const more = lines.feed(chunk)
    reads = told < reads.length ? reads.slice(told).concat(more) : more
    told = 0
    tell()
  }

  socket.on('data', (chunk: Buffer) => {
    heardAtMs = now()
    if (asked) {
      // Only this brings the next thing nearer: from the peer's death to our next question.
      asked = false
      watch()
    }
    // After the end the rest is read and dropped: closing over unread bytes would reset the last words away.
    if (!isOpen()) return
    heardBytes += chunk.length
    hear(options.sift ? options.sift(chunk) : chunk)
    // Asked last, since the hello that earns trust may stand in this very chunk.
    if (!trusted && untrusted && heardBytes > untrusted.bytesMax) cut('flood')
  })
  socket.on('end', () => {
    ended = true
    leaveWhenHeard()
  })

  /** The peer has said its last; it goes when all of that was told, for what it said in a burst is read more slowly. */
  function leaveWhenHeard(): void {
    if (!ended || paused || !isOpen()) return
    if (options.sift && lines.pendingBytes() > 0) hear(newline)
    finish(undefined, closing('left'))
  }

  // Writing.
  const sendq = createSendq()
  let flyingBytes = 0
  let flyingSinceMs = 0
  let isDue = false

  const backlogBytes = () => sendq.bytes() + flyingBytes

  /** Also while bytes fly: at the end of the turn a shared batch counts, and who takes nothing is noticed. */
  function askToFlush(): void {
    if (isDue) return
    isDue = true
    flushSoon(flusher)
  }

  function flush(): void {
    isDue = false
    if (socket.destroyed) return
    sendq.take()
    if (isOpen() && backlogBytes() > sendqBytesMax) cut('slow')
    if (flyingBytes > 0) {
      if (isOpen() && backlogBytes() > sendqSoftBytes) options.onBehind?.()
      return
    }
    if (sendq.isEmpty()) {
      if (phase.at === 'ending') socket.end()
      return
    }
    const bytes = sendq.next()
    flyingBytes = bytes.length
    flyingSinceMs = now()
    socket.write(bytes, onTaken)
    watch()
  }

  function onTaken(): void {
    flyingBytes = 0
    if (!sendq.isEmpty() || phase.at === 'ending') askToFlush()
    else options.onDrained?.()
  }

  const flusher = { flush }

  // Ending.
  function finish(lastLine: string | undefined, why: Closing): void {
    if (!isOpen()) return
    phase = { at: 'ending', why, sinceMs: now() }
    reads = []
    sendq.take()
    if (lastLine) sendq.push(lastLine)
    askToFlush()
    socket.resume()
    watch()
  }

  /** The peer does not get what waits: it would not take it, or it is not heard from any more. */
  function cut(code: ClosingCode): void {
    const why = closing(code)
    sendq.clear()
    finish(options.lastWords?.(why), why)
  }

  function gone(): void {
    if (phase.at === 'closed') return
    const why = phase.at === 'ending' ? phase.why : failure ? closingOf(failure) : closing('left')
    phase = { at: 'closed' }
    clearTimeout(watching)
    sendq.clear()
    flyingBytes = 0
    options.onClosed(why)
  }

  // Time: one timer, set for the first thing that may become due. When the peer is heard meanwhile it is left
  // as it is: it fires once for nothing and is set anew, which costs less than moving it at every chunk.
  let watching: NodeJS.Timeout | undefined
  let watchingAtMs = 0

  function dueMs(): number {
    if (phase.at === 'ending') return phase.sinceMs + lastWordsMs
    const silentAtMs = paused
      ? Number.POSITIVE_INFINITY
      : heardAtMs + (asked ? deadMs : Math.min(pingMs, deadMs))
    const stalledAtMs = flyingBytes > 0 ? flyingSinceMs + stalledMs : Number.POSITIVE_INFINITY
    const lateAtMs = !trusted && untrusted ? openedAtMs + untrusted.withinMs : Number.POSITIVE_INFINITY
    return Math.min(silentAtMs, stalledAtMs, lateAtMs)
  }

  function watch(): void {
    if (phase.at === 'closed') return
    const atMs = dueMs()
    if (watching !== undefined && watchingAtMs <= atMs) return
    clearTimeout(watching)
    watching = undefined
    if (atMs === Number.POSITIVE_INFINITY) return
    watchingAtMs = atMs
    watching = setTimeout(onTimer, Math.max(1, Math.ceil(atMs - now())))
  }

  function onTimer(): void {
    watching = undefined
    // This process may have slept: what came meanwhile is read before anybody is judged.
    setImmediate(judge)
  }

  function judge(): void {
    const nowMs = now()
    if (phase.at === 'closed') return
    if (phase.at === 'ending') {
      if (nowMs >= phase.sinceMs + lastWordsMs) hangUp()
    } else if (flyingBytes > 0 && nowMs >= flyingSinceMs + stalledMs) cut('slow')
    else if (!trusted && untrusted && nowMs >= openedAtMs + untrusted.withinMs) cut('late')
    else if (!paused && nowMs >= heardAtMs + deadMs) cut('dead')
    else if (!paused && !asked && nowMs >= heardAtMs + pingMs) {
      asked = true
      options.onQuiet()
    }
    watch()
  }

  /**
   * A reset also frees what the system still holds for a peer that does not read. Once the end is said all is with the
   * system; to reset while it is being said fails, and node would never close the socket.
   */
  function hangUp(): void {
    if (socket.writableEnded) socket.destroy()
    else hangUpOn(socket)
  }

  socket.on('close', gone)
  if (socket.closed) setImmediate(gone)
  // The peer may have said all it wants to say and still read: what waits for it is sent before we end too.
  socket.allowHalfOpen = true
  socket.setNoDelay(true)
  socket.setKeepAlive(true, keepAliveMs)
  watch()
  socket.resume()

  return {
    address: (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/i, ''),
    send(line) {
      if (!isOpen()) return
      sendq.push(line)
      askToFlush()
      if (backlogBytes() > sendqBytesMax) cut('slow')
    },
    share(lines) {
      if (!isOpen()) return
      sendq.share(lines)
      askToFlush()
      if (backlogBytes() > sendqBytesMax) cut('slow')
    },
    pause() {
      paused = true
      if (isOpen()) socket.pause()
    },
    resume() {
      if (!paused) return
      paused = false
      heardAtMs = now()
      tell()
      if (!paused) socket.resume()
      leaveWhenHeard()
      watch()
    },
    trust() {
      trusted = true
    },
    end: (lastLine, code = 'ended') => finish(lastLine, closing(code)),
    cut(code) {
      if (isOpen()) cut(code)
    },
    destroy() {
      if (phase.at === 'open') phase = { at: 'ending', why: closing('ended'), sinceMs: now() }
      socket.destroy()
    },
    backlogBytes,
  }
}

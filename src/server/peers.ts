/** The connections of a running server: each is heard, told and let go here. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { isLoopback } from '../base/network.ts'
import type { Hub } from '../chat/hub.ts'
import type { Effect, ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect, DialectMeans } from '../dialects/types.ts'
import type { ClosingCode } from '../net/closing.ts'
import { type Connection, createConnection } from '../net/connection.ts'
import { bindingOf, isSecure } from '../net/secure.ts'
import type { Limits } from '../wire/limits.ts'
import { createComings, type PeerChange } from './comings.ts'
import type { Counts } from './counts.ts'
import { createFanout } from './fanout.ts'
import type { Faults } from './faults.ts'
import type { Logins } from './logins.ts'
import { createPacing, type Paced } from './pacing.ts'
import { createUnsent } from './unsent.ts'

/** Who came and who went is told at most so often; less often to a crowd, for whom each telling is as many writes. */
const newsMs = { alone: 50, perPerson: 0.2, most: 500 }

/** Ends that are a fault of the connection or of ours, worth a word to whoever runs the server. */
const cutCodes: readonly ClosingCode[] = ['slow', 'dead', 'flood', 'trouble', 'internal']

interface PeersOptions {
  readonly limits: Limits
  readonly means: DialectMeans
  readonly hub: Hub
  readonly counts: Counts
  readonly faults: Faults
  readonly logins: Logins
  /** Whether who says much is read more slowly. */
  readonly isPaced: boolean
  perform(effects: readonly Effect[]): void
  noted(change: PeerChange): void
}

export interface LongestUnnamed {
  /** Since when, by the monotonic clock. */
  readonly sinceMs: number
  /** Tells it why and lets it go; its place is free at once. */
  letGo(why: string): void
}

export interface Peers {
  /** `begun`: with what was said to it already, and goes on. */
  admit(socket: Socket, dialect: Dialect, begun?: Codec): void
  /** Connections that have not given a nick. */
  unnamed(): number
  /** Connections that are open, and what waits for all of them to be taken. */
  count(): number
  sendqBytes(): number
  /** Who of them came first; null where there is nobody. */
  longestUnnamed(): LongestUnnamed | null
  send(to: readonly SessionId[], message: ServerMessage): void
  /** Runs when it has taken most of what it was sent: now, later, or never where it is gone. */
  whenDrained(id: SessionId, run: () => void): void
  /** Hears nothing from it for a while. */
  pause(id: SessionId, ms: number): void
  /** Hears nothing from anybody any more; whatever they are told goes out. */
  deafen(): void
  /** Last words, then the end. */
  close(id: SessionId, reason: string, text: string): void
  /** Something may have become of that member: who runs the server is told. */
  note(id: SessionId): void
}

interface Peer {
  readonly connection: Connection
  readonly codec: Codec
  readonly dialect: Dialect
  readonly paced: Paced
  /** Runs while a client that was refused its nick chooses another one. */
  choosing: NodeJS.Timeout | undefined
  /** What is done when it has taken what it was sent. */
  readonly waiting: (() => void)[]
  /** Runs while words are kept back, to be said once for many changes. */
  keeping: NodeJS.Timeout | undefined
  /** Why the hub ended it. */
  reason: string | undefined
}

export function createPeers(options: PeersOptions): Peers {
  const { limits, means, hub, counts, faults, logins, isPaced, perform, noted } = options
  const peers = new Map<SessionId, Peer>()
  /** Since when each of them is here; oldest first. */
  const unnamed = new Map<SessionId, number>()
  let sessions = 0
  const comings = createComings(noted)
  const pacing = createPacing(limits, isPaced)
  const unsent = createUnsent(connections, limits.sendqsBytesMax)
  const send = createFanout<Peer>({
    find: id => peers.get(id),
    onOwn(peer) {
      if (peer.codec.kept?.waits()) peer.keeping ??= setTimeout(sayKept, limits.pipeListEveryMs, peer)
    },
    later: (run, people) =>
      void setTimeout(run, Math.min(newsMs.alone + people * newsMs.perPerson, newsMs.most)),
    softBytes: limits.sendqSoftBytes,
  })

  function* connections(): Iterable<Connection> {
    for (const { connection } of peers.values()) yield connection
  }

  function admit(socket: Socket, dialect: Dialect, begun?: Codec): void {
    // Nobody outside hears it, and it is held for as long as the connection lives: a short one will do.
    sessions += 1
    const id = `s${sessions}`
    const isEncrypted = isSecure(socket)
    const codec = begun ?? dialect.open({ ...means, isEncrypted })
    const { answersPings, lineBytesMax } = dialect
    const say = (words: string) => words !== '' && connection.send(words)
    const connection = createConnection(socket, {
      lineBytesMax,
      sendqBytesMax: limits.sendqBytesMax,
      sendqSoftBytes: limits.sendqSoftBytes,
      stalledMs: limits.stalledMs,
      // Where nobody answers, the network's own probes must do.
      pingMs: answersPings ? limits.serverPingMs : Number.POSITIVE_INFINITY,
      deadMs: answersPings ? limits.serverDeadMs : Number.POSITIVE_INFINITY,
      untrusted: {
        bytesMax: limits.helloBytesMax,
        withinMs: answersPings ? limits.helloMs : limits.nickMs,
      },
      lastWordsMs: limits.lastWordsMs,
      sift: codec.sift,
      onLine(line) {
        pacing.heard(paced, line)
        guarded('line', () => {
          for (const heard of codec.parse(line)) {
            if ('answer' in heard) {
              if (heard.answer.type === 'refused') counts.refused(heard.answer.code)
              say(codec.render(heard.answer))
            } else if ('says' in heard) say(heard.says)
            else take(heard.message)
          }
        })
      },
      onFault(fault) {
        const text =
          fault === 'too-long'
            ? `That line was longer than ${lineBytesMax} bytes and was dropped. Send it in parts.`
            : 'That line was not UTF-8 and was dropped.'
        counts.refused(fault)
        say(codec.render({ type: 'refused', about: 'line', code: fault, text }))
      },
      onQuiet: () => perform(hub.quiet(id)),
      lastWords: why => codec.render({ type: 'bye', reason: why.code, text: why.text }),
      onClosed(why) {
        const peer = peers.get(id)
        counts.went(peer?.reason ?? why.code)
        const nick = hub.nickOf(id)
        if (nick !== null && cutCodes.includes(why.code)) noted({ did: 'cut', nick, reason: why.code })
        pacing.close(paced)
        clearTimeout(peer?.keeping)
        clearTimeout(peer?.choosing)
        peers.delete(id)
        unnamed.delete(id)
        try {
          perform(hub.lost(id))
          note(id)
        } catch (error) {
          faults.add('leave', error)
        }
      },
      onBehind: () => guarded('lagging', () => perform(hub.lagging(id))),
      onDrained: () => drained(id),
    })
    /** A fault of ours costs this one connection. */
    function guarded(kind: string, run: () => void): void {
      try {
        run()
      } catch (error) {
        faults.add(kind, error)
        connection.cut('internal')
      }
    }
    /** Before a password, where one is asked for, nothing gets further than this. */
    const take = logins.open({
      address: connection.address,
      binding: bindingOf(socket),
      types: !answersPings && (isEncrypted || isLoopback(connection.address)),
      say(message) {
        if (message.type === 'refused') counts.refused(message.code)
        say(codec.render(message))
      },
      hear: message =>
        guarded(message.type, () => {
          perform(hub.receive(id, message, performance.now()))
          note(id)
          unsent.weighSoon()
          if (message.type === 'hello') greeted(id)
        }),
    })
    const paced = pacing.open(connection)
    peers.set(id, {
      connection,
      codec,
      dialect,
      paced,
      choosing: undefined,
      waiting: [],
      keeping: undefined,
      reason: undefined,
    })
    counts.came()
    unnamed.set(id, performance.now())
    perform(hub.open(id, isEncrypted, connection.address))
    if (!begun && codec.greeting !== undefined) say(codec.greeting)
  }

  /** A client of ours that was refused may take its time over another nick; who types must have given one. */
  function greeted(id: SessionId): void {
    const peer = peers.get(id)
    if (!peer) return
    clearTimeout(peer.choosing)
    if (hub.nickOf(id) === null) {
      if (!peer.dialect.answersPings) return
      peer.choosing = setTimeout(() => peer.connection.cut('late'), limits.nickMs)
    }
    peer.connection.trust()
  }

  function drained(id: SessionId): void {
    for (const run of peers.get(id)?.waiting.splice(0) ?? []) whenDrained(id, run)
  }

  function whenDrained(id: SessionId, run: () => void): void {
    const peer = peers.get(id)
    if (!peer) return
    if (peer.connection.backlogBytes() > limits.sendqSoftBytes) peer.waiting.push(run)
    else run()
  }

  function note(id: SessionId): void {
    const nick = hub.nickOf(id)
    if (nick !== null) unnamed.delete(id)
    comings.note(id, nick)
  }

  function sayKept(peer: Peer): void {
    peer.keeping = undefined
    const words = peer.codec.kept?.take() ?? ''
    if (words !== '') peer.connection.send(words)
  }

  return {
    admit,
    unnamed: () => unnamed.size,
    count: () => peers.size,
    sendqBytes: unsent.bytes,
    longestUnnamed() {
      const [longest] = unnamed
      if (longest === undefined) return null
      const [id, sinceMs] = longest
      return {
        sinceMs,
        letGo(why) {
          const peer = peers.get(id)
          unnamed.delete(id)
          peer?.connection.end(peer.codec.render({ type: 'bye', reason: 'busy', text: why }))
        },
      }
    },
    send,
    note,
    pause(id, ms) {
      const peer = peers.get(id)
      if (peer) pacing.pause(peer.paced, ms)
    },
    whenDrained,
    deafen() {
      pacing.deafen()
      for (const { connection } of peers.values()) connection.pause()
    },
    close(id, reason, text) {
      const peer = peers.get(id)
      if (peer) peer.reason = reason
      peer?.connection.end(peer.codec.render({ type: 'bye', reason, text }))
    },
  }
}

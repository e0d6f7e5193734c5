/** The connections of a running server: each is heard, told and let go here. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { isLoopback } from '../base/network.ts'
import type { Hub } from '../chat/hub.ts'
import type { Effect, ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect, DialectMeans } from '../dialects/types.ts'
import type { ClosingCode } from '../net/closing.ts'
import type { Connection, ConnectionBounds } from '../net/connection.ts'
import { isSecure } from '../net/secure.ts'
import type { Limits } from '../wire/limits.ts'
import { createComings, type PeerChange } from './comings.ts'
import type { Counts } from './counts.ts'
import { createFanout } from './fanout.ts'
import type { Faults } from './faults.ts'
import type { Logins } from './logins.ts'
import { createPacing } from './pacing.ts'
import { Peer, type PeerMeans } from './peer.ts'
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

  /** What holds for a connection goes by what is spoken on it. */
  const bounds = new Map<Dialect, ConnectionBounds>()

  function boundsOf(dialect: Dialect): ConnectionBounds {
    const known = bounds.get(dialect)
    if (known) return known
    const { answersPings, lineBytesMax } = dialect
    const made: ConnectionBounds = {
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
      aheadBytesMax: limits.aheadBytesMax,
      leftLinesMax: limits.leftLinesMax,
      lastWordsMs: limits.lastWordsMs,
    }
    bounds.set(dialect, made)
    return made
  }

  const tell = ({ connection }: Peer, words: string): void => {
    if (words !== '') connection.send(words)
  }

  /** A fault of ours costs this one connection. */
  function spoil({ connection }: Peer, kind: string, error: unknown): void {
    faults.add(kind, error)
    connection.cut('internal')
  }

  const hearing: PeerMeans = {
    onLine(peer, line) {
      pacing.heard(peer.paced, line)
      try {
        for (const heard of peer.codec.parse(line)) {
          if ('answer' in heard) hearing.say(peer, heard.answer)
          else if ('says' in heard) tell(peer, heard.says)
          // Before a password, where one is asked for, nothing gets further than this.
          else if (peer.login) peer.login(heard.message)
          else hearing.hear(peer, heard.message)
        }
      } catch (error) {
        spoil(peer, 'line', error)
      }
    },
    onFault(peer, fault) {
      const { lineBytesMax } = peer.dialect
      const text =
        fault === 'too-long'
          ? `That line was longer than ${lineBytesMax} bytes and was dropped. Send it in parts.`
          : 'That line was not UTF-8 and was dropped.'
      hearing.say(peer, { type: 'refused', about: 'line', code: fault, text })
    },
    onQuiet: ({ id }) => perform(hub.quiet(id)),
    onClosed(peer, why) {
      const { id } = peer
      counts.went(peer.reason ?? why.code)
      const nick = hub.nickOf(id)
      if (nick !== null && cutCodes.includes(why.code)) noted({ did: 'cut', nick, reason: why.code })
      pacing.close(peer.paced)
      clearTimeout(peer.keeping)
      clearTimeout(peer.choosing)
      peers.delete(id)
      unnamed.delete(id)
      try {
        perform(hub.lost(id))
        note(id)
      } catch (error) {
        faults.add('leave', error)
      }
    },
    onBehind(peer) {
      try {
        perform(hub.lagging(peer.id))
      } catch (error) {
        spoil(peer, 'lagging', error)
      }
    },
    onDrained: drained,
    onBacklog: unsent.add,
    say(peer, message) {
      if (message.type === 'refused') counts.refused(message.code)
      tell(peer, peer.codec.render(message))
    },
    hear(peer, message) {
      try {
        perform(hub.receive(peer.id, message, performance.now()))
        const nick = hub.nickOf(peer.id)
        if (nick !== peer.nick) {
          peer.nick = nick
          note(peer.id)
        }
        if (message.type === 'hello') greeted(peer)
      } catch (error) {
        spoil(peer, message.type, error)
      }
    },
    pace: pacing.open,
  }

  function admit(socket: Socket, dialect: Dialect, begun?: Codec): void {
    // Nobody outside hears it, and it is held for as long as the connection lives: a short one will do.
    sessions += 1
    const id = `s${sessions}`
    const isEncrypted = isSecure(socket)
    const codec = begun ?? dialect.open({ ...means, isEncrypted })
    const peer = new Peer(hearing, { id, socket, bounds: boundsOf(dialect), codec, dialect })
    const { address } = peer
    peer.types = !dialect.answersPings && (isEncrypted || isLoopback(address))
    peer.login = logins.open(peer)
    peers.set(id, peer)
    counts.came()
    unnamed.set(id, performance.now())
    perform(hub.open(id, isEncrypted, address))
    if (!begun && codec.greeting !== undefined) tell(peer, codec.greeting)
  }

  /** A client of ours that was refused may take its time over another nick; who types must have given one. */
  function greeted(peer: Peer): void {
    if (!peers.has(peer.id)) return
    clearTimeout(peer.choosing)
    if (hub.nickOf(peer.id) === null) {
      if (!peer.dialect.answersPings) return
      peer.choosing = setTimeout(() => peer.connection.cut('late'), limits.nickMs)
    }
    peer.connection.trust()
  }

  function drained(peer: Peer): void {
    const { id, waiting } = peer
    peer.waiting = undefined
    for (const run of waiting ?? []) whenDrained(id, run)
  }

  function whenDrained(id: SessionId, run: () => void): void {
    const peer = peers.get(id)
    if (!peer) return
    if (peer.connection.backlogBytes() <= limits.sendqSoftBytes) run()
    else if (peer.waiting) peer.waiting.push(run)
    else peer.waiting = [run]
  }

  function note(id: SessionId): void {
    const nick = hub.nickOf(id)
    if (nick !== null) unnamed.delete(id)
    comings.note(id, nick)
  }

  function sayKept(peer: Peer): void {
    peer.keeping = undefined
    tell(peer, peer.codec.kept?.take() ?? '')
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

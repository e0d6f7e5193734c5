/** The connections of a running server: each is heard, told, slowed and let go here, and its comings and goings noted. */
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import type { Hub } from '../chat/hub.ts'
import type { Effect, ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect, DialectMeans } from '../dialects/types.ts'
import { type Connection, createConnection } from '../net/connection.ts'
import type { Limits } from '../wire/limits.ts'
import { createFanout } from './fanout.ts'

/** What whoever runs the server hears of a member. */
export type PeerChange =
  | { readonly did: 'joined' | 'left'; readonly nick: string }
  | { readonly did: 'renamed'; readonly was: string; readonly nick: string }

/** Who came and who went is told at most so often; less often to a crowd, for whom each telling is as many writes. */
const newsMs = { alone: 50, perPerson: 0.2, most: 500 }

interface PeersOptions {
  readonly limits: Limits
  readonly means: DialectMeans
  readonly hub: Hub
  perform(effects: readonly Effect[]): void
  noted(change: PeerChange): void
}

export interface Peers {
  /** `greeted`: what was said to it already, and goes on with this codec. */
  admit(socket: Socket, dialect: Dialect, greeted?: Codec): void
  /** Connections that have not given a nick. */
  unnamed(): number
  send(to: readonly SessionId[], message: ServerMessage): void
  /** Hears nothing from it for a while. */
  pause(id: SessionId, ms: number): void
  /** Last words, then the end. */
  close(id: SessionId, reason: string, text: string): void
  /** Something may have become of that member: who runs the server is told. */
  note(id: SessionId): void
}

interface Peer {
  readonly connection: Connection
  readonly codec: Codec
  readonly dialect: Dialect
  resuming: NodeJS.Timeout | undefined
  /** Runs while words are kept back, to be said once for many changes. */
  keeping: NodeJS.Timeout | undefined
}

export function createPeers({ limits, means, hub, perform, noted }: PeersOptions): Peers {
  const peers = new Map<SessionId, Peer>()
  const unnamed = new Set<SessionId>()
  /** Whom we have told of; a member whose connection is lost stays until they have left. */
  const nicks = new Map<SessionId, string>()
  const send = createFanout<Peer>({
    find: id => peers.get(id),
    onOwn(peer) {
      if (peer.codec.kept?.waits()) peer.keeping ??= setTimeout(sayKept, limits.pipeListEveryMs, peer)
    },
    later: (run, people) =>
      void setTimeout(run, Math.min(newsMs.alone + people * newsMs.perPerson, newsMs.most)),
  })

  function admit(socket: Socket, dialect: Dialect, greeted?: Codec): void {
    const id = nanoid()
    const codec = greeted ?? dialect.open(means)
    const { answersPings, lineBytesMax } = dialect
    const say = (words: string) => words !== '' && connection.send(words)
    const connection = createConnection(socket, {
      lineBytesMax,
      sendqBytesMax: limits.sendqBytesMax,
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
        for (const heard of codec.parse(line)) {
          if ('answer' in heard) say(codec.render(heard.answer))
          else if ('says' in heard) say(heard.says)
          else {
            perform(hub.receive(id, heard.message, performance.now()))
            note(id)
            // A client of ours that is choosing a nick may take its time; who types must have given one.
            if ((answersPings && heard.message.type === 'hello') || hub.nickOf(id) !== null)
              connection.trust()
          }
        }
      },
      onFault(fault) {
        const text =
          fault === 'too-long'
            ? `That line was longer than ${lineBytesMax} bytes and was dropped. Send it in parts.`
            : 'That line was not UTF-8 and was dropped.'
        say(codec.render({ type: 'refused', about: 'line', code: fault, text }))
      },
      onQuiet: () => perform(hub.quiet(id)),
      lastWords: why => codec.render({ type: 'bye', reason: why.code, text: why.text }),
      onClosed() {
        const peer = peers.get(id)
        clearTimeout(peer?.resuming)
        clearTimeout(peer?.keeping)
        peers.delete(id)
        unnamed.delete(id)
        perform(hub.lost(id))
        note(id)
      },
    })
    peers.set(id, { connection, codec, dialect, resuming: undefined, keeping: undefined })
    unnamed.add(id)
    perform(hub.open(id))
    if (!greeted && codec.greeting !== undefined) say(codec.greeting)
  }

  function note(id: SessionId): void {
    const nick = hub.nickOf(id)
    const was = nicks.get(id)
    if (nick === was || (nick === null && was === undefined)) return
    if (nick === null) {
      nicks.delete(id)
      noted({ did: 'left', nick: was ?? '' })
      return
    }
    unnamed.delete(id)
    // Who comes back on another connection has not left meanwhile.
    const former = was === undefined && [...nicks].find(([, name]) => name === nick)
    nicks.set(id, nick)
    if (was !== undefined) noted({ did: 'renamed', was, nick })
    else if (former) nicks.delete(former[0])
    else noted({ did: 'joined', nick })
  }

  function sayKept(peer: Peer): void {
    peer.keeping = undefined
    const words = peer.codec.kept?.take() ?? ''
    if (words !== '') peer.connection.send(words)
  }

  return {
    admit,
    unnamed: () => unnamed.size,
    send,
    note,
    pause(id, ms) {
      const peer = peers.get(id)
      if (!peer) return
      peer.connection.pause()
      clearTimeout(peer.resuming)
      peer.resuming = setTimeout(() => peer.connection.resume(), ms)
    },
    close(id, reason, text) {
      const peer = peers.get(id)
      peer?.connection.end(peer.codec.render({ type: 'bye', reason, text }))
    },
  }
}

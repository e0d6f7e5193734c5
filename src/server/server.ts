/** A running server: opens the port, runs the hub’s effects in order, announces itself, and stops cleanly. */

import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import { formatTarget } from '../base/target.ts'
import { createHub } from '../chat/hub.ts'
import type { Effect, ServerMessage, SessionId, Store } from '../chat/types.ts'
import { createSniff, silentMs } from '../dialects/sniff.ts'
import type { Codec, Dialect } from '../dialects/types.ts'
import { createAnnouncer } from '../discovery/announcer.ts'
import { type Connection, createConnection } from '../net/connection.ts'
import { listen } from '../net/listen.ts'
import { hearNewcomer, sendAway } from '../net/newcomer.ts'
import { createMemoryStore } from '../store/memory.ts'
import { defaultPort, limits, protocolVersion } from '../wire/limits.ts'
import { reachable } from './addresses.ts'

export interface ServerOptions {
  /** Identity of this server, 21 letters; the same after a restart. */
  readonly id: string
  readonly name: string
  readonly motd: string
  /** Address to listen on; null for all. */
  readonly host: string | null
  /** TCP port; null for the default one or the next that is free, 0 for any. */
  readonly port: number | null
  readonly discoveryPort: number
  /** Names or networks to announce on; null for all. */
  readonly interfaces: readonly string[] | null
  readonly announce: 'always' | 'when-asked' | 'never'
  onEvent(event: ServerEvent): void
}

export type ServerEvent =
  | {
      event: 'listening'
      id: string
      name: string
      port: number
      addresses: readonly string[]
      announced: boolean
    }
  | { event: 'joined'; nick: string; users: number }
  | { event: 'renamed'; was: string; nick: string }
  | { event: 'left'; nick: string; users: number }
  | { event: 'trouble'; text: string }
  | { event: 'stopping' }

export interface Server {
  readonly port: number
  readonly addresses: readonly string[]
  users(): number
  /** Farewell to the network, last words to everybody, then the end; over within two seconds. */
  stop(text: string): Promise<void>
}

interface Peer {
  readonly connection: Connection
  readonly codec: Codec
  readonly dialect: string
  nick: string | null
  resuming: NodeJS.Timeout | undefined
}

/** @returns the server, or a sentence that says why there is none and what to do */
export async function startServer(
  options: ServerOptions,
): Promise<{ ok: true; server: Server } | { ok: false; text: string }> {
  const store: Store = createMemoryStore()
  const hub = createHub({
    server: options.id,
    name: options.name,
    // The memory store begins anew with its process, so the numbering does too.
    epoch: nanoid(),
    motd: options.motd,
    newId: () => nanoid(),
    newSecret: () => nanoid(43),
    digest: secret => createHash('sha256').update(secret).digest('base64url'),
  })
  const peers = new Map<SessionId, Peer>()
  const trouble = createTrouble(options)
  /** Connections whose dialect is not known yet. */
  const atDoor = new Set<Socket>()
  let stopped: Promise<void> | undefined

  const listened = await listen({
    ...(options.host === null ? {} : { host: options.host }),
    port: options.port ?? defaultPort,
    portFallback: options.port === null,
    onSocket: socket => void answerDoor(socket),
    onTrouble: trouble,
  })
  if (!listened.ok) return listened
  const { listening } = listened
  const { port } = listening
  const addresses = reachable(options.host)
  const ownTarget = formatTarget(addresses[0] ?? '127.0.0.1', port)

  const announcer =
    options.announce === 'never'
      ? null
      : createAnnouncer({
          id: options.id,
          name: options.name,
          port,
          discoveryPort: options.discoveryPort,
          users: () => hub.users(),
          usersMax: limits.connectionsMax,
          versions: [protocolVersion, protocolVersion],
          flags: '',
          interfaces: options.interfaces,
          quiet: options.announce === 'when-asked',
          log: text => trouble(text),
        })

  /** The first bytes of a newcomer say how it speaks; who speaks nothing of ours gets a sentence. */
  async function answerDoor(socket: Socket): Promise<void> {
    if (atDoor.size + peers.size - hub.users() >= limits.greetingMax)
      return sendAway(
        socket,
        'Too many newcomers are at the door of this Earshot server. Try again in a minute.\r\n',
      )
    atDoor.add(socket)
    const sniffed = await hearNewcomer(socket, { ...createSniff(ownTarget), silentMs })
    atDoor.delete(socket)
    if (sniffed === undefined) return
    if (stopped !== undefined) socket.destroy()
    else if ('sendAway' in sniffed) sendAway(socket, sniffed.sendAway)
    else admit(socket, sniffed.speaks)
  }

  function admit(socket: Socket, dialect: Dialect): void {
    const id = nanoid()
    const codec = dialect.open(nanoid)
    const connection = createConnection(socket, {
      lineBytesMax: limits.clientLineBytesMax,
      sendqBytesMax: limits.sendqBytesMax,
      stalledMs: limits.stalledMs,
      pingMs: limits.serverPingMs,
      deadMs: limits.serverDeadMs,
      untrusted: { bytesMax: limits.helloBytesMax, withinMs: limits.helloMs },
      onLine(line) {
        for (const heard of codec.parse(line)) {
          if ('answer' in heard) connection.send(codec.render(heard.answer))
          else {
            // Somebody who speaks our language and is choosing a nick may take their time.
            if (heard.message.type === 'hello') connection.trust()
            perform(hub.receive(id, heard.message, performance.now()))
            note(id)
          }
        }
      },
      onFault(fault) {
        const text =
          fault === 'too-long'
            ? `That line was longer than ${limits.clientLineBytesMax} bytes and was dropped. Send it in parts.`
            : 'That line was not UTF-8 and was dropped.'
        connection.send(codec.render({ type: 'refused', about: 'line', code: fault, text }))
      },
      onQuiet: () => connection.send(codec.render({ type: 'ping' })),
      lastWords: why => codec.render({ type: 'bye', reason: why.code, text: why.text }),
      onClosed() {
        clearTimeout(peers.get(id)?.resuming)
        perform(hub.lost(id))
        note(id)
        peers.delete(id)
      },
    })
    peers.set(id, { connection, codec, dialect: dialect.name, nick: null, resuming: undefined })
    perform(hub.open(id))
  }

  /** Tells whoever runs the server when a session came, left, or changed its nick. */
  function note(id: SessionId): void {
    const peer = peers.get(id)
    if (!peer) return
    const nick = hub.nickOf(id)
    const was = peer.nick
    if (nick === was) return
    peer.nick = nick
    if (nick === null) options.onEvent({ event: 'left', nick: was ?? '', users: hub.users() })
    else if (was === null) options.onEvent({ event: 'joined', nick, users: hub.users() })
    else options.onEvent({ event: 'renamed', was, nick })
  }

  function perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      switch (effect.do) {
        case 'send':
          send(effect.to, effect.message)
          break
        case 'append':
          append(effect)
          break
        case 'page':
          store.page(effect.room, { after: effect.after }, effect.limit).then(
            lines => perform(hub.paged(effect.session, effect.room, lines)),
            error => {
              trouble(`history could not be read (${why(error)})`)
              perform(hub.paged(effect.session, effect.room, []))
            },
          )
          break
        case 'pause':
          pause(effect.session, effect.ms)
          break
        case 'close': {
          const peer = peers.get(effect.session)
          const { reason, text } = effect
          peer?.connection.end(peer.codec.render({ type: 'bye', reason, text }))
          break
        }
      }
    }
  }

  /** Rendered once per dialect, however many hear it. */
  function send(to: readonly SessionId[], message: ServerMessage): void {
    const rendered = new Map<string, string>()
    for (const id of to) {
      const peer = peers.get(id)
      if (!peer) continue
      let line = rendered.get(peer.dialect)
      if (line === undefined) {
        line = peer.codec.render(message)
        rendered.set(peer.dialect, line)
      }
      if (line !== '') peer.connection.send(line)
    }
  }

  function append({ draft, session }: Extract<Effect, { do: 'append' }>): void {
    store.append(draft, Date.now()).then(
      // What is new comes back through `follow`, to everybody and in order.
      kept => kept.again && perform(hub.repeat(session, kept.line)),
      error => {
        trouble(`a line could not be kept (${why(error)})`)
        perform(hub.failed(session, draft))
      },
    )
  }

  function pause(id: SessionId, ms: number): void {
    const peer = peers.get(id)
    if (!peer) return
    peer.connection.pause()
    clearTimeout(peer.resuming)
    peer.resuming = setTimeout(() => peer.connection.resume(), ms)
  }

  store.follow(line => perform(hub.accept(line)))
  options.onEvent({
    event: 'listening',
    id: options.id,
    name: options.name,
    port,
    addresses,
    announced: options.announce !== 'never',
  })

  async function stop(text: string): Promise<void> {
    options.onEvent({ event: 'stopping' })
    const farewell = announcer?.farewell()
    const closed = listening.close()
    for (const socket of atDoor) socket.destroy()
    perform(hub.stop(text))
    await Promise.all([farewell, closed])
    await announcer?.close()
    await store.close()
  }

  return {
    ok: true,
    server: {
      port,
      addresses,
      users: () => hub.users(),
      stop(text) {
        stopped ??= stop(text)
        return stopped
      },
    },
  }
}

/** Says each trouble once until something else troubles, so that a full disk does not fill the log too. */
function createTrouble(options: ServerOptions): (text: string) => void {
  let latest = ''
  return text => {
    if (text === latest) return
    latest = text
    options.onEvent({ event: 'trouble', text })
  }
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** One connection of a server: a record of what is known of it; what it hears is told to those who serve all of them. */
import type { Socket } from 'node:net'
import type { ClientMessage, ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect } from '../dialects/types.ts'
import type { Closing } from '../net/closing.ts'
import {
  type Connection,
  type ConnectionBounds,
  type ConnectionOwner,
  createConnection,
} from '../net/connection.ts'
import { bindingOf } from '../net/secure.ts'
import type { LineFault } from '../wire/lines.ts'
import type { Login, Newcomer } from './logins.ts'
import type { Paced } from './pacing.ts'

/** What happens to a connection, by the names of `ConnectionOwner` and `Newcomer`. */
export interface PeerMeans {
  onLine(peer: Peer, line: string): void
  onFault(peer: Peer, fault: LineFault): void
  onQuiet(peer: Peer): void
  onClosed(peer: Peer, why: Closing): void
  onBehind(peer: Peer): void
  onDrained(peer: Peer): void
  onBacklog(moreBytes: number): void
  say(peer: Peer, message: ServerMessage): void
  hear(peer: Peer, message: ClientMessage): void
  pace(connection: Connection): Paced
}

export interface PeerOptions {
  readonly id: SessionId
  readonly socket: Socket
  readonly bounds: ConnectionBounds
  readonly codec: Codec
  readonly dialect: Dialect
}

/** A class, since there are thousands of them: functions of its own would be most of what each of them holds. */
export class Peer implements ConnectionOwner, Newcomer {
  readonly id: SessionId
  readonly codec: Codec
  readonly dialect: Dialect
  readonly connection: Connection
  readonly paced: Paced
  private readonly means: PeerMeans
  private readonly socket: Socket
  /** What stands between it and the chat; null where nothing does. */
  login: Login | null = null
  /** A person without a client, who types a password as it is; only where nobody can read along. */
  types = false
  /** Runs while a client that was refused its nick chooses another one. */
  choosing: NodeJS.Timeout | undefined = undefined
  /** What is done when it has taken what it was sent. */
  waiting: (() => void)[] | undefined = undefined
  /** Runs while words are kept back, to be said once for many changes. */
  keeping: NodeJS.Timeout | undefined = undefined
  /** Why the hub ended it. */
  reason: string | undefined = undefined
  /** Who it was when it had said something. */
  nick: string | null = null

  constructor(means: PeerMeans, { id, socket, bounds, codec, dialect }: PeerOptions) {
    this.id = id
    this.codec = codec
    this.dialect = dialect
    this.means = means
    this.socket = socket
    this.connection = createConnection(socket, bounds, this)
    this.paced = means.pace(this.connection)
  }

  get address(): string {
    return this.connection.address
  }

  get binding(): Buffer | null {
    return bindingOf(this.socket)
  }

  get sift(): ((chunk: Uint8Array) => Uint8Array) | undefined {
    return this.codec.sift
  }

  onLine(line: string): void {
    this.means.onLine(this, line)
  }

  onFault(fault: LineFault): void {
    this.means.onFault(this, fault)
  }

  onQuiet(): void {
    this.means.onQuiet(this)
  }

  lastWords({ code, text }: Closing): string {
    return this.codec.render({ type: 'bye', reason: code, text })
  }

  onBehind(): void {
    this.means.onBehind(this)
  }

  onDrained(): void {
    this.means.onDrained(this)
  }

  onBacklog(moreBytes: number): void {
    this.means.onBacklog(moreBytes)
  }

  onClosed(why: Closing): void {
    this.means.onClosed(this, why)
  }

  say(message: ServerMessage): void {
    this.means.say(this, message)
  }

  hear(message: ClientMessage): void {
    this.means.hear(this, message)
  }
}

/** UDP sockets that never throw and never lose: the only user of dgram-as-promised. */
import type { Socket } from 'node:dgram'
import { DgramAsPromised } from 'dgram-as-promised'

// The library has no queue: between two `recv()` nothing listens, and after an error the next call fails with the old
// one. So it binds, sends and closes for us, while packets are taken from the socket itself by a listener that never
// waits; and a socket that failed is never used again, a new one is made.

export interface UdpSource {
  /** An IPv6 link-local address carries its %scope and can be dialled as it is. */
  readonly address: string
  readonly port: number
}

export interface UdpOptions {
  readonly family: 4 | 6
  /** Absent: every address of the machine. */
  readonly address?: string
  /** Absent: a free one. */
  readonly port?: number
  /** Others on this machine may hold the port too; each of us hears every broadcast. */
  readonly shared?: boolean
  /** Must return at once; the bytes are its own. */
  hear(bytes: Uint8Array, from: UdpSource): void
  /** An error outside of any call, by its code; never before `openUdp` resolves. The socket still has to be closed. */
  trouble?(code: string): void
}

export interface Udp {
  readonly address: string
  readonly port: number
  /** Gives null, or the code of what went wrong (`ENETUNREACH`, `CLOSED` after close). Never throws or rejects. */
  send(bytes: Uint8Array, port: number, host: string): Promise<string | null>
  /** May be called again. */
  close(): Promise<void>
}

/** Room for a few thousand beacons, so that a short stall loses none. The system may give less. */
const receiveBufferBytes = 1024 * 1024
/** One machine further at most: what we say never leaves the network it is for. */
const hops = 1

/** Opens a socket. Rejects with an Error whose `code` says why (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES` …). */
export async function openUdp(options: UdpOptions): Promise<Udp> {
  const { family, address, port = 0, shared = false } = options
  const kept = DgramAsPromised.createSocket(
    // Never both families in one socket: it would hear every IPv4 packet a second time, and take the port for both.
    family === 4 ? { type: 'udp4', reuseAddr: shared } : { type: 'udp6', reuseAddr: shared, ipv6Only: true },
  )
  const raw: Socket = kept.socket
  // Naming a link-local address's interface takes a file; where none can be opened the library's own question would throw
  // inside of an event, where nobody can catch it.
  let unnamed: unknown = null
  const placeOf = raw.address.bind(raw)
  raw.address = () => {
    try {
      return placeOf()
    } catch (error) {
      unnamed = error
      return { address: '', family: '', port: 0 }
    }
  }
  let bound = false
  let closed = false
  raw.on('error', error => {
    // What fails while it is bound is told by the rejection, once.
    if (bound && !closed) options.trouble?.(codeOf(error))
  })
  raw.on('message', (bytes, from) => {
    if (!closed) options.hear(bytes, from)
  })

  async function close(): Promise<void> {
    if (closed) return
    closed = true
    // A socket that failed to bind may be closed already; then there is nothing left to do.
    await kept.close().catch(() => {})
  }

  try {
    const place = await kept.bind({ port, ...(address !== undefined && { address }) })
    if (unnamed !== null) throw unnamed
    bound = true
    if (family === 4) {
      kept.setBroadcast(true)
      kept.setTTL(hops)
    }
    kept.setMulticastTTL(hops)
    quietly(() => kept.setRecvBufferSize(receiveBufferBytes))
    return {
      address: place.address,
      port: place.port,
      async send(bytes, toPort, host) {
        if (closed) return 'CLOSED'
        try {
          await kept.send(bytes, toPort, host)
          return null
        } catch (error) {
          return codeOf(error)
        }
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A question to one port of one host, on a socket of its own that is told when nobody listens there. */
export interface Question {
  /** Sends the bytes (again). Never throws. */
  ask(bytes: Uint8Array): void
  close(): Promise<void>
}

export interface QuestionOptions {
  readonly host: string
  readonly port: number
  hear(bytes: Uint8Array, from: UdpSource): void
  /** The host lives and nobody has that port. May come more than once. */
  refused(): void
}

/** Connects a socket to one host and port. Never throws; a host that cannot be reached is simply silent. */
export function openQuestion({ host, port, hear, refused }: QuestionOptions): Question {
  const kept = DgramAsPromised.createSocket(
    host.includes(':') ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' },
  )
  const raw = kept.socket
  let phase: 'connecting' | 'connected' | 'closed' = 'connecting'
  let waiting: Uint8Array | null = null

  function failed(error: unknown): void {
    if (phase !== 'closed' && codeOf(error) === 'ECONNREFUSED') refused()
  }
  function ask(bytes: Uint8Array): void {
    if (phase === 'connecting') waiting = bytes
    if (phase !== 'connected') return
    quietly(() => raw.send(bytes, error => error && failed(error)))
  }
  raw.on('error', failed)
  raw.on('message', (bytes, from) => {
    if (phase !== 'closed') hear(bytes, from)
  })
  quietly(() =>
    // The library has no connect, and only a connected socket is told of a dead port.
    raw.connect(port, host, (error?: Error) => {
      if (error || phase === 'closed') return
      phase = 'connected'
      if (waiting) ask(waiting)
    }),
  )
  return {
    ask,
    async close() {
      if (phase === 'closed') return
      phase = 'closed'
      await kept.close().catch(() => {})
    },
  }
}

/** The code of a system error; an unknown one keeps its number. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.message : String(error)
}

function quietly(act: () => unknown): void {
  try {
    act()
  } catch {
    // What fails here (a buffer that may not grow, a socket just closed) changes nothing for the caller.
  }
}

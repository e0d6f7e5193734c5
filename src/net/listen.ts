/** The one port: listens on both families, finds a free port where it may, and hands over sockets that cannot throw. */
import { createServer, type Server, type Socket } from 'node:net'
import { limits } from '../wire/limits.ts'
import { listenTrouble } from './troubles.ts'

export interface ListenOptions {
  /** An address of this machine that the user asked for; left out: all of them, both families. */
  host?: string
  /** 0 for any free one. */
  port: number
  /** Nobody asked for this very port: where it is taken, the next ones are tried, at last any. */
  portFallback: boolean
  /** Connections beyond it are dropped and counted; `limits.connectionsMax` when left out. */
  connectionsMax?: number
  /** The socket is paused. */
  onSocket(socket: Socket): void
  /** It is closed: told here, since a listener of their own is dear to thousands. */
  onGone?(socket: Socket): void
  /** Trouble that listening outlives, such as too many open files; told once for each cause. */
  onTrouble?(text: string): void
}

export interface Listening {
  readonly port: number
  /** The address listened at: `::` or `0.0.0.0` for all. */
  readonly address: string
  /** Connections there was no room for, so far. */
  dropped(): number
  /**
   * Takes no more connections, and resolves when the last one is gone. Their owners end them; one that is
   * still there after twice the time for last words is destroyed.
   */
  close(): Promise<void>
}

export type Listened = { ok: true; listening: Listening } | { ok: false; text: string }

/** Ports tried after the default one before any free one is taken. */
const portsTried = 20
const wildcards = ['::', '0.0.0.0']

/** Resolves in every case; what cannot be done is told in a sentence with its cure. */
export async function listen(options: ListenOptions): Promise<Listened> {
  const { host, port, portFallback } = options
  const last = Math.min(port + portsTried, 65_535)
  const next = portFallback ? [...Array(last - port).keys()].map(at => port + 1 + at).concat(0) : []
  let first: string | undefined
  for (const candidate of [port, ...next]) {
    const bound = await bindFamilies(candidate, host)
    if (typeof bound !== 'string') return { ok: true, listening: serve(bound, options) }
    first ??= bound
    // Windows answers EACCES for ports that it keeps for itself.
    if (bound !== 'EADDRINUSE' && bound !== 'EACCES') break
  }
  return { ok: false, text: listenTrouble(first ?? 'EADDRINUSE', port, host) }
}

/** Both families by one socket; IPv4 alone where this machine has no IPv6. */
async function bindFamilies(port: number, host: string | undefined): Promise<Server | string> {
  if (host !== undefined) return bind(port, host)
  let failed = ''
  for (const wildcard of wildcards) {
    const bound = await bind(port, wildcard)
    if (typeof bound !== 'string') return bound
    if (bound === 'EADDRINUSE' || bound === 'EACCES') return bound
    failed = bound
  }
  return failed
}

function bind(port: number, host: string): Promise<Server | string> {
  return new Promise(resolve => {
    // Whoever takes a socket begins to read it: some are not worth that.
    const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true })
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name))
    server.listen({ port, host, ipv6Only: false, backlog: 511 }, () => {
      server.removeAllListeners('error')
      resolve(server)
    })
  })
}

const ignore = () => {}

function serve(server: Server, options: ListenOptions): Listening {
  const sockets = new Set<Socket>()
  const told = new Set<string>()
  let dropped = 0
  const bound = server.address()
  const { port, address } =
    typeof bound === 'object' && bound !== null ? bound : { port: options.port, address: options.host ?? '' }

  server.maxConnections = options.connectionsMax ?? limits.connectionsMax
  server.on('drop', () => {
    dropped += 1
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? error.name
    if (!told.has(code)) options.onTrouble?.(listenTrouble(code, port, options.host))
    told.add(code)
  })
  /** One for all of them: there are thousands. */
  function forget(this: Socket): void {
    sockets.delete(this)
    options.onGone?.(this)
  }
  server.on('connection', socket => {
    // Before anything else: a peer that resets at once must not end the process.
    socket.on('error', ignore)
    sockets.add(socket)
    socket.on('close', forget)
    options.onSocket(socket)
  })

  let closed: Promise<void> | undefined
  return {
    port,
    address,
    dropped: () => dropped,
    close() {
      closed ??= new Promise(resolve => {
        const timer = setTimeout(() => {
          for (const socket of sockets) socket.destroy()
        }, 2 * limits.lastWordsMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
      })
      return closed
    },
  }
}

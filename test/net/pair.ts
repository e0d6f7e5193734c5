/** Two ends of one real connection over loopback, and what came out of a connection made of one of them. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Closing } from '../../src/net/closing.ts'
import {
  type Connection,
  type ConnectionBounds,
  type ConnectionOwner,
  createConnection,
} from '../../src/net/connection.ts'

/** `near` is the accepted socket; both are destroyed with the test. */
export async function pair(t: TestContext): Promise<{ near: Socket; far: Socket }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not listening')
  const far = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  far.on('error', () => {})
  const [near] = (await once(server, 'connection')) as [Socket]
  if (far.connecting) await once(far, 'connect')
  server.close()
  t.after(() => {
    near.destroy()
    far.destroy()
  })
  return { near, far }
}

export interface Heard {
  connection: Connection
  lines: string[]
  faults: string[]
  quiets: number
  endings: Closing[]
  closed: Promise<Closing>
  /** Resolves as soon as so many lines were heard. */
  heard(count: number): Promise<string[]>
}

const roomy: ConnectionBounds = {
  lineBytesMax: 100_000,
  sendqBytesMax: 64 * 1024 * 1024,
  stalledMs: 60_000,
  pingMs: 60_000,
  deadMs: 120_000,
}

/** A connection with roomy bounds, but for `bounds`, that writes down what it hears. */
export function listenTo(socket: Socket, bounds: Partial<ConnectionBounds & ConnectionOwner> = {}): Heard {
  const waits: { count: number; resolve(lines: string[]): void }[] = []
  const { promise: closed, resolve: onEnd } = withResolvers<Closing>()
  const lines: string[] = []
  const heard: Heard = {
    lines,
    faults: [],
    quiets: 0,
    endings: [],
    closed,
    heard: count =>
      new Promise(resolve => {
        if (lines.length >= count) resolve(lines)
        else waits.push({ count, resolve })
      }),
    connection: createConnection(
      socket,
      { ...roomy, ...bounds },
      {
        ...bounds,
        onLine(line) {
          lines.push(line)
          bounds.onLine?.(line)
          for (const wait of waits) if (lines.length >= wait.count) wait.resolve(lines)
        },
        onFault(fault) {
          heard.faults.push(fault)
          bounds.onFault?.(fault)
        },
        onQuiet() {
          heard.quiets += 1
          bounds.onQuiet?.()
        },
        onClosed(why) {
          heard.endings.push(why)
          bounds.onClosed?.(why)
          onEnd(why)
        },
      },
    ),
  }
  return heard
}

/** All that arrives at a bare socket until its end. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  await once(socket, 'end')
  return Buffer.concat(chunks).toString()
}

export function withResolvers<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>(settle => {
    resolve = settle
  })
  return { promise, resolve }
}

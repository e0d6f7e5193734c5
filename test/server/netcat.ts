/** A client as bare as netcat: sends bytes, shows what comes, and waits for a line that fits. */
import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { type Server, type ServerEvent, type ServerOptions, startServer } from '../../src/server/server.ts'
import { limits } from '../../src/wire/limits.ts'
import { patienceMs } from '../patience.ts'

export interface Netcat {
  readonly socket: Socket
  /** All that came so far. */
  text(): string
  lines(): string[]
  /** Says lines; the newline of each is added. */
  say(...lines: string[]): void
  raw(bytes: string | Uint8Array): void
  /** The first line that fits, behind the last one waited for. */
  hear(fits: RegExp): Promise<string>
  /** Sends what is said and ends, still reading. */
  end(): void
  /** Resolves when the connection is gone. */
  readonly gone: Promise<void>
  close(): void
}

export async function netcat(t: TestContext, port: number): Promise<Netcat> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  socket.on('error', () => {})
  t.after(() => socket.destroy())
  let text = ''
  let waited = 0
  const wakers = new Set<() => void>()
  socket.setEncoding('utf8')
  socket.on('data', chunk => {
    text += chunk
    for (const wake of wakers) wake()
  })
  socket.on('end', () => socket.end())
  const gone = new Promise<void>(resolve => socket.once('close', () => resolve()))
  const lines = () => text.split(/\r?\n/).slice(0, -1)
  return {
    socket,
    text: () => text,
    lines,
    say: (...said) => void socket.write(said.map(line => `${line}\n`).join('')),
    raw: bytes => void socket.write(bytes),
    hear: fits =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          wakers.delete(look)
          reject(
            new Error(`no line like ${fits} came; the last lines were:\n${lines().slice(-8).join('\n')}`),
          )
        }, patienceMs)
        function look() {
          const all = lines()
          const at = all.findIndex((line, index) => index >= waited && fits.test(line))
          if (at < 0) return
          waited = at + 1
          clearTimeout(timer)
          wakers.delete(look)
          resolve(all[at] ?? '')
        }
        wakers.add(look)
        look()
      }),
    end: () => void socket.end(),
    gone,
    close: () => socket.destroy(),
  }
}

/** Somebody with netcat who has given a nick and is in the lobby. */
export async function typist(t: TestContext, port: number, nick: string): Promise<Netcat> {
  const one = await netcat(t, port)
  one.say(nick)
  await one.hear(new RegExp(`^-- \\d+ in #lobby: .*${nick}`))
  return one
}

/** Somebody with a client of older LAN chats who has given a name. */
export async function piper(t: TestContext, port: number, nick: string): Promise<Netcat> {
  const one = await netcat(t, port)
  one.say(`CMD_USER|${nick}`)
  await one.hear(new RegExp(`^ULIST\\|.*${nick}`))
  return one
}

/** A server on loopback that announces nothing: nothing of a test leaves this machine. */
export async function quietServer(
  t: TestContext,
  events: ServerEvent[] = [],
  more: Partial<ServerOptions> = {},
): Promise<Server> {
  const started = await startServer({
    id: 'test-server-000000000',
    name: 'den',
    motd: '',
    host: '127.0.0.1',
    port: 0,
    discoveryPort: 1,
    interfaces: null,
    announce: 'never',
    // Who is lost has left soon enough to be waited for.
    limits: { ...limits, reconnectingMs: 50 },
    onEvent: event => events.push(event),
    ...more,
  })
  assert.ok(started.ok, started.ok ? '' : started.text)
  t.after(() => started.server.stop('The test is over.'))
  return started.server
}

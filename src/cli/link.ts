/** The one connection to a server: dialled, replaced, pinged, and told of when it ends. */
import { performance } from 'node:perf_hooks'
import { formatTarget } from '../base/target.ts'
import type { ClientEffect, Input, Target } from '../client/types.ts'
import { callerBounds } from '../net/bounds.ts'
import type { Connection, ConnectionBounds } from '../net/connection.ts'
import { localOf } from '../net/ends.ts'
import { limits } from '../wire/limits.ts'
import type { readServer, ServerMessage } from '../wire/messages.ts'
import { write } from '../wire/written.ts'
import { type Login, startLogin } from './login.ts'

/** What becomes of the connection, and what the server says; a part of what the client’s model understands. */
export type LinkNews = Extract<
  Input,
  { got: 'linked' | 'unlinked' | 'said' | 'rtt' | 'loggedIn' | 'loginFailed' }
>

export type LoginSecret = Extract<ClientEffect, { do: 'login' }>['secret']

export interface Link {
  /** Connects, after `delayMs`; what was under way before ends without a word. */
  dial(target: Target, delayMs: number): void
  hangUp(): void
  /** One line of the wire. Without a connection it is lost. */
  send(line: string): void
  /** Proves the password to the server and has it proven by the server; without a connection it comes to nothing. */
  login(secret: LoginSecret): void
  /** Sends what waits and resolves when the connection is gone. */
  close(): Promise<void>
}

const bounds = (): ConnectionBounds => ({
  ...callerBounds(),
  untrusted: { bytesMax: limits.serverLineBytesMax, withinMs: limits.helloMs },
})

export interface LinkOptions {
  /** Whether to ask first which server answers and tell it with `linked`, where no key tells it. Left out: never. */
  asksWho?(news: Extract<LinkNews, { got: 'linked' }>): boolean
}

export function createLink(
  feed: (news: LinkNews) => void,
  { asksWho = () => false }: LinkOptions = {},
): Link {
  let connection: Connection | null = null
  let waiting: NodeJS.Timeout | undefined
  let dialling: AbortController | null = null
  let askedAtMs: number | null = null
  let closed: (() => void) | null = null
  /** What the connection is bound to; null where it is not encrypted. */
  let binding: Buffer | null = null
  let login: Login | null = null
  /** What is told when the server has said who it is. */
  let introduced: ((server: string | undefined) => void) | null = null

  /** Ends whatever is under way without a word to the model: it asked for this. */
  function hangUp(): void {
    clearTimeout(waiting)
    dialling?.abort()
    dialling = null
    connection?.end()
    connection = null
    askedAtMs = null
    introduced = null
    login = null
  }

  function introduce(server: string | undefined): void {
    const tell = introduced
    introduced = null
    tell?.(server)
  }

  function ask(from: Connection): void {
    if (askedAtMs !== null) return
    askedAtMs = performance.now()
    from.send(write({ type: 'ping' }))
  }

  function onLine(from: Connection, read: ReturnType<typeof readServer>): void {
    if (from !== connection) return
    // Types of a later version are nothing to us; what cannot be read at all is not worth a broken conversation.
    if (!read.ok) return
    from.trust()
    const { message } = read
    if (message.type === 'ping') from.send(write({ type: 'pong' }))
    else if (message.type === 'pong') {
      if (askedAtMs !== null) feed({ got: 'rtt', ms: performance.now() - askedAtMs })
      askedAtMs = null
      introduce(message.server)
    } else if (login !== null && (message.type === 'challenge' || isAboutLogin(message))) login.hear(message)
    else {
      // Whoever answers otherwise, such as that there is no room, has to be understood all the same.
      introduce(undefined)
      // Before the model says what has waited for this welcome: behind it, the answer would wait with what is held back.
      if (message.type === 'welcome') ask(from)
      feed({ got: 'said', message })
    }
  }

  async function dialNow(target: Target): Promise<void> {
    const abort = new AbortController()
    dialling = abort
    const [{ dialSecurely, bindingOf }, { createConnection }, wire] = await Promise.all([
      import('../net/secure.ts'),
      import('../net/connection.ts'),
      import('../wire/messages.ts'),
    ])
    const dialled = await dialSecurely({ hosts: target.hosts, port: target.port, signal: abort.signal })
    if (dialling !== abort) {
      if (dialled.ok) dialled.socket.destroy()
      return
    }
    dialling = null
    if (!dialled.ok) return feed({ got: 'unlinked', text: dialled.text })
    const made: Connection = createConnection(dialled.socket, bounds(), {
      onLine: text => onLine(made, wire.readServer(text)),
      onFault: () => made.end(),
      onQuiet: () => ask(made),
      onClosed(why) {
        closed?.()
        if (made !== connection) return
        connection = null
        askedAtMs = null
        login = null
        const isStranger = why.code === 'late' || why.code === 'flood'
        feed({ got: 'unlinked', text: isStranger ? strangerText(dialled.host, target.port) : why.text })
      },
    })
    connection = made
    binding = bindingOf(dialled.socket)
    const { host, socket, secured } = dialled
    const linked = { got: 'linked', host, port: target.port, secured, local: localOf(socket) } as const
    if (secured !== null || !asksWho(linked)) return feed(linked)
    introduced = server => feed({ ...linked, server })
    ask(made)
  }

  return {
    dial(target, delayMs) {
      hangUp()
      waiting = setTimeout(() => void dialNow(target), delayMs)
    },
    hangUp,
    send: line => connection?.send(line),
    login(secret) {
      const over = connection
      if (over === null || binding === null) return
      const begun = startLogin(secret, binding, text => over.send(write({ type: 'auth', text })))
      login = begun
      void begun.done.then(outcome => {
        if (login !== begun) return
        login = null
        feed(
          outcome.ok
            ? { got: 'loggedIn', login: outcome.login }
            : { got: 'loginFailed', text: outcome.text, retryMs: outcome.retryMs },
        )
      })
    },
    async close() {
      const gone = connection === null ? null : new Promise<void>(resolve => (closed = resolve))
      hangUp()
      await gone
    },
  }
}

const isAboutLogin = (message: ServerMessage): boolean =>
  message.type === 'refused' && message.about === 'auth'

/** Something listens there and says nothing that we understand. */
const strangerText = (host: string, port: number): string =>
  `What answers at ${formatTarget(host, port)} does not speak as an Earshot server does. Check the address and the port.`

/** One server for every client: it knows no rules, greets whoever comes and says what it is told, as fast as that. */
import { createServer, type Socket } from 'node:net'
import { openIdentity } from '../../../src/net/identity.ts'
import { acceptSecurely, contextOf } from '../../../src/net/secure.ts'

export type Tongue = 'earshot' | 'irc'

export interface Feeder {
  readonly port: number
  /** Resolves when the client has entered the room. */
  readonly entered: Promise<void>
  /** Says these bodies in the room, in one go; resolves when the socket has taken them. */
  say(bodies: readonly string[]): Promise<void>
  /** Asks whether the client is there. @returns milliseconds until it answered; null where it did not in time */
  ping(withinMs: number): Promise<number | null>
  close(): void
}

const nick = 'bench'
const identity = 'S'.repeat(21)
const room = { earshot: '#lobby', irc: '#dev' } as const

export async function createFeeder(tongue: Tongue): Promise<Feeder> {
  let socket: Socket | null = null
  let seq = 0
  let enter = () => {}
  let answered: (() => void) | null = null
  const entered = new Promise<void>(resolve => (enter = resolve))
  const json = (...messages: object[]): void =>
    void socket?.write(messages.map(message => `${JSON.stringify(message)}\n`).join(''))
  const irc = (...lines: string[]): void => void socket?.write(lines.map(line => `${line}\r\n`).join(''))

  const hear: Readonly<Record<Tongue, (line: string) => void>> = {
    earshot(line) {
      if (line.includes('"type":"pong"')) answered?.()
      if (line.includes('"type":"ping"')) json({ type: 'pong' })
      if (!line.includes('"type":"hello"')) return
      const limits = { bodyBytesMax: 8192, bodyLinesMax: 200 }
      json(
        {
          ...{
            type: 'welcome',
            v: 1,
            nick,
            server: identity,
            name: 'feeder',
            epoch: 'E1',
            motd: '',
            limits,
          },
          ...{ device: 'D'.repeat(21), secret: 'x'.repeat(43) },
        },
        { type: 'backlog', room: room.earshot, lines: [], complete: true },
        {
          ...{ type: 'members', room: room.earshot, complete: true },
          members: [nick, 'feeder'].map(each => ({ nick: each, presence: 'here' })),
        },
      )
      enter()
    },
    irc(line) {
      if (line.startsWith('PONG')) answered?.()
      if (line.startsWith('PING')) irc(`:s PONG s ${line.slice(5)}`)
      if (line.startsWith('USER'))
        irc(`:s 001 ${nick} :hi`, `:s 005 ${nick} CHANTYPES=# :are supported`, `:s 376 ${nick} :end`)
      if (!line.startsWith('JOIN')) return
      irc(
        `:${nick}!u@h JOIN ${room.irc}`,
        `:s 353 ${nick} = ${room.irc} :${nick} feeder`,
        `:s 366 ${nick} ${room.irc} :end`,
      )
      enter()
    },
  }
  const line: Readonly<Record<Tongue, (body: string) => string>> = {
    earshot: body => {
      seq += 1
      const said = { type: 'line', room: room.earshot, seq, at: Date.now(), id: `i${seq}`, from: 'feeder' }
      return `${JSON.stringify({ ...said, kind: 'say', body })}\n`
    },
    irc: body => `:feeder!u@h PRIVMSG ${room.irc} :${body}\r\n`,
  }

  // Ours encrypts, as it does for everybody; the others were told not to.
  const opened = tongue === 'earshot' ? openIdentity(identity, null) : null
  const context = opened?.ok ? contextOf(opened.identity) : null
  const server = createServer(async raw => {
    raw.setNoDelay(true)
    const accepted = context === null ? raw : await acceptSecurely(raw, context)
    if (accepted === undefined) return
    socket = accepted
    accepted.setEncoding('utf8')
    accepted.on('error', () => {})
    let rest = ''
    accepted.on('data', (text: string) => {
      const lines = (rest + text).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const each of lines) hear[tongue](each)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    entered,
    say: bodies =>
      new Promise(resolve => void socket?.write(bodies.map(line[tongue]).join(''), () => resolve())),
    ping: withinMs =>
      new Promise(resolve => {
        const fromMs = performance.now()
        const timer = setTimeout(() => resolve(null), withinMs)
        answered = () => {
          clearTimeout(timer)
          resolve(performance.now() - fromMs)
        }
        if (tongue === 'earshot') json({ type: 'ping' })
        else irc('PING :there')
      }),
    close: () => {
      socket?.destroy()
      server.close()
    },
  }
}

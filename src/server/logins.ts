/** Before the chat: where a password is asked for, nobody hears or reaches anything else until they have proven it. */
import { nanoid } from 'nanoid'
import { createScramServer, isPassword, type ScramServer, type Verifier } from '../net/scram.ts'
import type { Limits } from '../wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../wire/messages.ts'

export interface Newcomer {
  readonly address: string
  /** Of the TLS connection; null in plain text. */
  readonly binding: Buffer | null
  /** A person without a client, who types the password as it is; only where nobody can read along. */
  readonly types: boolean
  say(message: ServerMessage): void
  /** Somebody who was let in has said this. */
  hear(message: ClientMessage): void
}

/** Takes what a newcomer says, and lets it through where they are in. */
export type Login = (message: ClientMessage) => void

export interface Logins {
  /** Null where nothing is asked for: everybody passes. */
  open(newcomer: Newcomer): Login | null
}

/** @param nowMs monotonic; `later` runs something after a while */
interface LoginMeans {
  nowMs(): number
  later(run: () => void, ms: number): void
}

const systemMeans: LoginMeans = {
  nowMs: () => performance.now(),
  later: (run, ms) => void setTimeout(run, ms),
}

/** No word says which part was wrong. */
const wrong = 'That is not the password of this server.'
const needed = 'This server asks for its password before anything else.'

/** @param verifier null where no password is asked for: everybody passes */
export function createLogins(
  verifier: Verifier | null,
  limits: Limits,
  means: LoginMeans = systemMeans,
): Logins {
  const tries = createTries(limits, means)
  if (verifier === null) return { open: () => null }
  const checks = verifier

  return {
    open(newcomer) {
      let isIn = false
      let isBusy = false
      let exchange: ScramServer | null = null
      const held: ClientMessage[] = []

      const refuse = (about: string, code: string, text: string, retryMs?: number): void =>
        newcomer.say({ type: 'refused', about, code, text, ...(retryMs === undefined ? {} : { retryMs }) })

      function take(message: ClientMessage) {
        if (isIn) return newcomer.hear(message)
        if (isBusy) {
          if (held.length < limits.loginHeldMax) held.push(message)
          return
        }
        if (message.type === 'ping') newcomer.say({ type: 'pong' })
        else if (message.type === 'bye') newcomer.hear(message)
        else if (message.type === 'auth') login(message.text)
        else if (message.type !== 'pong') refuse(message.type, 'password', needed)
      }

      function login(text: string) {
        const retryMs = tries.waitMs(newcomer.address)
        if (retryMs > 0) {
          exchange = null
          const seconds = Math.ceil(retryMs / 1000)
          return refuse('auth', 'too-fast', `Too many wrong passwords; try again in ${seconds} s.`, retryMs)
        }
        if (newcomer.types) return typed(text)
        if (newcomer.binding === null) return fail()
        if (exchange === null) {
          exchange = createScramServer(checks, newcomer.binding, nanoid(24))
          const challenge = exchange.first(text)
          if (challenge === null) return fail()
          return newcomer.say({ type: 'challenge', text: challenge })
        }
        const proof = exchange.final(text)
        if (proof === null) return fail()
        newcomer.say({ type: 'challenge', text: proof })
        letIn()
      }

      function typed(text: string): void {
        isBusy = true
        // Counted before it is looked at: many at once must not all be looked at.
        const forgive = tries.failed(newcomer.address)
        isPassword(checks, text).then(
          isRight => {
            forgive()
            if (isRight) letIn()
            else fail()
          },
          () => fail(),
        )
      }

      function letIn(): void {
        tries.succeeded(newcomer.address)
        isIn = true
        goOn()
      }

      function fail(): void {
        tries.failed(newcomer.address)
        exchange = null
        isBusy = true
        means.later(() => {
          refuse('auth', 'password', wrong)
          goOn()
        }, limits.loginDelayMs)
      }

      function goOn(): void {
        isBusy = false
        for (const message of held.splice(0)) take(message)
      }

      return take
    },
  }
}

interface Tries {
  /** 0 where another password may be tried. */
  waitMs(address: string): number
  /** One was wrong; what it gives takes that back. */
  failed(address: string): () => void
  succeeded(address: string): void
}

function createTries(limits: Limits, { nowMs }: Pick<LoginMeans, 'nowMs'>): Tries {
  /** When passwords were wrong, the oldest first. */
  let failures: { address: string; atMs: number }[] = []
  /** Addresses that knew it: strangers who guess must not shut them out. */
  const known = new Set<string>()

  return {
    waitMs(address) {
      const sinceMs = nowMs() - limits.loginWindowMs
      failures = failures.filter(({ atMs }) => atMs > sinceMs)
      const own = failures.filter(one => one.address === address)
      const first =
        own.length >= limits.loginsPerAddress
          ? own.at(-limits.loginsPerAddress)
          : failures.length >= limits.loginsInAll && !known.has(address)
            ? failures.at(-limits.loginsInAll)
            : undefined
      return first === undefined ? 0 : Math.max(1, Math.ceil(first.atMs - sinceMs))
    },
    failed(address) {
      const failure = { address, atMs: nowMs() }
      failures = [...failures, failure].slice(-limits.loginAddressesMax)
      return () => {
        failures = failures.filter(one => one !== failure)
      }
    },
    succeeded(address) {
      known.delete(address)
      known.add(address)
      const [oldest] = known
      if (known.size > limits.loginAddressesMax && oldest !== undefined) known.delete(oldest)
    },
  }
}

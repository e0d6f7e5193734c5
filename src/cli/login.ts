/** The client’s half of a login: one exchange over one connection, and what it came to. */
import { nanoid } from 'nanoid'
import { cleanLine } from '../base/clean.ts'
import type { ClientEffect, Login as Kept } from '../client/types.ts'
import type { ServerMessage } from '../wire/messages.ts'

export interface Login {
  hear(message: ServerMessage): void
  /** A failure’s text is for the user. */
  readonly done: Promise<{ ok: true; login: Kept } | Failed>
}

const untrueText =
  'The server could not prove that it knows the password. It is not the right one, or it was set up anew.'
const strangeText =
  'The server’s part of the login was not what it should be, so nothing more was told to it.'

interface Failed {
  readonly ok: false
  readonly text: string
  /** When another one may be tried; null: at once. */
  readonly retryMs: number | null
}

/** @param say sends one step to the server */
export function startLogin(
  secret: Extract<ClientEffect, { do: 'login' }>['secret'],
  binding: Buffer,
  say: (text: string) => void,
): Login {
  let hear: (message: ServerMessage) => void = () => {}
  const next = () =>
    new Promise<ServerMessage>(resolve => {
      hear = resolve
    })

  async function run(): Promise<Awaited<Login['done']>> {
    const { createScramClient } = await import('../net/scram.ts')
    const scram = createScramClient({ secret, nonce: nanoid(24), binding })
    const firstAnswer = next()
    say(scram.first)
    const challenge = await firstAnswer
    if (challenge.type !== 'challenge') return refused(challenge)
    const answer = await scram.answer(challenge.text)
    if (!answer.ok) return failed(strangeText)
    const lastAnswer = next()
    say(answer.final)
    const proof = await lastAnswer
    if (proof.type !== 'challenge') return refused(proof)
    const outcome = scram.verify(proof.text)
    return outcome.ok ? outcome : failed(untrueText)
  }

  return { hear: message => hear(message), done: run() }
}

const failed = (text: string, retryMs: number | null = null): Failed => ({ ok: false, text, retryMs })

const refused = (message: ServerMessage): Failed =>
  message.type === 'refused' ? failed(cleanLine(message.text), message.retryMs ?? null) : failed(strangeText)

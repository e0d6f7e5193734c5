/** Servers with a password: what was kept is tried first, then somebody is asked; both sides prove that they know it. */
import { cleanLine } from '../base/clean.ts'
import { emptyEditor } from './editor.ts'
import { timeLabel } from './labels.ts'
import { redial, refusedForGood, sayHello } from './link.ts'
import { patch, type Turn, want } from './turn.ts'
import type { Login } from './types.ts'

const askedText = (heading: string): string => `${heading} asks for its password.`

/** The server wants a password before it hears our hello. */
export function passwordNeeded(turn: Turn) {
  const { peer, password, known, triedLogin, heading } = turn.model
  if (peer === null)
    return refusedForGood(
      turn,
      `${askedText(heading)} The connection is not encrypted, so it was not sent. Ask whoever runs it to upgrade the server.`,
    )
  if (password !== null) {
    patch(turn, { password: null })
    return want(turn, { do: 'login', secret: { password } })
  }
  const server = known.get(peer.server)
  // What was kept was proven to the key that we know.
  const kept = server?.pin === peer.pin ? server.login : null
  if (kept === null || triedLogin) return askPassword(turn, kept === null ? null : changedText)
  patch(turn, { triedLogin: true })
  want(turn, { do: 'login', secret: { login: kept } })
}

/** Clocks are told in minutes: at that one it is over. */
const minuteMs = 60_000

const changedText = 'The password has changed since the last time.'

function askPassword(turn: Turn, why: string | null) {
  const { ask, interactive, heading, server } = turn.model
  // Tried again while it is being typed: what was typed stays.
  if (ask?.about === 'password' && why === null) return
  if (!interactive)
    return refusedForGood(
      turn,
      `${why ?? askedText(server?.name ?? heading)} Give it with --password-file FILE.`,
    )
  patch(turn, {
    ask: { about: 'password', why: why ?? askedText(server?.name ?? heading), editor: emptyEditor },
  })
}

export function answerPassword(turn: Turn, text: string) {
  const { link, ask } = turn.model
  if (text.trim() === '') {
    if (ask?.about === 'password') patch(turn, { ask: { ...ask, why: 'Type the password, or Esc leaves.' } })
    return
  }
  patch(turn, { ask: null })
  if (link.at === 'greeting') return want(turn, { do: 'login', secret: { password: text } })
  // It took longer to type than the server waits: it is called again.
  patch(turn, { password: text })
  redial(turn)
}

export function loggedIn(turn: Turn, login: Login) {
  if (turn.model.link.at !== 'greeting') return
  patch(turn, { login })
  sayHello(turn)
}

/** @param retryMs another one may be tried after this; null: at once */
export function loginFailed(turn: Turn, text: string, retryMs: number | null) {
  const { link, triedLogin: wasKept, wallMs } = turn.model
  if (link.at !== 'greeting') return
  patch(turn, { triedLogin: false })
  // The sentence stays while somebody waits, so it tells the time as well.
  if (retryMs !== null)
    askPassword(turn, `${cleanLine(text)} That is at ${timeLabel(wallMs + retryMs + minuteMs)}.`)
  else askPassword(turn, wasKept ? changedText : cleanLine(text))
}

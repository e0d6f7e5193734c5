/** Who answers a dial: whether it is the server we mean, and what the user can do where it is not. */
import { cleanText } from '../base/clean.ts'
import { isCodeOf, readCode } from '../base/fingerprint.ts'
import { formatTarget } from '../base/target.ts'
import { isSealed } from '../chat/state.ts'
import { emptyEditor } from './editor.ts'
import { join, redial, refusedForGood, sayHello, unlinked } from './link.ts'
import { currentRoom, type Model } from './model.ts'
import { curesOf, type Doubt, doubtText, judge, meantOf, trusted, type Verdict } from './trust.ts'
import { patch, type Turn, tellRoom, want } from './turn.ts'
import type { Input } from './types.ts'

export function linked(turn: Turn, news: Extract<Input, { got: 'linked' }>) {
  const { link, server } = turn.model
  if (link.at !== 'connecting' && link.at !== 'waiting') return want(turn, { do: 'hangUp' })
  const verdict = verdictOn(turn.model, news)
  if (verdict.is === 'doubtful') return doubted(turn, verdict.doubt)
  const { secured, local } = news
  const answering = secured?.server ?? news.server
  const isKnown = server !== null && (answering === undefined || answering === server.id)
  // What is kept of whom nothing proves to be the one it is of is neither told nor written over.
  const isProven = verdict.is === 'known' || (secured !== null && turn.model.code !== null)
  const kept = news.kept && isSealed(news.kept.secret) && !isProven ? undefined : news.kept
  patch(turn, {
    keeps: kept !== undefined,
    local: local ?? null,
    networkAway: null,
    kept: isKnown ? null : (kept ?? null),
    isElsewhere: server !== null && !isKnown,
    link: { at: 'greeting', target: link.target, attempt: link.attempt, tries: 1, asked: turn.model.nick },
    peer: secured,
    household: news.household ?? null,
    answeredAt: formatTarget(news.host, news.port),
    doubt: null,
    triedLogin: false,
    lastWords: null,
    rttMs: null,
  })
  sayHello(turn)
}

/** Whether who answers is the one we mean, before anything of ours is said to them. */
export function verdictOn(model: Model, { host, port, secured, server }: Linked): Verdict {
  const at = formatTarget(host, port)
  return judge(model.known, { secured, meant: meantOf(model), claimed: server ?? null, at, code: model.code })
}

type Linked = Pick<Extract<Input, { got: 'linked' }>, 'host' | 'port' | 'secured' | 'server'>

/** Who answers is not who we mean: nothing is said to it, and the user is told why and what can be done. */
export function doubted(turn: Turn, doubt: Doubt) {
  const { link, server, interactive, wallMs, doubt: before } = turn.model
  const text = doubtText(doubt, wallMs)
  const { typed, given } = curesOf(doubt)
  const cure = interactive ? typed : given
  const whole = cure === '' ? text : `${text} If it is right: ${cure}`
  want(turn, { do: 'hangUp' })
  patch(turn, { doubt })
  if (server !== null) {
    // The right one may come back by itself, so it is tried for; it is told only once.
    if (JSON.stringify(before) !== JSON.stringify(doubt))
      tellRoom(
        turn,
        currentRoom(turn.model),
        { kind: 'notice', tone: 'warning', text: cleanText(whole), isAsking: true },
        wallMs,
      )
    return unlinked(turn, text, true)
  }
  if (cure === '' || !interactive || link.at === 'scanning') return refusedForGood(turn, whole)
  patch(turn, {
    link: { at: 'waiting', target: link.target, attempt: 0, untilMs: Infinity, why: text },
    ask: { about: 'trust', why: text, editor: emptyEditor },
  })
}

/** `/trust CODE`: who answered is the right one after all. A sentence where that is not what was asked for. */
export function trust(turn: Turn, argument: string): string | null {
  const { doubt, known, wallMs, link, server, heading, meant, outage } = turn.model
  if (doubt === null || !('known' in doubt && 'seen' in doubt))
    return 'No server with a changed key was met, so there is nothing to trust anew.'
  const code = readCode(argument)
  if (code === null || !isCodeOf(code, doubt.seen.pin)) return 'Those are not the last four of the new code.'
  if (link.at === 'scanning') return null
  // That is where the one who is trusted answered.
  const target = outage?.posers.at(-1) ?? link.target
  patch(turn, { known: trusted(known, doubt, wallMs), doubt: null, ask: null, link: { ...link, target } })
  if (server === null) join(turn, link.target, heading, doubt.because === 'other' ? doubt.seen.server : meant)
  else redial(turn)
  return null
}

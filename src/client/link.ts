/** The connection as the client sees it: joining, losing, waiting, finding again. */
import { cleanLine } from '../base/clean.ts'
import { formatTarget } from '../base/target.ts'
import { limits, protocolVersion } from '../wire/limits.ts'
import type { ClientMessage } from '../wire/messages.ts'
import { patience } from './bounds.ts'
import { leaveHosted } from './hosting.ts'
import { keepNow } from './kept.ts'
import { counted } from './labels.ts'
import { type Model, onlyTheLobby } from './model.ts'
import { type Away, heardAmong, heardAt, isElsewhere, lost, posed, shortcut } from './outage.ts'
import { positionsOf, positionsOfKept } from './positions.ts'
import { shownHost, targetOf } from './servers.ts'
import { leave, patch, patchPicker, type Turn, tell, want } from './turn.ts'
import type { Target } from './types.ts'
import { tellUntold } from './untold.ts'

/** Heads for a server; `heading` is what the user calls it. */
export function join(turn: Turn, target: Target, heading: string, meant: string | null = null): void {
  patch(turn, {
    heading,
    meant,
    doubt: null,
    login: null,
    link: { at: 'connecting', target, attempt: 0 },
    lastWords: null,
    outage: null,
  })
  patchPicker(turn, { note: null, hosting: false, gone: null })
  want(turn, { do: 'dial', target, delayMs: 0 })
}

/** The user thought better of it: back to the list, or out where there is none. */
export function giveUpJoining(turn: Turn) {
  want(turn, { do: 'hangUp' })
  if (turn.model.straight) return leave(turn, 0)
  patch(turn, { link: { at: 'scanning' }, ask: null })
  tellUntold(turn, '')
}

/** This server cannot be had: back to the list with the reason, or out where there is none. */
export function refusedForGood(turn: Turn, text: string) {
  want(turn, { do: 'hangUp' })
  if (turn.model.straight) {
    patch(turn, { link: { at: 'scanning' } })
    return want(turn, { do: 'quit', code: 1, text })
  }
  toList(turn, text)
}

/** What was started straight has a list from now on. */
export function listFromNowOn(turn: Turn): void {
  patch(turn, { straight: false })
  patchPicker(turn, { sinceMs: turn.model.nowMs })
}

/** The user has had enough of this server, whether it answers or not. */
export function backToList(turn: Turn): void {
  const { link, server, heading } = turn.model
  if (link.at === 'joined') want(turn, { do: 'send', message: { type: 'bye' } })
  want(turn, { do: 'hangUp' })
  leaveHosted(turn)
  listFromNowOn(turn)
  toList(turn, `You left ${server?.name ?? heading}.`)
}

/** Whether Escape leads back to the list: the server is away, and nothing is typed that is not for the list. */
export const leadsBack = ({ link, server, editor, panel }: Model): boolean =>
  server !== null && link.at !== 'joined' && editor.text === '' && panel === 'input'

/** Shows the list with a sentence. What was meant for the people of one server is not said to those of the next. */
function toList(turn: Turn, text: string): void {
  const { server, outbox, keeps } = turn.model
  const unsent = server === null ? 0 : outbox.length
  keepNow(turn)
  patch(turn, {
    link: { at: 'scanning' },
    server: null,
    outage: null,
    lastWords: null,
    outbox: unsent > 0 ? [] : outbox,
    stale: [],
    kept: null,
    leftMs: null,
    absence: null,
    greeting: [],
    ask: null,
    ...onlyTheLobby(turn.model.nextRoomId),
    doubt: null,
    password: null,
    login: null,
    rttMs: null,
    questions: 0,
    roomNames: [],
    completion: null,
    toast: null,
    interruptedAtMs: null,
    panel: 'input',
  })
  const later = keeps ? `; ${unsent === 1 ? 'it goes' : 'they go'} out when you join it again` : ''
  tellUntold(
    turn,
    unsent === 0 ? text : `${text} ${counted(unsent, 'line was', 'lines were')} not sent${later}.`,
  )
}

/** At once, whatever was waited for. */
export function redial(turn: Turn): void {
  const { link } = turn.model
  if (link.at === 'scanning') return
  patch(turn, { link: { at: 'connecting', target: link.target, attempt: 0 } })
  want(turn, { do: 'dial', target: link.target, delayMs: 0 })
}

/** Says hello under the nick we go by now; another one may be wished before it is answered. */
export function sayHello(turn: Turn): void {
  const { link, nick } = turn.model
  if (link.at === 'greeting') patch(turn, { link: { ...link, asked: nick } })
  want(turn, { do: 'send', message: helloOf(turn.model) })
}

/** Who we are, and what a returning client already has. Secrets are for the server that gave them. */
function helloOf(model: Model): ClientMessage {
  const { server, kept, nick, household } = model
  const ours = household === null ? {} : { household }
  const hello = { type: 'hello', v: protocolVersion, nick, ...ours } as const
  if (kept !== null) {
    const { device, secret, epoch, run } = kept
    return { ...hello, device, secret, epoch, ...inRun(run ?? null), ...positionsOfKept(kept) }
  }
  if (server === null || model.isElsewhere) return hello
  const { device, secret, epoch, run, nick: was } = server
  const renamed = was === nick ? {} : { was }
  return { ...hello, ...renamed, device, secret, epoch, ...inRun(run), ...positionsOf(model) }
}

const inRun = (run: string | null) => (run === null ? {} : { run })

/**
 * The connection is gone, or could not be had.
 *
 * @param isPosed somebody else answered in the name of our server
 */
export function unlinked(turn: Turn, text: string, isPosed = false) {
  const { link, server, lastWords, ask, outage, nowMs } = turn.model
  if (link.at === 'scanning' || link.at === 'waiting') return
  const why = lastWords?.text ?? cleanLine(text)
  if (server === null) {
    // Whoever ponders over a nick longer than the server waits is not sent away: answering dials again.
    if ((ask?.about === 'nick' && ask.then === 'join') || ask?.about === 'password')
      return patch(turn, { link: { at: 'waiting', target: link.target, attempt: 0, untilMs: Infinity, why } })
    return refusedForGood(turn, why)
  }
  if (lastWords?.rests) return rest(turn, link.target, why)
  if (ask?.about === 'password')
    return patch(turn, { link: { at: 'waiting', target: link.target, attempt: 0, untilMs: Infinity, why } })
  const call = { target: link.target, attempt: link.attempt, atMs: nowMs }
  const ended = {
    isSettled: link.at === 'joined' && nowMs - link.sinceMs >= patience.settledMs,
    askedMs: lastWords?.retryMs ?? 0,
    nowMs,
    random: turn.means.random,
  }
  if (link.at === 'joined')
    tell(turn, `Connection lost: ${why} Trying again by itself; what you type is kept.`, 'warning')
  patch(turn, { leftMs: turn.model.leftMs ?? turn.model.heardWallMs, lastWords: null, rttMs: null })
  const passed = isPosed ? posed(call, outage, ended) : null
  callAgain(turn, passed ?? lost(call, outage, ended), why)
  if (passed !== null) foundAgain(turn)
}

/** Waits for the next call of a server that is away. @param why it is away, where that is news */
function callAgain(turn: Turn, { call, outage }: Away, why: string): void {
  const { target, attempt, atMs } = call
  const { nowMs } = turn.model
  patch(turn, {
    link:
      atMs > nowMs
        ? { at: 'waiting', target, attempt, untilMs: atMs, why }
        : { at: 'connecting', target, attempt },
    outage,
  })
  want(turn, { do: 'dial', target, delayMs: Math.max(0, atMs - nowMs) })
}

/** Two clients that came back by themselves would throw each other out for ever: this one waits for its user. */
function rest(turn: Turn, target: Target, why: string): void {
  patch(turn, {
    leftMs: turn.model.leftMs ?? turn.model.heardWallMs,
    link: { at: 'waiting', target, attempt: 0, untilMs: Infinity, why },
    lastWords: null,
    rttMs: null,
  })
  tell(turn, `${why} This window rests; saying something here tries again.`, 'warning')
}

/** The user is here, and wants to be heard. */
export function wake(turn: Turn): void {
  const { link, server } = turn.model
  if (server === null || link.at !== 'waiting' || link.untilMs !== Infinity) return
  patch(turn, { link: { at: 'connecting', target: link.target, attempt: 0 } })
  want(turn, { do: 'dial', target: link.target, delayMs: 0 })
}

/** Time passed: a dial that was to come is now under way. A timer may be early, and its dial fail at once. */
export function dialDue(turn: Turn): void {
  const { link, nowMs } = turn.model
  if (link.at === 'waiting' && nowMs >= link.untilMs - patience.timerEarlyMs)
    patch(turn, { link: { at: 'connecting', target: link.target, attempt: link.attempt } })
}

/** A server of ours that is heard again after it was lost is dialled at once, wherever it is now. */
export function foundAgain(turn: Turn): void {
  const { server, outage, picker, known } = turn.model
  if (server === null || outage === null) return
  const found = heardAmong(picker.sightings, outage, one => one.id === server.id, known.get(server.id))
  if (found === null) return
  const { link, nowMs } = turn.model
  const rests = link.at === 'waiting' && link.untilMs === Infinity
  if ((link.at !== 'waiting' && link.at !== 'connecting') || rests) return
  const call = {
    target: link.target,
    attempt: link.attempt,
    atMs: link.at === 'waiting' ? link.untilMs : nowMs,
  }
  const target = targetOf(found)
  const next = heardAt({ call, outage }, target, nowMs)
  if (next === null) return
  if (next.call.atMs <= nowMs && isElsewhere(target, link.target))
    tell(turn, `${cleanLine(found.name)} is at ${formatTarget(shownHost(target), target.port)} now.`)
  callAgain(turn, next, link.at === 'waiting' ? link.why : '')
}

/** An interface is back: what waits for the next call does not wait for it. */
export function callAtOnce(turn: Turn): void {
  const { link, outage, nowMs } = turn.model
  if (link.at === 'scanning' || link.at === 'greeting') return
  if (link.at === 'waiting' && link.untilMs === Infinity) return
  const next = shortcut({ target: link.target, attempt: link.attempt, atMs: nowMs }, outage, nowMs)
  // One that comes and goes: from then on only the backoff decides.
  if (next === null) return
  patch(turn, { leftMs: turn.model.leftMs ?? turn.model.heardWallMs, rttMs: null })
  callAgain(turn, next, '')
}

/** The bounds a body must keep: the server’s once it has told them. */
export const bodyBounds = (model: Model): { readonly bytesMax: number; readonly linesMax: number } => ({
  bytesMax: model.server?.bodyBytesMax ?? limits.bodyBytesMax,
  linesMax: model.server?.bodyLinesMax ?? limits.bodyLinesMax,
})

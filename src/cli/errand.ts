/** A conversation without a person: says hello, takes the nick it is offered, and comes back after every cut. */
import { cleanLine } from '../base/clean.ts'
import { formatTarget } from '../base/target.ts'
import { patience } from '../client/bounds.ts'
import { staysAway } from '../client/ordered.ts'
import {
  curesOf,
  type Doubt,
  doubtText,
  judge,
  knownBy,
  plainText,
  remembered,
  welcomed,
} from '../client/trust.ts'
import type { Login, Secured } from '../client/types.ts'
import { protocolVersion } from '../wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../wire/messages.ts'
import { write } from '../wire/written.ts'
import { createChase } from './chase.ts'
import { clientsFolder, dataFolder } from './home.ts'
import { createHousehold } from './household.ts'
import { knownServers, rememberServer } from './known.ts'
import { createLink, type LinkNews } from './link.ts'
import { createLull } from './lull.ts'
import type { Meant } from './opening.ts'
import { type Calling, createVisitor } from './visitor.ts'

type Of<T extends (ServerMessage | ClientMessage)['type']> = Extract<
  ServerMessage | ClientMessage,
  { type: T }
>

/**
 * `first`: it begins. `again`: after a cut, with all that was known still true. `reset`: after a cut, and the server’s
 * numbering began anew, or went back to that of a copy. `other`: after a cut, and another server answers there now.
 */
export type Welcomed = 'first' | 'again' | 'reset' | 'other'

export interface ErrandOptions {
  readonly server: Meant
  readonly calling: Calling
  /** The rooms to come back to, each with the last line that was taken there. */
  last(): Readonly<Record<string, number>>
  /** What was heard in a life before this one, for the server to say whether it still has that; null or left out: nothing. */
  heard?(): Pick<Of<'hello'>, 'epoch' | 'run' | 'seen'> | null
  /** What is said now reaches the server before anything else. */
  onWelcome(how: Welcomed, said: Of<'welcome'>): void
  onHeard(message: ServerMessage): void
  /** Nothing of ours waits for an answer, so that we can go on as somebody else where a window wants to be who we are. */
  isQuiet(): boolean
  /** That is so: what follows is said and heard by somebody else than before. */
  onBeside(): void
  /** The connection was lost, or the first one cannot be had yet; another is being tried for. Once for each loss. */
  onLost(why: string): void
  /** A sentence for the user, such as where the server was found again. */
  onNotice(text: string): void
  /** It is over: the server cannot be reached at all, or does not want us. */
  onFailed(why: string): void
}

export interface Errand {
  /** Lost where there is no connection just now. */
  say(message: ClientMessage): void
  /** Leaves; resolves when the connection is gone. */
  end(): Promise<void>
}

export function startErrand(options: ErrandOptions): Errand {
  const link = createLink(news => {
    hear(news)
    lull.look()
  })
  const householdAt = createHousehold(dataFolder())
  const visitor = createVisitor(clientsFolder(), options.calling, stepBack, options.onNotice)
  const lull = createLull(
    () => phase === 'meeting' || (phase === 'joined' && !options.isQuiet()),
    () => {
      if (!isOver()) phase = 'linking'
    },
  )
  let phase: 'linking' | 'meeting' | 'greeting' | 'joined' | 'over' = 'linking'
  let identity: Of<'welcome'> | null = null
  let meetings = 0
  let joinedAtMs = 0
  /** Who answered, and where; the doubts about them are settled before anything is said. */
  let peer: Secured | null = null
  let at = ''
  let known = knownBy(knownServers(options.onNotice))
  let login: Login | null = null
  let password = options.server.credentials.password
  let triedLogin = false
  let lastWords: { text: string; retryMs: number } | null = null
  /** Another server answers at its address, and that was told in this outage. */
  let isTaken = false
  const chase = createChase({
    target: options.server.target,
    where: options.server.where,
    dial: (target, delayMs) => link.dial(target, delayMs),
    isFree: () => phase === 'linking',
    isMeant: sighting =>
      identity === null ? options.server.isMeant(sighting) : sighting.id === identity.server,
    known: () => known.get(identity?.server ?? ''),
    onNotice: options.onNotice,
  })

  function greet(): void {
    const server = peer?.server ?? identity?.server
    const known = server === undefined ? {} : visitor.proof(server)
    const had =
      identity === null
        ? options.heard?.()
        : server === identity.server
          ? hadOf(identity, options.last())
          : null
    const household = peer === null ? {} : { household: householdAt(peer.pin) }
    link.send(
      write({ type: 'hello', v: protocolVersion, nick: visitor.nick, ...known, ...household, ...had }),
    )
  }

  /** A window of the same user wants to be who we are: we end that, and come back as somebody else. */
  async function stepBack(wanted: AbortSignal): Promise<boolean> {
    if (!(await lull.seized(wanted))) return false
    if (isOver()) return true
    await link.close()
    if (identity !== null) options.onBeside()
    if (!isOver()) chase.call()
    return true
  }

  function fail(why: string): void {
    if (phase === 'over') return
    over()
    link.hangUp()
    options.onFailed(why)
  }

  const isOver = (): boolean => phase === 'over'

  function over(): void {
    phase = 'over'
    chase.end()
    lull.look()
  }

  function welcome(said: Of<'welcome'>) {
    if (said.v !== protocolVersion)
      return fail(
        `The server answered in version ${said.v} of Earshot’s protocol; this one speaks version ${protocolVersion}. Upgrade the older side.`,
      )
    const claimed = known.get(said.server)
    if (peer === null && claimed) return doubt({ because: 'plain', known: claimed })
    if (peer !== null && peer.server !== said.server)
      return fail('the server calls itself by another identity than its key does. It is not to be trusted.')
    const before = identity
    if (before !== null && before.server !== said.server && options.server.patience !== null)
      return strangerAnswers()
    identity = said
    if (peer !== null) remember(peer, cleanLine(said.name, 40))
    visitor.welcomed(said)
    phase = 'joined'
    joinedAtMs = performance.now()
    isTaken = false
    chase.met()
    if (before === null) options.onWelcome('first', said)
    else if (before.server !== said.server) options.onWelcome('other', said)
    else {
      const isReset = said.wentBack === true || before.epoch !== said.epoch
      options.onWelcome(isReset ? 'reset' : 'again', said)
    }
  }

  function remember(secured: Secured, name: string): void {
    const entry = welcomed(known, { secured, name, at, wallMs: Date.now(), login })
    login = null
    known = remembered(known, entry)
    rememberServer(entry, options.onNotice)
  }

  function doubt(why: Doubt): void {
    const cure = curesOf(why).given
    fail(`${doubtText(why, Date.now())}${cure === '' ? '' : ` If it is right: ${cure}`}`)
  }

  function logIn() {
    const kept = peer === null ? undefined : known.get(peer.server)
    const secret =
      password !== null
        ? { password }
        : kept?.login && kept.pin === peer?.pin && !triedLogin
          ? { login: kept.login }
          : null
    if (peer === null)
      return fail('the server asks for its password, and the connection is not encrypted: it was not sent.')
    if (secret === null)
      return fail(
        'the server asks for its password. Give it with --password-file FILE, or join once with “earshot”, which remembers it.',
      )
    password = null
    triedLogin = true
    link.login(secret)
  }

  function atTheDoor(said: ServerMessage) {
    if (said.type === 'welcome') return welcome(said)
    if (said.type !== 'refused') return
    if (said.code === 'password') return logIn()
    if (!visitor.refused(said.suggestion, cleanLine(said.text))) return fail(cleanLine(said.text))
    greet()
  }

  /** Ours has another address by now, or will be back at this one. Told once in each outage. */
  function strangerAnswers(): void {
    if (chase.isAway() && !isTaken)
      options.onNotice('another server answers at its address now. Still waiting.')
    lastWords = { text: 'Another server answers at its address now.', retryMs: 0 }
    link.hangUp()
    unlinked('')
    isTaken = true
  }

  /** A beacon led here, and it was not ours: it is left alone, and ours looked for where it was. */
  function poserAnswers(): void {
    options.onNotice(`at ${at} another server answered in its name. Nothing was sent to it. Still waiting.`)
    link.hangUp()
    unlinked('', true)
  }

  function unlinked(text: string, isPosed = false) {
    if (phase === 'over') return
    const why = lastWords?.text || cleanLine(text)
    const askedMs = lastWords?.retryMs ?? 0
    lastWords = null
    if (identity === null && options.server.patience === null) return fail(why)
    const isSettled = phase === 'joined' && performance.now() - joinedAtMs >= patience.settledMs
    phase = 'linking'
    if (chase.lost({ isSettled, askedMs, isPosed })) options.onLost(why)
  }

  function linked({ host, port, secured }: Extract<LinkNews, { got: 'linked' }>) {
    at = formatTarget(host, port)
    const { meant, named, credentials, patience } = options.server
    const verdict = judge(known, {
      secured,
      meant: identity?.server ?? meant,
      named: identity === null ? named : null,
      at,
      code: credentials.code,
    })
    if (verdict.is === 'doubtful') {
      const { doubt: why } = verdict
      if (identity !== null && chase.isAbroad()) return poserAnswers()
      return why.because !== 'other' || patience === null ? doubt(why) : strangerAnswers()
    }
    if (verdict.is === 'plain' && identity === null) options.onNotice(plainText)
    peer = secured
    phase = 'meeting'
    triedLogin = false
    // Another Earshot of this user may have met it since we began, and just left us its slot.
    void meet(() => credentials.code !== null || isPinned(secured))
  }

  /** Who we are there is read while the connection waits; it may be gone by then. */
  async function meet(isProven: () => boolean): Promise<void> {
    const mine = ++meetings
    if (peer !== null) await visitor.meet(peer.server, isProven)
    if (phase !== 'meeting' || mine !== meetings) return
    phase = 'greeting'
    lull.look()
    if (phase === 'greeting') greet()
  }

  function hear(news: LinkNews) {
    if (phase === 'over') return
    if (news.got === 'unlinked') return unlinked(news.text)
    if (news.got === 'linked') return linked(news)
    if (news.got === 'loggedIn') {
      login = news.login
      return greet()
    }
    if (news.got === 'loginFailed') return fail(news.text)
    if (news.got !== 'said') return
    const { message } = news
    // Coming back by itself would be thrown out again, for ever.
    if (message.type === 'bye') {
      const { reason, text, retryMs = 0 } = message
      if (staysAway(reason) || reason === 'replaced') return fail(cleanLine(text))
      lastWords = { text: cleanLine(text), retryMs }
    }
    if (phase === 'greeting') return atTheDoor(message)
    if (phase === 'joined') options.onHeard(message)
  }

  chase.call()
  return {
    say(message) {
      if (phase === 'joined') link.send(write(message))
    },
    async end() {
      if (phase === 'joined') link.send(write({ type: 'bye' }))
      over()
      await link.close()
      visitor.close()
    },
  }
}

/** How far we had come in it, and in which run. */
const hadOf = ({ epoch, run }: Of<'welcome'>, last: Readonly<Record<string, number>>) => ({
  epoch,
  ...(run === undefined ? {} : { run }),
  last,
})

const isPinned = (secured: Secured | null): boolean =>
  knownServers().some(one => one.id === secured?.server && one.pin === secured.pin)

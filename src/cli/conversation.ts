/** Runs the client: feeds its model with what the network and the user do, and does what the model asks for. */
import { performance } from 'node:perf_hooks'
import { nanoid } from 'nanoid'
import { keptOf } from '../client/kept.ts'
import { verdictOn } from '../client/meeting.ts'
import type { Model } from '../client/model.ts'
import type { Theme } from '../client/themes.ts'
import type { KnownServer } from '../client/trust.ts'
import type { ClientEffect, Input } from '../client/types.ts'
import { createUpdate } from '../client/update.ts'
import type { Scanner } from '../discovery/scanner.ts'
import type { Server } from '../server/server.ts'
import type { WireLine } from '../wire/messages.ts'
import { write } from '../wire/written.ts'
import { bounds } from './bounds.ts'
import type { Composed } from './compose.ts'
import { clientsFolder, dataFolder, type Tell } from './home.ts'
import { createHousehold } from './household.ts'
import { createLink, type LinkNews } from './link.ts'
import { createSlots } from './slots.ts'

/** What shows the model: a full screen or plain lines. */
export interface Ui {
  show(model: Model): void
  /** Rings; `notice` says who calls, for whoever can show it. */
  bell(notice: string): void
  dress(theme: Theme): void
  mouse(on: boolean): void
  /** Hands text to the clipboard. @returns a sentence on what came of it; `what` names the text: “3 lines” */
  copy(text: string, what: string): string
  redraw(): void
  suspend(): void
  /** Lends the terminal to an editor of the user’s own; null where there is none to lend. */
  readonly compose: ((text: string) => Promise<Composed>) | null
  /** Gives the terminal back. */
  close(): void
}

export interface ConversationOptions {
  readonly first: readonly [Model, readonly ClientEffect[]]
  /** null: do not look for servers. */
  readonly scan: { readonly discoveryPort: number; readonly interfaces: readonly string[] | null } | null
  /** It shows the first model already. */
  readonly ui: Ui
  /** Rooms to join besides the lobby, at each server that is met for the first time. */
  readonly rooms: readonly string[]
  /** Starts a server on this machine, for “host here”. */
  host(name: string): Promise<{ ok: true; server: Server } | { ok: false; text: string }>
  rememberNick(nick: string, tell: Tell): void
  rememberTheme(theme: Theme, tell: Tell): void
  rememberServer(server: KnownServer, tell: Tell): void
}

export interface Conversation {
  /** What the user does. */
  feed(input: Input): void
  /** Resolves when the user has left, with the exit code and a sentence that explains a failure. */
  readonly over: Promise<{ code: number; text: string | null }>
  /** Ends it from outside, politely: for signals. */
  leave(code?: number, text?: string): Promise<void>
}

/** Time, ids and chance of the real world, for the pure client. */
export const means = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  newId: () => nanoid(),
  random: () => Math.random(),
}

export function converse(options: ConversationOptions): Conversation {
  const update = createUpdate(means)
  const { ui } = options
  let [model] = options.first
  let scanner: Scanner | null = null
  let hosted: Server | null = null
  let finished = false
  let finish: (outcome: { code: number; text: string | null }) => void = () => {}
  const over = new Promise<{ code: number; text: string | null }>(resolve => {
    finish = resolve
  })
  const link = createLink(hear, { asksWho: news => !isDoubtful(news) })
  /** What cannot be kept is told when there is a room to tell it in. */
  let troubles: string[] = []
  const tell: Tell = text => {
    troubles.push(text)
    tellTroubles()
  }
  const slots = createSlots(clientsFolder(), tell)
  const householdAt = createHousehold(dataFolder())
  /** Counts connections: what was kept is of no use to one that is gone when it has been read. */
  let links = 0
  /** Servers whose rooms were joined; coming back to them is the model’s own affair. */
  const entered = new Set<string>()

  function tellTroubles(): void {
    if (model.server === null) return
    const told = troubles
    troubles = []
    for (const text of told) feed({ got: 'notice', text })
  }

  /** Then nothing of ours is said, not even a question. */
  const isDoubtful = (news: Extract<LinkNews, { got: 'linked' }>): boolean =>
    verdictOn(model, news).is === 'doubtful'

  async function greet(news: Extract<LinkNews, { got: 'linked' }>): Promise<void> {
    const mine = links
    const server = news.secured?.server ?? news.server
    // Whoever only claims to be a server we know does not get the slot that is held for it.
    if (server === undefined || isDoubtful(news)) return feed(news)
    const held = await slots.hold(server, model.nick)
    const household = news.secured === null ? undefined : householdAt(news.secured.pin)
    if (mine === links) feed({ ...news, kept: held?.kept, household })
  }

  /** Lines of one piece off the network: the model takes them in one turn when all of it was read. */
  let lines: WireLine[] = []
  function takeLines(): void {
    if (lines.length === 0) return
    const taken = lines
    lines = []
    feed({ got: 'lines', lines: taken })
  }

  function hear(news: LinkNews): void {
    if (news.got === 'said' && news.message.type === 'line') {
      if (lines.push(news.message) === 1) queueMicrotask(takeLines)
      return
    }
    takeLines()
    if (news.got === 'linked' || news.got === 'unlinked') links++
    if (news.got === 'linked') return void greet(news)
    feed(news)
    if (news.got === 'said' && news.message.type === 'welcome') tellTroubles()
    if (news.got !== 'said' || news.message.type !== 'welcome' || entered.has(news.message.server)) return
    entered.add(news.message.server)
    for (const room of options.rooms) if (!model.rooms.has(room)) link.send(write({ type: 'join', room }))
  }

  function feed(input: Input): void {
    if (finished) return
    const [next, effects] = update(model, input)
    const changed = next !== model
    model = next
    // Shown first: an effect may end the conversation, and its last state is worth seeing.
    if (changed) ui.show(model)
    for (const effect of effects) perform(effect)
  }

  const deeds: { readonly [D in ClientEffect['do']]: (effect: Extract<ClientEffect, { do: D }>) => void } = {
    dial({ target, delayMs }) {
      links++
      link.dial(target, delayMs)
    },
    hangUp() {
      links++
      link.hangUp()
    },
    send: ({ message }) => link.send(write(message)),
    login: ({ secret }) => link.login(secret),
    rememberServer: ({ server }) => options.rememberServer(server, tell),
    probe: () => scanner?.probe(),
    sweep: () => scanner?.sweep((asked, total, done) => feed({ got: 'sweep', asked, total, done })),
    host: ({ name }) => void startHosting(name),
    rememberNick: ({ nick }) => options.rememberNick(nick, tell),
    keep: ({ kept }) => slots.write(kept),
    bell: ({ notice }) => ui.bell(notice),
    dress({ theme }) {
      ui.dress(theme)
      options.rememberTheme(theme, tell)
    },
    mouse: ({ on }) => ui.mouse(on),
    copy: ({ text, what }) => feed({ got: 'notice', text: ui.copy(text, what) }),
    redraw: () => ui.redraw(),
    suspend: () => ui.suspend(),
    compose: ({ text }) => void compose(text),
    quit: ({ code, text }) => void end(code, text),
  }

  function perform(effect: ClientEffect): void {
    const deed = deeds[effect.do] as (effect: ClientEffect) => void
    deed(effect)
  }

  async function compose(text: string): Promise<void> {
    const made = (await ui.compose?.(text)) ?? { ok: false, text: 'That needs a full screen.' }
    feed({ got: made.ok ? 'composed' : 'composeFailed', text: made.text })
  }

  async function startHosting(name: string): Promise<void> {
    const started = await options.host(name)
    if (!started.ok) return feed({ got: 'hostingFailed', text: started.text })
    if (finished) return await started.server.stop('The host left.')
    hosted = started.server
    feed({
      got: 'hosted',
      target: { hosts: ['127.0.0.1'], port: hosted.port },
      ...(hosted.hasOwner() ? {} : { token: hosted.offerOwner() }),
    })
  }

  async function end(code: number, text: string | null): Promise<void> {
    if (finished) return
    finished = true
    clearInterval(ticking)
    ui.close()
    const kept = model.keeps ? keptOf(model) : null
    if (kept !== null) slots.write(kept)
    await Promise.all([
      link.close(),
      scanner?.close(),
      hosted?.stop('The server was hosted by somebody who has left.'),
    ])
    slots.close()
    finish({ code, text })
  }

  const ticking = setInterval(() => feed({ got: 'tick' }), bounds.tickEveryMs)
  for (const effect of options.first[1]) perform(effect)
  if (options.scan !== null) void startScanning(options.scan)

  /** Loaded after the first paint: the screen does not wait for the network’s code. */
  async function startScanning(scan: NonNullable<ConversationOptions['scan']>): Promise<void> {
    const { createScanner } = await import('../discovery/scanner.ts')
    if (finished) return
    scanner = createScanner({
      discoveryPort: scan.discoveryPort,
      interfaces: scan.interfaces,
      onSightings: sightings => feed({ got: 'sightings', sightings }),
      onOutlets: outlets => feed({ got: 'outlets', outlets }),
      onNotice: (text, passes) => feed({ got: 'listNotice', text, passes }),
    })
  }

  return {
    feed,
    over,
    leave: (code = 0, text) => end(code, text ?? null),
  }
}

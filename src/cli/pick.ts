/** `earshot` and `earshot join`: the client, on a full screen or as plain lines. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { formatTarget } from '../base/target.ts'
import { type Start, startModel } from '../client/start.ts'
import { themeNamed, usualTheme } from '../client/themes.ts'
import type { Input } from '../client/types.ts'
import { readProfile } from '../terminal/profile.ts'
import { exitOnBug } from './bug.ts'
import type { Called } from './calling.ts'
import type { Conversation, Ui } from './conversation.ts'
import { credentialsOf } from './credentials.ts'
import { rememberedNick, rememberedTheme, rememberNick, rememberTheme } from './home.ts'
import { knownServers, rememberServer } from './known.ts'
import { listening } from './listening.ts'
import { ownName } from './machine.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { complain } from './saying.ts'
import { onSignal } from './signals.ts'
import type { Looks } from './window.ts'

export async function run({ command, target, options }: Given): Promise<number> {
  const isNewcomer = rememberedNick() === null
  const given = await credentialsOf(options)
  if (!given.ok) {
    complain(given.text)
    return 1
  }
  // Most starts show the list, and look no name up.
  const called = target === null ? null : await (await import('./calling.ts')).callByName(target, options)
  if (called !== null && 'text' in called) {
    complain(called.text)
    if (command === 'pick') complain((await import('./calling.ts')).noCommandText)
    return 1
  }
  const nick = typeof options.nick === 'string' ? options.nick : usualNick()
  const profile = readProfile(process.env, {
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
    platform: process.platform,
    ascii: options.ascii === true,
  })
  const rings = options.bell !== false
  const theme = themeNamed(String(options.theme ?? rememberedTheme() ?? '')) ?? usualTheme
  const plain = options.plain === true || !profile.usable
  const { discoveryPort, interfaces } = listening(options)
  const { create, guard } = plain
    ? await plainUi({ profile, rings })
    : (await import('./window.ts')).windowUi({ profile, rings, theme })

  const first = startModel({
    nick,
    columns: process.stdout.columns || 80,
    rows: process.stdout.rows || 24,
    ...straightTo(target, called),
    hostName: ownName(),
    theme,
    newcomer: isNewcomer ? (plain ? 'in lines' : 'on a screen') : null,
    scans: options.scan !== false,
    known: knownServers(complain),
    interactive: !plain || process.stdin.isTTY === true,
    ...given.start,
    nowMs: performance.now(),
    wallMs: Date.now(),
  })
  // The first frame waits for nothing that only what follows it needs: what is done meanwhile waits for that.
  const early: Input[] = []
  let feed = (input: Input): void => void early.push(input)
  const ui = create(input => feed(input))
  ui.show(first[0])
  const conversing = begin()
  guard(async (code, text) => (await conversing).leave(code, text))
  const { code, text } = await (await conversing).over
  if (text !== null) process.stderr.write(`earshot: ${text}\n`)
  return code

  async function begin(): Promise<Conversation> {
    for (let turn = 0; turn < turnsToPaint; turn++) await nextTurn()
    const { converse } = await import('./conversation.ts')
    const conversation = converse({
      ...{ first, ui, rememberNick, rememberTheme, rememberServer },
      scan: options.scan === false ? null : { discoveryPort, interfaces },
      host: async name => (await import('./host.ts')).hostHere({ name, discoveryPort, interfaces }),
      rooms: Array.isArray(options.room) ? options.room.map(String) : [],
    })
    feed = conversation.feed
    for (const input of early) feed(input)
    return conversation
  }
}

/** In the first the terminal takes the modes we set, in the second the frame. One that takes no bytes is not waited for. */
const turnsToPaint = 2

function straightTo(
  target: Given['target'],
  called: Called | null,
): Pick<Start, 'target' | 'heading' | 'meant'> {
  if (called !== null) return { target: called.target, heading: called.name, meant: called.meant }
  if (target === null) return { target }
  const { host, port } = target
  return { target: { hosts: [host], port }, heading: formatTarget(host, port) }
}

/** Ends it politely: for signals, and for a terminal that is gone. */
export type Leave = (code?: number, text?: string) => Promise<void>

export interface UiParts {
  /** `feed` takes what the user does. */
  create(feed: (input: Input) => void): Ui
  /** From now on signals, and the loss of the terminal, end it politely. */
  guard(leave: Leave): void
}

async function plainUi({ profile, rings }: Omit<Looks, 'theme'>): Promise<UiParts> {
  const { createPlain } = await import('../plain/plain.ts')
  let interrupt = () => {}
  let giveUp: (why: string) => void = () => {}
  return {
    create: feed => ({
      compose: null,
      ...createPlain({
        input: process.stdin,
        output: process.stdout,
        dumb: process.env.TERM === 'dumb',
        unicode: profile.unicode,
        rings,
        feed,
        onInterrupt: () => interrupt(),
        onGivenUp: why => giveUp(why),
      }),
    }),
    guard(leave) {
      exitOnBug()
      const end = (code: number) => void leave().finally(() => process.exit(code))
      interrupt = () => end(130)
      giveUp = why => void leave(1, why)
      onSignal(end)
    },
  }
}

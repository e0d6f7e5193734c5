/** `earshot` and `earshot join`: the client, on a full screen or as plain lines. */
import { formatTarget } from '../base/target.ts'
import type { Model } from '../client/model.ts'
import { type Start, startModel } from '../client/start.ts'
import { type Theme, themeNamed, usualTheme } from '../client/themes.ts'
import type { Input } from '../client/types.ts'
import { looksUnchanged } from '../client/unchanged.ts'
import { type Profile, readProfile } from '../terminal/profile.ts'
import { exitOnBug } from './bug.ts'
import type { Called } from './calling.ts'
import { type Conversation, converse, means, type Ui } from './conversation.ts'
import { credentialsOf } from './credentials.ts'
import { listening } from './find.ts'
import { clientsFolder, rememberedNick, rememberedTheme, rememberNick, rememberTheme } from './home.ts'
import { knownServers, rememberServer } from './known.ts'
import { ownName } from './machine.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { complain } from './saying.ts'
import { onSignal } from './signals.ts'
import { createSlots } from './slots.ts'

export async function run({ target, options }: Given): Promise<number> {
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
    return 1
  }
  const nick = typeof options.nick === 'string' ? options.nick : usualNick()
  if (typeof options.nick === 'string') rememberNick(options.nick)
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
  const ui = plain ? await plainUi({ profile, rings }) : await screenUi({ profile, rings, theme })

  const conversation = converse({
    first: startModel({
      nick,
      columns: process.stdout.columns || 80,
      rows: process.stdout.rows || 24,
      ...straightTo(target, called),
      hostName: ownName(),
      theme,
      isNewcomer,
      scans: options.scan !== false,
      known: knownServers(complain),
      interactive: !plain || process.stdin.isTTY === true,
      ...given.start,
      nowMs: means.nowMs(),
      wallMs: means.wallMs(),
    }),
    scan: options.scan === false ? null : { discoveryPort, interfaces },
    createUi: ui.create,
    host: async name => (await import('./host.ts')).hostHere({ name, discoveryPort, interfaces }),
    rememberNick,
    rememberTheme,
    createSlots: tell => createSlots(clientsFolder(), tell),
    rememberServer,
    rooms: Array.isArray(options.room) ? options.room.map(String) : [],
  })
  ui.guard(conversation)
  const { code, text } = await conversation.over
  if (text !== null) process.stderr.write(`earshot: ${text}\n`)
  return code
}

function straightTo(
  target: Given['target'],
  called: Called | null,
): Pick<Start, 'target' | 'heading' | 'meant'> {
  if (called !== null) return { target: called.target, heading: called.name, meant: called.meant }
  if (target === null) return { target }
  const { host, port } = target
  return { target: { hosts: [host], port }, heading: formatTarget(host, port) }
}

/** As if SIGHUP had come. */
const hangUpCode = 129

/** No terminal says whether it took what it was handed, so the sentence says what it depends on. */
function copiedText(what: string, { terminal, through }: Profile): string {
  if (terminal === 'linux') return 'The Linux console has no clipboard, so nothing was copied.'
  const copied = `${what} went to your terminal’s clipboard (OSC 52)`
  if (through === 'tmux')
    return `${copied}. tmux passes it on with “set -g set-clipboard on”; if pasting gives something else, set that.`
  return `${copied}. If pasting gives something else, your terminal does not take it: allow it there, or mark with the mouse.`
}

interface UiParts {
  create(feed: (input: Input) => void): Ui
  /** Looks after signals, so that the terminal is whole however this ends. */
  guard(conversation: Conversation): void
}

interface Looks {
  readonly profile: Profile
  readonly rings: boolean
  readonly theme: Theme
}

async function screenUi({ profile, rings, theme }: Looks): Promise<UiParts> {
  const [{ createTerminal }, { guardProcess }, { view }] = await Promise.all([
    import('../terminal/screen.ts'),
    import('../terminal/lifecycle.ts'),
    import('../client/view/view.ts'),
  ])
  // A terminal that is gone says so by a signal as well, unless somebody keeps that from us.
  let hangUp = () => {}
  let terminal: ReturnType<typeof createTerminal> | undefined
  const compose = async (text: string, lend: () => () => void) =>
    (await import('./compose.ts')).composeIn(text, lend)
  return {
    create(feed) {
      const made = createTerminal({
        input: process.stdin,
        output: process.stdout,
        profile,
        theme,
        onStroke: stroke => feed({ got: 'stroke', stroke }),
        onSize: size => feed({ got: 'size', ...size }),
        onTrouble: () => hangUp(),
      })
      terminal = made
      let shown: Model | null = null
      return {
        show(model) {
          if (shown === null || !looksUnchanged(shown, model)) made.draw(() => view(model))
          shown = model
        },
        bell: notice => rings && made.bell(notice),
        dress: chosen => made.dress(chosen),
        mouse: on => made.mouse(on),
        copy(text, what) {
          made.copy(text)
          return copiedText(what, profile)
        },
        redraw: () => made.redraw(),
        suspend: () => made.suspend(),
        compose: text => compose(text, () => made.lend()),
        close: () => made.restore(),
      }
    },
    guard(conversation) {
      hangUp = () => void conversation.leave(hangUpCode)
      if (terminal) guardProcess(terminal, () => conversation.leave())
    },
  }
}

async function plainUi({ profile, rings }: Pick<Looks, 'profile' | 'rings'>): Promise<UiParts> {
  const { createPlain } = await import('../plain/plain.ts')
  let interrupt = () => {}
  let giveUp = () => {}
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
        onGivenUp: () => giveUp(),
      }),
    }),
    guard(conversation) {
      exitOnBug()
      const leave = (code: number) => void conversation.leave().finally(() => process.exit(code))
      interrupt = () => leave(130)
      giveUp = () => void conversation.leave(1, 'there was no server in time that took what was piped in.')
      onSignal(leave)
    },
  }
}

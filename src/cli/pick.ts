/** `earshot` and `earshot join`: the client, on a full screen or as plain lines. */
import { userInfo } from 'node:os'
import { checkNick, nickFrom } from '../base/names.ts'
import { formatTarget } from '../base/target.ts'
import { startModel } from '../client/model.ts'
import type { Input } from '../client/types.ts'
import { readProfile } from '../terminal/profile.ts'
import { defaultPort } from '../wire/limits.ts'
import { exitOnBug } from './bug.ts'
import { type Conversation, converse, means, type Ui } from './conversation.ts'
import { rememberedNick, rememberNick } from './home.ts'
import type { Given } from './main.ts'

export async function run({ target, options }: Given): Promise<number> {
  const nick = chooseNick(options.nick)
  if (!nick.ok) {
    process.stderr.write(`earshot: ${nick.text}\n`)
    return 2
  }
  const profile = readProfile(process.env, {
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
    platform: process.platform,
  })
  const plain = options.plain === true || !profile.usable
  const discoveryPort = typeof options.discoveryPort === 'number' ? options.discoveryPort : defaultPort
  const interfaces = Array.isArray(options.interface) ? options.interface.map(String) : null
  const { hostHere, ownName } = await import('./host.ts')
  const ui = plain ? await plainUi() : await screenUi(profile)

  const conversation = converse({
    first: startModel({
      nick: nick.nick,
      columns: process.stdout.columns || 80,
      rows: process.stdout.rows || 24,
      target: target === null ? null : { hosts: [target.host], port: target.port },
      ...(target === null ? {} : { heading: formatTarget(target.host, target.port) }),
      hostName: ownName(),
      nowMs: means.nowMs(),
      wallMs: means.wallMs(),
    }),
    scan: options.scan === false ? null : { discoveryPort, interfaces },
    createUi: ui.create,
    host: name => hostHere({ name, discoveryPort, interfaces }),
    rememberNick,
  })
  ui.guard(conversation)
  const { code, text } = await conversation.over
  if (text !== null) process.stderr.write(`earshot: ${text}\n`)
  return code
}

/** The nick asked for, else the one used last, else what the system calls the user. */
function chooseNick(asked: unknown): { ok: true; nick: string } | { ok: false; text: string } {
  if (typeof asked === 'string') {
    const checked = checkNick(asked)
    if (checked.ok) rememberNick(checked.nick)
    return checked
  }
  const remembered = checkNick(rememberedNick() ?? '')
  return remembered.ok ? remembered : { ok: true, nick: nickFrom(systemUser()) }
}

function systemUser(): string {
  try {
    return userInfo().username
  } catch {
    // In some containers the user has a number and no name.
    return process.env.USER ?? ''
  }
}

interface UiParts {
  create(feed: (input: Input) => void): Ui
  /** Looks after signals, so that the terminal is whole however this ends. */
  guard(conversation: Conversation): void
}

async function screenUi(profile: ReturnType<typeof readProfile>): Promise<UiParts> {
  const [{ createTerminal }, { guardProcess }, { view }] = await Promise.all([
    import('../terminal/screen.ts'),
    import('../terminal/lifecycle.ts'),
    import('../client/view/view.ts'),
  ])
  let terminal: ReturnType<typeof createTerminal> | undefined
  return {
    create(feed) {
      const made = createTerminal({
        input: process.stdin,
        output: process.stdout,
        profile,
        onStroke: stroke => feed({ got: 'stroke', stroke }),
        onSize: size => feed({ got: 'size', ...size }),
      })
      terminal = made
      return {
        show: model => made.draw(() => view(model)),
        bell: () => made.bell(),
        redraw: () => made.redraw(),
        suspend: () => made.suspend(),
        close: () => made.restore(),
      }
    },
    guard(conversation) {
      if (terminal) guardProcess(terminal, () => conversation.leave())
    },
  }
}

async function plainUi(): Promise<UiParts> {
  const { createPlain } = await import('../plain/plain.ts')
  let interrupt = () => {}
  return {
    create: feed =>
      createPlain({
        input: process.stdin,
        output: process.stdout,
        dumb: process.env.TERM === 'dumb',
        feed,
        onInterrupt: () => interrupt(),
      }),
    guard(conversation) {
      exitOnBug()
      const leave = (code: number) => void conversation.leave().finally(() => process.exit(code))
      interrupt = () => leave(130)
      process.on('SIGINT', () => leave(130))
      process.on('SIGTERM', () => leave(143))
      process.on('SIGHUP', () => leave(129))
    },
  }
}

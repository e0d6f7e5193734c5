/** `earshot` and `earshot join`: the client, on a full screen or as plain lines. */
import { formatTarget } from '../base/target.ts'
import { startModel } from '../client/model.ts'
import type { Input } from '../client/types.ts'
import { readProfile } from '../terminal/profile.ts'
import { exitOnBug } from './bug.ts'
import { type Conversation, converse, means, type Ui } from './conversation.ts'
import { listening } from './find.ts'
import { rememberNick } from './home.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { onSignal } from './signals.ts'

export async function run({ target, options }: Given): Promise<number> {
  const nick = typeof options.nick === 'string' ? options.nick : usualNick()
  if (typeof options.nick === 'string') rememberNick(options.nick)
  const profile = readProfile(process.env, {
    inputIsTerminal: process.stdin.isTTY === true,
    outputIsTerminal: process.stdout.isTTY === true,
    platform: process.platform,
  })
  const plain = options.plain === true || !profile.usable
  const { discoveryPort, interfaces } = listening(options)
  const { hostHere, ownName } = await import('./host.ts')
  const ui = plain ? await plainUi() : await screenUi(profile)

  const conversation = converse({
    first: startModel({
      nick,
      columns: process.stdout.columns || 80,
      rows: process.stdout.rows || 24,
      target: target === null ? null : { hosts: [target.host], port: target.port },
      ...(target === null ? {} : { heading: formatTarget(target.host, target.port) }),
      hostName: ownName(),
      scans: options.scan !== false,
      nowMs: means.nowMs(),
      wallMs: means.wallMs(),
    }),
    scan: options.scan === false ? null : { discoveryPort, interfaces },
    createUi: ui.create,
    host: name => hostHere({ name, discoveryPort, interfaces }),
    rememberNick,
    rooms: Array.isArray(options.room) ? options.room.map(String) : [],
  })
  ui.guard(conversation)
  const { code, text } = await conversation.over
  if (text !== null) process.stderr.write(`earshot: ${text}\n`)
  return code
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
  let giveUp = () => {}
  return {
    create: feed =>
      createPlain({
        input: process.stdin,
        output: process.stdout,
        dumb: process.env.TERM === 'dumb',
        feed,
        onInterrupt: () => interrupt(),
        onGivenUp: () => giveUp(),
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

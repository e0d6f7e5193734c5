/** `earshot send`: says lines and ends well only when the server has kept every one of them. */
import { nanoid } from 'nanoid'
import { cleanLine, cleanText } from '../base/clean.ts'
import { lobby } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import { utf8Bytes } from '../base/utf8.ts'
import type { Target } from '../client/types.ts'
import { limits } from '../wire/limits.ts'
import { type ClientMessage, type ServerMessage, type WireLine, write } from '../wire/messages.ts'
import { exitOnBug } from './bug.ts'
import { startErrand } from './errand.ts'
import { findServer, searchOf } from './find.ts'
import { type InputRead, readLines, readWhole } from './input.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { readAddressed } from './place.ts'
import { onSignal } from './signals.ts'

/** Bounds of this command, each with its answer. */
const bounds = {
  /** Messages on their way; reading waits until one of them is acknowledged. */
  pendingMax: 16,
  /** With messages on their way and none acknowledged for so long, it is given up. */
  patienceMs: 60_000,
} as const

/** Refusals after which nothing else would be taken either. */
const final: readonly string[] = ['no-such-nick', 'not-in-room', 'too-many-rooms', 'bad-room']

export async function run({ words, options }: Given): Promise<number> {
  exitOnBug()
  let interrupt = (code: number): void => process.exit(code)
  onSignal(code => interrupt(code))
  const addressed = readAddressed(words)
  if (!addressed.ok) {
    complain(addressed.text)
    return 2
  }
  const found = await findServer(searchOf(options))
  if (!found.ok) {
    complain(found.text)
    return found.code
  }
  const { place, text } = addressed.value
  const { done, stop } = deliver({
    target: found.target,
    nick: typeof options.nick === 'string' ? options.nick : usualNick(),
    place,
    inputs: text === null ? standardInput(place, options.whole === true) : theOne(text),
    isOne: text !== null || options.whole === true,
  })
  interrupt = stop
  return await done
}

function complain(text: string): void {
  process.stderr.write(`earshot: ${text}\n`)
}

async function* theOne(body: string): AsyncGenerator<InputRead> {
  yield { number: 1, body }
}

/** Asked for only when the server is reached, so that nobody types in vain. */
async function* standardInput(place: string, isWhole: boolean): AsyncGenerator<InputRead> {
  if (process.stdin.isTTY === true)
    process.stderr.write(
      `Type what ${place} shall read${isWhole ? '' : ', each line a message'}; Ctrl-D ends it.\n`,
    )
  yield* isWhole ? readWhole(process.stdin) : readLines(process.stdin)
}

interface Delivery {
  readonly target: Target
  readonly nick: string
  /** `#room` or `@nick`. */
  readonly place: string
  readonly inputs: AsyncIterable<InputRead>
  /** There is one message only, so none is told by its line. */
  readonly isOne: boolean
}

/** `done` resolves with the exit code; `stop` ends it before. */
function deliver({ target, nick, place, inputs, isOne }: Delivery): {
  done: Promise<number>
  stop(code: number): void
} {
  /** On their way, in order; sent again after every cut. */
  const pending = new Map<string, { number: number; body: string }>()
  /** The last line of each room, so that its past is told no second time. */
  const last = new Map<string, number>()
  let failed = false
  let isAllRead = false
  let isOver = false
  let makeRoom = (): void => {}
  let patience: NodeJS.Timeout | undefined
  let finish: (code: number) => void = () => {}
  const done = new Promise<number>(resolve => {
    finish = code => {
      if (isOver) return
      isOver = true
      makeRoom()
      clearTimeout(patience)
      void errand.end().then(() => resolve(code))
    }
  })

  const errand = startErrand({
    target,
    nick,
    last: () => Object.fromEntries(last),
    onWelcome(how) {
      if (how === 'other') return giveUp('another server answers at this address now.')
      if (how === 'reset') last.clear()
      if (!isDirect(place) && place !== lobby) errand.say({ type: 'join', room: place })
      for (const [id, { body }] of pending) errand.say(saying(id, body))
      if (how === 'first') void readAll()
    },
    onHeard: hear,
    onLost: why => complain(`connection lost: ${why} Trying again.`),
    onFailed: giveUp,
  })

  const saying = (id: string, body: string): ClientMessage => ({
    type: 'say',
    id,
    room: place,
    kind: 'say',
    body,
  })

  function giveUp(why: string): void {
    complain(`${pending.size === 0 ? '' : `${unacknowledged()}: `}${why}`)
    finish(1)
  }

  const unacknowledged = (): string =>
    `${pending.size} ${pending.size === 1 ? 'message was' : 'messages were'} not acknowledged`

  async function readAll(): Promise<void> {
    try {
      for await (const read of inputs) {
        if (isOver) return
        await take(read)
      }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code === null) throw error
      return giveUp(`standard input cannot be read (${code}).`)
    }
    isAllRead = true
    finishWhenSaid()
  }

  async function take(read: InputRead): Promise<void> {
    if ('fault' in read)
      return refuse(
        read.number,
        read.fault === 'too-long' ? tooLong : 'It is not UTF-8. Convert it first, such as with iconv.',
      )
    const id = nanoid()
    const body = cleanText(read.body).replace(/^\n+|\s+$/g, '')
    const isTooLong =
      utf8Bytes(body) > limits.bodyBytesMax ||
      body.split('\n').length > limits.bodyLinesMax ||
      utf8Bytes(write(saying(id, body))) > limits.clientLineBytesMax
    if (isTooLong) return refuse(read.number, tooLong)
    while (pending.size >= bounds.pendingMax && !isOver)
      await new Promise<void>(resolve => {
        makeRoom = resolve
      })
    if (pending.size === 0) waitForNews()
    pending.set(id, { number: read.number, body })
    errand.say(saying(id, body))
  }

  function refuse(number: number, why: string): void {
    failed = true
    complain(`${isOne ? 'it' : `line ${number}`} was not sent: ${why}`)
  }

  function hear(message: ServerMessage) {
    if (message.type === 'line') acknowledge(message)
    else if (message.type === 'backlog') {
      last.set(message.room, last.get(message.room) ?? 0)
      message.lines.forEach(acknowledge)
    } else if (message.type === 'refused') refused(message)
  }

  function acknowledge({ id, room, seq }: WireLine): void {
    last.set(room, Math.max(last.get(room) ?? 0, seq))
    if (pending.delete(id)) settled()
  }

  function refused({ about, code, text, suggestion }: Extract<ServerMessage, { type: 'refused' }>) {
    const why = `${cleanLine(text)}${code === 'no-such-nick' && suggestion ? ` Did you mean @${cleanLine(suggestion)}?` : ''}`
    if (about === 'join' && code !== 'already-in') return giveUp(why)
    const one = pending.get(about)
    if (!one) return
    pending.delete(about)
    refuse(one.number, why)
    if (final.includes(code)) return finish(1)
    settled()
  }

  function settled(): void {
    waitForNews()
    makeRoom()
    finishWhenSaid()
  }

  function waitForNews(): void {
    clearTimeout(patience)
    patience = setTimeout(
      () => giveUp(`the server was silent about it for ${bounds.patienceMs / 1000} s.`),
      bounds.patienceMs,
    )
  }

  function finishWhenSaid(): void {
    if (pending.size > 0) return
    clearTimeout(patience)
    if (isAllRead) finish(failed ? 1 : 0)
  }

  return {
    done,
    stop(code) {
      if (pending.size > 0) complain(`${unacknowledged()}: it was interrupted.`)
      // A second signal does not wait for the farewell.
      if (isOver) process.exit(code)
      finish(code)
    },
  }
}

const tooLong = `It is too long: at most ${limits.bodyBytesMax} bytes and ${limits.bodyLinesMax} lines go into one message. Send it in parts.`

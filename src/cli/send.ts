/** `earshot send`: says lines and ends well only when the server has kept every one of them. */
import { nanoid } from 'nanoid'
import { cleanLine, cleanText } from '../base/clean.ts'
import { lobby } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { limits } from '../wire/limits.ts'
import type { ClientMessage, ServerMessage, WireLine } from '../wire/messages.ts'
import { write } from '../wire/written.ts'
import { startErrand } from './errand.ts'
import { type InputRead, readLines, readWhole } from './input.ts'
import type { Given } from './main.ts'
import { type Meant, runErrand, type UnderWay } from './opening.ts'
import { type Pace, startPace } from './pace.ts'
import { readAddressed } from './place.ts'
import { complain } from './saying.ts'
import { besideText, type Calling } from './visitor.ts'

/** Bounds of this command, each with its answer. */
const bounds = {
  /** Messages on their way; reading waits until one of them is acknowledged. */
  pendingMax: 16,
  /** With messages on their way and none acknowledged for so long, it is given up. */
  patienceMs: 60_000,
  /** A server that cannot keep a line just now gets it again after this, where waiting was asked for. */
  againMs: 1_000,
} as const

/** Refusals after which nothing else would be taken either. */
const final: readonly string[] = ['no-such-nick', 'not-in-room', 'too-many-rooms', 'bad-room']

export async function run({ words, options }: Given): Promise<number> {
  const isWhole = options.whole === true
  return await runErrand(
    options,
    readAddressed(words),
    'nothing was sent: it was interrupted.',
    (server, calling, { place, text }) =>
      deliver({
        server,
        calling,
        place,
        inputs: text === null ? standardInput(place, isWhole) : theOne(text),
        isOne: text !== null || isWhole,
      }),
  )
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
  readonly server: Meant
  readonly calling: Calling
  /** `#room` or `@nick`. */
  readonly place: string
  readonly inputs: AsyncIterable<InputRead>
  /** There is one message only, so none is told by its line. */
  readonly isOne: boolean
}

function deliver({ server, calling, place, inputs, isOne }: Delivery): UnderWay {
  const patienceMs = server.patience?.ms ?? bounds.patienceMs
  /** On their way, in order; sent again after every cut. */
  const pending = new Map<string, { number: number; body: string }>()
  /** The last line of each room, so that its past is told no second time. */
  const last = new Map<string, number>()
  let failed = false
  /** The server was met at least once. */
  let isMet = false
  let isAllRead = false
  /** There is more to say than may be on its way. */
  let isFull = false
  /** For somebody who looks on. */
  let pace: Pace | null = null
  /** The server cannot keep anything just now, and that was told. */
  let isStuck = false
  let isOver = false
  let makeRoom = (): void => {}
  let patience: NodeJS.Timeout | undefined
  /** Runs while a server that cannot keep anything is left alone; what waits is said again then, in order. */
  let again: NodeJS.Timeout | undefined
  let finish: (code: number) => void = () => {}
  const done = new Promise<number>(resolve => {
    finish = code => {
      if (isOver) return
      isOver = true
      makeRoom()
      clearTimeout(patience)
      clearTimeout(again)
      pace?.end()
      void errand.end().then(() => resolve(code))
    }
  })

  const errand = startErrand({
    server,
    calling,
    last: () => Object.fromEntries(last),
    onWelcome(how) {
      if (how === 'other') return giveUp('another server answers at this address now.')
      if (how === 'reset') last.clear()
      isMet = true
      // From now on only a line that is not acknowledged is waited for.
      if (how === 'first') clearTimeout(patience)
      if (!isDirect(place) && place !== lobby) errand.say({ type: 'join', room: place })
      sayAgain()
      if (how !== 'first') return
      if (!isOne && process.stderr.isTTY === true) pace = startPace(() => isFull)
      void readAll()
    },
    onHeard: hear,
    isQuiet: () => pending.size === 0,
    onBeside: () => complain(besideText),
    onLost: why =>
      complain(isMet ? `connection lost: ${why} Trying again.` : `${why} Waiting for the server.`),
    onNotice: complain,
    onFailed: giveUp,
  })
  if (server.patience !== null) waitForNews(server.untilMs - performance.now())

  function sayAgain(): void {
    clearTimeout(again)
    again = undefined
    for (const [id, { body }] of pending) errand.say(saying(id, body))
  }

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

  function unacknowledged(): string {
    const count = `${pending.size} ${pending.size === 1 ? 'message was' : 'messages were'} not acknowledged`
    if (isOne) return count
    const numbers = [...pending.values()].map(({ number }) => number)
    const which = numbers.length === 1 ? `line ${numbers[0]}` : `lines ${numbers[0]} to ${numbers.at(-1)}`
    return `${count} (${which}${isAllRead ? '' : '; what follows was not read'})`
  }

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
    while (pending.size >= bounds.pendingMax && !isOver) {
      isFull = true
      await new Promise<void>(resolve => {
        makeRoom = resolve
      })
    }
    isFull = false
    if (pending.size === 0) waitForNews()
    pending.set(id, { number: read.number, body })
    if (again === undefined) errand.say(saying(id, body))
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
    if (!pending.delete(id)) return
    pace?.kept()
    settled()
  }

  function refused({ about, code, text, suggestion }: Extract<ServerMessage, { type: 'refused' }>) {
    const why = `${cleanLine(text)}${code === 'no-such-nick' && suggestion ? ` Did you mean @${cleanLine(suggestion)}?` : ''}`
    if (about === 'join' && code !== 'already-in') return giveUp(why)
    const one = pending.get(about)
    if (!one) return
    if (code === 'storage' && server.patience !== null) {
      // All that waits is said again in its order, and nothing else before.
      if (!isStuck) complain(`${cleanLine(text)} Trying again.`)
      isStuck = true
      again ??= setTimeout(sayAgain, bounds.againMs)
      return
    }
    pending.delete(about)
    refuse(one.number, why)
    if (final.includes(code)) return finish(1)
    settled()
  }

  function settled(): void {
    isStuck = false
    waitForNews()
    makeRoom()
    finishWhenSaid()
  }

  function waitForNews(ms = patienceMs): void {
    clearTimeout(patience)
    if (ms === Number.POSITIVE_INFINITY) return
    const seconds = patienceMs / 1000
    patience = setTimeout(
      () =>
        giveUp(
          isStuck
            ? `the server could not keep it within ${seconds} s.`
            : isMet
              ? `the server was silent about it for ${seconds} s.`
              : `nothing was sent: the server was not there within ${seconds} s.`,
        ),
      Math.max(1, ms),
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
      if (!isMet) complain('nothing was sent: it was interrupted.')
      else if (pending.size > 0) complain(`${unacknowledged()}: it was interrupted.`)
      // A second signal does not wait for the farewell.
      if (isOver) process.exit(code)
      finish(code)
    },
  }
}

const tooLong = `It is too long: at most ${limits.bodyBytesMax} bytes and ${limits.bodyLinesMax} lines go into one message. Send it in parts.`

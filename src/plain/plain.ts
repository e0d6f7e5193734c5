/** The client as lines, for pipes, screen readers and dumb terminals. It knows the model and a readline, no screen. */
import { clearLine, createInterface, cursorTo } from 'node:readline'
import { Writable } from 'node:stream'
import { asciiText } from '../base/ascii.ts'
import { hasLooked } from '../client/choosing.ts'
import { isBusy, type Model, screenOf } from '../client/model.ts'
import type { Input } from '../client/types.ts'
import { news, nothingTold } from './news.ts'
import { withoutKeys } from './typed.ts'

export interface PlainOptions {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WriteStream
  /** TERM=dumb and the like: not even the typed line is moved. */
  readonly dumb: boolean
  /** Whether more than ASCII can be read there. */
  readonly unicode: boolean
  /** Whether it rings when somebody calls. */
  readonly rings: boolean
  feed(input: Input): void
  /** ^C. */
  onInterrupt(): void
  /** The pipe has ended, and what it said could not be said; `why` is a sentence for the user. */
  onGivenUp(why: string): void
}

/** How long the last words of a pipe may wait for the next acknowledgement, once it has ended. */
const lastWordsMs = 10_000

const unsaidText = 'there was no server in time that took what was piped in.'
const unchosenText =
  'the input ended, and no server was chosen. “earshot scan” lists them; “earshot join NAME” or “earshot join HOST” goes straight in.'

/** Nothing leads from the list to a server any more, where nobody can choose: whoever is here has answered. */
const isUnchosen = (model: Model): boolean =>
  screenOf(model) === 'picker' &&
  hasLooked(model) &&
  !model.picker.hosting &&
  model.picker.sweep?.done !== false

export interface Plain {
  show(model: Model): void
  bell(notice: string): void
  dress(): void
  mouse(): void
  copy(): string
  redraw(): void
  suspend(): void
  close(): void
}

/** Where readline draws what is typed: the terminal, but for what nobody shall see. */
function echoOf(output: NodeJS.WriteStream, isHidden: () => boolean): Writable {
  const echo = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      if (!isHidden()) output.write(chunk)
      done()
    },
  })
  Object.defineProperty(echo, 'columns', { get: () => output.columns })
  output.on('resize', () => echo.emit('resize'))
  return echo
}

export function createPlain(options: PlainOptions): Plain {
  const { input, output, dumb, unicode, rings, feed, onInterrupt, onGivenUp } = options
  let latest: Model | null = null
  const moves = input.isTTY === true && output.isTTY === true && !dumb
  const echo = moves ? echoOf(output, () => latest?.ask?.about === 'password') : undefined
  const lines = createInterface({
    input,
    output: echo,
    terminal: moves,
    historySize: 200,
    prompt: '> ',
  })
  let told = nothingTold
  let ended = false
  let closing = false
  let leaving = false
  let patience: NodeJS.Timeout | undefined
  let waited = 0

  /** New lines come above the one being typed, which is drawn again below them. */
  function print(fresh: readonly string[]): void {
    if (fresh.length === 0) return
    const whole = `${fresh.join('\n')}\n`
    const text = unicode ? whole : asciiText(whole)
    if (!moves) return void output.write(text)
    cursorTo(output, 0)
    clearLine(output, 0)
    output.write(text)
    if (!closing) lines.prompt(true)
  }

  function waitForLastWords(): void {
    clearTimeout(patience)
    patience = setTimeout(() => onGivenUp(unsaidText), lastWordsMs)
  }

  /** A pipe that has ended is left when all it said is kept and all it asked is answered. */
  function leaveWhenSaid(): void {
    if (ended && latest !== null && input.isTTY !== true) {
      const { outbox, held, picker } = latest
      const waiting = outbox.length + held.length + (picker.sweep?.asked ?? 0)
      // A server that takes lines slowly is not one that takes none.
      if (waiting !== waited) waitForLastWords()
      waited = waiting
    }
    if (!ended || leaving || latest === null) return
    if (isUnchosen(latest)) {
      leaving = true
      onGivenUp(latest.held.length > 0 ? unsaidText : unchosenText)
    } else if (latest.link.at === 'joined' && !isBusy(latest)) {
      leaving = true
      feed({ got: 'entered', text: '/quit' })
    }
  }

  // A password is nothing that Up should bring back.
  lines.on('history', history => {
    if (latest?.ask?.about === 'password') history.shift()
  })
  lines.on('line', text => feed({ got: 'entered', text: input.isTTY === true ? withoutKeys(text) : text }))
  lines.on('SIGINT', () => onInterrupt())
  lines.on('close', () => {
    if (closing) return
    ended = true
    // A terminal’s ^D means: leave now.
    if (input.isTTY === true) return feed({ got: 'entered', text: '/quit' })
    waitForLastWords()
    leaveWhenSaid()
  })
  if (moves) lines.prompt()

  return {
    show(model) {
      latest = model
      const fresh = news(told, model)
      told = fresh.told
      print(fresh.lines)
      leaveWhenSaid()
    },
    bell: () => void (rings && output.isTTY === true && output.write('\u0007')),
    dress: () => {},
    mouse: () => {},
    copy: () =>
      'Plain lines go to no clipboard: nothing but lines is written here. Mark them in the terminal.',
    redraw: () => {},
    suspend: () => {},
    close() {
      if (closing) return
      closing = true
      clearTimeout(patience)
      lines.close()
      if (moves) {
        cursorTo(output, 0)
        clearLine(output, 0)
      }
    },
  }
}

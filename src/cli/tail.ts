/** `earshot tail`: prints what is said in a room, each line once and in order, until it is interrupted. */
import { cleanLine } from '../base/clean.ts'
import { fold, lobby } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import { startErrand } from './errand.ts'
import { type Begin, createFollow, type Wanted } from './follow.ts'
import type { Given } from './main.ts'
import { type Meant, runErrand, type UnderWay } from './opening.ts'
import { lossCode } from './output.ts'
import { readPlace } from './place.ts'
import { createPrinting, isPipedOut } from './printing.ts'
import { complain } from './saying.ts'
import { atMsOf, type Since } from './since.ts'
import { type Counted, lineJson, lineText } from './telling.ts'
import { besideText, type Calling } from './visitor.ts'

const linesDefault = 10

export async function run({ words, options }: Given): Promise<number> {
  const place = words.length > 1 ? tooMany : readPlace(words[0] ?? lobby)
  const since = isSince(options.since) ? options.since : null
  return await runErrand(options, place, null, (server, calling, place) => {
    const following = follow({
      server,
      calling,
      place,
      begin: beginOf(since, options.last),
      since: since !== null && 'seq' in since ? since : null,
      shown:
        options.json === true
          ? (line, _, counted) => lineJson(line, counted)
          : (line, place) => lineText(line, place),
    })
    process.stdout.on('error', error => following.stop(lossCode(error)))
    return following
  })
}

const tooMany = { ok: false, text: 'one room or one nick is followed at a time.' } as const

const isSince = (given: unknown): given is Since => typeof given === 'object' && given !== null

function beginOf(since: Since | null, last: unknown): Begin {
  if (since === null) return { first: typeof last === 'number' ? last : linesDefault }
  return 'seq' in since ? { after: since.seq } : { atMs: atMsOf(since, Date.now()) }
}

interface Following {
  readonly server: Meant
  readonly calling: Calling
  /** `#room` or `@nick`. */
  readonly place: string
  readonly begin: Begin
  /** The line to begin behind, where it is one. */
  readonly since: Extract<Since, { seq: number }> | null
  shown(line: WireLine, place: string, counted: Counted): string
}

function follow({ server, calling, place, begin, since, shown }: Following): UnderWay {
  /** The room’s name on the wire; a direct conversation has one that only the server knows. */
  let room = isDirect(place) ? null : place
  let label = place
  let hasJoined = place === lobby
  let isMet = false
  let counted: Counted = { epoch: '' }
  let patience: NodeJS.Timeout | undefined
  let timer: NodeJS.Timeout | undefined
  let asked: Wanted | null = null
  let isOver = false
  let finish: (code: number) => void = () => {}
  const done = new Promise<number>(resolve => {
    finish = code => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      clearTimeout(patience)
      printing.end()
      void errand.end().then(() => resolve(code))
    }
  })

  const printing = createPrinting({
    write: text => void process.stdout.write(text),
    isPiped: isPipedOut(),
  })
  const lines = createFollow({
    begin,
    print: line => {
      if (!isOver) printing.print(shown(line, label, counted))
    },
    ask,
    missing: count =>
      complain(`${count} ${count === 1 ? 'line is' : 'lines are'} no longer kept and left out.`),
    beyond: head =>
      complain(
        `line ${'after' in begin ? begin.after : 0} was never said here: ${label} has come to line ${head} only. Its history was reset, or another server is meant. All there is follows.`,
      ),
  })

  const errand = startErrand({
    server,
    calling,
    last() {
      const last = lines.last()
      return room === null || last === null ? {} : { [room]: last }
    },
    heard: () =>
      since === null || since.epoch === null || since.run === null || room === null
        ? null
        : { epoch: since.epoch, run: since.run, seen: { [room]: since.seq } },
    onWelcome(how, { epoch, run, wentBack }) {
      if (how === 'other') return giveUp('another server answers at this address now.')
      isMet = true
      counted = { epoch, ...(run === undefined ? {} : { run }) }
      clearTimeout(patience)
      const isLost = wentBack === true || (since?.epoch ?? epoch) !== epoch
      if (how === 'first' && isLost) {
        complain('the server’s history was reset since that line. All there is follows.')
        lines.reset()
      }
      if (how !== 'first')
        complain(how === 'reset' ? 'connected again; the server’s history was reset.' : 'connected again.')
      if (how === 'reset') lines.reset()
      join()
    },
    onHeard: hear,
    isQuiet: () => true,
    onBeside() {
      if (isDirect(place))
        return giveUp(
          'a window of yours was opened there, and this conversation is yours. Read it in the window.',
        )
      complain(besideText)
      // Whoever it goes on as may not be let into this room.
      hasJoined = place === lobby
    },
    onLost(why) {
      clearTimeout(timer)
      lines.cut()
      complain(isMet ? `connection lost: ${why} Trying again.` : `${why} Waiting for the server.`)
    },
    onNotice: complain,
    onFailed: giveUp,
  })
  if (server.untilMs < Number.POSITIVE_INFINITY)
    patience = setTimeout(
      () => giveUp(`the server was not there within ${(server.patience?.ms ?? 0) / 1000} s.`),
      Math.max(1, server.untilMs - performance.now()),
    )

  function giveUp(why: string): void {
    complain(why)
    finish(1)
  }

  const join = (): void => {
    if (place !== lobby) errand.say({ type: 'join', room: place })
  }

  function ask(wanted: Wanted): void {
    asked = wanted
    if (room !== null) errand.say({ type: 'history', room, ...wanted })
  }

  function hear(message: ServerMessage) {
    switch (message.type) {
      case 'direct':
        return direct(message)
      case 'backlog':
        if (message.room !== room) return
        hasJoined = true
        return lines.backlog(message.lines, message.complete)
      case 'line':
        return message.room === room ? lines.line(lineOf(message)) : undefined
      case 'page':
        return message.room === room ? lines.page(message.lines, message.more, message.complete) : undefined
      case 'refused':
        return refused(message)
    }
  }

  /** The answer to our join says which conversation it is; later ones, that the other has another nick. */
  function direct({ room: named, with: other }: Extract<ServerMessage, { type: 'direct' }>) {
    if (isDirect(place) && (named === room || fold(other) === fold(place.slice(1)))) {
      room = named
      label = `@${cleanLine(other, 48)}`
    }
  }

  function refused({
    about,
    code,
    text,
    retryMs,
    suggestion,
  }: Extract<ServerMessage, { type: 'refused' }>): void {
    if (about === 'history' && asked !== null) {
      const again = asked
      timer = setTimeout(() => ask(again), retryMs ?? bounds.rejoinMs)
    } else if (about === 'join' && code !== 'already-in') {
      if (hasJoined) timer = setTimeout(join, retryMs ?? bounds.rejoinMs)
      else
        giveUp(
          `${cleanLine(text)}${suggestion === undefined ? '' : ` Did you mean @${cleanLine(suggestion)}?`}`,
        )
    }
  }

  return {
    done,
    stop(code) {
      // A second signal does not wait for the farewell.
      if (isOver) process.exit(code)
      finish(code)
    },
  }
}

/** What a backlog’s lines are, too: without the type. */
function lineOf({ type: _, ...line }: Extract<ServerMessage, { type: 'line' }>): WireLine {
  return line
}

/** `earshot tail`: prints what is said in a room, each line once and in order, until it is interrupted. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { fold, lobby } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import { entryText, type Said } from '../client/scrollback.ts'
import type { Target } from '../client/types.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { write } from '../wire/messages.ts'
import { exitOnBug } from './bug.ts'
import { startErrand } from './errand.ts'
import { findServer, searchOf } from './find.ts'
import { createFollow, type Wanted } from './follow.ts'
import type { Given } from './main.ts'
import { usualNick } from './nick.ts'
import { readPlace } from './place.ts'
import { onSignal } from './signals.ts'

const linesDefault = 10
/** Somebody who was here before the server began anew may come back; they are asked for this often. */
const rejoinMs = 2_000

export async function run({ words, options }: Given): Promise<number> {
  exitOnBug()
  let interrupt = (code: number): void => process.exit(code)
  onSignal(code => interrupt(code))
  const place = words.length > 1 ? tooMany : readPlace(words[0] ?? lobby)
  if (!place.ok) {
    complain(place.text)
    return 2
  }
  const found = await findServer(searchOf(options))
  if (!found.ok) {
    complain(found.text)
    return found.code
  }
  const { done, stop } = follow({
    target: found.target,
    nick: typeof options.nick === 'string' ? options.nick : usualNick(),
    place: place.value,
    first: typeof options.last === 'number' ? options.last : linesDefault,
    shown: options.json === true ? asJson : asText,
  })
  interrupt = stop
  // Whoever reads has seen enough, as “head” does.
  process.stdout.on('error', () => stop(0))
  return await done
}

const tooMany = { ok: false, text: 'one room or one nick is followed at a time.' } as const

function complain(text: string): void {
  process.stderr.write(`earshot: ${text}\n`)
}

/** The line as it is on the wire. */
const asJson = (line: WireLine): string => write({ type: 'line', ...line })

/** The line as plain mode shows it. */
function asText(line: WireLine, place: string): string {
  return entryText({ ...said(line), key: 0, room: place, wallMs: line.at, newMinute: true })
}

function said({ seq, from: rawFrom, kind, body: rawBody }: WireLine): Said {
  const from = cleanLine(rawFrom, 48)
  const body = cleanText(rawBody)
  if (kind !== 'topic')
    return { kind: 'line', seq, from, emote: kind === 'emote', body, own: false, mention: false }
  const topic = cleanLine(body)
  const text = topic === '' ? `${from} took the topic away` : `${from} set the topic: ${topic}`
  return { kind: 'notice', tone: 'plain', text }
}

interface Following {
  readonly target: Target
  readonly nick: string
  /** `#room` or `@nick`. */
  readonly place: string
  /** Lines of the past to begin with. */
  readonly first: number
  shown(line: WireLine, place: string): string
}

/** `done` resolves with the exit code; `stop` ends it before. */
function follow({ target, nick, place, first, shown }: Following): {
  done: Promise<number>
  stop(code: number): void
} {
  /** The room’s name on the wire; a direct conversation has one that only the server knows. */
  let room = isDirect(place) ? null : place
  let label = place
  let hasJoined = place === lobby
  let timer: NodeJS.Timeout | undefined
  let asked: Wanted | null = null
  let isOver = false
  let finish: (code: number) => void = () => {}
  const done = new Promise<number>(resolve => {
    finish = code => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      void errand.end().then(() => resolve(code))
    }
  })

  const lines = createFollow({
    first,
    print: line => {
      if (!isOver) process.stdout.write(`${shown(line, label)}\n`)
    },
    ask,
    missing: count =>
      complain(`${count} ${count === 1 ? 'line is' : 'lines are'} no longer kept and left out.`),
  })

  const errand = startErrand({
    target,
    nick,
    last() {
      const last = lines.last()
      return room === null || last === null ? {} : { [room]: last }
    },
    onWelcome(how) {
      if (how === 'other') return giveUp('another server answers at this address now.')
      if (how !== 'first')
        complain(how === 'reset' ? 'connected again; the server’s history was reset.' : 'connected again.')
      if (how === 'reset') lines.reset()
      join()
    },
    onHeard: hear,
    onLost(why) {
      clearTimeout(timer)
      lines.cut()
      complain(`connection lost: ${why} Trying again.`)
    },
    onFailed: giveUp,
  })

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
      timer = setTimeout(() => ask(again), retryMs ?? rejoinMs)
    } else if (about === 'join' && code !== 'already-in') {
      if (hasJoined) timer = setTimeout(join, retryMs ?? rejoinMs)
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

/** What the server answers about rooms: whom a conversation is with, what was left, listed, found, read and written long ago. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { borderFrom } from '../base/clusters.ts'
import { fold } from '../base/names.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { bounds, patience } from './bounds.ts'
import { answered, cleanName, cleanNick, isLeaving, reopen, reopened, topicText } from './hearing.ts'
import { counted, dayLabel, timeLabel } from './labels.ts'
import type { Model } from './model.ts'
import { fillGap, putAbove, tellPast } from './older.ts'
import { labelOf, type Room } from './room.ts'
import { close, conversationWith, isIgnored, isUnnamed, renameRoom, show } from './rooms.ts'
import { changed } from './scrollback.ts'
import { patch, putRoom, roomNamed, type Turn, tell } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** Whom a conversation is with: of one that is new here, one we asked for, or one whose other side has a new nick. */
export function takeDirect(turn: Turn, said: Of<'direct'>): void {
  const name = cleanName(said.room)
  const nick = cleanNick(said.with)
  const address = `@${nick}`
  const isAddress = (room: string) => fold(room) === fold(address)
  const { model } = turn
  const asked = model.asked.some(one => one.to === 'join' && isAddress(one.room))
  const opened = asked || model.outbox.some(one => one.room === name || isAddress(one.room))
  if (asked) answered(turn, 'join', address)

  // Nobody is let in while the leave is under way, so no past follows: what we have of it is all there is.
  const isReopened = opened && isBeingLeft(model, name)
  const known = isReopened ? reopen(turn, name, nick) : model.rooms.get(name)
  const unnamed = conversationWith(model, nick)
  if (known) {
    if (known.partner !== nick) rename(turn, known, nick)
    if (unnamed && unnamed.name !== name && isUnnamed(unnamed)) {
      // Two names for one conversation: the one we asked for is the one we have.
      if (turn.model.current === unnamed.name) show(turn, name)
      close(turn, unnamed.name)
    }
  } else if (unnamed && isUnnamed(unnamed)) {
    renameRoom(turn, unnamed.name, name, nick)
    const seq = model.reentered.has(name) ? (model.closed.get(name) ?? null) : null
    const room = turn.model.rooms.get(name)
    // Closed and opened again without the server: it tells only what came after the closing.
    if (room && seq !== null) putRoom(turn, { ...room, lastSeq: seq, newsAfter: seq })
  } else if (!isBeingLeft(model, name)) {
    const room = roomNamed(turn, name, nick)
    if (!room) return
    const closedSeq = model.closed.get(name)
    const isReentry = model.reentered.has(name)
    const isBegun = model.hasReturned && !opened
    putRoom(turn, {
      ...room,
      newsAfter: closedSeq ?? (isBegun ? 0 : null),
      // The server told its past from there on.
      lastSeq: isReentry ? (closedSeq ?? null) : null,
      isHushed: isReentry && !opened,
    })
  }
  // Of one that is closed here and being left there, only the other one’s new nick is told.
  if (turn.model.rooms.has(name)) reopened(turn, name)
  patch(turn, {
    outbox: turn.model.outbox.map(one => (isAddress(one.room) ? { ...one, room: name } : one)),
  })
}

/** Whether it is closed here, and the server was asked to let us out. */
const isBeingLeft = (model: Model, name: string): boolean => !model.rooms.has(name) && isLeaving(model, name)

function rename(turn: Turn, room: Room, nick: string): void {
  const was = room.partner
  const named = { ...room, partner: nick, label: labelOf(room.name, nick), typists: new Map() }
  const change = was === null ? {} : changed(named, { nick, did: 'renamed', was }, turn.model.wallMs)
  putRoom(turn, { ...named, ...change })
}

export function takeLeft(turn: Turn, said: Of<'left'>): void {
  const name = cleanName(said.room)
  const room = turn.model.rooms.get(name)
  const isWanted = isLeaving(turn.model, name)
  answered(turn, 'leave', name)
  // Something was said in it while it was being left, so it is open again.
  if (!room || (room.partner !== null && !isWanted)) return
  close(turn, name)
  tell(
    turn,
    room.partner === null ? `You left ${room.label}.` : `The conversation with ${room.partner} is closed.`,
  )
}

export function takeTopic(turn: Turn, said: Of<'topic'>): void {
  const room = turn.model.rooms.get(cleanName(said.room))
  if (room) putRoom(turn, { ...room, topic: cleanLine(said.body) })
}

export function takeTyping(turn: Turn, said: Of<'typing'>): void {
  const room = turn.model.rooms.get(cleanName(said.room))
  const nick = cleanNick(said.nick)
  if (!room || nick === turn.model.nick || isIgnored(turn.model, nick)) return
  const typists = new Map(room.typists)
  if (!said.on) typists.delete(nick)
  else if (typists.has(nick) || typists.size < bounds.typists)
    typists.set(nick, turn.model.nowMs + patience.typingGoneMs)
  putRoom(turn, { ...room, typists })
}

/** Told in the room on show, and marked in the bars while it lasts. */
export function takeStorage(turn: Turn, { keeps, text }: Of<'storage'>): void {
  if (turn.model.isNotSaving === !keeps) return
  patch(turn, { isNotSaving: !keeps })
  tell(turn, cleanLine(text), keeps ? 'plain' : 'warning')
}

/** How far the other one of a conversation has read; of rooms nobody is told. */
export function takeRead(turn: Turn, said: Of<'read'>): void {
  const room = turn.model.rooms.get(cleanName(said.room))
  if (room && room.partner !== null && said.seq > room.readSeq && cleanNick(said.nick) !== turn.model.nick)
    putRoom(turn, { ...room, readSeq: said.seq })
}

export function takeRooms(turn: Turn, said: Of<'rooms'>) {
  const { pieces } = turn.model
  const listed = [...pieces.listed, ...said.rooms].slice(0, bounds.roomNames)
  if (!said.complete) return patch(turn, { pieces: { ...pieces, listed } })
  const rooms = listed.map(({ room, members, topic }) => ({
    name: cleanName(room),
    members,
    topic: cleanLine(topic),
  }))
  questionAnswered(turn)
  patch(turn, { pieces: { ...pieces, listed: [] }, roomNames: rooms.map(room => room.name) })
  tell(turn, `${counted(rooms.length, 'room')} here. /join #ROOM goes to one, or makes one.`)
  for (const { name, members, topic } of rooms) {
    const isIn = turn.model.rooms.has(name) ? ', with you' : ''
    tell(turn, `${name}  ${members} in it${isIn}${topic === '' ? '' : `  ${topic}`}`)
  }
}

/** One of the questions under way has its answer, or will have none. */
export function questionAnswered(turn: Turn): void {
  patch(turn, { questions: Math.max(0, turn.model.questions - 1) })
}

export function takeFound(turn: Turn, said: Of<'found'>) {
  const { pieces, ignored } = turn.model
  const found = [...pieces.found, ...said.lines].slice(0, bounds.roomNames)
  if (!said.complete) return patch(turn, { pieces: { ...pieces, found } })
  questionAnswered(turn)
  patch(turn, { pieces: { ...pieces, found: [] } })
  const lines =
    ignored.size === 0 ? found : found.filter(line => !isIgnored(turn.model, cleanNick(line.from)))
  const words = cleanLine(said.words)
  const { searchedAtMs, keyAtMs, ask, help } = turn.model
  patch(turn, { searchedAtMs: null })
  // Who typed on meanwhile is not interrupted by a list that takes the keys.
  if (lines.length > 0 && searchedAtMs === keyAtMs && ask === null && help === null) {
    const rows = lines.map(line => ({
      room: cleanName(line.room),
      seq: line.seq,
      text: foundText(turn, line, words),
    }))
    return patch(turn, {
      ask: { about: 'found', why: null, words, lines: rows, isCut: said.more === true, chosen: 0 },
    })
  }
  if (lines.length === 0) return tell(turn, `Nothing with “${words}” in your rooms.`)
  const what = `${counted(lines.length, 'line')} with “${words}”`
  tell(
    turn,
    said.more === true
      ? `The newest ${what}, the newest last; there are more, and more words find less:`
      : `${what}, the newest last:`,
  )
  for (const line of lines.toReversed()) tell(turn, foundText(turn, line))
}

/** In one row; with `words` a long text is cut in front so that the first of them is seen. */
function foundText(turn: Turn, line: WireLine, words = ''): string {
  const name = cleanName(line.room)
  const partner = line.from === turn.model.nick ? (line.to ?? '?') : line.from
  const label = turn.model.rooms.get(name)?.label ?? labelOf(name, cleanNick(partner))
  const day = dayLabel(line.at) === dayLabel(turn.model.wallMs) ? '' : `${dayLabel(line.at)} `
  const from = cleanNick(line.from)
  const body = excerpt(cleanText(line.body).replaceAll('\n', ' ⏎ '), words)
  const speech =
    line.kind === 'topic'
      ? topicText(from, body)
      : line.kind === 'emote'
        ? `* ${from} ${body}`
        : `${from}: ${body}`
  return `${day}${timeLabel(line.at)} ${label} ${speech}`
}

/** Units of a text that are shown before the first word that was looked for. */
const unitsBefore = 12

function excerpt(text: string, words: string): string {
  const [first = ''] = words.toLowerCase().split(' ')
  const place = text.toLowerCase().indexOf(first)
  return place <= 2 * unitsBefore ? text : `…${text.slice(borderFrom(text, place - unitsBefore))}`
}

/** Older lines, as they were asked for. */
export function takePage(turn: Turn, said: Of<'page'>) {
  const { pieces } = turn.model
  const asked = pieces.older
  if (asked === null || cleanName(said.room) !== asked.room) return
  const lines = [...asked.lines, ...said.lines].slice(0, bounds.pageLines)
  if (!said.complete) return patch(turn, { pieces: { ...pieces, older: { ...asked, lines } } })
  patch(turn, { pieces: { ...pieces, older: null } })
  const room = turn.model.rooms.get(asked.room)
  if (!room) return
  if (asked.gapTo !== null) {
    fillGap(turn, room, asked.gapTo, lines, said.more, asked.inLines)
    return
  }
  const older = lines.filter(line => line.seq < (room.firstSeq ?? Number.MAX_SAFE_INTEGER))
  if (asked.inLines) tellPast(turn, room, older, said.more)
  else putAbove(turn, room, older, said.more)
}

/** The oldest question that was refused, taken back: a room that cannot be entered is closed again. */
export function refusedRoom(turn: Turn, to: 'join' | 'leave', code: string): boolean {
  const one = turn.model.asked.find(it => it.to === to && it.isSent)
  if (!one) return false
  patch(turn, { asked: turn.model.asked.filter(it => it !== one) })
  if (to === 'join' && code === 'already-in') {
    if (turn.model.rooms.has(one.room)) show(turn, one.room)
    return true
  }
  // A leave that is refused for another reason than not being there leaves all as it is.
  if (to === 'join' || code === 'no-such-room') close(turn, one.room)
  return false
}

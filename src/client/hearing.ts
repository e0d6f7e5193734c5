/** What a room hears: lines by the gap rule, and the backlog. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { countMissed, pastCame } from './absence.ts'
import { bounds, patience } from './bounds.ts'
import type { Model } from './model.ts'
import { type Room, roomWith } from './room.ts'
import { close, isIgnored } from './rooms.ts'
import {
  lineAnswered,
  namesNick,
  patch,
  putRoom,
  roomNamed,
  type Turn,
  tellRoom,
  toast,
  want,
} from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** More than any room’s name takes. */
const nameCells = 100

/** A room’s name, as the wire gave it, made harmless. */
export const cleanName = (name: string): string => cleanLine(name, nameCells)
export const cleanNick = (nick: string): string => cleanLine(nick, 48)

/** A room we are in. What comes of another one is late: we have left it. */
export const roomOf = (turn: Turn, name: string): Room | undefined => turn.model.rooms.get(cleanName(name))

/** A live line, or our own once more after we sent it again. */
export function takeLine(turn: Turn, line: WireLine): void {
  const room = roomOf(turn, line.room) ?? closedRoom(turn, line)
  if (!room) return void acknowledge(turn, line)
  const isNew = room.lastSeq === null || line.seq > room.lastSeq
  // What comes before the backlog is complete is in the backlog too, in its place.
  if (isNew && !room.caughtUp && turn.model.outbox.some(one => one.id === line.id)) return
  const own = acknowledge(turn, line)
  // Ours, kept earlier and never shown: it is at the server, so it must be seen.
  if (!isNew && !own) return
  const after = isNew ? advance(turn, room, line) : room
  const calls = putLine(turn, after, line, { own, isNews: true, isMissed: false })
  if (calls) ring(turn, line)
}

/** The conversation that was closed here and is not left at the server yet: what is said in it now opens it again. */
function closedRoom(turn: Turn, { room: name, seq, from, to }: WireLine): Room | undefined {
  const clean = cleanName(name)
  const closedSeq = turn.model.closed.get(clean)
  const partner = cleanNick(from) === turn.model.nick ? to : from
  if (closedSeq === undefined || seq <= closedSeq || partner === undefined) return undefined
  return reopen(turn, clean, cleanNick(partner))
}

/** A conversation that was closed here before the server let us out of it, as it was; the leave closes it no more. */
export function reopen(turn: Turn, name: string, partner: string): Room | undefined {
  const room = roomNamed(turn, name, partner)
  if (room === null) return undefined
  const seq = turn.model.closed.get(name) ?? null
  const open = { ...room, lastSeq: seq, newsAfter: seq, caughtUp: true }
  putRoom(turn, open)
  reopened(turn, name)
  answered(turn, 'leave', name)
  return open
}

/** It is closed no more. */
export function reopened(turn: Turn, name: string): void {
  const { closed, reentered } = turn.model
  patch(turn, {
    closed: without(closed, name),
    reentered: new Set([...reentered].filter(one => one !== name)),
  })
}

/** The past of a room: the first that is heard of one we have entered. */
export function takeBacklog(turn: Turn, said: Of<'backlog'>): void {
  const name = cleanName(said.room)
  const entered = roomNamed(turn, name)
  if (!entered) return
  putRoom(turn, entered)
  for (const line of said.lines) {
    const room = roomOf(turn, name)
    if (!room || (room.lastSeq !== null && line.seq <= room.lastSeq)) continue
    const own = acknowledge(turn, line)
    const isNews = room.newsAfter !== null && line.seq > room.newsAfter
    putLine(turn, advance(turn, room, line), line, {
      own,
      isNews,
      isMissed: isNews && line.seq > room.hadSeq,
    })
  }
  pastCame(turn)
  const room = roomOf(turn, name) ?? entered
  // A past without lines is a position, too: whoever comes back gets all that was said since.
  const after = said.complete ? { ...room, caughtUp: true, lastSeq: room.lastSeq ?? 0 } : room
  putRoom(turn, { ...after, isHushed: after.isHushed && !said.complete })
  if (!said.complete) return
  answered(turn, 'join', name)
  // Closed before the link was lost, entered again with all others, and nothing was said there since.
  if (after.isHushed && after.lastSeq === after.newsAfter) {
    close(turn, name)
    patch(turn, { asked: [...turn.model.asked, { to: 'leave', room: name, isSent: true }] })
    want(turn, { do: 'send', message: { type: 'leave', room: name } })
  }
}

/** The oldest question of that kind about `room` has its answer. */
export function answered(turn: Turn, to: 'join' | 'leave', room: string): void {
  const { asked } = turn.model
  const one = asked.find(it => it.to === to && fold(it.room) === fold(room))
  if (one) patch(turn, { asked: asked.filter(it => it !== one) })
}

/** Whether the server was asked to let us out of the room, and has not answered. */
export const isLeaving = ({ asked }: Model, room: string): boolean =>
  asked.some(one => one.to === 'leave' && one.isSent && fold(one.room) === fold(room))

export function takeGap(turn: Turn, said: Of<'gap'>): void {
  const room = roomOf(turn, said.room)
  if (!room || said.to < said.from || (room.lastSeq !== null && said.to <= room.lastSeq)) return
  const missing = said.to - Math.max(said.from - 1, room.lastSeq ?? 0)
  if (room.newsAfter !== null)
    countMissed(
      turn,
      room,
      Math.max(0, said.to - Math.max(said.from - 1, room.lastSeq ?? 0, room.newsAfter, room.hadSeq)),
      false,
    )
  // In a window that has nothing yet the first line it has is the one after what it misses.
  const firstSeq = room.firstSeq ?? said.from
  tellRoom(
    turn,
    { ...room, firstSeq, lastSeq: said.to },
    { kind: 'gap', missing, to: said.to },
    turn.model.wallMs,
  )
}

/** The room with `line` as its last; lines missing before it are told. */
function advance(turn: Turn, room: Room, line: WireLine): Room {
  const missing = room.lastSeq === null ? 0 : line.seq - room.lastSeq - 1
  const after = roomWith(room, { lastSeq: line.seq, firstSeq: room.firstSeq ?? line.seq })
  return missing > 0 ? tellRoom(turn, after, { kind: 'gap', missing, to: line.seq - 1 }, line.at) : after
}

interface How {
  readonly own: boolean
  /** It is no past of a newcomer. */
  readonly isNews: boolean
  /** It was said while we were away. */
  readonly isMissed: boolean
}

export const topicText = (from: string, topic: string): string =>
  topic === '' ? `${from} took the topic away` : `${from} set the topic: ${topic}`

/** Puts the line into its room; whether it calls for us. */
function putLine(turn: Turn, room: Room, line: WireLine, how: How): boolean {
  const body = cleanText(line.body)
  const from = cleanNick(line.from)
  const isOurs = how.own || from === turn.model.nick
  const heard = isOurs ? room : roomWith(room, { heardSeq: line.seq, typists: without(room.typists, from) })
  if (line.kind === 'topic') {
    const topic = cleanLine(body)
    const text = topicText(from, topic)
    tellRoom(turn, { ...heard, topic }, { kind: 'notice', tone: 'plain', text, isSaid: true }, line.at)
    return false
  }
  if (!isOurs && isIgnored(turn.model, from)) {
    putRoom(turn, heard)
    return false
  }
  const mention = !isOurs && namesNick(body, turn.model.nick)
  const calls = mention || (!isOurs && room.partner !== null)
  const isUnread = how.isNews && !isOurs && room.name !== turn.model.current
  const after = tellRoom(
    turn,
    heard,
    { kind: 'line', seq: line.seq, from, emote: line.kind === 'emote', body, own: how.own, mention },
    line.at,
  )
  if (how.isMissed && !isOurs) {
    countMissed(turn, room, 1, mention)
    if (turn.model.absence !== null && !isUnread)
      putRoom(turn, { ...after, newFromKey: room.newFromKey ?? after.nextKey - 1 })
  }
  if (isUnread)
    putRoom(
      turn,
      roomWith(after, {
        unread: room.unread + 1,
        mentions: room.mentions + (calls ? 1 : 0),
        newFromKey: room.newFromKey ?? after.nextKey - 1,
      }),
    )
  if (room.partner !== null && !isOurs && isLatest(turn.model, room, line))
    patch(turn, { lastDirect: { room: room.name, nick: room.partner, atMs: line.at } })
  if (how.own && room.name !== turn.model.current) toast(turn, `To ${room.label}: ${body}`, true)
  return calls
}

/** The past of several conversations comes one after the other: there it decides when a line was said, not when it came. */
const isLatest = ({ lastDirect }: Model, { caughtUp }: Room, { at }: WireLine): boolean =>
  caughtUp || lastDirect === null || at >= lastDirect.atMs

export function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map
  const rest = new Map(map)
  rest.delete(key)
  return rest
}

/** Whether the line was one of ours that waited for its acknowledgement; it waits no longer. */
function acknowledge(turn: Turn, { id }: WireLine): boolean {
  const pending = turn.model.outbox.find(one => one.id === id)
  if (pending === undefined) return false
  lineAnswered(turn, pending)
  return true
}

/** Rings for whoever does not look: the window lost the focus, or tells nothing of it and no key was pressed for a while. */
function ring(turn: Turn, line: WireLine): void {
  const { focused, tellsFocus, keyAtMs, nowMs, bellAtMs } = turn.model
  const looks = focused && (tellsFocus || nowMs - keyAtMs < patience.lookingMs)
  if (looks || (bellAtMs !== null && nowMs - bellAtMs < patience.bellEveryMs)) return
  patch(turn, { bellAtMs: nowMs })
  const room = roomOf(turn, line.room)
  const where = room === undefined || room.partner !== null ? '@' : `${room.label} `
  want(turn, {
    do: 'bell',
    notice: cleanLine(`${where}${cleanNick(line.from)}: ${cleanLine(line.body)}`, bounds.noticeCells),
  })
}

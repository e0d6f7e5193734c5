/** What a room hears: lines by the gap rule, the backlog, members and their comings and goings. */
import { cleanLine, cleanText } from '../base/clean.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { bounds, patience } from './bounds.ts'
import type { Room } from './model.ts'
import { type Change, changed } from './scrollback.ts'
import { namesNick, patch, putRoom, roomNamed, type Turn, tell, tellRoom, want } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

const roomOf = (turn: Turn, name: string): Room | null => roomNamed(turn, cleanLine(name, 40), bounds.rooms)

/** A live line, or our own once more after we sent it again. */
export function takeLine(turn: Turn, line: WireLine): void {
  const room = roomOf(turn, line.room)
  if (!room) return
  const isNew = room.lastSeq === null || line.seq > room.lastSeq
  // What comes before the backlog is complete is in the backlog too, in its place.
  if (isNew && !room.caughtUp && turn.model.outbox.some(one => one.id === line.id)) return
  const own = acknowledge(turn, line.id)
  // Ours, kept earlier and never shown: it is at the server, so it must be seen.
  if (!isNew && !own) return
  const after = isNew ? advance(turn, room, line) : room
  const entry = show(turn, after, line, own)
  if (entry && !own) ring(turn)
}

export function takeBacklog(turn: Turn, said: Of<'backlog'>): void {
  const name = cleanLine(said.room, 40)
  for (const line of said.lines) {
    const room = roomOf(turn, name)
    if (!room || (room.lastSeq !== null && line.seq <= room.lastSeq)) continue
    show(turn, advance(turn, room, line), line, acknowledge(turn, line.id))
  }
  const room = roomOf(turn, name)
  // A past without lines is a position, too: whoever comes back gets all that was said since.
  if (room && said.complete) putRoom(turn, { ...room, caughtUp: true, lastSeq: room.lastSeq ?? 0 })
}

export function takeGap(turn: Turn, said: Of<'gap'>): void {
  const room = roomOf(turn, said.room)
  if (!room || said.to < said.from || (room.lastSeq !== null && said.to <= room.lastSeq)) return
  const missing = said.to - Math.max(said.from - 1, room.lastSeq ?? 0)
  tellRoom(turn, { ...room, lastSeq: said.to }, { kind: 'gap', missing }, turn.model.wallMs)
}

/** The room with `line` as its last; lines missing before it are told. */
function advance(turn: Turn, room: Room, line: WireLine): Room {
  const missing = room.lastSeq === null ? 0 : line.seq - room.lastSeq - 1
  const after = { ...room, lastSeq: line.seq }
  return missing > 0 ? tellRoom(turn, after, { kind: 'gap', missing }, line.at) : after
}

/** Puts the line on show; whether it names us. */
function show(turn: Turn, room: Room, line: WireLine, own: boolean): boolean {
  const body = cleanText(line.body)
  const from = cleanLine(line.from, 48)
  const mention = !own && from !== turn.model.nick && namesNick(body, turn.model.nick)
  tellRoom(
    turn,
    room,
    { kind: 'line', seq: line.seq, from, emote: line.kind === 'emote', body, own, mention },
    line.at,
  )
  return mention
}

/** Whether the line was one of ours that waited for its acknowledgement; it waits no longer. */
function acknowledge(turn: Turn, id: string): boolean {
  const { outbox } = turn.model
  const rest = outbox.filter(one => one.id !== id)
  if (rest.length === outbox.length) return false
  patch(turn, { outbox: rest })
  return true
}

function ring(turn: Turn): void {
  const { focused, nowMs, bellAtMs } = turn.model
  if (focused || (bellAtMs !== null && nowMs - bellAtMs < patience.bellEveryMs)) return
  patch(turn, { bellAtMs: nowMs })
  want(turn, { do: 'bell' })
}

export function takeMembers(turn: Turn, said: Of<'members'>): void {
  const room = roomOf(turn, said.room)
  if (!room) return
  const members = new Map(room.membersDone ? [] : room.members)
  for (const { nick, presence } of said.members)
    if (presence !== 'gone' && members.size < bounds.members) members.set(cleanLine(nick, 48), presence)
  putRoom(turn, { ...room, members, membersDone: said.complete })
  if (said.complete && turn.model.motd !== null) {
    tell(turn, turn.model.motd)
    patch(turn, { motd: null })
  }
}

export function takePresence(turn: Turn, said: Of<'presence'>): void {
  const room = roomOf(turn, said.room)
  if (!room) return
  const nick = cleanLine(said.nick, 48)
  const was = said.was === undefined ? null : cleanLine(said.was, 48)
  const members = new Map(room.members)
  if (was !== null) members.delete(was)
  if (said.presence === 'gone') members.delete(nick)
  else if (members.size < bounds.members) members.set(nick, said.presence)
  const change = changeOf(room, nick, was, said.presence === 'gone')
  const isOwn = was !== null && was === turn.model.nick
  const after = { ...room, members }
  if (isOwn) {
    putRoom(turn, after)
    patch(turn, { nick })
    tell(turn, `You are ${nick} now.`)
    want(turn, { do: 'rememberNick', nick })
  } else if (change === null || nick === turn.model.nick) putRoom(turn, after)
  else putRoom(turn, changed(after, change, turn.model.wallMs))
}

/** What there is to tell; nothing where somebody only went away or came back from that. */
function changeOf(room: Room, nick: string, was: string | null, gone: boolean): Change | null {
  if (gone) return room.members.has(nick) ? { nick, did: 'left' } : null
  if (was !== null && was !== nick) return { nick, did: 'renamed', was }
  return room.members.has(nick) ? null : { nick, did: 'joined' }
}

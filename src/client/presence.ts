/** Who is in a room: its members, their comings and goings, their roles, and why they are away. */
import { cleanLine } from '../base/clean.ts'
import { fold, lobby } from '../base/names.ts'
import type { ServerMessage } from '../wire/messages.ts'
import { bounds, idleText } from './bounds.ts'
import { cleanNick, roomOf, without } from './hearing.ts'
import { currentRoom } from './model.ts'
import { tellGreeting } from './returning.ts'
import { withRole } from './roles.ts'
import { type Room, roomWith } from './room.ts'
import { isIgnored } from './rooms.ts'
import { type Change, changed } from './scrollback.ts'
import { patch, putRoom, type Turn, tell, tellRoom, want } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

export function takeMembers(turn: Turn, said: Of<'members'>): void {
  const room = roomOf(turn, said.room)
  if (!room) return
  const members = new Map(room.membersDone ? [] : room.members)
  patch(turn, { roles: said.members.reduce(withRole, turn.model.roles) })
  for (const { nick, presence } of said.members)
    if (presence !== 'gone' && members.size < bounds.members) members.set(cleanNick(nick), presence)
  putRoom(turn, { ...room, members, membersDone: said.complete })
  for (const { nick, plain } of said.members) markReadable(turn, cleanNick(nick), plain === true)
  if (!said.complete || (room.name !== turn.model.current && room.name !== lobby)) return
  tellGreeting(turn)
}

export function takePresence(turn: Turn, said: Of<'presence'>): void {
  const room = roomOf(turn, said.room)
  if (!room) return
  const nick = cleanNick(said.nick)
  const was = said.was === undefined ? null : cleanNick(said.was)
  const members = new Map(room.members)
  if (was !== null) members.delete(was)
  if (said.presence === 'gone') members.delete(nick)
  else if (members.size < bounds.members) members.set(nick, said.presence)
  const change = changeOf(room, nick, was, said.presence === 'gone')
  const after = { ...room, members, typists: without(room.typists, was ?? nick) }
  const freed = was !== null && isFreed(turn, after, was) ? was : null
  if (freed !== null) markReadable(turn, freed, false)
  keepRole(turn, nick, freed, said)
  if (said.presence !== 'gone') markReadable(turn, nick, said.plain === true)
  const isOwn = was !== null && was === turn.model.nick
  if (isOwn) {
    putRoom(turn, after)
    const { server } = turn.model
    patch(turn, { nick, server: server && { ...server, nick } })
    tell(turn, `You are ${nick} now.`)
    want(turn, { do: 'rememberNick', nick })
  } else if (change === null || nick === turn.model.nick) putRoom(turn, after)
  else putRoom(turn, roomWith(after, changed(after, change, turn.model.wallMs)))
  if (was !== null) followRenamed(turn, was, nick)
  tellReason(turn, after, nick, said)
}

/** Whether anybody on the network can read what somebody is told. */
function markReadable(turn: Turn, nick: string, isReadable: boolean): void {
  const { readable } = turn.model
  if (readable.has(nick) === isReadable || (isReadable && readable.size >= bounds.members)) return
  const next = new Set(readable)
  if (isReadable) next.add(nick)
  else next.delete(nick)
  patch(turn, { readable: next })
}

/**
 * Whether a nick somebody had goes by nobody any more: each room tells the change, and one of them may have somebody else
 * under that nick by then.
 */
const isFreed = ({ model: { rooms } }: Turn, after: Room, was: string): boolean =>
  ![...rooms.values()].some(one => (one.name === after.name ? after : one).members.has(was))

/**
 * Whatever is told of somebody who is here says which role they have, or by its silence that they have none. A nick that
 * was freed takes its role along.
 */
function keepRole(turn: Turn, nick: string, freed: string | null, said: Of<'presence'>): void {
  const { roles } = turn.model
  const rest = freed !== null && roles.has(freed) ? without(roles, freed) : roles
  patch(turn, { roles: said.presence === 'gone' ? rest : withRole(rest, { nick, role: said.role }) })
}

/** Whoever is ignored stays so under another nick. */
function followRenamed(turn: Turn, was: string, nick: string): void {
  if (!isIgnored(turn.model, was)) return
  const ignored = new Map(turn.model.ignored)
  ignored.delete(fold(was))
  patch(turn, { ignored: ignored.set(fold(nick), nick) })
}

/** Why somebody is away is told once, in a room where we see it; that they only do nothing is not worth a line. */
function tellReason(turn: Turn, room: Room, nick: string, said: Of<'presence'>): void {
  const { model } = turn
  if (said.presence === 'reconnecting') return
  const text = said.presence === 'away' ? cleanLine(said.text ?? '') : ''
  const known = model.reasons.get(nick) ?? ''
  if (text === known) return
  const seenHere = room.name === model.current || !currentRoom(model).members.has(nick)
  if (text !== '' && !seenHere) return
  const reasons = new Map(without(model.reasons, nick))
  if (text !== '' && reasons.size < bounds.members) reasons.set(nick, text)
  patch(turn, { reasons })
  if (text === '' || text === idleText || nick === model.nick || isIgnored(model, nick)) return
  const entry = { kind: 'notice', tone: 'plain', text: `${nick} is away: ${text}` } as const
  tellRoom(turn, turn.model.rooms.get(room.name) ?? room, entry, model.wallMs)
}

/** What there is to tell; nothing where somebody only went away or came back from that. */
function changeOf(room: Room, nick: string, was: string | null, gone: boolean): Change | null {
  if (gone) return room.members.has(nick) ? { nick, did: 'left' } : null
  if (was === null || was === nick) return room.members.has(nick) ? null : { nick, did: 'joined' }
  return { nick, did: room.members.has(was) ? 'renamed' : 'joined', was }
}

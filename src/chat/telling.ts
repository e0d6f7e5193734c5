/** What the hub tells of a room: its lines as the wire shows them, its past, its members, in pieces that fit a line. */
import { isDirect } from '../base/rooms.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { limits } from '../wire/limits.ts'
import { roleOf } from './order.ts'
import { type HubState, otherOf, type Person, personOf, type Room, send } from './state.ts'
import type { Effect, Line, Member, Presence, ServerMessage, Session, SessionId, WireLine } from './types.ts'

/** What a member is shown of a kept line: not its author, but whom it is for where that is one person. */
export function toWire(state: HubState, line: Line): WireLine {
  const { room, seq, at, id, from, kind, body } = line
  const wire = { room, seq, at, id, from, kind, body }
  const to = addressee(state, line)
  return to === undefined ? wire : { ...wire, to }
}

/** The line as it is told alone. */
export function lineOf(state: HubState, line: Line): ServerMessage {
  const { room, seq, at, id, from, kind, body } = line
  const message = { type: 'line' as const, room, seq, at, id, from, kind, body }
  const to = addressee(state, line)
  return to === undefined ? message : { ...message, to }
}

/** The nick of the one whom a line is for; undefined where it is for a room. */
function addressee(state: HubState, { room, author }: Line): string | undefined {
  // A room's name says whether it is a conversation of two, and only there is more to find out.
  if (!isDirect(room)) return undefined
  const held = state.rooms.get(room)
  const person = held?.pair ? state.people.get(author) : undefined
  return held && person && otherOf(state, held, person.id)?.nick
}

/** What a line takes on the wire, about. */
export const lineBytes = ({ body }: Line): number => utf8Bytes(body) + 200

/** Bytes kept free in each piece for what stands around the items. */
const frameBytes = 1024

/** Cuts a list into pieces whose JSON fits a server's line; an empty list is one empty piece. */
function pieces<T>(items: readonly T[]): T[][] {
  const roomBytes = limits.serverLineBytesMax - frameBytes
  let piece: T[] = []
  const cut: T[][] = [piece]
  let bytes = 0
  for (const item of items) {
    const size = utf8Bytes(JSON.stringify(item)) + 1
    if (bytes + size > roomBytes && piece.length > 0) {
      piece = []
      cut.push(piece)
      bytes = 0
    }
    piece.push(item)
    bytes += size
  }
  return cut
}

/** One message a piece; `complete` in the last. */
export function inPieces<T>(
  items: readonly T[],
  message: (piece: T[], complete: boolean) => Effect[],
): Effect[] {
  const cut = pieces(items)
  return cut.flatMap((piece, index) => message(piece, index === cut.length - 1))
}

/** What a newcomer is told of a room's past, for as long as nothing more is said there. */
const pasts = new WeakMap<Room, { newest: Line; messages: readonly ServerMessage[] }>()

/** @param isAll whether nothing of the past comes after them */
export function backlog(
  state: HubState,
  to: SessionId,
  room: Room,
  lines: readonly Line[],
  isAll: boolean,
): Effect[] {
  // In a direct conversation a line says whom it is for, by the nick they have now.
  const newest = lines === room.tail && isAll && room.pair === null ? lines.at(-1) : undefined
  const known = newest && pasts.get(room)
  const messages =
    known?.newest === newest && known ? known.messages : backlogMessages(state, room, lines, isAll)
  if (newest) pasts.set(room, { newest, messages })
  return messages.flatMap(message => send([to], message))
}

function backlogMessages(state: HubState, room: Room, lines: readonly Line[], isAll: boolean) {
  const cut = pieces(lines.map(line => toWire(state, line)))
  return cut.map(
    (piece, index): ServerMessage => ({
      type: 'backlog',
      room: room.name,
      lines: piece,
      complete: isAll && index === cut.length - 1,
    }),
  )
}

/** What was told of a group, and of how many, by how it began; the last group's message says that the list is complete. */
const told = new WeakMap<object, { count: number; message: ServerMessage & { type: 'members' } }>()

export function members(state: HubState, to: SessionId, room: Room): Effect[] {
  const groups = room.members.groups()
  if (groups.length === 0)
    return send([to], { type: 'members', room: room.name, members: [], complete: true })
  return groups.flatMap((group, index) => {
    const complete = index === groups.length - 1
    const known = told.get(group.origin)
    const count = group.ids.length
    if (known?.count === count && known.message.complete === complete) return send([to], known.message)
    // Whoever came since stands behind those of before.
    const list = [...(known?.message.members ?? []), ...membersOf(state, group.ids.slice(known?.count))]
    const message = { type: 'members', room: room.name, members: list, complete } as const
    told.set(group.origin, { count, message })
    return send([to], message)
  })
}

function membersOf(state: HubState, ids: readonly SessionId[]): Member[] {
  const list: Member[] = []
  for (const id of ids) {
    const session = state.sessions.get(id)
    const person = session ? personOf(session) : null
    if (session && person) list.push(memberOf(state, session, person))
  }
  return list
}

function memberOf(state: HubState, session: Session, person: Person): Member {
  return { nick: person.nick, presence: presenceOf(session, person), ...remarkable(state, session, person) }
}

/** What others are told of somebody besides nick and presence: that anybody on the network can read their connection, and their role. */
export function remarkable(
  { order }: HubState,
  { isEncrypted }: Session,
  { device }: Person,
): Pick<Member, 'plain' | 'role'> {
  const role = roleOf(order, device)
  return { ...(isEncrypted ? {} : { plain: true }), ...(role === 'member' ? {} : { role }) }
}

export const presenceOf = ({ phase }: Session, person: Person): Presence =>
  phase.at === 'reconnecting' ? 'reconnecting' : person.away === null ? 'here' : 'away'

/** Whether what is said can be kept, in words for whoever says it. */
export const storageMessage = (keeps: boolean): ServerMessage => ({
  type: 'storage',
  keeps,
  text: keeps
    ? 'The server keeps what is said again.'
    : 'The server cannot keep what is said just now, so nobody gets it. You will be told when it can.',
})

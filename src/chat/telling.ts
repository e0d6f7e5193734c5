/** What the hub tells of a room: its lines as the wire shows them, its past, its members, in pieces that fit a line. */
import { utf8Bytes } from '../base/utf8.ts'
import { limits } from '../wire/limits.ts'
import { type HubState, otherOf, type Person, personOf, type Room, send } from './state.ts'
import type { Effect, Line, Member, Session, SessionId, WireLine } from './types.ts'

/** What a member is shown of a kept line: not its author, but whom it is for where that is one person. */
export function toWire(state: HubState, line: Line): WireLine {
  const { room, seq, at, id, from, kind, body } = line
  const wire: WireLine = { room, seq, at, id, from, kind, body }
  const held = state.rooms.get(room)
  if (!held?.pair) return wire
  const author = state.people.get(line.author)
  const other = author && otherOf(state, held, author.id)
  return other ? { ...wire, to: other.nick } : wire
}

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

export const backlog = (
  state: HubState,
  to: SessionId,
  room: Room,
  lines: readonly Line[],
  isAll: boolean,
): Effect[] =>
  inPieces(
    lines.map(line => toWire(state, line)),
    (piece, complete) =>
      send([to], { type: 'backlog', room: room.name, lines: piece, complete: complete && isAll }),
  )

export function members(state: HubState, to: SessionId, room: Room): Effect[] {
  const list: Member[] = []
  for (const id of room.members.keys()) {
    const session = state.sessions.get(id)
    const person = session ? personOf(session) : null
    if (session && person) list.push(memberOf(session, person))
  }
  return inPieces(list, (piece, complete) =>
    send([to], { type: 'members', room: room.name, members: piece, complete }),
  )
}

const memberOf = ({ phase }: Session, person: Person): Member => ({
  nick: person.nick,
  presence: phase.at === 'reconnecting' ? 'reconnecting' : person.away === null ? 'here' : 'away',
})

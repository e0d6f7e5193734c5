/** Into a room: the past first, then who is there, then whatever is said from now on. */
import { objectionToRoom } from '../base/rooms.ts'
import { skeleton } from '../base/skeleton.ts'
import { tellPast } from './catching.ts'
import { createMembers } from './members.ts'
import { type HubState, isJoined, type Joined, otherOf, type Person, type Room, send } from './state.ts'
import { remarkable } from './telling.ts'
import type { Effect, Presence } from './types.ts'

/** Who they were on the connection that another one replaces. */
export interface Before {
  readonly nick: string
  readonly presence: Presence
  readonly isEncrypted: boolean
  readonly rooms: ReadonlySet<string>
}

export interface Entering {
  /** The last line they have of it, where they were in it before. */
  readonly last: number | undefined
  /** As the room knew them, where they only changed their connection. */
  readonly before?: Before | undefined
  /** The nick that others knew them by, where they are called otherwise and nothing else is known of before. */
  readonly was?: string | undefined
  /** How much of the past may still be told at once; rooms entered together share it. */
  readonly budget?: { bytes: number }
}

/** Why no room of that name is made, as a sentence; null where it is there or may be made. */
export function objectionToMaking(state: HubState, name: string): string | null {
  if (state.rooms.has(name)) return null
  const like = state.roomLooks.get(skeleton(name))
  if (like !== undefined)
    return `${name} looks like ${like}, which is here. Join that one, or choose another name.`
  return objectionToRoom(name)
}

/** The room of that name, made by `maker` where there is none; null where it may not be, or there are too many, or too many of theirs. */
export function openRoom(state: HubState, name: string, maker: Person): Room | null {
  const known = state.rooms.get(name)
  if (known) return known
  const open = [...state.rooms.values()].filter(room => room.pair === null)
  const own = open.filter(room => room.maker === maker.id)
  const { roomsMax, roomsMadePerMemberMax } = state.limits
  if (open.length >= roomsMax || own.length >= roomsMadePerMemberMax) return null
  return objectionToMaking(state, name) === null ? addRoom(state, name, null, maker.id) : null
}

export function addRoom(
  state: HubState,
  name: string,
  pair: Room['pair'],
  maker: Room['maker'] = null,
): Room {
  const room: Room = { name, pair, maker, members: createMembers(), tail: [], head: 0, awaited: 0, topic: '' }
  state.rooms.set(name, room)
  const seen = pair === null ? skeleton(name) : null
  if (seen !== null && !state.roomLooks.has(seen)) state.roomLooks.set(seen, name)
  return room
}

/** The two people in the name of a direct conversation; null in any other name. */
export function pairOf(name: string): readonly [string, string] | null {
  const [one, other] = name.startsWith('@') ? name.slice(1).split('.') : []
  return one !== undefined && other !== undefined ? [one, other] : null
}

/** The room of that name, of which the store keeps something. */
export const keptRoom = (state: HubState, name: string): Room =>
  state.rooms.get(name) ?? addRoom(state, name, pairOf(name))

/** The direct conversation of two people, opened by `one` where there is none; null where there are too many. */
export function directOf(state: HubState, one: Person, other: Person): Room | null {
  const pair: [string, string] = one.id < other.id ? [one.id, other.id] : [other.id, one.id]
  const name = `@${pair.join('.')}`
  const known = state.rooms.get(name)
  if (known) return known
  const directs = [...state.rooms.values()].filter(room => room.pair !== null)
  const own = directs.filter(room => room.pair?.includes(one.id))
  const { directsMax, directsPerMemberMax } = state.limits
  if (directs.length >= directsMax || own.length >= directsPerMemberMax) return null
  return addRoom(state, name, pair)
}

/** Whoever of a direct conversation is here is in it as soon as something is kept there. */
export function wake(state: HubState, room: Room): Effect[] {
  return (room.pair ?? []).flatMap(id => {
    const session = state.sessions.get(state.peopleById.get(id)?.session ?? '')
    if (!session || !isJoined(session) || session.rooms.has(room.name)) return []
    return enter(state, session, room, { last: undefined })
  })
}

/** Lets a joined session in. It must not be in the room yet. */
export function enter(
  state: HubState,
  from: Joined,
  room: Room,
  { last, before, was, budget = { bytes: state.limits.pageBytesMax } }: Entering,
): Effect[] {
  const { person } = from.phase
  from.rooms.add(room.name)
  const announced = room.pair === null ? announce(state, room, from, before, before?.nick ?? was) : []
  const whom = otherOf(state, room, person.id)
  const direct = whom ? send([from.id], { type: 'direct', room: room.name, with: whom.nick }) : []

  const past = tellPast(state, from, room, last, { isEntering: true, owed: [] }, budget)
  return [...direct, ...past, ...announced]
}

/** The others hear of who comes; of who only changed the connection, they hear what is new to them. */
function announce(
  state: HubState,
  room: Room,
  from: Joined,
  before: Before | undefined,
  was: string | undefined,
): Effect[] {
  const { person } = from.phase
  const { nick } = person
  const isAsBefore = before?.presence === 'here' && before.isEncrypted === from.isEncrypted
  if (before?.nick === nick && isAsBefore) return []
  const renamed = was === undefined || was === nick ? {} : { was }
  // Who comes is not among them yet.
  return send(room.members.connected(), {
    type: 'presence',
    room: room.name,
    nick,
    ...renamed,
    presence: 'here',
    ...remarkable(state, from, person),
  })
}

/** The hub's state and the few steps on it that more than one handler takes. This room knows no socket, clock or dialect. */
import { type Bucket, createBucket } from '../base/bucket.ts'
import { fold } from '../base/names.ts'
import { limits } from '../wire/limits.ts'
import type { DeviceId, Effect, Line, Member, ServerMessage, Session, SessionId, WireLine } from './types.ts'

/** What the hub is told of its world: names, and where ids and hashes come from. */
export interface HubMeans {
  /** The server's identity, once per data directory. */
  readonly server: string
  readonly name: string
  /** New whenever the kept lines do not continue the earlier ones. */
  readonly epoch: string
  readonly motd: string
  /** A fresh id for a device, and a fresh secret for it. */
  newId(): string
  newSecret(): string
  /** A one-way hash: secrets themselves are not kept. */
  digest(secret: string): string
}

export interface Room {
  readonly name: string
  /** `live` members get each kept line; the others are still being told the past up to `after`. */
  readonly members: Map<SessionId, Membership>
  /** The last kept lines, oldest first, at most `limits.backlogLines`. */
  tail: readonly Line[]
}

export type Membership = { at: 'live' } | { at: 'catching-up'; after: number }

export interface Joined extends Session {
  phase: { at: 'joined'; nick: string; device: DeviceId }
}

export interface HubState {
  readonly means: HubMeans
  readonly sessions: Map<SessionId, Session>
  readonly rooms: Map<string, Room>
  /** Folded nick to the session that holds it: the one place where uniqueness is decided. */
  readonly nicks: Map<string, SessionId>
  /** Known devices, oldest first, and the hash of each one's secret. */
  readonly devices: Map<DeviceId, string>
  readonly buckets: Map<SessionId, { say: Bucket; nick: Bucket }>
}

/** Devices remembered; the oldest is forgotten and would come back as a new one. */
const devicesMax = 10_000

export const isJoined = (session: Session): session is Joined => session.phase.at === 'joined'

export const headOf = (room: Room): number => room.tail.at(-1)?.seq ?? 0

export const send = (to: readonly SessionId[], message: ServerMessage): Effect[] =>
  to.length === 0 ? [] : [{ do: 'send', to, message }]

export const refuse = (
  to: Session,
  about: string,
  code: string,
  text: string,
  more: { retryMs?: number; suggestion?: string } = {},
): Effect[] => send([to.id], { type: 'refused', about, code, text, ...more })

export const others = (room: Room, than: SessionId): SessionId[] =>
  [...room.members.keys()].filter(id => id !== than)

/** What the wire shows of a kept line: not its author. */
export const toWire = ({ room, seq, at, id, from, kind, body }: Line): WireLine => ({
  room,
  seq,
  at,
  id,
  from,
  kind,
  body,
})

export function bucketsOf(state: HubState, session: SessionId): { say: Bucket; nick: Bucket } {
  const known = state.buckets.get(session)
  if (known) return known
  const fresh = {
    say: createBucket({ burst: limits.sayBurst, perSecond: limits.sayPerSecond }),
    nick: createBucket({ burst: limits.nickBurst, perSecond: limits.nickPerSecond }),
  }
  state.buckets.set(session, fresh)
  return fresh
}

/** Gives a new identity, forgetting the oldest one where there are too many. */
export function newDevice(state: HubState): { device: DeviceId; secret: string } {
  const device = state.means.newId()
  const secret = state.means.newSecret()
  state.devices.set(device, state.means.digest(secret))
  for (const oldest of state.devices.keys()) {
    if (state.devices.size <= devicesMax) break
    state.devices.delete(oldest)
  }
  return { device, secret }
}

/** Takes the session out of every room and frees its nick; members hear of it. */
export function depart(state: HubState, session: Session): Effect[] {
  if (!isJoined(session)) return []
  const { nick } = session.phase
  const effects: Effect[] = []
  for (const name of session.rooms) {
    const room = state.rooms.get(name)
    if (!room) continue
    room.members.delete(session.id)
    effects.push(...send([...room.members.keys()], { type: 'presence', room: name, nick, presence: 'gone' }))
  }
  session.rooms.clear()
  if (state.nicks.get(fold(nick)) === session.id) state.nicks.delete(fold(nick))
  return effects
}

/** Cuts a list into pieces whose JSON fits a server's line; an empty list is one empty piece. */
export function pieces<T>(items: readonly T[]): T[][] {
  const roomBytes = limits.serverLineBytesMax - 1024
  const cut: T[][] = [[]]
  let bytes = 0
  for (const item of items) {
    // A UTF-16 unit is at most three bytes of UTF-8: a bound that needs no encoder.
    const size = JSON.stringify(item).length * 3
    if (bytes + size > roomBytes && bytes > 0) {
      cut.push([])
      bytes = 0
    }
    cut.at(-1)?.push(item)
    bytes += size
  }
  return cut
}

export function backlog(to: SessionId, room: string, lines: readonly Line[], complete: boolean): Effect[] {
  const cut = pieces(lines.map(toWire))
  return cut.flatMap((piece, index) =>
    send([to], { type: 'backlog', room, lines: piece, complete: complete && index === cut.length - 1 }),
  )
}

export function members(state: HubState, to: SessionId, room: Room): Effect[] {
  const list: Member[] = []
  for (const id of room.members.keys()) {
    const session = state.sessions.get(id)
    if (session && isJoined(session)) list.push({ nick: session.phase.nick, presence: 'here' })
  }
  const cut = pieces(list)
  return cut.flatMap((piece, index) =>
    send([to], { type: 'members', room: room.name, members: piece, complete: index === cut.length - 1 }),
  )
}

/** The hub's state: people, their sessions, rooms. This room knows no socket, clock or dialect. */
import type { Bucket } from '../base/bucket.ts'
import { fold } from '../base/names.ts'
import { isLoopback } from '../base/network.ts'
import type { Limits } from '../wire/limits.ts'
import type { FormerNicks } from './formerNicks.ts'
import type { Members } from './members.ts'
import type { Look, Nicks } from './nicks.ts'
import type { Order } from './order.ts'
import type { Runs } from './runs.ts'
import type { DeviceId, Effect, KnownPerson, Line, ServerMessage, Session, SessionId } from './types.ts'

/** What the hub is told of its world: names, and where ids and hashes come from. */
export interface HubMeans {
  /** The server's identity, once per data directory. */
  readonly server: string
  readonly name: string
  /** New whenever the kept lines do not continue the earlier ones. */
  readonly epoch: string
  /** Names this run of the server on what it keeps. Left out: who was here is not known by it when they come back. */
  readonly run?: string
  readonly motd: string
  /** The numbers this server is run with. Left out: the usual ones. */
  readonly limits?: Limits
  /** `none`: nobody is slowed or told to wait, for measuring. Left out: as `limits` says. */
  readonly pace?: 'usual' | 'none'
  /** The clock on the wall, by which bans end. Left out: time stands still. */
  wallMs?(): number
  /** A fresh id for a device, and a fresh secret for it. */
  newId(): string
  newSecret(): string
  /** A one-way hash: secrets themselves are not kept. */
  digest(secret: string): string
}

/** Somebody, over all connections, nicks and absences. */
export interface Person {
  /** Names them in direct conversations; tells nothing of the device. */
  readonly id: string
  readonly device: DeviceId
  /** Of the device's secret. */
  readonly secretHash: string
  /** The one they have, or had last. */
  nick: string
  /** Keeps others from a nick that looks like theirs. None of guests who are gone: they never come back. */
  look: Look | null
  session: SessionId | null
  /** The store has said that it will know them after a restart. */
  isRemembered: boolean
  /** Why they are away, '' for no reason; null when here. */
  away: string | null
  /** Comes without an identity to come back to, so nothing of them is kept. */
  isGuest: boolean
  /** Where they came from last; '' where that is not known. */
  address: string
  /** The digest of what their client calls its household; null where that is not known. */
  household: string | null
}

export interface Room {
  readonly name: string
  /** The two people of a direct conversation, else null. */
  readonly pair: readonly [string, string] | null
  /** Who made it, since this server runs. */
  readonly maker: string | null
  readonly members: Members
  /** The last kept lines, oldest first, at most `limits.backlogLines`. */
  readonly tail: Line[]
  /** The newest number given in it; it outlives its lines. */
  head: number
  /** Lines that the store has not answered for yet, and members who are just coming back: it stays for them. */
  awaited: number
  topic: string
}

export interface Joined extends Session {
  readonly phase: { at: 'joined'; person: Person }
}

export interface HubState {
  readonly means: HubMeans
  readonly limits: Limits
  readonly sessions: Map<SessionId, Session>
  /** How many of them have joined and are connected. */
  joined: number
  readonly rooms: Map<string, Room>
  /** What rooms look like, to the name of the room that looks so; not of direct conversations. */
  readonly roomLooks: Map<string, string>
  /** Who holds which nick: the one place where uniqueness is decided. */
  readonly nicks: Nicks
  /** Those that were given up; of guests those alone who are here. */
  readonly formerNicks: FormerNicks
  /** Who came back under another nick than others knew, in this run; and that one. At most `limits.formerNicksMax`. */
  readonly cameRenamed: Map<Person, string>
  /** By device, the least lately seen first; and by their own id. */
  readonly people: Map<DeviceId, Person>
  readonly peopleById: Map<string, Person>
  /** Whether the store keeps what is said. */
  keeps: boolean
  /** Tries at the passwords of locked rooms: whoever comes back on another connection has no more of them. */
  readonly guesses: Map<string, Bucket>
  readonly order: Order
  readonly runs: Runs
}

/** People remembered; who is gone the longest is forgotten and would come back as somebody new. */
const peopleMax = 10_000
const personIdLength = 12

/** Whether somebody on the network could read along what that one says. */
export const isOverheard = ({ isEncrypted, address }: Session): boolean =>
  !isEncrypted && !isLoopback(address)

/** What the clock on the wall says. */
export const wallMsOf = ({ means }: HubState): number => means.wallMs?.() ?? 0

export const isJoined = (session: Session): session is Joined => session.phase.at === 'joined'

/** The one place where a session’s phase changes, so that who has joined is counted. */
export function turnTo<P extends Session['phase']>(
  state: HubState,
  session: Session,
  phase: P,
): Session & { readonly phase: P } {
  state.joined += Number(phase.at === 'joined') - Number(isJoined(session))
  return Object.assign(session, { phase })
}

/** Who a session is, whether its connection still stands or their place is kept. */
export const personOf = ({ phase }: Session): Person | null =>
  phase.at === 'joined' || phase.at === 'reconnecting' ? phase.person : null

export const send = (to: readonly SessionId[], message: ServerMessage): Effect[] =>
  to.length === 0 ? [] : [{ do: 'send', to, message }]

interface More {
  retryMs?: number
  suggestion?: string
}

export const refusal = (about: string, code: string, text: string, more: More = {}): ServerMessage => ({
  type: 'refused',
  about,
  code,
  text,
  ...more,
})

export const refuse = (to: Session, about: string, code: string, text: string, more: More = {}): Effect[] =>
  send([to.id], refusal(about, code, text, more))

export const notJoined = (to: Session, about: string): Effect[] =>
  refuse(to, about, 'not-joined', 'Say hello first, with a nick.')

/** The room of that name if the session is in it: nobody reads or writes a room they are not in. */
export function roomOf(state: HubState, session: Session, name: string): Room | undefined {
  return session.rooms.has(name) ? state.rooms.get(name) : undefined
}

export const noSuchRoom = 'You are not in that room. /join enters one, /rooms lists them.'

export const notInRoom = (to: Session, about: string): Effect[] =>
  refuse(to, about, 'no-such-room', noSuchRoom)

export const others = (room: Room, than: SessionId): SessionId[] =>
  room.members.connected().filter(id => id !== than)

/** How a secret begins that was never said in plain text, and is taken for lost where it is. */
const sealed = 'tls_'
export const isSealed = (secret: string): boolean => secret.startsWith(sealed)

/** Somebody new, with the secret they prove themselves with. The longest gone makes room where there are too many. */
export function newPerson(
  state: HubState,
  nick: string,
  isEncrypted: boolean,
): { person: Person; secret: string } {
  const device = state.means.newId()
  const secret = `${isEncrypted ? sealed : ''}${state.means.newSecret()}`
  const person = addPerson(state, {
    device,
    secretHash: state.means.digest(secret),
    nick,
    household: null,
  })
  for (const oldest of state.people.values()) {
    if (state.people.size <= peopleMax) break
    if (oldest.session !== null || state.order.roles.has(oldest.device)) continue
    state.people.delete(oldest.device)
    state.peopleById.delete(oldest.id)
    if (oldest.look) state.nicks.drop(oldest.look)
  }
  return { person, secret }
}

/** What is to be kept of them, if anything. */
export const remember = ({ device, secretHash, nick, household, isGuest }: Person): Effect[] =>
  isGuest ? [] : [{ do: 'remember', person: { device, secretHash, nick, household } }]

/**
 * What goes before a line of theirs, until it is sure that they are remembered: a line must not outlive its author, or
 * the author, sending it again after a restart, would be somebody else and say it twice.
 */
export const rememberFirst = (person: Person): Effect[] => (person.isRemembered ? [] : remember(person))

/** What names somebody in direct conversations, out of their device’s hash. */
export const personId = (digested: string): string =>
  digested.replace(/[^A-Za-z0-9]/g, '').slice(0, personIdLength)

/** Somebody known from before. */
export function addPerson(state: HubState, { device, secretHash, nick, household }: KnownPerson): Person {
  const id = personId(state.means.digest(device))
  // Field by field: V8 gives each copy that is spread and added to a shape of its own, and nothing is quick with thousands.
  const person: Person = {
    device,
    secretHash,
    nick,
    look: state.nicks.keep(nick),
    id,
    session: null,
    away: null,
    isGuest: false,
    isRemembered: false,
    address: '',
    household,
  }
  state.people.set(person.device, person)
  state.peopleById.set(id, person)
  return person
}

/** They go by that nick, from now on. */
export function rename(state: HubState, person: Person, nick: string): void {
  const was = person.look
  if (was && person.nick === nick) return
  if (fold(person.nick) !== fold(nick)) state.formerNicks.note(person.nick, person.device)
  person.nick = nick
  person.look = state.nicks.keep(nick)
  if (was) state.nicks.drop(was)
}

/**
 * Whoever has that nick, or had it last: of several who keeps order before others, and before a guest who left, who never
 * comes back, anybody.
 */
export function personNamed(state: HubState, nick: string): Person | undefined {
  const folded = fold(nick)
  const holder = state.sessions.get(state.nicks.holder(nick) ?? '')
  const here = holder ? personOf(holder) : null
  if (here) return here
  const claim = ({ device, isGuest }: Person) => (state.order.roles.has(device) ? 2 : isGuest ? 0 : 1)
  let found: Person | undefined
  for (const person of state.people.values())
    if (fold(person.nick) === folded && (!found || claim(person) >= claim(found))) found = person
  return found
}

/** The other one of a direct conversation. */
export function otherOf(state: HubState, room: Room, than: string): Person | undefined {
  if (!room.pair) return undefined
  return state.peopleById.get(room.pair[0] === than ? room.pair[1] : room.pair[0])
}

/** @returns whether it was locked */
export function forgetLock({ order, guesses }: HubState, room: string): boolean {
  guesses.delete(room)
  return order.locks.delete(room)
}

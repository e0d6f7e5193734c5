/** What is remembered of a visitor without a client: where they are, whom they hear, and what is on its way. */
import { fold } from '../base/names.ts'
import type { Member, Role } from '../wire/messages.ts'
import type { DialectMeans } from './types.ts'

// A client keeps all this for its user. Netcat keeps nothing, so its codec does; never more than it was told, and
// only for as long as the connection lives.

/** Nicks one visitor may ignore. More: told to let one be heard again. */
export const ignoredMax = 100

export interface Visit {
  readonly means: DialectMeans
  /** Null until a nick was accepted. */
  nick: string | null
  /** The nick that was asked for last. */
  wanted: string
  /** A password is asked for before the nick is looked at. */
  isUnproven: boolean
  /** What they are here, by which they are told what they may do. */
  role: Role
  /** What an empty line at the nick prompt means. */
  suggested: string
  server: { name: string; id: string } | null
  /** The room where what is typed is said, by its wire name; '' for none. */
  room: string
  readonly rooms: Set<string>
  /** Direct conversations: wire name to the other one's nick. */
  readonly directs: Map<string, string>
  readonly topics: Map<string, string>
  /** The oldest line shown of each room. */
  readonly oldest: Map<string, number>
  /** Room and nick of everybody known to be away. */
  readonly away: Set<string>
  /** Room and nick of everybody whose connection was lost and who may come back. */
  readonly lost: Set<string>
  /** Folded nicks to nicks. */
  readonly ignored: Map<string, string>
  /** Lines of theirs that have not come back. */
  readonly own: Set<string>
  /** Who wrote to them alone last. */
  lastDirect: string | null
  /** The room, or `@nick`, that becomes `room` as soon as they are in it. */
  entering: string | null
  /** Members told in pieces so far, by room. */
  readonly gathering: Map<string, Member[]>
  /** Rooms whose members were asked for: all are named then. */
  readonly whoAsked: Set<string>
  /** Answers told in pieces: how many lines so far. */
  pieces: number
  /** The change of a person that was told last; other rooms tell of it again. */
  change: string
  /** The day of the line shown last. */
  day: string
}

export function newVisit(means: DialectMeans): Visit {
  return {
    means,
    nick: null,
    wanted: '',
    isUnproven: false,
    role: 'member',
    suggested: guestNick(means.newId()),
    server: null,
    room: '',
    rooms: new Set(),
    directs: new Map(),
    topics: new Map(),
    oldest: new Map(),
    away: new Set(),
    lost: new Set(),
    ignored: new Map(),
    own: new Set(),
    lastDirect: null,
    entering: null,
    gathering: new Map(),
    whoAsked: new Set(),
    pieces: 0,
    change: '',
    day: dayOf(means.wallMs()),
  }
}

/** A nick for somebody who gives none: `guest-k3x9`, out of an id. It tells nothing of where they are. */
export function guestNick(id: string): string {
  const letters = id.toLowerCase().replace(/[^a-z0-9]/g, '')
  return `guest-${letters.padEnd(4, '0').slice(0, 4)}`
}

/** The wire name of a conversation under way with that nick. */
export function directWith(visit: Visit, nick: string): string | undefined {
  const folded = fold(nick)
  for (const [room, other] of visit.directs) if (fold(other) === folded) return room
  return undefined
}

/** A room as people read it: `#dev`, or `@bob`. */
export const labelOf = (visit: Visit, room: string): string =>
  room.startsWith('@') ? `@${visit.directs.get(room) ?? '?'}` : room

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (number: number): string => String(number).padStart(2, '0')

/** `Tue 21 Nov 2023`, where this server is. */
export function dayOf(at: number): string {
  const date = new Date(at)
  return `${days[date.getDay()]} ${date.getDate()} ${months[date.getMonth()]} ${date.getFullYear()}`
}

/** `09:14`, where this server is. */
export function timeOf(at: number): string {
  const date = new Date(at)
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** What the chat is made of: sessions, rooms, kept lines, and the effects its rules ask for. */
import type { ClientMessage, Member, Presence, Role, ServerMessage, WireLine } from '../wire/messages.ts'
import type { Fence } from './fence.ts'
import type { KeptOrder } from './order.ts'
import type { Buckets } from './paces.ts'
import type { HubState, Person } from './state.ts'

/** One connection, for as long as it lives. */
export type SessionId = string
/** One client over all its connections; it owns a nick and the ids of its lines. An address never does. */
export type DeviceId = string

export type Phase =
  | { at: 'greeting' }
  | { at: 'joined'; person: Person }
  /** The connection is gone; the nick and the place in each room are kept for a while. */
  | { at: 'reconnecting'; person: Person }
  | { at: 'closing'; reason: string }

/** Something that was said, and when: monotonic milliseconds. */
export interface Heard {
  readonly message: ClientMessage
  readonly nowMs: number
}

export interface Session {
  readonly id: SessionId
  /** Where it comes from, '' where that is not known; told to nobody but who keeps order. */
  readonly address: string
  /** `turnTo` alone changes it. */
  readonly phase: Phase
  /** Nobody between could read along. */
  readonly isEncrypted: boolean
  /** Rooms this session is in. */
  readonly rooms: Set<string>
  /** How fast it does what is paced; null as long as it did nothing of the kind. */
  buckets: Buckets | null
  /** Whether its client is sure to know who it is here, and so can come back as the same. */
  knowsItself: boolean
  /** They take less than is said, and go on when they have taken what waits for them. */
  isLagging: boolean
  /** Pings it was sent, and how many it has answered. */
  pings: number
  pongs: number
  fence: Fence | null
}

/** Something said that the store has not kept yet. `author` and `id` together are said once. */
export interface Draft {
  readonly room: string
  readonly id: string
  readonly author: DeviceId
  readonly from: string
  readonly kind: WireLine['kind']
  readonly body: string
}

/** A kept line. `seq` counts 1, 2, 3 … in its room; `at` is wall-clock milliseconds and orders nothing. */
export interface Line extends Draft {
  readonly seq: number
  readonly at: number
}

/** `catchUp`: what a member lacks; `owed`: a line of theirs in a gap; `history`: what they asked for. */
export interface Paging {
  do: 'page'
  readonly session: SessionId
  readonly room: string
  readonly from: { before: number } | { after: number }
  readonly limit: number
  readonly why: 'catchUp' | 'owed' | 'history'
}

/** Whether the store has this line; what is said where it has not. */
export interface Looking {
  do: 'lookUp'
  readonly session: SessionId
  readonly author: DeviceId
  readonly id: string
  readonly otherwise: ServerMessage
}

export interface Searching {
  do: 'search'
  readonly session: SessionId
  readonly rooms: readonly string[]
  readonly words: string
  /** One more than are told, which says whether there are more. */
  readonly limit: number
}

/** What is kept of somebody for the time after a restart. The secret itself never is. */
export interface KnownPerson {
  readonly device: DeviceId
  readonly secretHash: string
  readonly nick: string
  /** The digest of what their client calls its household; null where that is not known. */
  readonly household: string | null
}

/** A run of a server on its history that is over. */
export interface PastRun {
  readonly id: string
  /** The newest number given by its end, in each room that came further in it. */
  readonly heads: ReadonlyMap<string, number>
}

/** What was kept before this hub began. */
export interface Past {
  /** The newest lines of each room, each room's oldest first. */
  readonly lines: readonly Line[]
  /** The newest number given in each room, and what it is about. */
  readonly rooms: readonly { readonly room: string; readonly seq: number; readonly topic: string }[]
  /** Not seen for longest first. */
  readonly people: readonly KnownPerson[]
  /** The oldest first. */
  readonly runs?: readonly PastRun[]
  /** Left out: nobody has a role, nobody is banned. */
  readonly order?: KeptOrder
}

export type Moderate = Extract<ClientMessage, { type: 'moderate' }>

/** Something done to keep order, as it is written down for whoever runs the server. Never what was said in a room. */
export interface Deed {
  readonly act: Extract<ServerMessage, { type: 'order' }>['act']
  /** A nick, or `the host` for whoever runs the server. */
  readonly by: string
  readonly whom?: string
  /** Nicks of others who were here with the same client: it was done to them, too. */
  readonly also?: readonly string[]
  readonly device?: DeviceId
  readonly place?: string
  readonly forMs?: number
  readonly why?: string
}

/** Somebody who is here, as whoever runs the server may see them. */
export interface Present {
  readonly nick: string
  readonly role: Role
  readonly presence: Presence
  readonly isMuted: boolean
  readonly isGuest: boolean
  readonly address: string
  readonly rooms: readonly string[]
}

/** The order has changed: what is to be kept of it from now on. */
export interface Keeping {
  readonly do: 'keepOrder'
  readonly order: KeptOrder
  /** Who asked for it by what, and hears where it cannot be kept; null where no member did. */
  readonly asked: { readonly session: SessionId; readonly act: Deed['act'] } | null
}

/** What must happen; the server runs them in order. */
export type Effect =
  /** The very same list again means the same people. */
  | { do: 'send'; to: readonly SessionId[]; message: ServerMessage }
  | { do: 'append'; session: SessionId; draft: Draft }
  /** Read lines of a room; `hub.paged` takes them, together with this effect. */
  | Paging
  /** Read the newest lines that hold all the words; `hub.found` takes them. */
  | Searching
  /** Look for a kept line; `hub.lookedUp` takes it. */
  | Looking
  | { do: 'remember'; person: KnownPerson }
  | Keeping
  /** Write down who did what to whom. */
  | { do: 'audit'; deed: Deed }
  /** Take no word from this session for a while: who outruns the room is slowed, nothing of theirs is lost. */
  | { do: 'pause'; session: SessionId; ms: number }
  /** `hub.drained` is called when this session has taken what it was sent. */
  | { do: 'drain'; session: SessionId }
  /** Their place is kept for so long; then `hub.expired` is called. */
  | { do: 'hold'; session: SessionId; ms: number }
  /** Last words, then the end of the connection. */
  | { do: 'close'; session: SessionId; reason: string; text: string }

/** What an append came to: the kept line, and whether the same (author, id) had been kept before. */
export interface Kept {
  readonly line: Line
  readonly again: boolean
}

/**
 * Where lines are kept. The store is the room: what is sent to members is what `follow` says was kept.
 *
 * 1. `append` resolves when the line is durable; it gives `seq` and stamps nothing else. A store for which that is at
 *    once answers at once, without a promise.
 * 2. The same (author, id) twice is kept once; the second answer is the first line, `again: true`.
 * 3. `follow` calls back each kept line once, per room in `seq` order, after it is durable.
 * 4. `append` rejects only for trouble (disk). This copy was not kept then, and neither is what the same author said
 *    behind it and still waits: that is rejected with it.
 */
export interface Store {
  append(draft: Draft, at: number): Kept | Promise<Kept>
  /** The line with that author and id, null where there is none; whatever was appended before has its outcome by then. */
  find(author: DeviceId, id: string): Promise<Line | null>
  last(room: string, count: number): Promise<readonly Line[]>
  page(room: string, from: { before: number } | { after: number }, limit: number): Promise<readonly Line[]>
  /** The newest lines of these rooms that hold all the words (whatever their case), newest first. */
  search(rooms: readonly string[], words: readonly string[], limit: number): Promise<readonly Line[]>
  follow(onLine: (line: Line) => void): () => void
  /** Writes something that is no line; rejects as `append` would. A store that is never in trouble has none. */
  probe?(): Promise<void>
  close(): Promise<void>
}

/** One wire message's rule: what it does to the state, and what must happen. `nowMs` is monotonic. */
export type Handler<T extends ClientMessage['type']> = (
  state: HubState,
  from: Session,
  said: Extract<ClientMessage, { type: T }>,
  nowMs: number,
) => Effect[]
export type Handlers = { readonly [T in ClientMessage['type']]: Handler<T> }

export type { ClientMessage, Member, Presence, ServerMessage, WireLine }

/** Who is in a room, and which of them get its lines as they are kept. */
import type { SessionId } from './types.ts'

/** Somebody who is told what comes after the line `after` from the log, and no line as it is kept. */
export interface Behind {
  /** `lagging`: when they have taken what they were sent before; `catching-up`: now, page by page. */
  readonly at: 'lagging' | 'catching-up'
  readonly after: number
  /** It is the past of a room they enter; else a conversation that goes on. */
  readonly isEntering: boolean
  /** Numbers of lines of their own among it: each is answered for, also where the others are left out. */
  readonly owed: number[]
}

/** `live` members get each kept line; who is reconnecting is told nothing. */
export type Membership = { at: 'live' } | Behind | { at: 'reconnecting' }

export interface Members {
  readonly size: number
  get(id: SessionId): Membership | undefined
  set(id: SessionId, held: Membership): void
  delete(id: SessionId): void
  /** In the order they came in. */
  keys(): Iterable<SessionId>
  /** Who gets each kept line. The same list for as long as it is the same people, so what is made for them can be kept. */
  live(): readonly SessionId[]
  /** Who has a connection, and so hears of the others’ coming and going; the same list as long as it is the same people. */
  connected(): readonly SessionId[]
  /** All of them, in the order they came in, as groups: the same group for as long as nothing about it changed. */
  groups(): readonly Group[]
  /** What is told of a member (nick, away) is not what it was. */
  changed(id: SessionId): void
}

/** Some of the members; what is told of them can be kept for as long as this very object is among the groups. */
export interface Group {
  readonly ids: readonly SessionId[]
  /** The very same object for as long as only new ones came behind those of before. */
  readonly origin: object
}

/** Told of each other all the time, a thousand who come at once cost the last group each, not everybody. */
const groupMax = 64
/** Full groups grow together as long as what is told of one fits a line of the wire. */
const grownMax = 256

export function createMembers(): Members {
  const held = new Map<SessionId, Membership>()
  let live: readonly SessionId[] | undefined
  let connected: readonly SessionId[] | undefined
  let groups: Group[] = []

  const groupOf = (id: SessionId): number => groups.findIndex(({ ids }) => ids.includes(id))

  function add(id: SessionId): void {
    const last = groups.at(-1)
    if (last && last.ids.length < groupMax) {
      groups[groups.length - 1] = { ids: [...last.ids, id], origin: last.origin }
      return
    }
    grow()
    groups.push({ ids: [id], origin: {} })
  }

  /** A list is told in few messages then, and nobody is told of anew more than twice. */
  function grow(): void {
    for (;;) {
      const [one, other] = groups.slice(-2)
      if (!one || !other || one.ids.length > other.ids.length) return
      const ids = [...one.ids, ...other.ids]
      if (ids.length > grownMax) return
      groups.splice(-2, 2, { ids, origin: {} })
    }
  }

  function remove(id: SessionId): void {
    const at = groupOf(id)
    const ids = groups[at]?.ids.filter(one => one !== id) ?? []
    if (ids.length > 0) groups[at] = { ids, origin: {} }
    else groups = groups.filter((_, index) => index !== at)
  }

  function changed(id: SessionId): void {
    const at = groupOf(id)
    const group = groups[at]
    if (group) groups[at] = { ids: group.ids, origin: {} }
  }

  return {
    get size() {
      return held.size
    },
    get: id => held.get(id),
    set(id, membership) {
      live = undefined
      const was = held.get(id)
      held.set(id, membership)
      if (was && (was.at === 'reconnecting') === (membership.at === 'reconnecting')) return
      // To copy the list for each who comes costs less than to look at everybody again.
      connected = !was && connected && membership.at !== 'reconnecting' ? [...connected, id] : undefined
      if (was) changed(id)
      else add(id)
    },
    delete(id) {
      if (!held.delete(id)) return
      live = undefined
      connected = connected?.filter(one => one !== id)
      remove(id)
    },
    keys: () => held.keys(),
    live() {
      live ??= [...held].filter(([, { at }]) => at === 'live').map(([id]) => id)
      return live
    },
    connected() {
      connected ??= [...held].filter(([, { at }]) => at !== 'reconnecting').map(([id]) => id)
      return connected
    },
    groups: () => groups,
    changed,
  }
}

/** Who is in a room, and which of them get its lines as they are kept. */
import type { SessionId } from './types.ts'

/** `live` members get each kept line; the others are still being told the past up to `after`. */
export type Membership = { at: 'live' } | { at: 'catching-up'; after: number }

export interface Members {
  readonly size: number
  get(id: SessionId): Membership | undefined
  set(id: SessionId, held: Membership): void
  delete(id: SessionId): void
  /** In the order they came in. */
  keys(): Iterable<SessionId>
  /** Who gets each kept line. The same list for as long as it is the same people, so what is made for them can be kept. */
  live(): readonly SessionId[]
}

export function createMembers(): Members {
  const held = new Map<SessionId, Membership>()
  let live: readonly SessionId[] | undefined

  return {
    get size() {
      return held.size
    },
    get: id => held.get(id),
    set(id, membership) {
      live = undefined
      held.set(id, membership)
    },
    delete(id) {
      live = undefined
      held.delete(id)
    },
    keys: () => held.keys(),
    live() {
      live ??= [...held].filter(([, { at }]) => at === 'live').map(([id]) => id)
      return live
    },
  }
}

/** Who is in a room, and which of them get its lines as they are kept. */
import type { SessionId } from './types.ts'

/**
 * `live` members get each kept line; those catching up are still being told the past up to `after`; who is reconnecting
 * is told nothing.
 */
export type Membership = { at: 'live' } | { at: 'catching-up'; after: number } | { at: 'reconnecting' }

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
}

export function createMembers(): Members {
  const held = new Map<SessionId, Membership>()
  let live: readonly SessionId[] | undefined
  let connected: readonly SessionId[] | undefined

  const forget = (): void => {
    live = undefined
    connected = undefined
  }

  return {
    get size() {
      return held.size
    },
    get: id => held.get(id),
    set(id, membership) {
      forget()
      held.set(id, membership)
    },
    delete(id) {
      forget()
      held.delete(id)
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
  }
}

/** Who comes, goes and takes another nick, told once each to whoever runs the server. */
import type { SessionId } from '../chat/types.ts'

/** What whoever runs the server hears of a member. */
export type PeerChange =
  | { readonly did: 'joined' | 'left'; readonly nick: string }
  | { readonly did: 'cut'; readonly nick: string; readonly reason: string }
  | { readonly did: 'renamed'; readonly was: string; readonly nick: string }

export interface Comings {
  /** @param nick what that session goes by now; null where it is nobody, or nobody any more */
  note(id: SessionId, nick: string | null): void
}

export function createComings(noted: (change: PeerChange) => void): Comings {
  /** Whom we have told of; a member whose connection is lost stays until they have left. */
  const nicks = new Map<SessionId, string>()

  return {
    note(id, nick) {
      const was = nicks.get(id)
      if (nick === was || (nick === null && was === undefined)) return
      if (nick === null) {
        nicks.delete(id)
        noted({ did: 'left', nick: was ?? '' })
        return
      }
      // Who comes back on another connection has not left meanwhile.
      const former = was === undefined && [...nicks].find(([, name]) => name === nick)
      nicks.set(id, nick)
      if (was !== undefined) noted({ did: 'renamed', was, nick })
      else if (former) nicks.delete(former[0])
      else noted({ did: 'joined', nick })
    },
  }
}

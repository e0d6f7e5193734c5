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
  /** Who goes by each of them: a thousand who come at once are not each looked for among all. */
  const holders = new Map<string, SessionId>()

  function forget(id: SessionId, nick: string): void {
    nicks.delete(id)
    // Who took it over holds it by now.
    if (holders.get(nick) === id) holders.delete(nick)
  }

  return {
    note(id, nick) {
      const was = nicks.get(id)
      if (nick === was || (nick === null && was === undefined)) return
      if (was !== undefined) forget(id, was)
      if (nick === null) {
        noted({ did: 'left', nick: was ?? '' })
        return
      }
      const former = holders.get(nick)
      nicks.set(id, nick)
      holders.set(nick, id)
      if (was !== undefined) noted({ did: 'renamed', was, nick })
      // Who comes back on another connection has not left meanwhile.
      else if (former !== undefined) nicks.delete(former)
      else noted({ did: 'joined', nick })
    },
  }
}

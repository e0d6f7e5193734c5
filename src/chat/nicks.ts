/** Who holds which nick: nobody gets a name that is another one’s, or that looks like it. */
import { fold, objectionTo } from '../base/names.ts'
import { skeleton } from '../base/skeleton.ts'
import type { Person } from './state.ts'
import type { SessionId } from './types.ts'

/** Why a nick cannot be had, as it is refused. */
export interface Objection {
  readonly code: 'nick-taken' | 'bad-nick'
  readonly text: string
}

/** A nick that people go by, in whatever case: no other is to look like it. */
export interface Look {
  readonly nick: string
  people: number
}

export interface Nicks {
  /** Who holds that very nick, in whatever case. */
  holder(nick: string): SessionId | undefined
  /** Why a valid nick cannot be had by `one`, or by anybody new, whoever they are; null where it can. */
  objection(nick: string, one?: Pick<Person, 'nick' | 'session' | 'look'> | null): Objection | null
  /** Whether somebody goes by that nick, in whatever case, here or not: of guests those alone who are here. */
  isKnown(nick: string): boolean
  take(nick: string, by: SessionId): void
  /** Nothing where somebody else holds it by now. */
  free(nick: string, by: SessionId): void
  /** Somebody goes by that nick, here or not; until `drop`, no new one may look like it. */
  keep(nick: string): Look
  drop(look: Look): void
}

export function createNicks(): Nicks {
  // An accent alone makes another name: José is not Jose, nor is Müller Muller, nor Thuý Thùy, and two of them may well
  // meet. Unicode takes none of them for look-alikes either. So bób may stand beside bob; marks that nobody writes with
  // may not stand anywhere.
  // A skeleton is no function of the folded name (AI looks like Al, ai does not), so there are two keys. Under a skeleton
  // there is one nick, but for those that people had before they were refused.
  const folded = new Map<string, SessionId>()
  const alike = new Map<string, Look[]>()

  /** A nick like this one that somebody else goes by, and not the same: whose that is, naming.ts knows. */
  function likeness(nick: string, own: Look | null): Look | undefined {
    const looks = alike.get(skeleton(nick))
    const name = fold(nick)
    return looks?.find(look => fold(look.nick) !== name && (look !== own || look.people > 1))
  }

  return {
    holder: nick => folded.get(fold(nick)),
    objection(nick, one = null) {
      const holder = folded.get(fold(nick))
      if (holder !== undefined && holder !== one?.session)
        return { code: 'nick-taken', text: `“${nick}” is already here.` }
      // Whoever came by that name before keeps it.
      if (one?.nick === nick) return null
      const like = likeness(nick, one?.look ?? null)
      const looks =
        like &&
        `looks like “${like.nick}”, who ${folded.has(fold(like.nick)) ? 'is already' : 'has been'} here.`
      const bad = objectionTo(nick)
      if (bad !== null) return { code: 'bad-nick', text: looks ? `${bad} It ${looks}` : bad }
      return looks ? { code: 'nick-taken', text: `“${nick}” ${looks}` } : null
    },
    isKnown(nick) {
      const name = fold(nick)
      return alike.get(skeleton(nick))?.some(look => fold(look.nick) === name) ?? false
    },
    take: (nick, by) => void folded.set(fold(nick), by),
    free(nick, by) {
      if (folded.get(fold(nick)) === by) folded.delete(fold(nick))
    },
    keep(nick) {
      const seen = skeleton(nick)
      const looks = alike.get(seen)
      const name = fold(nick)
      const known = looks?.find(look => fold(look.nick) === name)
      const look = known ?? { nick, people: 0 }
      look.people += 1
      // A list that is spread keeps room for sixteen more, and nearly all have one.
      if (!known) alike.set(seen, looks ? [...looks, look] : [look])
      return look
    },
    drop(look) {
      look.people -= 1
      if (look.people > 0) return
      const seen = skeleton(look.nick)
      const left = alike.get(seen)?.filter(one => one !== look) ?? []
      if (left.length > 0) alike.set(seen, left)
      else alike.delete(seen)
    },
  }
}

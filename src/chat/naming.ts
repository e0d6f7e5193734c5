/** Who may have which nick: what belongs to somebody who is away goes to nobody else who could be mistaken for them. */
import { fold, suggestNick } from '../base/names.ts'
import { nearest } from '../base/nearest.ts'
import { isDirect } from '../base/rooms.ts'
import { skeleton } from '../base/skeleton.ts'
import type { Objection } from './nicks.ts'
import { holds } from './order.ts'
import { type HubState, isJoined, type Person, wallMsOf } from './state.ts'
import type { Line } from './types.ts'

/** Somebody who asks for a nick. */
export interface Namesake {
  /** Null: somebody new. */
  readonly person: Person | null
  readonly isGuest: boolean
}

/**
 * Why a valid nick cannot be had; null where it can. Somebody with an identity of their own may be the same person on
 * another device, so they get the nick of who is away. A guest does not: nobody would know them from its owner, and what
 * is meant for either would reach the other. Nor does anybody get that of who keeps order, or is banned or muted; and that
 * of the server is for those alone who keep order.
 */
export function objectionToNick(state: HubState, nick: string, by: Namesake): Objection | null {
  const objection = state.nicks.objection(nick, by.person)
  if (objection) return objection
  if (by.person !== null && fold(by.person.nick) === fold(nick)) return null
  if (isServersOwn(state, nick) && !(by.person && state.order.roles.has(by.person.device)))
    return {
      code: 'bad-nick',
      text: `“${nick}” would speak for the server: ${state.means.name} is its name.`,
    }
  if (!state.nicks.isKnown(nick)) return null
  if (by.isGuest)
    return belongs(nick, 'has been here; take another, or come with Earshot itself if that is you.')
  const { roles, bars, mutes } = state.order
  const isOf = ({ device }: { device: string }) => {
    const person = state.people.get(device)
    return person !== undefined && fold(person.nick) === fold(nick)
  }
  const ranked = [...roles.values()].find(isOf)
  if (ranked) return belongs(nick, `is ${ranked.role} here; take another, or come on the device they use.`)
  const wallMs = wallMsOf(state)
  // Being sent away is over in minutes, so that leaves the nick as it was.
  const isMeasured = [...bars, ...mutes].some(one => one.act !== 'kick' && holds(one, wallMs) && isOf(one))
  return isMeasured ? belongs(nick, 'has been here; take another.') : null
}

/** Whether it looks like the name of the server, whatever stands between the letters of either. */
function isServersOwn({ means }: HubState, nick: string): boolean {
  const [name, own] = [means.name, nick].map(one => skeleton(one.replace(/[^\p{L}\p{M}\p{N}]/gu, '')))
  return name !== '' && name === own
}

const belongs = (nick: string, rest: string): Objection => ({
  code: 'nick-taken',
  text: `“${nick}” belongs to somebody who ${rest}`,
})

/** A nick near that one which somebody like this would get. */
export const nickNear = (state: HubState, nick: string, isGuest: boolean): string =>
  suggestNick(nick, near => objectionToNick(state, near, { person: null, isGuest }) !== null)

/**
 * What is answered where nobody goes by that nick, and whom it may mean. Who gave it up is told by the name they have now,
 * and not found by the old one: what was meant for the one is for whoever writes to send to the other.
 */
export function unknownNick(
  state: HubState,
  nick: string,
): { readonly code: string; readonly text: string; readonly suggestion: string | null } {
  const code = 'no-such-nick'
  const former = state.formerNicks.find(nick)
  const person = former && state.people.get(former.device)
  // A guest who left never comes back.
  if (former && person && !(person.isGuest && person.session === null))
    return { code, text: `${former.nick} is ${person.nick} now.`, suggestion: person.nick }
  const here = [...state.sessions.values()].flatMap(one => (isJoined(one) ? [one.phase.person.nick] : []))
  return {
    code,
    text: 'Nobody of that name is known here. /who lists who is here.',
    suggestion: nearest(nick, here),
  }
}

/** Who said something that all may read, and goes by another nick since: the lines outlive a restart, and say so. */
export function noteFormer({ people, formerNicks, order }: HubState, { room, author, from }: Line): void {
  const person = people.get(author)
  if (person && fold(person.nick) !== fold(from) && !isDirect(room) && !order.locks.has(room))
    formerNicks.note(from, author)
}

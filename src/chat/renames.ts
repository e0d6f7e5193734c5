/** Renames that others could not hear of when they were made, since the server was away: told when people are back. */
import { isDirect } from '../base/rooms.ts'
import { type HubState, type Joined, type Person, send } from './state.ts'
import { presenceOf, remarkable } from './telling.ts'
import type { ClientMessage, Effect } from './types.ts'

/**
 * What others knew them by until they were lost, also where their place is kept no more, as after a restart. Only they can
 * say that it is to be told: who left, and comes another day by another name, is not followed. Where somebody else has the
 * old nick by now, it would be told of that one.
 */
export const formerOf = (
  { nicks }: HubState,
  { nick }: Person,
  said: Extract<ClientMessage, { type: 'hello' }>,
): string | undefined =>
  said.was === nick && said.nick !== nick && nicks.holder(nick) === undefined ? nick : undefined

/** Who comes back later hears of it. */
export function noteRenamed({ cameRenamed, limits }: HubState, person: Person, was: string): void {
  cameRenamed.delete(person)
  cameRenamed.set(person, was)
  const [first] = cameRenamed.keys()
  if (first && cameRenamed.size > limits.formerNicksMax) cameRenamed.delete(first)
}

/**
 * Who comes back after a restart hears of those who were quicker, and are called otherwise now: told before the list of
 * who is here, while their client still has the one from before.
 */
export function missedRenames(state: HubState, from: Joined, run: string | undefined): Effect[] {
  if (run === undefined || run === state.means.run) return []
  return [...state.cameRenamed].flatMap(([person, was]) => {
    const session = state.sessions.get(person.session ?? '')
    if (!session || session === from || state.nicks.holder(was) !== undefined) return []
    const shared = [...session.rooms].filter(name => from.rooms.has(name) && !isDirect(name))
    return shared.flatMap(room => {
      const { nick } = person
      const presence = presenceOf(session, person)
      return send([from.id], {
        type: 'presence',
        room,
        nick,
        was,
        presence,
        ...remarkable(state, session, person),
      })
    })
  })
}

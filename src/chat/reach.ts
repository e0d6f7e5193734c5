/** For whom a kick, a ban or a mute holds beside the one it names: their other windows, and who comes from where they do. */
import { isWithin, networkOf, plainAddress } from '../base/network.ts'
import { type Actor, type Asked, aimedAt, type Done, no } from './deeds.ts'
import { isMeant, type Measure, roleOf } from './order.ts'
import { listed } from './orderWords.ts'
import { type Act, mayNotTo } from './roles.ts'
import { type HubState, isJoined, type Person } from './state.ts'

export interface Reach {
  /** An address or a network; null for the client alone. */
  readonly place: string | null
  /** There it holds for those alone who come without an identity. */
  readonly isForGuests: boolean
  /** What whoever asked should know of it. */
  readonly notes: readonly string[]
}

type No = Done & { readonly ok: false }

/** Others who come with the same client: its windows, and what scripts say with it. */
export const kinOf = ({ people }: HubState, person: Person): Person[] =>
  person.household === null
    ? []
    : [...people.values()].filter(one => one !== person && one.household === person.household)

/** Of those, who are here, or will be back at once. */
export const kinHere = (state: HubState, person: Person): Person[] =>
  kinOf(state, person).filter(one => one.session !== null)

/** Somebody whose whole client may be kept out, or silenced. */
export function aimedAtAll(
  state: HubState,
  by: Actor,
  act: Act,
  asked: Asked,
): { readonly ok: true; readonly person: Person } | No {
  const aim = aimedAt(state, by, act, asked)
  if (!aim.ok) return aim
  const { person } = aim
  const kin = kinOf(state, person)
  if (by.person && kin.includes(by.person))
    return no('yourself', `${person.nick} comes with your own Earshot, so that would hold for you, too.`)
  for (const { device, nick } of kin) {
    const outranked = mayNotTo(by.standing, act, roleOf(state.order, device), nick)
    if (outranked)
      return no(
        outranked.code,
        `It would hold for ${nick} as well, who comes with the same Earshot as ${person.nick}. ${outranked.text}`,
      )
  }
  return aim
}

/** That the others of the client go as well, for whoever asked. */
export function kinNotes(state: HubState, person: Person, goes: string, go: string): string[] {
  const nicks = kinHere(state, person).map(one => one.nick)
  return nicks.length === 0
    ? []
    : [`${listed(nicks)} ${nicks.length === 1 ? goes : go} too: the same Earshot as ${person.nick}.`]
}

/** Others who are here from there, whoever asks among them. */
function sharing(state: HubState, person: Person, place: string): Person[] {
  const kin = kinOf(state, person)
  return [...state.sessions.values()].flatMap(session => {
    if (!isJoined(session) || !isWithin(session.address, place)) return []
    const other = session.phase.person
    return other === person || kin.includes(other) ? [] : [other]
  })
}

/**
 * The client, which is enough for who wants to be the same person again. Who has none to come back with would be back at
 * once under another name, so for them it is the address, for those alone who have none either, and where no other such
 * one is here from there: whoever else is behind that address has done nothing.
 */
export function reachOf(state: HubState, person: Person): Reach {
  if (!person.isGuest) return { place: null, isForGuests: false, notes: [] }
  const place = placeOf(state, person, ({ isGuest }) => isGuest)
  const others = place === null ? [] : sharing(state, person, place).filter(one => one.isGuest)
  if (place !== null && others.length === 0)
    return { place, isForGuests: true, notes: [`It holds for ${guestsFrom(place)}, too.`] }
  const why =
    place === null
      ? 'and where they come from is not known'
      : `and others who have none are here from the same address (${listed(others.map(one => one.nick))})`
  return {
    place: null,
    isForGuests: false,
    notes: [`${person.nick} has no identity to come back with, ${why}: nothing holds if they come again.`],
  }
}

const guestsFrom = (place: string): string =>
  `whoever comes from ${place} without an identity (netcat, older clients)`

/** Most machines have one of each, and which of them somebody comes by is theirs to choose. */
const other = (place: string): string => (place.includes(':') ? 'IPv4 beside IPv6' : 'IPv6 beside IPv4')

/** All who come from where they do. */
export function addressOf(state: HubState, by: Actor, person: Person): Reach | No {
  const place = placeOf(state, person, () => true)
  if (place === null)
    return no('no-address', `Where ${person.nick} comes from is not known. Without “address” the ban holds.`)
  const others = sharing(state, person, place)
  if (by.person && others.includes(by.person))
    return no('yourself', 'You come from the same address, so that would lock you out, too.')
  const holds = `It holds for whoever comes from ${place}, too, and for no other address they may have (${other(place)}).`
  if (others.length === 0) return { place, isForGuests: false, notes: [holds] }
  const nicks = listed(others.map(one => one.nick))
  const careful = `CAREFUL: ${nicks} came from there, too, and will not get in again. /unban ${place} undoes it.`
  return { place, isForGuests: false, notes: [holds, careful] }
}

/**
 * Their address: the whole network of an IPv6 one, which changes, unless others it would hold for are in it.
 * @returns null where that is not known
 */
function placeOf(state: HubState, person: Person, isHeld: (other: Person) => boolean): string | null {
  if (person.address === '') return null
  const network = networkOf(person.address)
  const isWide = network !== null && !sharing(state, person, network).some(isHeld)
  return isWide ? network : plainAddress(person.address)
}

/**
 * Nicks of the others it holds for, as far as they are known: those of the same client, and who came from that place since
 * this server runs. Not of guests who left, who are nobody any more, nor of who keeps order, whom it does not keep out.
 */
export function alsoHeld({ people, order }: HubState, one: Measure): string[] {
  const isOther = (person: Person) =>
    person.device !== one.device &&
    (!person.isGuest || person.session !== null) &&
    (one.act === 'mute' || !order.roles.has(person.device))
  return [...people.values()]
    .filter(person => isOther(person) && isMeant(one, person))
    .map(({ nick }) => nick)
}

/** Kicks, bans and mutes: taken, told, and taken back. They hold for a client, under any nick, and where asked for an address. */
import { isWithin, plainAddress } from '../base/network.ts'
import { type Actor, type Asked, aimedAt, type Done, no, noted, proclaim, roomsOf } from './deeds.ts'
import { depart } from './leaving.ts'
import { holds, type Measure, measureOn, sameNick } from './order.ts'
import { because, listed, spanText } from './orderWords.ts'
import { addressOf, aimedAtAll, alsoHeld, kinHere, kinNotes, type Reach, reachOf } from './reach.ts'
import { type HubState, type Joined, type Person, personNamed, turnTo, wallMsOf } from './state.ts'
import type { Deed, DeviceId, Effect } from './types.ts'

const tooMany = no('too-many', 'Too many are banned or muted already. Take one back with /unban or /unmute.')

const isFull = ({ order, limits }: HubState): boolean =>
  order.bars.length + order.mutes.length >= limits.measuresMax

/** What somebody who is kept out hears; `device` is null for a newcomer. */
export function barText(bar: Measure, wallMs: number, device: DeviceId | null = bar.device): string {
  const { act, by, why, until } = bar
  const left = until === null ? 'for good' : `for another ${spanText(until - wallMs)}`
  // They may have done nothing, and can come in another way.
  if (bar.isForGuests && device !== bar.device)
    return `Somebody was ${words[act]} by ${by}${because(why)}${ended(why)} From your address nobody comes in without an identity (netcat, older clients) ${left}.`
  return act === 'kick'
    ? `You were sent away by ${by}${because(why)}${ended(why)} You may come back in ${until === null ? 'a while' : spanText(until - wallMs)}.`
    : `You are banned here ${left}, by ${by}${because(why)}${ended(why)}`
}

/**
 * What somebody who is muted hears in place of their line; null for everybody else.
 * @param next what that means for what they tried
 */
export function mutedText(
  state: HubState,
  { phase, address }: Joined,
  next = 'Nobody got this.',
): string | null {
  const { mutes } = state.order
  if (mutes.length === 0) return null
  const wallMs = wallMsOf(state)
  const held = measureOn(mutes, { ...phase.person, address }, wallMs)
  return held ? `${muteText(held, wallMs)} ${next}` : null
}

const muteText = ({ by, why, until }: Measure, wallMs: number): string =>
  `You are muted here ${until === null ? 'until somebody lets you speak again' : `for another ${spanText(until - wallMs)}`}, by ${by}${because(why)}${ended(why)}`

const ended = (why: string): string => (/[.!?]$/.test(why) ? '' : '.')

export function kick(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAtAll(state, by, 'kick', asked)
  if (!aim.ok) return aim
  const { person } = aim
  if (person.session === null) return no('no-such-nick', `${person.nick} is not here; /ban keeps them out.`)
  if (isFull(state)) return tooMany
  const forMs = state.limits.kickMs
  const reach = reachOf(state, person)
  const measure = measureOf(state, by, 'kick', person, { ...asked, forMs }, reach)
  const line = `${person.nick} was sent away by ${by.name}${because(asked.text)}`
  return bar(state, by, person, measure, forMs, [line, ...reach.notes])
}

export function ban(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAtAll(state, by, 'ban', asked)
  if (!aim.ok) return aim
  const { person } = aim
  if (isFull(state)) return tooMany
  const reach = asked.byAddress ? addressOf(state, by, person) : reachOf(state, person)
  if ('ok' in reach) return reach
  const forMs = asked.forMs ?? state.limits.banMs
  const measure = measureOf(state, by, 'ban', person, { ...asked, forMs }, reach)
  const time = forMs === 0 ? 'for good' : `for ${spanText(forMs)}`
  const line = `${person.nick} was banned ${time} by ${by.name}${because(asked.text)}`
  return bar(state, by, person, measure, forMs, [line, ...reach.notes])
}

/** Kept out from now on, and cut where they are here: all that comes with that client. */
function bar(
  state: HubState,
  by: Actor,
  person: Person,
  measure: Measure,
  forMs: number,
  lines: readonly string[],
): Done {
  const { order } = state
  const isSame = (one: Measure) => one.device === measure.device && one.act === measure.act
  order.bars = [...order.bars.filter(one => !isSame(one)), measure]
  const heard = proclaim(state, by, roomsOf(state, person), measure.act, lines[0] ?? '')
  const notes = kinNotes(state, person, 'goes', 'go')
  const kin = kinHere(state, person)
  return {
    ok: true,
    lines: [...lines, ...notes],
    effects: [
      ...heard,
      ...[person, ...kin].flatMap(one => cut(state, one, measure)),
      ...noted(state, by.person, deedOf(by, person, kin, measure, forMs)),
    ],
  }
}

function cut(state: HubState, person: Person, measure: Measure): Effect[] {
  const session = state.sessions.get(person.session ?? '')
  if (!session) return []
  const effects = depart(state, session)
  // Only their place was kept.
  if (session.phase.at === 'reconnecting') {
    state.sessions.delete(session.id)
    return effects
  }
  const reason = measure.act === 'kick' ? 'kicked' : 'banned'
  turnTo(state, session, { at: 'closing', reason })
  return [...effects, { do: 'close', session: session.id, reason, text: barText(measure, wallMsOf(state)) }]
}

export function mute(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAtAll(state, by, 'mute', asked)
  if (!aim.ok) return aim
  const { person } = aim
  if (isFull(state)) return tooMany
  const { order } = state
  const forMs = asked.forMs ?? 0
  const reach = reachOf(state, person)
  const measure = measureOf(state, by, 'mute', person, { ...asked, forMs }, reach)
  order.mutes = [...order.mutes.filter(one => one.device !== person.device), measure]
  const time = forMs === 0 ? '' : ` for ${spanText(forMs)}`
  const line = `${person.nick} was muted${time} by ${by.name}${because(asked.text)}`
  return {
    ok: true,
    lines: [line, ...reach.notes, ...kinNotes(state, person, 'is silent', 'are silent')],
    effects: [
      ...proclaim(state, by, roomsOf(state, person), 'mute', line),
      ...noted(state, by.person, deedOf(by, person, kinHere(state, person), measure, forMs)),
    ],
  }
}

export function unmute(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAt(state, by, 'unmute', asked)
  if (!aim.ok) return aim
  const { person } = aim
  const { order } = state
  const held = measureOn(order.mutes, person, wallMsOf(state))
  if (!held) return no('already', `${person.nick} is not muted.`)
  order.mutes = order.mutes.filter(one => one !== held)
  const line = `${person.nick} may speak again, by ${by.name}`
  return {
    ok: true,
    lines: [line],
    effects: [
      ...proclaim(state, by, roomsOf(state, person), 'unmute', line),
      ...noted(state, by.person, { act: 'unmute', by: by.name, whom: person.nick, device: person.device }),
    ],
  }
}

/** By the nick they had, one they had before or after, or an address. */
export function unban(state: HubState, by: Actor, { whom }: Asked): Done {
  const { order } = state
  const person = personNamed(state, whom)
  const place = plainAddress(whom)
  const isMeant = (one: Measure) =>
    sameNick(one, whom) ||
    one.device === person?.device ||
    (one.household !== null && one.household === person?.household) ||
    one.place === whom ||
    (one.place !== null && isWithin(place, one.place))
  const meant = order.bars.filter(one => holds(one, wallMsOf(state)) && isMeant(one))
  if (meant.length === 0) return no('not-banned', `“${whom}” is not banned. /bans lists who is.`)
  order.bars = order.bars.filter(one => !meant.includes(one))
  const nicks = [...new Set(meant.map(one => one.nick))].join(', ')
  return {
    ok: true,
    lines: [`${nicks} may come in again.`],
    effects: noted(state, by.person, { act: 'unban', by: by.name, whom: nicks }),
  }
}

/** Roles, bans and mutes as lines for whoever keeps order. */
export function bans(state: HubState): Done {
  const { order } = state
  const wallMs = wallMsOf(state)
  const those = (role: string) => [...order.roles.values()].filter(one => one.role === role)
  const named = (heading: string, role: string) => {
    const nicks = those(role).map(one => state.people.get(one.device)?.nick ?? one.nick)
    return nicks.length === 0 ? [] : [`${heading}: ${nicks.join(', ')}.`]
  }
  const held = [...order.bars, ...order.mutes].filter(one => holds(one, wallMs))
  return {
    ok: true,
    effects: [],
    lines: [
      ...named('Owners', 'owner'),
      ...named('Ops', 'op'),
      ...held.map(one => heldLine(state, one, wallMs)),
      ...(held.length === 0 ? ['Nobody is banned or muted.'] : []),
    ],
  }
}

const words = { kick: 'sent away', ban: 'banned', mute: 'muted' } as const

function heldLine(state: HubState, one: Measure, wallMs: number): string {
  const now = state.people.get(one.device)?.nick
  const also = now === undefined || sameNick(one, now) ? '' : ` (now ${now})`
  const left = one.until === null ? 'for good' : `${spanText(one.until - wallMs)} left`
  const without = one.isForGuests ? ' without an identity' : ''
  const place = one.place === null ? '' : `, with ${one.place}${without}`
  const others = alsoHeld(state, one)
  const so = others.length === 0 ? '' : `; so ${others.length === 1 ? 'is' : 'are'} ${listed(others)}`
  return `${one.nick}${also}: ${words[one.act]}, ${left}, by ${one.by}${place}${so}${because(one.why)}`
}

const measureOf = (
  state: HubState,
  by: Actor,
  act: Measure['act'],
  { device, nick, household }: Person,
  { forMs, text }: Asked & { readonly forMs: number },
  { place, isForGuests }: Reach,
): Measure => ({
  act,
  device,
  household,
  nick,
  place,
  isForGuests,
  by: by.name,
  why: text,
  until: forMs === 0 ? null : wallMsOf(state) + forMs,
})

const deedOf = (
  by: Actor,
  { nick, device }: Person,
  kin: readonly Person[],
  one: Measure,
  forMs: number,
): Deed => ({
  act: one.act,
  by: by.name,
  whom: nick,
  ...(kin.length === 0 ? {} : { also: kin.map(other => other.nick) }),
  device,
  ...(one.place === null ? {} : { place: one.place }),
  ...(forMs === 0 ? {} : { forMs }),
  ...(one.why === '' ? {} : { why: one.why }),
})

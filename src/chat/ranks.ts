/** Roles given and taken, the greeting, and who is let in where not everybody is. */
import { checkNick } from '../base/names.ts'
import type { Role } from '../wire/messages.ts'
import { type Actor, type Asked, aimedAt, type Done, no, noted, proclaim, roomsOf } from './deeds.ts'
import { roleOf, sameNick } from './order.ts'
import { type HubState, isJoined, type Person, personNamed, send } from './state.ts'
import type { Effect } from './types.ts'

const tooMany = no('too-many', 'There are too many names on that list. Take one away first.')

/** From now on they may do that; everybody who is here sees it. */
export function setRole(state: HubState, person: Person, role: Role): Effect[] {
  const { device, nick, isGuest } = person
  if (role === 'member') state.order.roles.delete(device)
  else state.order.roles.set(device, { device, nick, role, isKept: !isGuest })
  const session = state.sessions.get(person.session ?? '')
  for (const name of session?.rooms ?? []) state.rooms.get(name)?.members.changed(session?.id ?? '')
  return tellRole(state, person)
}

/** Everybody who is here hears what somebody may do. */
function tellRole(state: HubState, person: Person): Effect[] {
  const here = [...state.sessions.values()].filter(isJoined).map(({ id }) => id)
  return send(here, { type: 'role', nick: person.nick, role: roleOf(state.order, person.device) })
}

export function op(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAt(state, by, 'op', asked)
  if (!aim.ok) return aim
  const { person } = aim
  const { device, nick, isGuest } = person
  if (roleOf(state.order, device) !== 'member') return no('already', `${nick} is op already.`)
  if (state.order.roles.size >= state.limits.ranksMax) return tooMany
  const line = `${nick} is op now, by ${by.name}.`
  const lasts = isGuest
    ? `${nick} has no identity to come back with, so that ends with this connection.`
    : `It holds under any nick, until /deop ${nick}.`
  return {
    ok: true,
    lines: [line, lasts],
    effects: [
      ...setRole(state, person, 'op'),
      ...proclaim(state, by, roomsOf(state, person), 'op', line),
      ...noted(state, by.person, { act: 'op', by: by.name, whom: nick, device }),
    ],
  }
}

export function deop(state: HubState, by: Actor, asked: Asked): Done {
  const aim = aimedAt(state, by, 'deop', asked)
  if (!aim.ok) return aim
  const { person } = aim
  const { device, nick } = person
  const was = roleOf(state.order, device)
  if (was === 'member') return no('already', `${nick} has no role here.`)
  const line = `${nick} is ${was} no longer, by ${by.name}.`
  return {
    ok: true,
    lines: [line],
    effects: [
      ...setRole(state, person, 'member'),
      ...proclaim(state, by, roomsOf(state, person), 'deop', line),
      ...noted(state, by.person, { act: 'deop', by: by.name, whom: nick, device }),
    ],
  }
}

/** `clear` takes it away. */
export function motd(state: HubState, by: Actor, { text }: Asked): Done {
  const { order, means } = state
  if (text === '') return { ok: true, lines: [order.motd ?? means.motd], effects: [] }
  order.motd = text === 'clear' ? '' : text
  const line =
    order.motd === ''
      ? 'Newcomers are greeted with nothing now.'
      : `Newcomers are greeted with: ${order.motd}`
  return {
    ok: true,
    lines: [line],
    effects: noted(state, by.person, { act: 'motd', by: by.name, why: order.motd }),
  }
}

/** `on`, `off`, a nick to let in, `-nick` to let in no longer; alone it says how things are. */
export function allow(state: HubState, by: Actor, { text }: Asked): Done {
  const { order } = state
  const word = text.toLowerCase()
  const done = (what: string, ...lines: readonly string[]): Done => ({
    ok: true,
    lines,
    effects: noted(state, by.person, { act: 'allow', by: by.name, ...(what === '' ? {} : { whom: what }) }),
  })
  if (word === '') return { ok: true, lines: allowedLines(state), effects: [] }
  if (word === 'on') {
    if (order.isClosed) return no('already', 'Only those on the list come in already; /allow lists them.')
    // Who is here stays welcome.
    for (const session of state.sessions.values()) if (isJoined(session)) invite(state, session.phase.person)
    order.isClosed = true
    return done(
      'on',
      'Only those on the list come in from now on: who is here, ops and owners, and whom /allow NICK names.',
      'Whoever has no identity (netcat) is let in by the nick alone, which anybody can claim; give a nick away with care.',
    )
  }
  if (word === 'off') {
    order.isClosed = false
    return done('off', 'Everybody may come in again; the list is kept for the next /allow on.')
  }
  const nick = text.replace(/^-/, '')
  const checked = checkNick(nick)
  if (!checked.ok) return no('bad-nick', checked.text)
  const isListed = order.guests.some(one => sameNick(one, nick))
  if (text.startsWith('-')) {
    if (!isListed) return no('no-such-nick', `${nick} is not on the list; /allow shows it.`)
    order.guests = order.guests.filter(one => !sameNick(one, nick))
    return done(`-${nick}`, `${nick} is on the list no longer; /kick ${nick} sends them away as well.`)
  }
  if (isListed) return no('already', `${nick} is on the list already.`)
  if (order.guests.length >= state.limits.ranksMax) return tooMany
  const person = personNamed(state, nick)
  if (person && !person.isGuest) invite(state, person)
  else order.guests = [...order.guests, { nick: checked.nick, device: null }]
  const how = person && !person.isGuest ? '' : ' The first one who comes under that nick takes the place.'
  return done(nick, `${nick} may come in.${how}${order.isClosed ? '' : ' (The list holds after /allow on.)'}`)
}

function invite(state: HubState, { device, nick, isGuest }: Person): void {
  const { order, limits } = state
  if (order.guests.length >= limits.ranksMax) return
  if (!isGuest && order.guests.some(one => one.device === device)) return
  order.guests = [...order.guests, { nick, device: isGuest ? null : device }]
}

function allowedLines({ order }: HubState): string[] {
  const names = order.guests.map(one => (one.device === null ? `${one.nick} (not come yet)` : one.nick))
  return [
    order.isClosed
      ? 'Only those on the list come in; /allow off lets everybody in.'
      : 'Everybody may come in; /allow on holds to the list.',
    names.length === 0 ? 'Nobody is on the list.' : `On the list: ${names.join(', ')}.`,
  ]
}

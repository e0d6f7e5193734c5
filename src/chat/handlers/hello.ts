/** hello: who comes, under which nick, and what of the past they still need. */
import { checkNick, lobby, nickFrom } from '../../base/names.ts'
import { checkRoom } from '../../base/rooms.ts'
import { protocolVersion } from '../../wire/limits.ts'
import { type Before, enter, openRoom, pairOf } from '../entering.ts'
import { depart, heldOpen } from '../leaving.ts'
import { barText, mutedText } from '../measures.ts'
import { nickNear, objectionToNick } from '../naming.ts'
import {
  bindGuest,
  bindHousehold,
  type Comer,
  isLetIn,
  isOpenTo,
  keepOrder,
  measureOn,
  roleOf,
} from '../order.ts'
import { tooFast } from '../paces.ts'
import { formerOf, missedRenames, noteRenamed } from '../renames.ts'
import { everywhere } from '../runs.ts'
import {
  type HubState,
  isJoined,
  isSealed,
  type Joined,
  newPerson,
  type Person,
  refuse,
  remember,
  rename,
  send,
  turnTo,
  wallMsOf,
} from '../state.ts'
import { storageMessage } from '../telling.ts'
import type { ClientMessage, Effect, Handler, Session } from '../types.ts'

type Of<T extends ClientMessage['type']> = Extract<ClientMessage, { type: T }>

export const hello: Handler<'hello'> = (state, from, said, nowMs) => {
  if (from.phase.at !== 'greeting')
    return refuse(from, 'hello', 'already-joined', 'You are already in. To change your name, use /nick NAME.')
  const fast = tooFast(state, from, 'hello', 'hello', nowMs)
  if (fast) return fast
  if (said.v !== protocolVersion) {
    const text = `This server speaks version ${protocolVersion} of Earshot’s protocol and you speak version ${said.v}. Upgrade the older side.`
    turnTo(state, from, { at: 'closing', reason: 'version' })
    return [
      ...refuse(from, 'hello', 'version', text),
      { do: 'close', session: from.id, reason: 'version', text },
    ]
  }
  const isGuest = said.guest === true
  const checked = checkNick(said.nick)
  if (!checked.ok)
    return refuse(from, 'hello', 'bad-nick', checked.text, {
      suggestion: nickNear(state, nickFrom(said.nick), isGuest),
    })

  if (!from.isEncrypted && said.secret !== undefined && isSealed(said.secret))
    return refuse(
      from,
      'hello',
      'plaintext',
      'You were here over an encrypted connection and come back without one. Connect encrypted, or as somebody new.',
    )

  const { nick } = checked
  const known = proven(state, said.device, said.secret)
  const household = householdOf(state, from, said.household) ?? known?.household ?? null
  const isBound = known !== null && household !== null && bindHousehold(state.order, known.device, household)
  const bound: Effect[] = isBound ? [keepOrder(state.order)] : []
  const comer = { device: known?.device ?? null, household, address: from.address, isGuest }
  const barred = barredBy(state, comer, nick)
  if (barred) {
    turnTo(state, from, { at: 'closing', reason: barred.reason })
    return [...bound, { do: 'close', session: from.id, ...barred }]
  }
  const former = known?.session ? state.sessions.get(known.session) : undefined
  const objection = objectionToNick(state, nick, { person: known, isGuest })
  if (objection)
    return [
      ...bound,
      ...refuse(from, 'hello', objection.code, objection.text, {
        suggestion: nickNear(state, nick, isGuest),
      }),
    ]

  const before = former && known ? beforeOf(former, known) : null
  const closeUnused = former ? heldOpen(state, former) : () => []
  const effects = former ? [...bound, ...replace(state, former)] : bound
  const { person, secret } = known
    ? { person: known, secret: said.secret ?? '' }
    : newPerson(state, nick, from.isEncrypted)
  // Lately seen people are last in the map, so that the longest gone are forgotten first.
  state.people.delete(person.device)
  state.people.set(person.device, person)
  const was = formerOf(state, person, said)
  rename(state, person, nick)
  person.isGuest = isGuest
  person.address = from.address
  person.household = household
  person.session = from.id
  // Whoever is in says no hello any more.
  from.buckets = null
  from.knowsItself = known !== null
  const joined = turnTo(state, from, { at: 'joined', person })
  state.nicks.take(nick, from.id)
  const isSameEpoch = said.epoch === state.means.epoch
  const hasGoneBack = isSameEpoch && isBeyond(state, person, said)
  const held = isSameEpoch && !hasGoneBack ? (said.last ?? {}) : {}
  effects.push(
    ...remember(person),
    ...send([from.id], {
      type: 'welcome',
      v: protocolVersion,
      server: state.means.server,
      name: state.means.name,
      epoch: state.means.epoch,
      ...(state.means.run === undefined ? {} : { run: state.means.run }),
      device: person.device,
      secret,
      nick,
      motd: state.order.motd ?? state.means.motd,
      limits: { bodyBytesMax: state.limits.bodyBytesMax, bodyLinesMax: state.limits.bodyLinesMax },
      ...(hasGoneBack ? { wentBack: true } : {}),
    }),
    ...(state.keeps ? [] : send([from.id], storageMessage(false))),
  )
  const entered = enterAll(state, joined, { before, was }, held, Object.keys(said.last ?? {}))
  const role = roleOf(state.order, person.device)
  // The others hear of it with the news that they have come.
  const ranked = role === 'member' ? [] : send([from.id], { type: 'role', nick, role })
  const invited = !person.isGuest && bindGuest(state.order, person.device, nick)
  const kept: Effect[] = invited ? [keepOrder(state.order)] : []
  const renamed = missedRenames(state, joined, said.run)
  if (was !== undefined) noteRenamed(state, person, was)
  return [
    ...effects,
    ...renamed,
    ...entered,
    ...leftBehind(state, joined, before),
    ...ranked,
    ...kept,
    ...closeUnused(),
  ]
}

/**
 * As it is compared and kept: a digest. What others on the network could have read along is nobody’s for sure, and who
 * came with that of somebody else could have them banned.
 */
const householdOf = (state: HubState, { isEncrypted }: Session, household: string | undefined) =>
  household === undefined || !isEncrypted ? null : state.means.digest(household)

/** Why somebody may not come in; null where they may. */
function barredBy(state: HubState, comer: Comer, nick: string) {
  const { order } = state
  const { device } = comer
  const wallMs = wallMsOf(state)
  const bar = measureOn(order.bars, comer, wallMs)
  // Who keeps order is never kept out by where they come from, or with whom.
  if (bar && !(device !== null && order.roles.has(device) && bar.device !== device))
    return { reason: bar.act === 'kick' ? 'kicked' : 'banned', text: barText(bar, wallMs, device) }
  return isLetIn(order, device, nick) ? null : { reason: 'not-allowed', text: notLetIn }
}

const notLetIn = 'Only those on a list may come in here. Ask whoever runs this server to put your nick on it.'

/** The person a hello names, where it also knows that device's secret. */
function proven(state: HubState, device: string | undefined, secret: string | undefined): Person | null {
  if (device === undefined || secret === undefined) return null
  const person = state.people.get(device)
  return person && person.secretHash === state.means.digest(secret) ? person : null
}

/**
 * Whether they have lines that were never said here. The epoch is kept with the lines, so a copy of both that was put back
 * goes by the same one, and the numbers of what was lost are given once more. By the run they were heard in they are told
 * from those. Of rooms they may not see they learn nothing.
 */
function isBeyond(state: HubState, { id, device }: Person, { run, last, seen }: Of<'hello'>): boolean {
  const reach = run === undefined ? everywhere : state.runs.reachOf(run)
  if (reach === null) return true
  return [...Object.entries(last ?? {}), ...Object.entries(seen ?? {})].some(([name, seq]) => {
    const pair = pairOf(name)
    const isTheirs = pair === null ? isOpenTo(state.order, name, device) : pair.includes(id)
    return isTheirs && seq > Math.min(state.rooms.get(name)?.head ?? 0, reach.headOf(name))
  })
}

const beforeOf = (former: Session, { nick, away }: Person): Before => ({
  nick,
  presence: former.phase.at === 'reconnecting' ? 'reconnecting' : away === null ? 'here' : 'away',
  isEncrypted: former.isEncrypted,
  rooms: new Set(former.rooms),
})

/** The same client on a new connection: the old one ends first, so that nothing of it can come late. */
function replace(state: HubState, former: Session): Effect[] {
  // Nobody hears of a leave: for the rooms they come back to this member never went away.
  depart(state, former)
  if (former.phase.at === 'reconnecting') {
    state.sessions.delete(former.id)
    return []
  }
  turnTo(state, former, { at: 'closing', reason: 'replaced' })
  return [
    {
      do: 'close',
      session: former.id,
      reason: 'replaced',
      text: 'You connected again from elsewhere; this connection ends.',
    },
  ]
}

/** Rooms hear of somebody who came back without them: they were left while the connection was lost. */
function leftBehind(state: HubState, from: Joined, before: Before | null): Effect[] {
  return [...(before?.rooms ?? [])].flatMap(name => {
    const room = state.rooms.get(name)
    if (!before || !room || room.pair !== null || from.rooms.has(name)) return []
    return send(room.members.connected(), {
      type: 'presence',
      room: name,
      nick: before.nick,
      presence: 'gone',
    })
  })
}

/** The lobby, the rooms they were in, and the direct conversations they are part of. */
function enterAll(
  state: HubState,
  from: Joined,
  { before, was }: { readonly before: Before | null; readonly was: string | undefined },
  held: Readonly<Record<string, number>>,
  names: readonly string[],
): Effect[] {
  const effects: Effect[] = []
  const budget = { bytes: state.limits.pageBytesMax }
  for (const name of [
    lobby,
    ...names.filter(one => one.startsWith('#')).slice(0, state.limits.roomsPerMemberMax - 1),
  ]) {
    const checked = checkRoom(name)
    const isOpen =
      checked.ok &&
      isOpenTo(state.order, checked.room, from.phase.person.device) &&
      (state.rooms.has(checked.room) || mutedText(state, from) === null)
    const room = isOpen ? openRoom(state, checked.room, from.phase.person) : null
    if (room && !from.rooms.has(room.name))
      effects.push(
        ...enter(state, from, room, {
          last: held[room.name],
          budget,
          before: before?.rooms.has(room.name) ? before : undefined,
          was,
        }),
      )
  }
  const { id } = from.phase.person
  for (const room of state.rooms.values())
    if (room.pair?.includes(id) && room.head > 0 && !from.rooms.has(room.name) && isJoined(from))
      effects.push(...enter(state, from, room, { last: held[room.name], budget }))
  return effects
}

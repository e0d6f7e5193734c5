/** The order of a server: roles, bans, mutes, who is let in and the greeting, as they hold now and as they are kept. */
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import { isWithin } from '../base/network.ts'
import type { Role } from '../wire/messages.ts'
import type { DeviceId, Keeping } from './types.ts'

/** A kick, a ban or a mute, and for how long. */
export interface Measure {
  readonly act: 'kick' | 'ban' | 'mute'
  readonly device: DeviceId
  /** The digest of the household it holds for as well; null where that is not known. */
  readonly household: string | null
  /** The nick they had then. */
  readonly nick: string
  /** An address or a network it holds for as well; null for the device alone. */
  readonly place: string | null
  /** There it holds for those alone who come without an identity. */
  readonly isForGuests: boolean
  /** Who took it. */
  readonly by: string
  readonly why: string
  /** Wall-clock milliseconds; null for good. */
  readonly until: number | null
}

export interface Ranked {
  readonly device: DeviceId
  readonly nick: string
  readonly role: 'owner' | 'op'
}

/** Somebody who is let in while not everybody is; the device is null until they came for the first time. */
export interface Guest {
  readonly nick: string
  readonly device: DeviceId | null
}

/** What lets somebody into a locked room: the password, as its hash with a salt, or having been let in before. */
export interface Lock {
  readonly room: string
  readonly salt: string
  readonly hash: string
  readonly devices: readonly DeviceId[]
}

/** What outlives the server, as JSON. */
export interface KeptOrder {
  readonly roles: readonly Ranked[]
  readonly measures: readonly Measure[]
  /** null: whatever the server was started with. */
  readonly motd: string | null
  readonly allowed: { readonly isOn: boolean; readonly guests: readonly Guest[] }
  readonly locks: readonly Lock[]
}

export interface Order {
  /** By device. Those without an identity to come back to are not kept. */
  readonly roles: Map<DeviceId, Ranked & { readonly isKept: boolean }>
  bars: readonly Measure[]
  mutes: readonly Measure[]
  motd: string | null
  isClosed: boolean
  guests: readonly Guest[]
  /** By room. */
  readonly locks: Map<string, Lock>
  /** The one-way hash of what makes its bearer owner, once, until then. */
  offer: { readonly hash: string; readonly until: number } | null
}

export const noOrder: KeptOrder = {
  roles: [],
  measures: [],
  motd: null,
  allowed: { isOn: false, guests: [] },
  locks: [],
}

export function createOrder(kept: KeptOrder): Order {
  return {
    roles: new Map(kept.roles.map(one => [one.device, { ...one, isKept: true }])),
    bars: kept.measures.filter(one => one.act !== 'mute'),
    mutes: kept.measures.filter(one => one.act === 'mute'),
    motd: kept.motd,
    isClosed: kept.allowed.isOn,
    guests: kept.allowed.guests,
    locks: new Map(kept.locks.map(lock => [lock.room, lock])),
    offer: null,
  }
}

/** @param asked who asked for the change, and hears where it cannot be kept; null where no member did */
export const keepOrder = (order: Order, asked: Keeping['asked'] = null): Keeping => ({
  do: 'keepOrder',
  order: keptOrder(order),
  asked,
})

/** What is to be kept of it. */
export function keptOrder(order: Order): KeptOrder {
  const roles = [...order.roles.values()].filter(one => one.isKept)
  return {
    roles: roles.map(({ device, nick, role }) => ({ device, nick, role })),
    measures: [...order.bars, ...order.mutes],
    motd: order.motd,
    allowed: { isOn: order.isClosed, guests: order.guests },
    locks: [...order.locks.values()],
  }
}

export const roleOf = (order: Order, device: DeviceId): Role => order.roles.get(device)?.role ?? 'member'

export const holds = ({ until }: Measure, wallMs: number): boolean => until === null || wallMs < until

/** Somebody a measure may hold for. */
export interface Comer {
  /** A newcomer has none yet. */
  readonly device: DeviceId | null
  readonly household: string | null
  readonly address: string
  readonly isGuest: boolean
}

/** The measure that keeps this one out, or silent: of several the longest; undefined for none. */
export const measureOn = (measures: readonly Measure[], comer: Comer, wallMs: number): Measure | undefined =>
  measures
    .filter(one => isMeant(one, comer) && holds(one, wallMs))
    .reduce<Measure | undefined>(
      (longest, one) => (longest && !lasts(one, longest) ? longest : one),
      undefined,
    )

const lasts = (one: Measure, longerThan: Measure): boolean =>
  (one.until ?? Number.POSITIVE_INFINITY) > (longerThan.until ?? Number.POSITIVE_INFINITY)

/** Whether it holds for them, for as long as it does. */
export const isMeant = (one: Measure, { device, household, address, isGuest }: Comer): boolean =>
  one.device === device ||
  (one.household !== null && one.household === household) ||
  (one.place !== null && (isGuest || !one.isForGuests) && isWithin(address, one.place))

/**
 * Somebody was kept out or silenced before it was known whose client they use; now it is.
 * @returns whether a measure holds for more than before
 */
export function bindHousehold(order: Order, device: DeviceId, household: string): boolean {
  const isNew = (one: Measure) => one.device === device && one.household === null
  if (![...order.bars, ...order.mutes].some(isNew)) return false
  const bind = (one: Measure) => (isNew(one) ? { ...one, household } : one)
  order.bars = order.bars.map(bind)
  order.mutes = order.mutes.map(bind)
  return true
}

/** Forgets what is over. */
export function prune(order: Order, wallMs: number): void {
  order.bars = order.bars.filter(one => holds(one, wallMs))
  order.mutes = order.mutes.filter(one => holds(one, wallMs))
}

/** Whether the room is nobody’s secret from that one: open, or they have been let in before. */
export function isOpenTo(order: Order, room: string, device: DeviceId): boolean {
  const lock = order.locks.get(room)
  return lock === undefined || lock.devices.includes(device)
}

/** Whether somebody may come in: everybody, unless only some may. Whoever keeps order always may. */
export function isLetIn(order: Order, device: DeviceId | null, nick: string): boolean {
  if (!order.isClosed || (device !== null && order.roles.has(device))) return true
  return order.guests.some(
    one => (one.device !== null && one.device === device) || (one.device === null && sameNick(one, nick)),
  )
}

/** Somebody who was let in by name has come; from now on it is their device that is let in. */
export function bindGuest(order: Order, device: DeviceId, nick: string): boolean {
  const invited = order.guests.find(one => one.device === null && sameNick(one, nick))
  if (!order.isClosed || !invited || order.guests.some(one => one.device === device)) return false
  order.guests = order.guests.map(one => (one === invited ? { nick, device } : one))
  return true
}

export const sameNick = (one: { readonly nick: string }, nick: string): boolean =>
  fold(one.nick) === fold(nick)

/** Reads what was kept; null where it is nothing of ours, or damaged: then nobody may believe that nobody is banned. */
export function readOrder(text: string): KeptOrder | null {
  let held: unknown
  try {
    held = JSON.parse(text)
  } catch {
    return null
  }
  if (!isTable(held) || !isTable(held.allowed)) return null
  const roles = listOf(held.roles, isRanked)
  const measures = listOf(held.measures, isMeasure)
  const guests = listOf(held.allowed.guests, isGuest)
  const locks = listOf(held.locks, isLock)
  const { motd } = held
  const { isOn } = held.allowed
  if (!roles || !measures || !guests || !locks || typeof isOn !== 'boolean') return null
  if (motd !== null && typeof motd !== 'string') return null
  return {
    roles: roles.map(named),
    measures: measures.map(measure => ({ ...named(measure), ...harmless(measure) })),
    motd: motd === null ? null : cleanLine(motd),
    allowed: { isOn, guests: guests.map(named) },
    locks,
  }
}

/** What is told of it is told to people: a file can be anything, and is changed by hand, too. */
const named = <T extends { readonly nick: string }>(one: T): T => ({ ...one, nick: cleanLine(one.nick) })

const harmless = ({ by, why, place, until, household = null, isForGuests = false }: HeldMeasure) => ({
  household,
  isForGuests,
  by: cleanLine(by),
  why: cleanLine(why),
  place: place === null ? null : cleanLine(place),
  // Too large for a number, as somebody may write who means for good.
  until: until !== null && Number.isFinite(until) ? until : null,
})

const isTable = (held: unknown): held is Record<string, unknown> => typeof held === 'object' && held !== null

function listOf<T>(held: unknown, is: (one: unknown) => one is T): readonly T[] | null {
  return Array.isArray(held) && held.every(is) ? held : null
}

const isRanked = (one: unknown): one is Ranked =>
  isTable(one) &&
  typeof one.device === 'string' &&
  typeof one.nick === 'string' &&
  (one.role === 'owner' || one.role === 'op')

/** As it is in a file, which may be of a time before there was more than a device and a place. */
type HeldMeasure = Omit<Measure, Later> & Partial<Pick<Measure, Later>>
type Later = 'household' | 'isForGuests'

const isMeasure = (one: unknown): one is HeldMeasure =>
  isTable(one) &&
  (one.act === 'kick' || one.act === 'ban' || one.act === 'mute') &&
  [one.device, one.nick, one.by, one.why].every(part => typeof part === 'string') &&
  (one.place === null || typeof one.place === 'string') &&
  (one.isForGuests === undefined || typeof one.isForGuests === 'boolean') &&
  (one.household === undefined || one.household === null || typeof one.household === 'string') &&
  (one.until === null || typeof one.until === 'number')

const isLock = (one: unknown): one is Lock =>
  isTable(one) &&
  [one.room, one.salt, one.hash].every(part => typeof part === 'string') &&
  Array.isArray(one.devices) &&
  one.devices.every(device => typeof device === 'string')

const isGuest = (one: unknown): one is Guest =>
  isTable(one) && typeof one.nick === 'string' && (one.device === null || typeof one.device === 'string')

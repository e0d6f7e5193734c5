/** One boot of a server as we hear it: its newest word, how long that holds, and the addresses it comes from. */
import { fold } from '../base/names.ts'
import type { Here } from './beacon.ts'
import { bounds } from './bounds.ts'
import { type Kin, kins } from './subnets.ts'

/** What is known of the packet a `here` came in. */
export interface Heard {
  /** Source address, as it can be dialled. */
  readonly host: string
  readonly kin: Kin
  /** Round trip of our probe it answers; null for a beacon. */
  readonly rttMs: number | null
  /** It echoed a nonce that we sent to this host alone, so the host is really there. */
  readonly proven: boolean
}

interface HeldAddress {
  readonly host: string
  readonly kin: Kin
  rttMs: number | null
  heardAt: number
}

export interface Life {
  readonly boot: number
  readonly commitment: string
  readonly firstHeardAt: number
  heardAt: number
  /** The last beacon, as opposed to an answer; null where none came yet. */
  beaconAt: number | null
  seq: number
  word: Here
  /** The word's name as it is compared with others; kept, because folding fifty of them each second is felt. */
  foldedName: string
  readonly addresses: Map<string, HeldAddress>
}

export function createLife(here: Here, heard: Heard, nowMs: number): Life {
  const life: Life = {
    boot: here.boot,
    commitment: here.commitment,
    firstHeardAt: nowMs,
    heardAt: nowMs,
    beaconAt: heard.rttMs === null ? nowMs : null,
    seq: here.seq,
    word: here,
    foldedName: fold(here.name),
    addresses: new Map(),
  }
  addAddress(life, heard, nowMs)
  return life
}

/** Takes another word of the same boot. `old`: it proves nothing and changed nothing; `heard`: only ages changed. */
export function hear(life: Life, here: Here, heard: Heard, nowMs: number): 'old' | 'heard' | 'changed' {
  const newer = here.seq > life.seq
  // An answer to our own nonce is fresh even where the network has turned the order around.
  const answered = heard.rttMs !== null
  const same = here.seq === life.seq
  const moved = !life.addresses.has(heard.host)
  // An older packet may be a recording: it may add an address, but it does not keep the row alive.
  if (!newer && !answered) {
    if (moved) return addAddress(life, heard, nowMs) ? 'changed' : 'old'
    if (same) addAddress(life, heard, life.heardAt)
    return 'old'
  }
  const before = life.word
  if (newer) {
    life.seq = here.seq
    life.word = here
    if (before.name !== here.name) life.foldedName = fold(here.name)
  }
  life.heardAt = nowMs
  if (!answered) life.beaconAt = nowMs
  const added = addAddress(life, heard, nowMs)
  return added || (newer && looksDifferent(before, here)) ? 'changed' : 'heard'
}

/** Keeps the nearest addresses. Gives true where the order or number of them is new. */
function addAddress(life: Life, heard: Heard, heardAt: number): boolean {
  const held = life.addresses.get(heard.host)
  if (held) {
    held.heardAt = Math.max(held.heardAt, heardAt)
    const first = held.rttMs === null && heard.rttMs !== null
    held.rttMs = heard.rttMs ?? held.rttMs
    return first
  }
  life.addresses.set(heard.host, { host: heard.host, kin: heard.kin, rttMs: heard.rttMs, heardAt })
  if (life.addresses.size <= bounds.addressesPerRowMax) return true
  const worst = byNearness(life).at(-1)?.host ?? heard.host
  life.addresses.delete(worst)
  return worst !== heard.host
}

function looksDifferent(a: Here, b: Here): boolean {
  return (
    a.name !== b.name ||
    a.port !== b.port ||
    a.users !== b.users ||
    a.usersMax !== b.usersMax ||
    a.flags !== b.flags ||
    a.versions[0] !== b.versions[0] ||
    a.versions[1] !== b.versions[1]
  )
}

export function ttlMs(life: Life): number {
  return life.word.ttlSeconds * 1000
}

/** Whether it has missed its beacon: one and a half intervals without a word. */
export function isLate(life: Life, silentMs: number): boolean {
  return silentMs >= ttlMs(life) / 2
}

/** How long no beacon has come, though answers may have. */
export function beaconlessMs(life: Life, nowMs: number): number {
  return nowMs - (life.beaconAt ?? life.firstHeardAt)
}

/** Lets go of addresses where it has not been heard for its time. `over`: so it is for the boot itself. */
export function renew(life: Life, nowMs: number): 'over' | 'changed' | 'same' {
  if (nowMs - life.heardAt >= ttlMs(life)) return 'over'
  const before = life.addresses.size
  for (const [host, { kin, rttMs, heardAt }] of life.addresses) {
    // Where IPv4 works no beacons go out by IPv6, so an answer from there holds for as long as the row.
    if (kin === 'link' && rttMs !== null) continue
    if (nowMs - heardAt >= ttlMs(life)) life.addresses.delete(host)
  }
  if (life.addresses.size === 0) return 'over'
  return life.addresses.size === before ? 'same' : 'changed'
}

/**
 * Best first: own machine, same network, link-local, others. Among equals those that have answered a probe (an address
 * that only appeared as a source may be forged), then by their text, so that rows do not jump.
 */
export function byNearness(life: Life): HeldAddress[] {
  return [...life.addresses.values()].sort(
    (a, b) =>
      kins.indexOf(a.kin) - kins.indexOf(b.kin) ||
      Number(a.rttMs === null) - Number(b.rttMs === null) ||
      (a.host < b.host ? -1 : 1),
  )
}

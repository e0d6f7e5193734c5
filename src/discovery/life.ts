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
  /** The UDP port it was sent from. */
  readonly fromPort: number
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
  /** Where its beacons come from: a server speaks from one port, and who shares its address from another one. */
  mouth: { readonly port: number; heardAt: number } | null
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
  /** In the order they were first heard. */
  readonly addresses: Map<string, HeldAddress>
  /** Since when somebody claims what its word does not say, without an answer to our question about it. */
  claimedAt: number | null
  /** When it was last asked about such a claim. */
  askedAt: number
  /** The host that answered such a question last. */
  settledBy: { readonly host: string; readonly atMs: number } | null
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
    claimedAt: null,
    askedAt: Number.NEGATIVE_INFINITY,
    settledBy: null,
  }
  addAddress(life, heard, nowMs)
  return life
}

/**
 * Takes another word of the same boot. `old`: it proves nothing and changed nothing; `heard`: only ages changed;
 * `claimed`: it may be forged, so nothing changed and the hosts of this life are to be asked.
 */
export function hear(
  life: Life,
  here: Here,
  heard: Heard,
  nowMs: number,
): 'old' | 'heard' | 'changed' | 'claimed' {
  // Boot and commitment are in every beacon for all to see, so any packet can be forged but an answer to a question
  // that went to one host alone.
  if (heard.proven && maySettle(life, heard.host, nowMs)) {
    life.settledBy = { host: heard.host, atMs: nowMs }
    return take(life, here, heard, nowMs)
  }
  const newer = here.seq > life.seq
  // An answer to our own nonce is fresh even where the network has turned the order around.
  const answered = heard.rttMs !== null
  const isSound = !contradicts(life.word, here)
  const isOutOfOrder = here.seq < life.seq && !answered
  // Order is turned around for moments only. Later, one of the two numbers is not the server’s own.
  const isBehind = isOutOfOrder && nowMs - life.heardAt >= bounds.reorderedMs
  if ((!isSound && !isOutOfOrder) || isBehind) {
    // Where nobody answers (a firewall lets beacons out and no question in) it is believed in the end.
    const unansweredMs = life.claimedAt === null ? 0 : nowMs - life.claimedAt
    if (unansweredMs >= bounds.claimBelievedMs) return take(life, here, heard, nowMs)
    life.claimedAt ??= nowMs
    if (!isSound) return 'claimed'
    return moves(life, heard) && addAddress(life, heard, nowMs) ? 'changed' : 'claimed'
  }
  if (!isSound) return 'old'
  // An older packet may be a recording: it may add an address, but it does not keep the row alive.
  if (!newer && !answered) {
    if (moves(life, heard)) return addAddress(life, heard, nowMs) ? 'changed' : 'old'
    if (here.seq === life.seq) addAddress(life, heard, life.heardAt)
    return 'old'
  }
  return take(life, newer ? here : life.word, heard, nowMs)
}

/**
 * Whether a boot is to be believed that speaks beside the one we took the server for, of which anybody can know the id. Who
 * was here before and still speaks did not start again: whatever came since poses as it. Else it is believed where the
 * server’s own host, asked alone, answers with it; or where that one is silent.
 */
export function succeeds(life: Life, first: Life, heard: Heard, nowMs: number): boolean {
  if (life === first || life.firstHeardAt < first.firstHeardAt) return true
  if (heard.proven && first.addresses.has(heard.host)) return true
  const unansweredMs = first.claimedAt === null ? 0 : nowMs - first.claimedAt
  return isLate(first, nowMs - first.heardAt) || unansweredMs >= bounds.claimBelievedMs
}

const moves = (life: Life, { host }: Heard): boolean => !life.addresses.has(host)

/** The first that answers, and then who was there before it; another one once that has been silent for its time. */
function maySettle(life: Life, host: string, nowMs: number): boolean {
  const { settledBy } = life
  if (settledBy === null || settledBy.host === host || nowMs - settledBy.atMs >= ttlMs(life)) return true
  const hosts = [...life.addresses.keys()]
  const place = hosts.indexOf(host)
  return place >= 0 && place < hosts.indexOf(settledBy.host)
}

/** Believes it. */
function take(life: Life, here: Here, heard: Heard, nowMs: number): 'heard' | 'changed' {
  const before = life.word
  life.claimedAt = null
  life.seq = here.seq
  life.word = here
  if (before.name !== here.name) life.foldedName = fold(here.name)
  life.heardAt = nowMs
  if (heard.rttMs === null) life.beaconAt = nowMs
  const added = addAddress(life, heard, nowMs)
  return added || looksDifferent(before, here) ? 'changed' : 'heard'
}

/** Whether it is to be asked about a claim now; it is asked again as long as nothing is settled. */
export function asksNow(life: Life, nowMs: number): boolean {
  if (life.claimedAt === null || nowMs - life.askedAt < bounds.provingAgainMs) return false
  life.askedAt = nowMs
  return true
}

/** Keeps the nearest addresses. Gives true where the order or number of them is new. */
function addAddress(life: Life, heard: Heard, heardAt: number): boolean {
  const held = life.addresses.get(heard.host)
  if (held) {
    listen(held, heard, heardAt, ttlMs(life))
    held.heardAt = Math.max(held.heardAt, heardAt)
    const first = held.rttMs === null && heard.rttMs !== null
    held.rttMs = heard.rttMs ?? held.rttMs
    return first
  }
  const { host, kin, rttMs, fromPort } = heard
  const mouth = rttMs === null ? { port: fromPort, heardAt } : null
  life.addresses.set(host, { host, kin, rttMs, heardAt, mouth })
  if (life.addresses.size <= bounds.addressesPerRowMax) return true
  const worst = byNearness(life).at(-1)?.host ?? heard.host
  life.addresses.delete(worst)
  return worst !== heard.host
}

/** The port it spoke from first stays its mouth while it goes on speaking from there. */
function listen(held: HeldAddress, { fromPort, rttMs }: Heard, heardAt: number, forMs: number): void {
  if (rttMs !== null) return
  if (held.mouth?.port === fromPort) held.mouth.heardAt = heardAt
  else if (held.mouth === null || heardAt - held.mouth.heardAt >= forMs / 2)
    held.mouth = { port: fromPort, heardAt }
}

/** Whether they cannot both be true, but for a change that is rare. */
function contradicts(a: Here, b: Here): boolean {
  return (
    a.name !== b.name ||
    a.port !== b.port ||
    a.pagePort !== b.pagePort ||
    a.ircPort !== b.ircPort ||
    a.flags !== b.flags ||
    a.versions[0] !== b.versions[0] ||
    a.versions[1] !== b.versions[1]
  )
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

/** The client's ear and question: finds servers, keeps the list of them true, and never opens a connection itself. */
import { decode, encode, type Here } from './beacon.ts'
import { bounds } from './bounds.ts'
import { createEar } from './ear.ts'
import { createGate, createTally } from './gate.ts'
import { createGuard } from './guard.ts'
import { type DiscoveryMeans, systemMeans } from './means.ts'
import { createNonces } from './nonces.ts'
import { createOutlets } from './outlets.ts'
import { createQuestions } from './questions.ts'
import { beaconEveryMs, schedule, untilBeat } from './schedule.ts'
import { opens } from './seal.ts'
import { createSightings, type Wish } from './sightings.ts'
import { hasAllowing, type Interfaces, type Kin, kinOf, mayAnswer, sweepAddresses } from './subnets.ts'
import { startSweep } from './sweep.ts'
import type { Outlet, Sighting } from './types.ts'
import type { UdpSource } from './udp.ts'

export interface ScannerOptions {
  readonly discoveryPort: number
  /** Interface names, addresses and IPv4 ranges to use; `!` before one forbids it. Absent or null: all usual ones. */
  readonly interfaces?: readonly string[] | null
  /** Hosts of servers met before: asked by unicast as well, which passes where broadcasts do not. */
  readonly known?: readonly { readonly host: string; readonly port: number }[]
  /** The whole list, ordered by name and id. At once for the first of a burst, then at most every 50 ms. */
  onSightings(sightings: readonly Sighting[]): void
  onOutlets(outlets: readonly Outlet[]): void
  /** A sentence about the list, for the user; each once. `passes`: it says how things are just now. */
  onNotice(text: string, passes: boolean): void
  /** Time, chance and nonces; the system's unless told otherwise. */
  readonly means?: Partial<DiscoveryMeans>
}

export interface Scanner {
  sightings(): readonly Sighting[]
  /** Asks everyone anew, five times within one and a half seconds. */
  probe(): void
  /**
   * Asks every address of the networks around, paced, by UDP. `onProgress` comes about every 100 ms and last with
   * `done`. Does nothing while a sweep runs. Never to be started without the user's wish.
   */
  sweep(onProgress: (asked: number, total: number, done: boolean) => void): void
  /** Questions sent since the start; a broadcast counts once. */
  asked(): number
  /** May be called again. */
  close(): Promise<void>
}

const showEveryMs = 50

/** Starts at once. Works without the port, without a network and without a route; what fails is told and tried again. */
export function createScanner(options: ScannerOptions): Scanner {
  const means: DiscoveryMeans = { ...systemMeans, ...options.means }
  const { discoveryPort: port } = options
  const allow = options.interfaces ?? []
  const named = hasAllowing(allow)
  const knownHosts = new Set(options.known?.map(({ host }) => host))
  const sightings = createSightings({ opens, knows: host => knownHosts.has(host) })
  const nonces = createNonces()
  const tally = createTally()
  const guard = createGuard({
    keeps: host => knownHosts.has(host) || sightings.holds(host),
    trusts: sightings.hears,
    ignored: tally.note,
  })
  const answers = createGate({ burst: bounds.answersBurst, perSecond: bounds.answersPerSecond })
  const newerTold = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()

  let closed = false
  let asked = 0
  let probedMs = Number.NEGATIVE_INFINITY
  let tickedMs = means.nowMs()
  let driftMs = means.wallMs() - tickedMs
  let shown = sightings.list()
  let shownMs = Number.NEGATIVE_INFINITY
  let showing: NodeJS.Timeout | undefined
  let stopSweep: (() => Promise<void>) | null = null
  let kins: { of: Interfaces; cache: Map<string, Kin> } = { of: {}, cache: new Map() }

  const ear = createEar({
    port,
    hear: hearBeacon,
    trouble: text => options.onNotice(`${text} Until then servers are found by asking only.`, false),
    readInterfaces: means.readInterfaces,
  })
  const outlets = createOutlets({
    port,
    allow,
    means,
    hear: hearAnswer,
    opened: burst,
    changed: () => options.onOutlets(outlets.list()),
  })
  const questions = createQuestions({
    port,
    probeFor: host => newFind(host),
    hear: hearAnswer,
    refused: host => perform(sightings.refused(host)),
  })
  let ticking = setTimeout(tick, untilBeat(tickedMs, means.pace.tickMs))
  askKnown()

  function newFind(host: string | null, have: readonly string[] = []): Uint8Array {
    const nonce = means.newNonce().slice(0, bounds.nonceLengthMax)
    nonces.sent(nonce, means.nowMs(), host)
    asked += 1
    return encode({ t: 'find', nonce, have })
  }

  /** Broadcasts one probe, everywhere or on one outlet. */
  function spread(have: readonly string[], key?: string): void {
    if (key === undefined) probedMs = means.nowMs()
    void outlets.spread(newFind(null, have), 'everywhere', key)
  }

  /** Five probes; those who have been heard since the first need not answer the others. */
  function burst(key?: string): void {
    const beganMs = means.nowMs()
    for (const afterMs of schedule.probeBurstMs) {
      if (afterMs === 0) spread([], key)
      else later(afterMs, () => spread(heardSince(beganMs), key))
    }
  }

  function heardSince(beganMs: number): string[] {
    const heard = sightings.list().filter(sighting => sighting.heardAt >= beganMs)
    return heard.slice(0, bounds.haveMax).map(sighting => sighting.id)
  }

  function askKnown(): void {
    for (const host of knownHosts) questions.ask(host)
  }

  function later(afterMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, afterMs)
    timers.add(timer)
  }

  /** What comes to the shared port: beacons, farewells, and whatever else somebody throws at it. */
  function hearBeacon(bytes: Uint8Array, from: UdpSource): void {
    const nowMs = means.nowMs()
    if (closed || woke(nowMs)) return
    const decoded = guard(bytes, from, nowMs)
    if (decoded.got === 'newer') tellNewer(from.address)
    if (decoded.got !== 'packet' || (named && !mayAnswer(from.address, outlets.wanted(), true))) return
    const { packet } = decoded
    if (packet.t === 'bye') perform(sightings.bye(packet, nowMs))
    if (packet.t === 'here') take(packet, from, null, false, nowMs)
  }

  /** What comes to our own sockets: only answers that carry a nonce of ours count. */
  function hearAnswer(bytes: Uint8Array, from: UdpSource): void {
    const nowMs = means.nowMs()
    if (closed || woke(nowMs) || !answers.admits('all', nowMs)) return
    const decoded = decode(bytes)
    if (decoded.got === 'newer') tellNewer(from.address)
    if (decoded.got !== 'packet' || decoded.packet.t !== 'here' || decoded.packet.nonce === null) return
    const question = nonces.find(decoded.packet.nonce, nowMs)
    if (!question) return
    take(decoded.packet, from, nowMs - question.atMs, question.host === from.address, nowMs)
  }

  function take(here: Here, from: UdpSource, rttMs: number | null, proven: boolean, nowMs: number): void {
    const { address: host, port: fromPort } = from
    perform(sightings.here(here, { host, fromPort, kin: kin(host), rttMs, proven }, nowMs))
  }

  function kin(host: string): Kin {
    const interfaces = outlets.interfaces()
    if (kins.of !== interfaces || kins.cache.size > bounds.rowsMax)
      kins = { of: interfaces, cache: new Map() }
    const cached = kins.cache.get(host)
    if (cached) return cached
    const found = kinOf(host, interfaces)
    kins.cache.set(host, found)
    return found
  }

  function tellNewer(host: string): void {
    if (newerTold.size >= bounds.newerToldMax || newerTold.has(host)) return
    newerTold.add(host)
    options.onNotice(`A newer Earshot server is at ${host}. To see it, upgrade your Earshot.`, false)
  }

  function perform(wishes: readonly Wish[]): void {
    if (closed) return
    for (const wish of wishes) {
      if (wish.do === 'ask') questions.press(wish.host)
      else if (wish.do === 'probe') spread(wish.have)
      else if (wish.do === 'prove') questions.ask(wish.host)
      else if (wish.do === 'ignored') tally.note(wish.host, means.nowMs())
      else show()
    }
  }

  function show(): void {
    if (showing || closed) return
    const nowMs = means.nowMs()
    const waitMs = shownMs + showEveryMs - nowMs
    if (waitMs > 0) {
      showing = setTimeout(() => {
        showing = undefined
        if (shown !== sightings.list()) show()
      }, waitMs)
      return
    }
    // Before the callback: it may end us, or cause the next change.
    shownMs = nowMs
    shown = sightings.list()
    options.onSightings(shown)
  }

  function tick(): void {
    const nowMs = means.nowMs()
    ticking = setTimeout(tick, untilBeat(nowMs, means.pace.tickMs))
    if (!woke(nowMs)) {
      tickedMs = nowMs
      driftMs = means.wallMs() - nowMs
    }
    perform(sightings.tick(nowMs))
    // Without the port no beacon can be heard, so asking takes its place.
    if (!ear.hears() && nowMs - probedMs >= beaconEveryMs(sightings.size(), means.pace)) spread([])
    const verdict = tally.verdict(nowMs)
    if (verdict) options.onNotice(verdict, true)
    // Ages only; a row that looks different has been shown already.
    if (shown !== sightings.list()) show()
  }

  /**
   * Whether this process or machine has just slept. What waits in the sockets then is the oldest there was, and a
   * farewell in the gap is lost: so everything queued is dropped, every row doubted, and all are asked anew.
   */
  function woke(nowMs: number): boolean {
    const lateMs = nowMs - tickedMs - means.pace.tickMs
    const jumpMs = means.wallMs() - nowMs - driftMs
    if (lateMs <= schedule.stalledMs && jumpMs <= schedule.stalledMs) return false
    tickedMs = nowMs
    driftMs = means.wallMs() - nowMs
    nonces.clear()
    perform(sightings.doubt())
    void ear.renew()
    void outlets.renew()
    askKnown()
    return true
  }

  return {
    sightings: sightings.list,
    probe() {
      if (closed) return
      askKnown()
      burst()
    },
    sweep(onProgress) {
      if (closed || stopSweep) return
      stopSweep = startSweep({
        addresses: sweepAddresses(outlets.wanted()),
        port,
        newProbe(addresses) {
          asked += addresses - 1
          return newFind(null)
        },
        hear: hearAnswer,
        onProgress(count, total, done) {
          if (done) stopSweep = null
          onProgress(count, total, done)
        },
      })
    },
    asked: () => asked,
    async close() {
      closed = true
      clearTimeout(ticking)
      clearTimeout(showing)
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      await Promise.all([ear.close(), outlets.close(), questions.close(), stopSweep?.()])
    },
  }
}

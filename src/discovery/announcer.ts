/** The server's voice on the network: beacons on every interface, answers to probes, a sealed farewell. */
import { encode, type Find, type Here, looksLikeProbe } from './beacon.ts'
import { bounds } from './bounds.ts'
import { createEar } from './ear.ts'
import { createGate } from './gate.ts'
import { createGuard } from './guard.ts'
import { type DiscoveryMeans, systemMeans } from './means.ts'
import { createNeighbours } from './neighbours.ts'
import { createOutlets } from './outlets.ts'
import { beaconEveryMs, jittered, replyAfterMs, schedule, ttlSeconds } from './schedule.ts'
import { commitmentOf } from './seal.ts'
import { hasAllowing, mayAnswer } from './subnets.ts'
import type { Outlet } from './types.ts'
import type { UdpSource } from './udp.ts'

export interface AnnouncerOptions {
  /** 21 characters of nanoid, kept with the server's files. */
  readonly id: string
  /** Read anew for each beacon, as are `flags` and `usersMax`: getters may stand here. */
  readonly name: string
  /** TCP port of the talk. */
  readonly port: number
  readonly discoveryPort: number
  readonly pagePort?: number
  readonly ircPort?: number
  users(): number
  readonly usersMax: number
  readonly versions: readonly [number, number]
  /** t TLS, p password, h history, f full. */
  readonly flags: string
  /** 22 characters: 128 bits of the SHA-256 of the server's public key in base64url. */
  readonly fingerprint?: string
  /** Interface names, addresses and IPv4 ranges to use; `!` before one forbids it. Absent or null: all usual ones. */
  readonly interfaces?: readonly string[] | null
  /** No beacons; probes are answered. */
  readonly quiet?: boolean
  /** Time, chance and nonces; the system's unless told otherwise. */
  readonly means?: Partial<DiscoveryMeans>
  /** A sentence about the network; each trouble once. */
  log(trouble: string): void
  /** Where it announces is not what it was: an interface came or went. */
  moved?(): void
  /** Another server, at that address, announces our id: its files were copied. Called once. */
  ownIdTwice?(address: string): void
}

export interface Announcer {
  /** Where it announces, and where it cannot and why. */
  outlets(): readonly Outlet[]
  /** Name or flags have changed: told at once, at most once a second. A user count rides the next beacon. */
  changed(): void
  /** Tells everyone that this server goes, and is silent from then on. Resolves within 300 ms. */
  farewell(): Promise<void>
  /** Ends without a word. May be called again. */
  close(): Promise<void>
}

/** Starts announcing at once. Throws a RangeError for an id, flags or fingerprint that no receiver would accept. */
export function createAnnouncer(options: AnnouncerOptions): Announcer {
  const means: DiscoveryMeans = { ...systemMeans, ...options.means }
  const { discoveryPort, quiet = false } = options
  const allow = options.interfaces ?? []
  const boot = Math.floor(means.random() * 2 ** 32)
  const secret = means.newNonce() + means.newNonce()
  const commitment = commitmentOf(secret)
  const neighbours = createNeighbours(options.id, boot)
  // Apart, so that no flood of beacons keeps those unheard who ask.
  const ofBeacons = createGuard()
  const ofProbes = createGuard({ crowded: tellAll })
  const replyGate = createGate({
    burst: bounds.repliesPerSourcePerSecond,
    perSecond: bounds.repliesPerSourcePerSecond,
  })
  const allReplies = createGate({ burst: bounds.repliesPerSecond, perSecond: bounds.repliesPerSecond })
  const timers = new Set<NodeJS.Timeout>()
  const troubles = new Map<string, string>()

  let phase: 'speaking' | 'leaving' | 'closed' = 'speaking'
  let seq = 0
  let intervalMs = beaconEveryMs(1, means.pace)
  let nextBeacon: NodeJS.Timeout | undefined
  let spokenMs = Number.NEGATIVE_INFINITY
  let spokenWord = word()
  let toldAllMs = Number.NEGATIVE_INFINITY
  let crushedMs = Number.NEGATIVE_INFINITY
  let changing = false

  // Fields that would make every receiver drop us are a bug of the caller; better now than silently.
  encode(hereNow(null))

  const ear = createEar({
    port: discoveryPort,
    hear,
    trouble: options.log,
    readInterfaces: means.readInterfaces,
    crushed,
  })
  const outlets = createOutlets({
    port: discoveryPort,
    allow,
    means,
    // Only probes come to the port; the sending sockets hear what strangers guess.
    hear: () => {},
    opened(key) {
      if (quiet) return
      for (const afterMs of schedule.startBurstMs) later(afterMs, () => announce(key))
    },
    changed() {
      logTroubles()
      options.moved?.()
    },
  })
  void outlets.ready.then(plan)

  /** What is told at once when it changes. */
  function word(): string {
    return `${options.name}\0${options.flags}`
  }

  function hereNow(nonce: string | null): Here {
    seq += 1
    return {
      t: 'here',
      id: options.id,
      boot,
      seq,
      ttlSeconds: ttlSeconds(intervalMs),
      port: options.port,
      pagePort: options.pagePort ?? 0,
      ircPort: options.ircPort ?? 0,
      versions: options.versions,
      name: options.name,
      users: options.users(),
      usersMax: options.usersMax,
      flags: options.flags,
      fingerprint: options.fingerprint ?? null,
      commitment,
      nonce,
    }
  }

  function later(afterMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, afterMs)
    timers.add(timer)
  }

  /** The next beacon is planned before this one is sent, so that no failure can stop them. */
  function plan(): void {
    if (phase !== 'speaking' || quiet) return
    intervalMs = beaconEveryMs(neighbours.count(means.nowMs()) + 1, means.pace)
    nextBeacon = setTimeout(
      () => {
        plan()
        announce()
      },
      jittered(intervalMs, means.random()),
    )
  }

  function announce(key?: string): void {
    if (phase !== 'speaking') return
    if (key === undefined) spokenMs = means.nowMs()
    spokenWord = word()
    void outlets.spread(encode(hereNow(null)), 'beaconing', key)
  }

  function hear(bytes: Uint8Array, from: UdpSource): void {
    if (phase !== 'speaking') return
    const nowMs = means.nowMs()
    const decoded = (looksLikeProbe(bytes) ? ofProbes : ofBeacons)(bytes, from, nowMs)
    if (decoded.got !== 'packet') return
    const { packet } = decoded
    if (packet.t === 'find') answer(packet, bytes.length, from, nowMs)
    if (packet.t === 'bye') neighbours.left(packet)
    if (packet.t === 'here' && neighbours.heard(packet, from.address, nowMs))
      options.ownIdTwice?.(from.address)
  }

  function answer(find: Find, askedBytes: number, from: UdpSource, nowMs: number): void {
    if (find.have.some(prefix => options.id.startsWith(prefix))) return
    if (!mayAnswer(from.address, outlets.wanted(), hasAllowing(allow))) return
    const isOwnTurn = replyGate.admits(from.address, nowMs)
    if (!isOwnTurn || !allReplies.admits('all', nowMs)) {
      if (isOwnTurn || !replyGate.knows(from.address)) tellAll(from.address, nowMs)
      return
    }
    const afterMs = replyAfterMs(neighbours.count(nowMs) + 1, means.random())
    later(afterMs, () => {
      if (phase !== 'speaking') return
      const bytes = encode(hereNow(find.nonce))
      // The probe may be somebody else’s, in the name of the one who would get this.
      if (bytes.length <= askedBytes * bounds.replyTimesMax) void ear.send(bytes, from.port, from.address)
    })
  }

  /**
   * More ask than can be answered one by one, or somebody asks in so many names: one beacon answers all of them, where
   * everybody hears it, so that it is sent to nobody who would not get the next one anyway.
   */
  function tellAll(address: string, nowMs: number): void {
    if (mayAnswer(address, outlets.wanted(), hasAllowing(allow))) tellEverybody(nowMs)
  }

  function tellEverybody(nowMs: number): void {
    if (phase !== 'speaking' || quiet || nowMs < toldAllMs + schedule.tellAllMs) return
    toldAllMs = nowMs
    later(replyAfterMs(neighbours.count(nowMs) + 1, means.random()), () => announce())
  }

  /** Among what is not read there may be probes. */
  function crushed(): void {
    const nowMs = means.nowMs()
    if (nowMs > crushedMs + schedule.crushToldMs)
      options.log(
        `Somebody floods UDP port ${discoveryPort}. It is read only now and then until that ends, and ${quiet ? 'who looks for this server may not find it' : 'this server is listed by its beacons'} meanwhile.`,
      )
    crushedMs = nowMs
    tellEverybody(nowMs)
  }

  function logTroubles(): void {
    for (const { interfaceName, address, trouble } of outlets.list()) {
      const key = `${interfaceName} ${address}`
      if (trouble === null) troubles.delete(key)
      else if (troubles.get(key) !== trouble) {
        troubles.set(key, trouble)
        options.log(`Not announced on ${interfaceName} (${address}): ${trouble}${mayMean(trouble)}.`)
      }
    }
  }

  function silence(): void {
    clearTimeout(nextBeacon)
    for (const timer of timers) clearTimeout(timer)
    timers.clear()
  }

  return {
    outlets: outlets.list,

    changed() {
      if (phase !== 'speaking' || quiet || changing || word() === spokenWord) return
      const waitMs = Math.max(0, spokenMs + schedule.changedAgainMs - means.nowMs())
      changing = true
      later(waitMs, () => {
        changing = false
        announce()
      })
    },

    farewell() {
      if (phase !== 'speaking') return Promise.resolve()
      phase = 'leaving'
      silence()
      const bytes = encode({ t: 'bye', id: options.id, boot, secret })
      return new Promise(resolve => {
        const end = setTimeout(resolve, schedule.farewellMsMax - 10)
        const sendings = schedule.farewellMs.map(
          afterMs =>
            new Promise<void>(sent => {
              setTimeout(() => void outlets.spread(bytes, 'everywhere').then(sent), afterMs)
            }),
        )
        void Promise.all(sendings).then(() => {
          clearTimeout(end)
          resolve()
        })
      })
    },

    async close() {
      phase = 'closed'
      silence()
      await Promise.all([ear.close(), outlets.close()])
    },
  }
}

/** The system has an address and does not let it be used: mostly since another machine holds it. */
const mayMean = (trouble: string): string =>
  trouble.includes('EADDRNOTAVAIL') ? '; perhaps another machine on this network has the same address' : ''

/** One sending socket for each interface address, kept true to the machine by comparing every two seconds. */
import type { DiscoveryMeans } from './means.ts'
import { schedule, untilBeat } from './schedule.ts'
import { difference, type Interfaces, sameInterfaces, type WantedOutlet, wantedOutlets } from './subnets.ts'
import type { Outlet } from './types.ts'
import { codeOf, openUdp, type Udp, type UdpSource } from './udp.ts'

// A socket bound to an address that has gone fails for ever, even after the address returns: so what fails is closed
// and made anew, and nothing is remembered of interfaces that went.

export interface OutletsOptions {
  readonly port: number
  readonly allow: readonly string[]
  readonly means: Pick<DiscoveryMeans, 'nowMs' | 'readInterfaces' | 'platform' | 'pace'>
  /** What arrives at the sending sockets: answers, and nothing that was broadcast. */
  hear(bytes: Uint8Array, from: UdpSource): void
  /** A new outlet works, by its key. */
  opened(key: string): void
  /** The list has changed. */
  changed(): void
}

export interface Outlets {
  /** For the user: sorted by name, with what does not work and why. */
  list(): readonly Outlet[]
  wanted(): readonly WantedOutlet[]
  /** As last seen. */
  interfaces(): Interfaces
  /** Sends on all outlets, or on the one with that key. Resolves when all is handed to the system. */
  spread(bytes: Uint8Array, where: 'beaconing' | 'everywhere', key?: string): Promise<void>
  /** Drops what is queued: closes all and opens them anew. */
  renew(): Promise<void>
  /** Resolves when the first look is done and its sockets are open. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

const unusable = 'cannot be used'

interface Held {
  readonly want: WantedOutlet
  udp: Udp | null
  trouble: string | null
  /** Until then an address that is not there yet is no trouble. */
  readonly settledAtMs: number
}

export function createOutlets({ port, allow, means, hear, opened, changed }: OutletsOptions): Outlets {
  const held = new Map<string, Held>()
  let interfaces: Interfaces = {}
  let wanted: WantedOutlet[] = []
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let slowLooks = 0
  let soon = false
  let looking: Promise<void> = Promise.resolve()

  function look(): Promise<void> {
    clearTimeout(timer)
    looking = looking.then(async () => {
      if (closed) return
      await compare()
      clearTimeout(timer)
      if (closed) return
      const everyMs = slowLooks > 1 ? schedule.pollSlowAgainMs : means.pace.pollMs
      timer = setTimeout(look, soon ? schedule.pollSoonMs : untilBeat(means.nowMs(), everyMs))
      soon = false
    })
    return looking
  }

  async function compare(): Promise<void> {
    const beganMs = means.nowMs()
    const seen = means.readInterfaces()
    // One slow look may be the fault of whoever else uses the processor; two in a row are the machine's way.
    slowLooks = means.nowMs() - beganMs > schedule.pollSlowMs ? slowLooks + 1 : 0
    // Nearly every look finds what the last one found. The same object then stays, so that others may compare by it.
    if (sameInterfaces(seen, interfaces)) {
      if (isWhole()) return
    } else {
      interfaces = seen
      wanted = wantedOutlets(interfaces, allow, means.platform)
    }
    const { added, dropped } = difference(held.keys(), wanted)
    let different = added.length + dropped.length > 0
    for (const key of dropped) {
      void held.get(key)?.udp?.close()
      held.delete(key)
    }
    // The role of an IPv6 outlet changes with its IPv4 neighbours, so every wish is renewed.
    for (const want of wanted) {
      const before = held.get(want.key)
      held.set(want.key, {
        want,
        udp: before?.udp ?? null,
        trouble: before?.trouble ?? want.trouble,
        settledAtMs: before?.settledAtMs ?? beganMs + schedule.settleMs,
      })
      // Left alone by its IPv4 neighbour, it has to begin what that one did.
      if (before?.udp && want.beacons && !before.want.beacons) opened(want.key)
    }
    await Promise.all(
      wanted.map(async want => {
        const outlet = held.get(want.key)
        if (!outlet || outlet.udp || want.destinations.length === 0) return
        const before = outlet.trouble
        await open(outlet)
        different ||= outlet.trouble !== before
      }),
    )
    if (different && !closed) changed()
  }

  /** Whether every outlet that can have a socket has one. */
  function isWhole(): boolean {
    return wanted.every(want => want.destinations.length === 0 || held.get(want.key)?.udp)
  }

  async function open(outlet: Held): Promise<void> {
    const { want } = outlet
    try {
      const udp = await openUdp({
        family: want.family,
        address: want.address,
        hear,
        trouble: code => fail(want.key, udp, code),
      })
      if (closed || held.get(want.key) !== outlet) return void udp.close()
      outlet.udp = udp
      // What failed at sending is in trouble until it has sent: opening proves nothing.
      if (outlet.trouble?.startsWith(unusable)) outlet.trouble = null
      opened(want.key)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EADDRNOTAVAIL' && means.nowMs() < outlet.settledAtMs) soon = true
      else outlet.trouble = `${unusable} (${code})`
    }
  }

  /** Closes what failed and looks again soon; unknown codes are no worse than known ones. */
  function fail(key: string, udp: Udp, code: string): void {
    const outlet = held.get(key)
    if (closed || !outlet || outlet.udp !== udp) return
    outlet.udp = null
    void udp.close()
    const trouble = `send failed (${code})`
    // Told once: an outlet that fails at every attempt is not a change each time.
    const different = outlet.trouble !== trouble
    outlet.trouble = trouble
    if (!different) return
    changed()
    soon = true
    clearTimeout(timer)
    timer = setTimeout(look, schedule.pollSoonMs)
  }

  async function sendOn(outlet: Held, bytes: Uint8Array): Promise<void> {
    const { udp, want } = outlet
    if (!udp) return
    let failure: string | null = null
    let delivered = false
    for (const destination of want.destinations) {
      let code = await udp.send(bytes, port, destination)
      if (code && want.directed && destination !== want.directed)
        code = await udp.send(bytes, port, want.directed)
      if (code === null) delivered = true
      failure ??= code
    }
    if (!delivered && failure && failure !== 'CLOSED') fail(want.key, udp, failure)
    if (delivered && outlet.trouble !== null) {
      outlet.trouble = null
      changed()
    }
  }

  return {
    list: () =>
      wanted.map(({ key, interfaceName, address, trouble }) => ({
        interfaceName,
        address,
        trouble: trouble ?? held.get(key)?.trouble ?? null,
      })),
    wanted: () => wanted,
    interfaces: () => interfaces,
    async spread(bytes, where, key) {
      const chosen = [...held.values()].filter(
        ({ want }) => (key === undefined || want.key === key) && (where === 'everywhere' || want.beacons),
      )
      await Promise.all(chosen.map(outlet => sendOn(outlet, bytes)))
    },
    async renew() {
      for (const outlet of held.values()) {
        void outlet.udp?.close()
      }
      held.clear()
      await look()
    },
    ready: look(),
    async close() {
      closed = true
      clearTimeout(timer)
      await looking
      const sockets = [...held.values()].map(outlet => outlet.udp)
      held.clear()
      await Promise.all(sockets.map(udp => udp?.close()))
    },
  }
}

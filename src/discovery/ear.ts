/** The shared port, where broadcasts arrive: held together with others on this machine, and tried again when taken. */
import { performance } from 'node:perf_hooks'
import { bounds } from './bounds.ts'
import { schedule } from './schedule.ts'
import type { Interfaces } from './subnets.ts'
import { codeOf, openUdp, type Udp, type UdpSource } from './udp.ts'

export interface Ear {
  /** Whether IPv4 broadcasts can be heard now. */
  hears(): boolean
  /** Sends from the port itself. Gives null or a code. */
  send(bytes: Uint8Array, port: number, host: string): Promise<string | null>
  /** Resolves after the first attempt, successful or not. */
  readonly ready: Promise<void>
  /** Drops what is queued: closes and opens anew. */
  renew(): Promise<void>
  close(): Promise<void>
}

export interface EarOptions {
  readonly port: number
  hear(bytes: Uint8Array, from: UdpSource): void
  /** A sentence; each kind of trouble once, until it is over. */
  trouble(text: string): void
  readInterfaces(): Interfaces
  /**
   * So much comes that reading it would cost more than it is worth: a packet costs a server 8 µs before it is seen, and
   * only a closed port costs nothing. It is closed for a moment then; absent: it never is.
   */
  crushed?(): void
}

/** Listens on every IPv4 and IPv6 address: a socket bound to one address would hear no broadcast at all. */
export function createEar({ port, hear, trouble, readInterfaces, crushed }: EarOptions): Ear {
  const held = new Map<4 | 6, Udp>()
  const told = new Map<4 | 6, string>()
  let closed = false
  let again: NodeJS.Timeout | undefined
  const reliefs = new Map<4 | 6, NodeJS.Timeout>()
  let opening: Promise<void> = Promise.resolve()

  async function open(family: 4 | 6): Promise<void> {
    if (closed || held.has(family) || reliefs.has(family) || (family === 6 && !hasV6())) return
    try {
      const udp = await openUdp({
        family,
        address: family === 4 ? '0.0.0.0' : '::',
        port,
        // Not reusePort: that hands each packet to one of the holders only.
        shared: true,
        hear: crushed ? counted(family, crushed) : hear,
        trouble: code => lose(family, code),
      })
      if (closed) return void udp.close()
      held.set(family, udp)
      told.delete(family)
    } catch (error) {
      tell(family, codeOf(error))
    }
  }

  /** Hears up to a number of packets in a moment; more close the socket they come to. */
  function counted(family: 4 | 6, tooMany: () => void): EarOptions['hear'] {
    let sinceMs = Number.NEGATIVE_INFINITY
    let packets = 0
    return (bytes, from) => {
      const nowMs = performance.now()
      if (nowMs - sinceMs > bounds.crushMs) {
        sinceMs = nowMs
        packets = 0
      }
      packets += 1
      if (packets <= bounds.crushPackets) return hear(bytes, from)
      relieve(family)
      tooMany()
    }
  }

  function relieve(family: 4 | 6): void {
    void held.get(family)?.close()
    held.delete(family)
    const timer = setTimeout(() => {
      reliefs.delete(family)
      void openAll()
    }, schedule.reliefMs)
    reliefs.set(family, timer)
  }

  function hasV6(): boolean {
    return Object.values(readInterfaces()).some(entries => entries?.some(entry => entry.family === 'IPv6'))
  }

  function lose(family: 4 | 6, code: string): void {
    void held.get(family)?.close()
    held.delete(family)
    retryLater()
    tell(family, code)
  }

  function tell(family: 4 | 6, code: string): void {
    if (closed || told.get(family) === code) return
    told.set(family, code)
    trouble(portTrouble(port, family, code))
  }

  function openAll(): Promise<void> {
    clearTimeout(again)
    opening = opening.then(() => Promise.all([open(4), open(6)])).then(retryLater)
    return opening
  }

  /** While something is missing; IPv6 may also come with an interface that is plugged in later. */
  function retryLater(): void {
    clearTimeout(again)
    if (!closed && held.size < 2) again = setTimeout(openAll, schedule.bindAgainMs)
  }

  async function closeAll(): Promise<void> {
    const sockets = [...held.values()]
    held.clear()
    await Promise.all(sockets.map(udp => udp.close()))
  }

  return {
    hears: () => held.has(4),
    async send(bytes, toPort, host) {
      const udp = held.get(host.includes(':') ? 6 : 4)
      return udp ? udp.send(bytes, toPort, host) : 'CLOSED'
    },
    ready: openAll(),
    async renew() {
      await closeAll()
      await openAll()
    },
    async close() {
      closed = true
      clearTimeout(again)
      for (const timer of reliefs.values()) clearTimeout(timer)
      await opening
      await closeAll()
    },
  }
}

function portTrouble(port: number, family: 4 | 6, code: string): string {
  const which = `UDP port ${port}${family === 6 ? ' (IPv6)' : ''}`
  const retry = 'Trying again every 10 seconds.'
  if (code === 'EADDRINUSE') return `${which} is held by another program. ${retry}`
  if (code === 'EACCES')
    return `This system does not give us ${which}; it may be reserved. Choose another with --discovery-port. ${retry}`
  return `${which} cannot be used (${code}). ${retry}`
}

/** Asking every address one by one: what still finds a server behind a firewall or an isolating access point. */
import { schedule } from './schedule.ts'
import { openUdp, type Udp, type UdpSource } from './udp.ts'

export interface SweepOptions {
  readonly addresses: readonly string[]
  readonly port: number
  /** A small probe for so many addresses. One nonce for a few of them: the number of nonces we remember is bounded. */
  newProbe(addresses: number): Uint8Array
  hear(bytes: Uint8Array, from: UdpSource): void
  onProgress(asked: number, total: number, done: boolean): void
}

/** Starts at once; gives the function that stops it. `onProgress` comes about every 100 ms, last with `done`. */
export function startSweep({
  addresses,
  port,
  newProbe,
  hear,
  onProgress,
}: SweepOptions): () => Promise<void> {
  const sockets: Udp[] = []
  let stopped = false
  let wait: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined

  function pause(ms: number): Promise<void> {
    return new Promise(resolve => {
      wait = resolve
      timer = setTimeout(resolve, ms)
    })
  }

  async function run(): Promise<void> {
    for (let asked = 0; asked < addresses.length && !stopped; ) {
      onProgress(asked, addresses.length, false)
      // Unanswered ARP charges a socket's send buffer for three seconds: a fresh socket has all of it.
      const udp = await openUdp({ family: 4, hear }).catch(() => null)
      if (udp) sockets.push(udp)
      const end = Math.min(addresses.length, asked + schedule.sweepProbesPerSocket)
      while (asked < end && !stopped) {
        const batch = addresses.slice(asked, Math.min(end, asked + schedule.sweepProbes))
        asked += batch.length
        const probe = newProbe(batch.length)
        // Not awaited: a full buffer must not stop the others, and an address that fails is an absent one.
        for (const address of batch) void udp?.send(probe, port, address)
        await pause(schedule.sweepPauseMs)
      }
    }
    if (stopped) return
    onProgress(addresses.length, addresses.length, false)
    await pause(schedule.sweepLingerMs)
    if (!stopped) onProgress(addresses.length, addresses.length, true)
    await close()
  }

  async function close(): Promise<void> {
    await Promise.all(sockets.splice(0).map(udp => udp.close()))
  }

  const running = run()
  return async () => {
    stopped = true
    clearTimeout(timer)
    wait?.()
    await running
    await close()
  }
}

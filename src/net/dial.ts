/** Reaches a server: its hosts and all their addresses raced, the best first, with one sentence when none answers. */
import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { callsItself } from './ends.ts'
import { type DialFailure, dialRank, dialTrouble } from './troubles.ts'

export interface DialOptions {
  /** Names and addresses of one server, the best first. IPv6 may name its interface (`fe80::1%eth0`). */
  hosts: readonly string[]
  port: number
  /** How long a name may take to be found, and an address to answer. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** `host` is the address that answered. The socket is open and cannot throw; its owner closes it. */
export type Dialled = { ok: true; socket: Socket; host: string } | { ok: false; text: string }

const bounds = {
  timeoutMs: 5_000,
  /** The next address does not wait for a silent one longer than this. */
  headStartMs: 250,
  attemptsAtOnce: 3,
  /** Of one server; further ones are not tried. */
  addressesMax: 16,
} as const

/**
 * Names are looked up by the system, so hosts files and `.local` names work; both families are raced. We do
 * not leave this to `autoSelectFamily`: it gives an address up after 250 ms, and a phone's Wi-Fi takes longer.
 */
export function dial(options: DialOptions): Promise<Dialled> {
  const { hosts, port, signal, timeoutMs = bounds.timeoutMs } = options
  return new Promise(resolve => {
    /** Addresses to try, each with the host that the user named; ordered by host, then by address. */
    const waiting: { address: string; host: string; order: number }[] = []
    const trying = new Set<Socket>()
    const failures: (DialFailure & { order: number })[] = []
    let lookups = hosts.length
    let known = 0
    let headStart: NodeJS.Timeout | undefined
    let done = false

    function settle(dialled: Dialled): void {
      if (done) {
        if (dialled.ok) dialled.socket.destroy()
        return
      }
      done = true
      clearTimeout(headStart)
      signal?.removeEventListener('abort', stop)
      for (const socket of trying) if (!dialled.ok || socket !== dialled.socket) socket.destroy()
      resolve(dialled)
    }

    const told = (failure: DialFailure): Dialled => ({
      ok: false,
      text: dialTrouble(failure, process.platform),
    })
    const stop = () => settle(told({ code: 'ABORT_ERR', host: hosts[0] ?? '', port, timeoutMs }))

    /** Starts the next address, unless the one before it still has its head start. */
    function next(): void {
      if (done) return
      const attempt =
        headStart === undefined && trying.size < bounds.attemptsAtOnce ? waiting.shift() : undefined
      if (attempt) tryOne(attempt)
      else if (waiting.length === 0 && trying.size === 0 && lookups === 0) giveUp()
    }

    function endHeadStart(): void {
      clearTimeout(headStart)
      headStart = undefined
      next()
    }

    function giveUp(): void {
      const [best] = failures.sort((a, b) => dialRank(a.code) - dialRank(b.code) || a.order - b.order)
      settle(best ? told(best) : { ok: false, text: 'No server was named. Give its name or address.' })
    }

    function tryOne({ address, host, order }: { address: string; host: string; order: number }): void {
      const socket = connect({ host: address, port, noDelay: true })
      trying.add(socket)
      headStart = setTimeout(endHeadStart, bounds.headStartMs)
      const timer = setTimeout(() => ended('ETIMEDOUT'), timeoutMs)
      const ended = (code: string) => {
        clearTimeout(timer)
        if (!trying.delete(socket)) return
        socket.destroy()
        failures.push({ code, host, port, timeoutMs, order })
        endHeadStart()
      }
      socket.once('close', () => clearTimeout(timer))
      // Stays for good: an error between here and the owner's own listener must not end the process.
      socket.on('error', (error: NodeJS.ErrnoException) => ended(error.code ?? error.name))
      socket.once('connect', () => {
        clearTimeout(timer)
        if (callsItself(socket)) return ended('ECONNREFUSED')
        settle({ ok: true, socket, host: address })
        trying.delete(socket)
      })
    }

    function found(host: string, order: number, addresses: readonly string[]): void {
      lookups -= 1
      for (const address of addresses) {
        if (known >= bounds.addressesMax || waiting.some(one => one.address === address)) continue
        known += 1
        waiting.push({ address, host, order })
      }
      waiting.sort((a, b) => a.order - b.order)
      next()
    }

    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop, { once: true })
    if (hosts.length === 0) giveUp()
    for (const [order, host] of hosts.entries()) {
      if (isIP(host) > 0) {
        found(host, order, [host])
        continue
      }
      resolveName(host, timeoutMs).then(
        addresses => found(host, order, addresses),
        (error: NodeJS.ErrnoException) => {
          lookups -= 1
          failures.push({ code: error.code ?? error.name, host, port, timeoutMs, order })
          next()
        },
      )
    }
  })
}

/** All addresses of a name, the families by turns, beginning with the system's choice. */
async function resolveName(host: string, timeoutMs: number): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('lookup'), { code: 'EAI_AGAIN' })), timeoutMs)
  })
  try {
    const all = await Promise.race([lookup(host, { all: true, verbatim: true }), tooLate])
    const first = all.filter(one => one.family === all[0]?.family)
    const second = all.filter(one => one.family !== all[0]?.family)
    return first
      .flatMap((one, at) => [one, ...second.slice(at, at + 1)])
      .concat(second.slice(first.length))
      .map(one => one.address)
  } finally {
    clearTimeout(timer)
  }
}

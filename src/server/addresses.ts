/** Where a server on this machine can be reached, for people to type and to read out. */
import { isIPv6 } from 'node:net'
import { readInterfaces } from '../discovery/interfaces.ts'

/**
 * @param host what the server listens on, or null for everything
 * @returns hosts that can be dialled, best first; link-local ones are left out, since they need the caller’s own scope
 */
function reachable(host: string | null): string[] {
  if (host !== null && host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(readInterfaces()).flatMap(addresses => addresses ?? [])
  const outside = all
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .filter(({ family }) => host !== '0.0.0.0' || family === 'IPv4')
    .map(({ address }) => address)
  const found = [...new Set(outside)].sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)))
  return found.length > 0 ? found : ['127.0.0.1']
}

export interface Addresses {
  held(): readonly string[]
  /** Looks again. */
  look(): void
}

/** @param changed is told where the server is reached now, when that is not what it was */
export function watchAddresses(
  host: string | null,
  changed: (held: readonly string[]) => void,
  find: typeof reachable = reachable,
): Addresses {
  let held = find(host)
  return {
    held: () => held,
    look() {
      const before = held
      held = find(host)
      if (held.join() !== before.join()) changed(held)
    },
  }
}

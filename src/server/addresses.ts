/** Where a server on this machine can be reached, for people to type and to read out. */
import { isIPv6 } from 'node:net'
import { isLinkLocal } from '../base/network.ts'
import { readInterfaces } from '../discovery/interfaces.ts'
import { type Interfaces, wantedOutlets } from '../discovery/subnets.ts'

// macOS keeps these up for itself (AirDrop, its own chips): nobody is on the other side of them.
const macOnly = /^(?:anpi|awdl|llw)\d/

/**
 * @param host what the server listens on, or null for everything
 * @returns hosts that can be dialled, best first. Link-local ones need the caller’s own scope: they stand here, with
 * this machine’s, only where there is nothing better; and the machine itself only where there is nothing else.
 */
export function reachableOn(host: string | null, interfaces: Interfaces, platform: string): string[] {
  if (host !== null && host !== '0.0.0.0' && host !== '::') return [host]
  const isMeant = (family: string) => host !== '0.0.0.0' || family === 'IPv4'
  const outside = Object.values(interfaces)
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, address, family }) => !internal && !isLinkLocal(address) && isMeant(family))
    .map(({ address }) => address)
  const found = [...new Set(outside)].sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)))
  if (found.length > 0) return found
  // Those that it is announced from.
  const onLink = wantedOutlets(interfaces, [], platform)
    .filter(({ interfaceName, address }) => isLinkLocal(address) && !macOnly.test(interfaceName))
    .map(({ address }) => address)
  return onLink.length > 0 && isMeant('IPv6') ? onLink : ['127.0.0.1']
}

const reachable = (host: string | null): string[] => reachableOn(host, readInterfaces(), process.platform)

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

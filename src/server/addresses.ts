/** Where a server on this machine can be reached, for people to type and to read out. */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/**
 * @param host what the server listens on, or null for everything
 * @returns hosts that can be dialled, best first; link-local ones are left out, since they need the caller’s own scope
 */
export function reachable(host: string | null): string[] {
  if (host !== null && host !== '0.0.0.0' && host !== '::') return [host]
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? [])
  const outside = all
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .filter(({ family }) => host !== '0.0.0.0' || family === 'IPv4')
    .map(({ address }) => address)
  const found = [...new Set(outside)].sort((a, b) => Number(isIPv6(a)) - Number(isIPv6(b)))
  return found.length > 0 ? found : ['127.0.0.1']
}

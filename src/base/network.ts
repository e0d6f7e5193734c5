/** Addresses as the same person may come from them: one spelling each, and the network an IPv6 address can change within. */

const groupsMax = 8

/** The address in one spelling: no zone, IPv4 as itself however it is wrapped, IPv6 in eight groups. */
export function plainAddress(address: string): string {
  const bare = address.toLowerCase().replace(/%.*$/, '')
  const wrapped = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1]
  if (wrapped !== undefined) return wrapped
  if (!bare.includes(':')) return bare
  const [head = '', tail] = bare.split('::', 2)
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : groupsMax - before.length - after.length
  const groups = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after]
  return groups.map(group => group.replace(/^0+(?=.)/, '')).join(':')
}

/** The /64 an IPv6 address lies in, `a:b:c:d::/64`; null for IPv4 and for addresses that everybody on a link shares one of. */
export function networkOf(address: string): string | null {
  const plain = plainAddress(address)
  const groups = plain.split(':')
  if (groups.length !== groupsMax || isLinkLocal(plain) || plain === '0:0:0:0:0:0:0:1') return null
  return `${groups.slice(0, groupsMax / 2).join(':')}::/64`
}

/** Whether an address is what was written down: itself, or any in its network. */
export const isWithin = (address: string, place: string): boolean =>
  address !== '' && (plainAddress(address) === place || networkOf(address) === place)

/** Whether whoever is there sits at this machine; IPv4 may stand in IPv6 notation. */
export const isLoopback = (address: string | undefined): boolean =>
  /^(?:::ffff:)?127(?:\.\d{1,3}){3}$|^::1$/i.test(address ?? '')

/** Whether that address means a machine only together with the network card it is reached by (`fe80::1%eth0`). */
export const isLinkLocal = (host: string): boolean => /^fe[89ab][\da-f]:/i.test(host)

/** Whether that host, a name or an address, is this machine and nobody else’s. */
export const isOwnHost = (host: string): boolean => host.toLowerCase() === 'localhost' || isLoopback(host)

/** From the machine's interfaces to the addresses worth speaking on, by set difference; who is near, whom to sweep. */
import { isLinkLocal } from '../base/network.ts'
import { bounds } from './bounds.ts'
import { formatV4, hostMask, inRange, networkOf, parseV4, prefixOf } from './ipv4.ts'

// Pure: the value of os.networkInterfaces() is handed in.

/** One address of an interface, as Node tells it. */
export interface InterfaceAddress {
  readonly address: string
  readonly netmask: string
  readonly family: string
  readonly mac: string
  readonly internal: boolean
  readonly scopeid?: number | undefined
}

/** By interface name. */
export type Interfaces = Readonly<Record<string, readonly InterfaceAddress[] | undefined>>

/** An interface address discovery should work on; its socket is bound to `address`. */
export interface WantedOutlet {
  /** Name, address and mask: what is compared to see that something has changed. */
  readonly key: string
  readonly interfaceName: string
  /** As it is bound: an IPv6 link-local address carries its %scope. */
  readonly address: string
  readonly family: 4 | 6
  /** Mask length. */
  readonly prefix: number
  readonly loopback: boolean
  /** Where packets go. Empty where `trouble` tells why not. */
  readonly destinations: readonly string[]
  /** Tried once where sending to the first destination fails. */
  readonly directed: string | null
  /** False where the interface has an IPv4 outlet too, which hears the same beacons. Probes go out everywhere. */
  readonly beacons: boolean
  readonly trouble: string | null
}

/** Whether two looks at the machine saw the same, in the same order, as far as discovery is concerned. */
export function sameInterfaces(a: Interfaces, b: Interfaces): boolean {
  const names = Object.keys(a)
  const others = Object.keys(b)
  return (
    names.length === others.length && names.every((name, at) => name === others[at] && same(a[name], b[name]))
  )
}

function same(a: Interfaces[string] = [], b: Interfaces[string] = []): boolean {
  return (
    a.length === b.length &&
    a.every((entry, at) => {
      const other = b[at]
      return (
        entry.address === other?.address &&
        entry.netmask === other.netmask &&
        entry.family === other.family &&
        entry.mac === other.mac &&
        entry.internal === other.internal &&
        entry.scopeid === other.scopeid
      )
    })
  )
}

/** How far away an address is, nearest first: this is the order in which addresses are shown and dialled. */
export const kins = ['loopback', 'own', 'near', 'link', 'far'] as const
export type Kin = (typeof kins)[number]

/**
 * The outlets wanted on these interfaces. `allow` holds interface names, addresses and IPv4 ranges (`10.0.0.0/8`);
 * `!` before one forbids it. Without any allowing entry all usual interfaces are used. The loopback interface is used
 * unless forbidden: nothing leaves the machine there, and it is the only way to a server here when no cable is in.
 */
export function wantedOutlets(
  interfaces: Interfaces,
  allow: readonly string[] = [],
  platform = 'linux',
): WantedOutlet[] {
  const wanted: WantedOutlet[] = []
  const networks = new Set<string>()
  for (const name of Object.keys(interfaces).sort()) {
    const addresses = interfaces[name] ?? []
    const before = wanted.length
    for (const entry of addresses) {
      if (entry.family !== 'IPv4') continue
      const outlet = outletV4(name, entry, allow, platform)
      if (!outlet) continue
      // Two addresses in one network on one card would send everything twice.
      const network = `${name} ${networkOf(outlet.address, outlet.prefix)}/${outlet.prefix}`
      if (networks.has(network)) continue
      networks.add(network)
      wanted.push(outlet)
    }
    const speaksV4 = wanted.slice(before).some(outlet => outlet.trouble === null)
    const linkLocal = addresses.find(entry => entry.family === 'IPv6' && isLinkLocal(entry.address))
    if (linkLocal) {
      const outlet = outletV6(name, linkLocal, allow, platform, !speaksV4)
      if (outlet) wanted.push(outlet)
    }
  }
  return wanted
}

function outletV4(
  name: string,
  entry: InterfaceAddress,
  allow: readonly string[],
  platform: string,
): WantedOutlet | null {
  const { address } = entry
  const prefix = prefixOf(entry.netmask)
  const loopback = entry.internal && address.startsWith('127.')
  const leave = permission(name, address, allow)
  if (leave === 'forbidden' || (leave === 'unnamed' && !loopback && hasAllowing(allow))) return null
  if (entry.internal && !loopback) return null
  const directed = formatV4((parseV4(address) ?? 0) | hostMask(prefix))
  const base = {
    key: `${name} ${address}/${prefix}`,
    interfaceName: name,
    address,
    family: 4,
    prefix,
    loopback,
    beacons: true,
  } as const
  if (loopback) {
    // One packet to 127.255.255.255 reaches every socket on the port; elsewhere than on Linux that is not known.
    const destinations = platform === 'linux' ? ['127.255.255.255'] : ['127.255.255.255', '127.0.0.1']
    return { ...base, destinations, directed: null, trouble: null }
  }
  if (prefix === 32) return { ...base, destinations: [], directed: null, trouble: 'no broadcast' }
  if (leave !== 'named' && /^[0:]*$/.test(entry.mac))
    return { ...base, destinations: [], directed: null, trouble: 'a tunnel, used only where it is named' }
  if (prefix === 31) {
    const peer = formatV4((parseV4(address) ?? 0) ^ 1)
    return { ...base, destinations: [peer], directed: null, trouble: null }
  }
  // From a socket bound to the address, the limited broadcast leaves by that card alone and needs no route, and it
  // is heard by neighbours whose mask differs. Windows and macOS get the directed one as well.
  const limited = '255.255.255.255'
  const destinations = platform === 'win32' || platform === 'darwin' ? [limited, directed] : [limited]
  return { ...base, destinations, directed, trouble: null }
}

function outletV6(
  name: string,
  entry: InterfaceAddress,
  allow: readonly string[],
  platform: string,
  beacons: boolean,
): WantedOutlet | null {
  const leave = permission(name, entry.address, allow)
  if (leave === 'forbidden' || (leave === 'unnamed' && hasAllowing(allow))) return null
  if (entry.internal || (leave !== 'named' && /^[0:]*$/.test(entry.mac))) return null
  // Windows picks a wrong card by name, so it gets the number.
  const scope = platform === 'win32' ? String(entry.scopeid ?? 0) : name
  return {
    key: `${name} ${entry.address}`,
    interfaceName: name,
    address: `${entry.address}%${scope}`,
    family: 6,
    prefix: 64,
    loopback: false,
    // All nodes: heard by every socket on the port without a membership, and never snooped away.
    destinations: [`ff02::1%${scope}`],
    directed: null,
    beacons,
    trouble: null,
  }
}

/** What must be opened and closed to get from one list to the other; both ways, so a card that returns is used again. */
export function difference(
  open: Iterable<string>,
  wanted: readonly WantedOutlet[],
): { readonly added: readonly WantedOutlet[]; readonly dropped: readonly string[] } {
  const had = new Set(open)
  const has = new Set(wanted.map(outlet => outlet.key))
  return {
    added: wanted.filter(outlet => !had.has(outlet.key)),
    dropped: [...had].filter(key => !has.has(key)),
  }
}

/** How near a source address is to a machine with these interfaces. */
export function kinOf(address: string, interfaces: Interfaces): Kin {
  if (address.startsWith('127.') || address === '::1') return 'loopback'
  const bare = address.replace(/%.*$/, '')
  const source = parseV4(bare)
  let near = false
  for (const entries of Object.values(interfaces)) {
    for (const entry of entries ?? []) {
      if (entry.address === bare) return 'own'
      if (source === null || entry.family !== 'IPv4') continue
      near ||= inRange(source, parseV4(entry.address) ?? 0, prefixOf(entry.netmask))
    }
  }
  if (near) return 'near'
  return isLinkLocal(bare) ? 'link' : 'far'
}

/**
 * Whether a probe from `address` may be answered: it comes from a network of ours, or from a private range (masks
 * differ, and a known client may ask from the next subnet). A public address elsewhere is never answered, so that a
 * forged one gains nothing. With `allowOnly` (somebody named interfaces), only those networks are.
 */
export function mayAnswer(address: string, outlets: readonly WantedOutlet[], allowOnly: boolean): boolean {
  if (address.startsWith('127.') || address === '::1') return true
  const [bare = '', scope] = address.split('%')
  const source = parseV4(bare)
  if (source === null) {
    if (!isLinkLocal(bare) && !/^f[cd]/i.test(bare)) return false
    return !allowOnly || outlets.some(o => o.family === 6 && o.address.split('%')[1] === scope)
  }
  if (outlets.some(o => o.family === 4 && inRange(source, parseV4(o.address) ?? 0, o.prefix))) return true
  return !allowOnly && privateRanges.some(([network, prefix]) => inRange(source, network, prefix))
}

/** Whether the list names what is allowed, rather than only what is not. */
export function hasAllowing(allow: readonly string[]): boolean {
  return allow.some(entry => !entry.startsWith('!'))
}

/** Whether an entry of the allow list means anything on this machine now. */
export function usesInterface(interfaces: Interfaces, entry: string): boolean {
  const name = entry.replace(/^!/, '')
  return wantedOutlets(interfaces, [name]).some(outlet => !outlet.loopback || outlet.interfaceName === name)
}

/**
 * Every address the sweep asks: the networks of the IPv4 outlets, up to 1,022 addresses (a /22) each; of a larger
 * network the part around our own address. Own addresses are left out, for the loopback interface finds those.
 */
export function sweepAddresses(outlets: readonly WantedOutlet[]): string[] {
  const own = new Set(outlets.map(outlet => outlet.address))
  const asked = new Set<string>()
  for (const outlet of outlets) {
    if (outlet.family !== 4 || outlet.loopback || outlet.destinations.length === 0) continue
    const prefix = Math.max(22, outlet.prefix)
    const first = networkOf(outlet.address, prefix)
    const last = (first | hostMask(prefix)) >>> 0
    const rim = prefix === 31 ? 0 : 1
    for (let at = first + rim; at <= last - rim; at += 1) {
      if (asked.size >= bounds.sweepAddressesMax) return [...asked]
      const address = formatV4(at)
      if (!own.has(address)) asked.add(address)
    }
  }
  return [...asked]
}

/** `named` beats `unnamed`; `forbidden` beats both. */
function permission(
  name: string,
  address: string,
  allow: readonly string[],
): 'named' | 'unnamed' | 'forbidden' {
  let named = false
  for (const entry of allow) {
    const denies = entry.startsWith('!')
    if (!matches(denies ? entry.slice(1) : entry, name, address)) continue
    if (denies) return 'forbidden'
    named = true
  }
  return named ? 'named' : 'unnamed'
}

function matches(entry: string, name: string, address: string): boolean {
  if (entry === name || entry.toLowerCase() === address.toLowerCase()) return true
  const [network = '', length = ''] = entry.split('/')
  const source = parseV4(address)
  const range = parseV4(network)
  if (source === null || range === null || !/^\d{1,2}$/.test(length) || Number(length) > 32) return false
  return inRange(source, range, Number(length))
}

const privateRanges: readonly (readonly [number, number])[] = [
  [parseV4('10.0.0.0') ?? 0, 8],
  [parseV4('172.16.0.0') ?? 0, 12],
  [parseV4('192.168.0.0') ?? 0, 16],
  [parseV4('169.254.0.0') ?? 0, 16],
  [parseV4('100.64.0.0') ?? 0, 10],
]

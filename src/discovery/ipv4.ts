/** IPv4 addresses as numbers: read, written, and held against a network. */

/** An IPv4 address as an unsigned number, or null. */
export function parseV4(address: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return null
  let value = 0
  for (const part of address.split('.')) {
    if (Number(part) > 255) return null
    value = value * 256 + Number(part)
  }
  return value
}

/** As people write it. */
export function formatV4(value: number): string {
  return [24, 16, 8, 0].map(shift => (value >>> shift) & 255).join('.')
}

/** The length of a mask. */
export function prefixOf(netmask: string): number {
  let bits = 0
  for (let mask = parseV4(netmask) ?? 0xffffffff; mask !== 0; mask = (mask << 1) >>> 0) bits += 1
  return bits
}

/** The bits of the host part. */
export function hostMask(prefix: number): number {
  return prefix === 0 ? 0xffffffff : (2 ** (32 - prefix) - 1) >>> 0
}

/** The first address of the network it is in. */
export function networkOf(address: string, prefix: number): number {
  return ((parseV4(address) ?? 0) & ~hostMask(prefix)) >>> 0
}

/** Whether it is in that network, whose mask has so many bits. */
export function inRange(address: number, network: number, prefix: number): boolean {
  const mask = ~hostMask(prefix)
  return (address & mask) === (network & mask)
}

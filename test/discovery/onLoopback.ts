/** Discovery within this machine: its interfaces, a port of its own, and where that works. */
import type { Interfaces } from '../../src/discovery/subnets.ts'
import { openUdp } from '../../src/discovery/udp.ts'
import { patienceMs } from '../patience.ts'

// Elsewhere than on Linux a broadcast within loopback is not known to arrive.
export const where = {
  skip: process.platform === 'linux' ? false : 'broadcasts within loopback are Linux only',
  timeout: patienceMs,
}

const lo: Interfaces = {
  lo: [
    { address: '127.0.0.1', netmask: '255.0.0.0', family: 'IPv4', mac: '00:00:00:00:00:00', internal: true },
  ],
}
export const onLoopback = { readInterfaces: () => lo }

/** A port that nobody else uses now. */
export async function freePort(): Promise<number> {
  const udp = await openUdp({ family: 4, address: '127.0.0.1', hear() {} })
  await udp.close()
  return udp.port
}

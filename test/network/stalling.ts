/** Runs `chaos/slow.ts` where the system’s own buffers are small, so that who does not read is noticed before megabytes. */
import { fileURLToPath } from 'node:url'
import { createLab } from './lab.ts'

interface Stalled {
  readonly lines: number
  /** From when they stopped reading until they were gone. */
  readonly cutMsMin: number
  readonly cutMsMax: number
  readonly peakMiB: number
  readonly grownMiB: number
}

/** Fails where anybody who reads misses something, or who was cut does not find back. */
export async function proveSlow(sizes: {
  people: number
  stalled: number
  stalledMs: number
}): Promise<Stalled> {
  const lab = createLab()
  try {
    lab.bridge('lan')
    const host = await lab.host('crowd', [{ bridge: 'lan', cidr: '10.99.0.1/24' }])
    await host.run('sysctl', ['-w', 'net.ipv4.tcp_rmem=4096 8192 16384', 'net.ipv4.tcp_wmem=4096 8192 16384'])
    const script = fileURLToPath(new URL('../chaos/slow.ts', import.meta.url))
    const args = [sizes.people, sizes.stalled, sizes.stalledMs].map(String)
    const crowd = host.node(script, args, { lifetimeMs: 10 * 60_000 })
    return JSON.parse(await crowd.waitForLine(/^\{"people"/, 10 * 60_000))
  } finally {
    await lab.close()
  }
}

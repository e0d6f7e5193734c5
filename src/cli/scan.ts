/** `earshot scan`: the servers on this network, each the moment it is found. */
import { formatTarget } from '../base/target.ts'
import { createScanner } from '../discovery/scanner.ts'
import type { Outlet, Sighting } from '../discovery/types.ts'
import { defaultPort } from '../wire/limits.ts'
import { exitOnBug } from './bug.ts'
import type { Given } from './main.ts'

const waitMsDefault = 2_000

export async function run({ options }: Given): Promise<number> {
  exitOnBug()
  const waitMs = typeof options.wait === 'number' ? options.wait : waitMsDefault
  const told = new Set<string>()
  let outlets: readonly Outlet[] = []
  const scanner = createScanner({
    discoveryPort: typeof options.discoveryPort === 'number' ? options.discoveryPort : defaultPort,
    interfaces: Array.isArray(options.interface) ? options.interface.map(String) : null,
    onSightings(sightings) {
      for (const sighting of sightings) {
        if (told.has(sighting.id)) continue
        told.add(sighting.id)
        process.stdout.write(`${options.json === true ? asJson(sighting) : asText(sighting)}\n`)
      }
    },
    onOutlets(list) {
      outlets = list
    },
    onNotice: text => void process.stderr.write(`earshot: ${text}\n`),
  })
  const interrupted = await new Promise<boolean>(resolve => {
    const timer = setTimeout(() => resolve(false), waitMs)
    process.once('SIGINT', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
  await scanner.close()
  if (interrupted) return 130
  if (told.size > 0) return 0
  const asked = [...new Set(outlets.filter(({ trouble }) => trouble === null).map(one => one.interfaceName))]
  process.stderr.write(
    asked.length > 0
      ? `earshot: no server answered on ${asked.join(', ')} within ${waitMs} ms. Start one with “earshot serve”, look longer with --wait, or, where a firewall or Wi-Fi isolation blocks broadcasts, join by address with “earshot join HOST”.\n`
      : 'earshot: this machine has no network to ask on. Plug in a cable or join a Wi-Fi, or start a server here with “earshot serve”.\n',
  )
  return 1
}

const best = ({ addresses }: Sighting) => addresses[0]

function asJson(sighting: Sighting): string {
  const { id, name, port, users, versions } = sighting
  const at = best(sighting)
  return JSON.stringify({
    id,
    name,
    host: at?.host ?? null,
    port,
    users,
    version: versions[1],
    rttMs: at?.rttMs ?? null,
  })
}

function asText(sighting: Sighting): string {
  const at = best(sighting)
  const rtt = at && at.rttMs !== null ? `  ${at.rttMs.toFixed(1)} ms` : ''
  const users = `${sighting.users} ${sighting.users === 1 ? 'user' : 'users'}`
  return `${sighting.name}  ${formatTarget(at?.host ?? '?', sighting.port)}  ${users}${rtt}`
}

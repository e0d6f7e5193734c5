/** `earshot scan`: the servers on this network, each the moment it is found. */
import { isIPv4 } from 'node:net'
import { formatTarget } from '../base/target.ts'
import { inOrder } from '../client/servers.ts'
import { knownBy, standingOf } from '../client/trust.ts'
import { createScanner } from '../discovery/scanner.ts'
import type { Outlet, Sighting } from '../discovery/types.ts'
import { bounds } from './bounds.ts'
import { exitOnBug } from './bug.ts'
import { addressShown, marks, nobodyText, sightingText } from './find.ts'
import { knownServers } from './known.ts'
import { listening } from './listening.ts'
import type { Given } from './main.ts'

const hasIpv4 = ({ addresses }: Sighting): boolean => addresses.some(({ host }) => isIPv4(host))

export async function run({ target, options }: Given): Promise<number> {
  exitOnBug()
  if (target !== null) return await askOne(target, options)
  const { waitMs, ...where } = listening(options)
  const told = new Set<string>()
  /** Heard by IPv6 alone so far. */
  const waiting = new Map<string, NodeJS.Timeout>()
  const known = knownBy(knownServers(text => void process.stderr.write(`earshot: ${text}\n`)))
  let outlets: readonly Outlet[] = []
  const scanner = createScanner({
    ...where,
    onSightings(sightings) {
      for (const sighting of inOrder(sightings, known))
        if (hasIpv4(sighting)) tell(sighting)
        else if (!waiting.has(sighting.key))
          waiting.set(sighting.key, setTimeout(tellLate, bounds.otherAddressMs, sighting.key))
    },
    onOutlets(list) {
      outlets = list
    },
    onNotice: text => void process.stderr.write(`earshot: ${text}\n`),
  })
  function tell(sighting: Sighting): void {
    if (told.has(sighting.key)) return
    told.add(sighting.key)
    const line =
      options.json === true ? asJson(sighting) : sightingText(sighting) + marks[standingOf(known, sighting)]
    process.stdout.write(`${line}\n`)
  }
  function tellLate(key: string): void {
    const sighting = scanner.sightings().find(one => one.key === key)
    if (sighting !== undefined) tell(sighting)
  }
  const interrupted = await new Promise<boolean>(resolve => {
    const timer = setTimeout(() => resolve(false), waitMs)
    process.once('SIGINT', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
  for (const [key, timer] of waiting) {
    clearTimeout(timer)
    tellLate(key)
  }
  await scanner.close()
  if (interrupted) return 130
  if (told.size > 0) return 0
  process.stderr.write(
    `earshot: ${nobodyText(outlets, waitMs, 'look longer with --wait', 'join by address with “earshot join HOST”')}\n`,
  )
  return 1
}

/** One address, over TCP: for where broadcasts do not pass, and for whoever looks after a server. */
async function askOne(target: NonNullable<Given['target']>, options: Given['options']): Promise<number> {
  const { reach } = await import('./reach.ts')
  const reached = await reach(target, listening(options).waitMs)
  if (!reached.ok) {
    process.stderr.write(`earshot: ${reached.text}\n`)
    return 1
  }
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ host: target.host, port: target.port, rttMs: tenths(reached.ms) })}\n`
      : `${formatTarget(target.host, target.port)} answers  ${reached.ms.toFixed(1)} ms\n`,
  )
  return 0
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10

function asJson(sighting: Sighting): string {
  const { id, name, port, users, versions } = sighting
  const at = addressShown(sighting)
  return JSON.stringify({
    id,
    name,
    host: at?.host ?? null,
    port,
    users,
    version: versions[1],
    rttMs: at?.rttMs == null ? null : tenths(at.rttMs),
  })
}

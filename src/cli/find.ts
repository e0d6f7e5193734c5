/** Which server is meant where nobody gave an address: the only one found, or the one of that name or identity. */
import { isIP } from 'node:net'
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import { formatTarget, parseTarget } from '../base/target.ts'
import { inOrder, shownHost, targetOf } from '../client/servers.ts'
import { type Known, knownBy, type Standing, standingOf } from '../client/trust.ts'
import type { Target } from '../client/types.ts'
import type { Outlet, Sighting } from '../discovery/types.ts'
import { defaultPort } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { knownServers } from './known.ts'
import { type Listening, listening } from './listening.ts'
import type { Given } from './main.ts'
import { complain } from './saying.ts'

export interface Search extends Listening {
  /** What the user typed for a server; null: the only one there is. */
  readonly server: string | null
  /** Whether to look at all; else only an address or the name of a host will do. */
  readonly looks: boolean
  /** Whether a name that no server here has may be that of a host. */
  readonly takesHosts: boolean
  /** How this command is told an address. */
  readonly byAddress: string
  readonly known: Known
  /** A sentence about discovery for the user. */
  onNotice(text: string): void
  /** Ends the look before its time. */
  readonly signal?: AbortSignal
}

/** What the options of a line tool say about that. */
export function searchOf(options: Given['options']): Search {
  return {
    server: typeof options.server === 'string' ? options.server : null,
    looks: options.scan !== false,
    takesHosts: true,
    ...listening(options),
    byAddress: '--server HOST:PORT',
    known: knownBy(knownServers(complain)),
    onNotice: complain,
  }
}

/**
 * `meant`: its identity where it announced one, and `named` its name; null where an address was given. `isMeant` says
 * whether a server that is heard later is the one. A failure’s `code` is an exit code; its text may have several lines;
 * `mayCome`: it is only not there yet.
 */
export type Found =
  | {
      ok: true
      target: Target
      meant: string | null
      named: string | null
      isMeant(sighting: Sighting): boolean
    }
  | { ok: false; code: number; text: string; mayCome: boolean }

/** The address that people are shown, which they can read out and type, rather than the nearest. */
export const addressShown = (sighting: Sighting): Sighting['addresses'][number] | undefined =>
  sighting.addresses.find(({ host }) => host === shownHost(targetOf(sighting)))

/** One server as a line: `den  10.0.0.5:23277  3 users  0.4 ms`. */
export function sightingText(sighting: Sighting): string {
  const at = addressShown(sighting)
  const rtt = at && at.rttMs !== null ? `  ${at.rttMs.toFixed(1)} ms` : ''
  const users = `${sighting.users} ${sighting.users === 1 ? 'user' : 'users'}`
  return `${sighting.name}  ${formatTarget(at?.host ?? '?', sighting.port)}  ${users}${rtt}`
}

/** Why nothing was found and what to do; `lookLonger` and `byAddress` are how this command is told to. */
export function nobodyText(
  outlets: readonly Outlet[],
  waitMs: number,
  lookLonger: string,
  byAddress: string,
): string {
  const asked = [...new Set(outlets.filter(({ trouble }) => trouble === null).map(one => one.interfaceName))]
  return asked.length > 0
    ? `no server answered on ${asked.join(', ')} within ${waitMs} ms. Start one with “earshot serve”, ${lookLonger}, or, where a firewall or Wi-Fi isolation blocks broadcasts, ${byAddress}.`
    : 'this machine has no network to ask on. Plug in a cable or join a Wi-Fi, or start a server here with “earshot serve”.'
}

export async function findServer(search: Search): Promise<Found> {
  const { server } = search
  if (server === null && !search.looks)
    return {
      ok: false,
      code: 2,
      text: 'with --no-scan, say which server: --server HOST:PORT.',
      mayCome: false,
    }
  if (server !== null) {
    const read = parseTarget(server, defaultPort)
    const isAddress = isIP(server) > 0 || /[:[\]]/.test(server) || server === 'localhost'
    if (isAddress || !search.looks)
      return read.ok ? at(read, () => false) : { ok: false, code: 2, text: read.text, mayCome: false }
  }
  const isCalled = (one: Sighting): boolean =>
    server !== null && (one.id === server || fold(one.name) === fold(server))
  const { fitting, all, outlets } = await look(search)
  const [only, ...others] = withoutPosers(fitting, search)
  if (only && others.length === 0)
    return {
      ok: true,
      target: targetOf(only),
      meant: only.id,
      named: only.name,
      isMeant: ({ id }) => id === only.id,
    }
  if (only) {
    const head =
      server === null ? 'several servers are here' : `several servers are called “${cleanLine(server, 40)}”`
    const cure = server === null ? `--server NAME or ${search.byAddress}` : search.byAddress
    return {
      ok: false,
      code: 1,
      text: [
        `${head}. Say which one with ${cure}:`,
        ...fitting.map(one => `  ${sightingText(one)}${marks[standingOf(search.known, one)]}`),
      ].join('\n'),
      mayCome: false,
    }
  }
  if (server === null) {
    const text = nobodyText(
      outlets,
      search.waitMs,
      'look longer with --look, wait for one with --wait',
      'name its address with --server HOST',
    )
    return { ok: false, code: 1, text, mayCome: true }
  }
  const unheard = `no server called “${cleanLine(server, 40)}” answered within ${search.waitMs} ms`
  const missing = (text: string): Found => ({ ok: false, code: 1, text, mayCome: true })
  const told = [
    `${unheard}. There ${all.length === 1 ? 'is' : 'are'}:`,
    ...all.map(one => `  ${sightingText(one)}`),
  ]
  if (!search.takesHosts) return missing(all.length === 0 ? `${unheard}.` : told.join('\n'))
  // Not announced here: then it may be the name of a host.
  const read = parseTarget(server, defaultPort)
  if ((all.length > 0 && !server.includes('.')) || !read.ok) {
    const host = read.ok ? formatTarget(read.host, read.port) : 'HOST:PORT'
    return missing([...told, `A host of that name is reached with --server ${host}`].join('\n'))
  }
  switch (await lookupTrouble(read.host)) {
    case 'no such host':
      return missing(
        `${unheard}, and no host has that name. Is it running? “earshot scan” lists who is here.`,
      )
    case 'unsure':
      // A firewall that lets no UDP through keeps both from us, and TCP it may let through.
      return missing(
        `${unheard}, and the names of hosts cannot be looked up now. By its address it is reached all the same: ${search.byAddress}.`,
      )
    case null:
      return at(read, isCalled)
  }
}

/** Whether a host has that name; `unsure` where that cannot be asked just now. */
async function lookupTrouble(host: string): Promise<'no such host' | 'unsure' | null> {
  const { lookup } = await import('node:dns/promises')
  try {
    await lookup(host)
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'ENOTFOUND' ? 'no such host' : 'unsure'
  }
}

/** A server that is meant by its address. */
const at = (
  { host, port }: { readonly host: string; readonly port: number },
  isMeant: (sighting: Sighting) => boolean,
): Found => ({ ok: true, target: { hosts: [host], port }, meant: null, named: null, isMeant })

/** Those who only take the name or the identity of the one we know stop no script; its key decides when it is met. */
function withoutPosers(fitting: readonly Sighting[], { server, known }: Search): readonly Sighting[] {
  const ours = fitting.filter(one => standingOf(known, one) === 'known')
  const areRest = (...standings: readonly Standing[]): boolean =>
    fitting.every(one => ours.includes(one) || standings.includes(standingOf(known, one)))
  return ours.length === 1 && (server !== null || areRest('changed', 'impostor')) ? ours : fitting
}

/** What is said of a server behind its line. */
export const marks: Readonly<Record<Standing, string>> = {
  known: '  known',
  new: '  new',
  changed: '  CHANGED: not the key you know',
  impostor: '  NEW, not the server you know',
  plain: '  not encrypted',
}

/** Looks until a fitting server was found and others had their time, or until `waitMs` is over. */
async function look({ server, waitMs, discoveryPort, interfaces, known, onNotice, signal }: Search): Promise<{
  fitting: readonly Sighting[]
  all: readonly Sighting[]
  outlets: readonly Outlet[]
}> {
  const { createScanner } = await import('../discovery/scanner.ts')
  let outlets: readonly Outlet[] = []
  const fits = (one: Sighting): boolean =>
    server === null || one.id === server || fold(one.name) === fold(server)
  let end = () => {}
  const over = new Promise<void>(resolve => {
    end = resolve
  })
  signal?.addEventListener('abort', () => end(), { once: true })
  const timer = waitMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(end, waitMs)
  let settling: NodeJS.Timeout | undefined
  const scanner = createScanner({
    discoveryPort,
    interfaces,
    onSightings(sightings) {
      if (settling === undefined && sightings.some(fits)) settling = setTimeout(end, bounds.settleMs)
    },
    onOutlets(list) {
      outlets = list
    },
    onNotice,
  })
  await over
  clearTimeout(timer)
  clearTimeout(settling)
  const all = inOrder(scanner.sightings(), known)
  await scanner.close()
  return { fitting: all.filter(fits), all, outlets }
}

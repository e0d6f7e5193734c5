/** Trust on first use: whether who answers is the server we know, decided before anything of ours is said. */
import { cleanLine } from '../base/clean.ts'
import { codeEndOf, codeOf, hintOf, isCodeOf } from '../base/fingerprint.ts'
import { fold } from '../base/names.ts'
import { isOwnHost } from '../base/network.ts'
import { parseTarget } from '../base/target.ts'
import type { Sighting } from '../discovery/types.ts'
import { defaultPort } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { dayLabel } from './labels.ts'
import type { Model } from './model.ts'
import { patch, type Turn, want } from './turn.ts'
import type { Login, Secured } from './types.ts'

/** A server that welcomed us before, and the key it had. */
export interface KnownServer {
  readonly id: string
  readonly name: string
  /** SHA-256 of its public key in base64url. */
  readonly pin: string
  /** Wall-clock milliseconds: since when we know this key, and when it was seen last. */
  readonly sinceMs: number
  readonly lastMs: number
  /** `host:port` where it answered last. */
  readonly at: string
  /** What we log in with, where it asks for a password. */
  readonly login: Login | null
}

/** By identity. */
export type Known = ReadonlyMap<string, KnownServer>

export const knownBy = (servers: readonly KnownServer[]): Known =>
  new Map(servers.map(server => [server.id, server]))

/** What is known of who answers. */
export interface Answering {
  /** What the key proves; null where the connection is not encrypted. */
  readonly secured: Secured | null
  /** The identity we mean: of the session we come back to, or of the row that was chosen; null where none is known. */
  readonly meant: string | null
  /** The identity it claims where no key tells one; null or left out where it was not asked. */
  readonly claimed?: string | null
  /** The name by which it was looked for and nobody saw whom it belongs to; null or left out where there was none. */
  readonly named?: string | null
  /** `host:port` that answered. */
  readonly at: string
  /** A whole code that was given as the only right one. */
  readonly code: string | null
}

/** Why nothing is said to it. */
export type Doubt =
  /** The server we know, with another key; or another server in its place. */
  | { readonly because: 'key' | 'other'; readonly known: KnownServer; readonly seen: Secured }
  /** The server we know always encrypted, and this one does not. */
  | { readonly because: 'plain'; readonly known: KnownServer }
  /** Not the code that was asked for; `seen` is null where nothing is encrypted. */
  | { readonly because: 'code'; readonly code: string; readonly seen: Secured | null }

export type Verdict =
  | { readonly is: 'known'; readonly known: KnownServer }
  | { readonly is: 'new' }
  /** Nobody we know, and not encrypted. */
  | { readonly is: 'plain' }
  | { readonly is: 'doubtful'; readonly doubt: Doubt }

export function judge(servers: Known, { secured, meant, claimed, named, at, code }: Answering): Verdict {
  const doubtful = (doubt: Doubt): Verdict => ({ is: 'doubtful', doubt })
  if (code !== null && (secured === null || !isCodeOf(code, secured.pin)))
    return doubtful({ because: 'code', code, seen: secured })
  const expected = meant === null ? undefined : servers.get(meant)
  if (secured === null) {
    // Without TLS anybody can claim an identity, so the address counts, too.
    const before =
      expected ?? servers.get(claimed ?? '') ?? (meant === null ? lastAt(servers, at) : undefined)
    return before ? doubtful({ because: 'plain', known: before }) : { is: 'plain' }
  }
  const known = servers.get(secured.server)
  if (known?.pin === secured.pin) return { is: 'known', known }
  if (code !== null) return { is: 'new' }
  if (known) return doubtful({ because: 'key', known, seen: secured })
  // An impostor has a new identity: it is the name that was asked for, or the address, that tells whom one meant.
  const usual =
    expected ?? calledSo(servers, named) ?? (meant === null && !isOwn(at) ? lastAt(servers, at) : undefined)
  return usual ? doubtful({ because: 'other', known: usual, seen: secured }) : { is: 'new' }
}

/** The one we know by that name. */
export const calledSo = (servers: Known, name: string | null | undefined): KnownServer | undefined =>
  name === null || name === undefined
    ? undefined
    : [...servers.values()].find(one => fold(one.name) === fold(name))

/** Whoever answered there last. */
const lastAt = (servers: Known, at: string): KnownServer | undefined =>
  [...servers.values()].filter(one => one.at === at).sort((a, b) => b.lastMs - a.lastMs)[0]

/** On this machine itself servers come and go at one address, all of them its user’s own. */
const isOwn = (at: string): boolean => {
  const read = parseTarget(at, defaultPort)
  return read.ok && isOwnHost(read.host)
}

/** What the list says of a row before anything is dialled; a beacon can lie, so TLS decides in the end. */
export type Standing = 'known' | 'new' | 'changed' | 'impostor' | 'plain'

export function standingOf(servers: Known, sighting: Sighting): Standing {
  const { id, name, fingerprint } = sighting
  if (servers.has(id)) return isAsKnown(servers, sighting) ? 'known' : 'changed'
  if ([...servers.values()].some(one => fold(one.name) === fold(name))) return 'impostor'
  return fingerprint === null ? 'plain' : 'new'
}

/** Whether a row shows the identity and the key of a server we know. */
export function isAsKnown(servers: Known, { id, fingerprint }: Sighting): boolean {
  const known = servers.get(id)
  return known !== undefined && fingerprint === hintOf(known.pin)
}

/**
 * The server of that identity among those heard: the one whose beacon shows the key we know, whoever else speaks in its
 * name; where none does, one that nobody contradicts, for its key is looked at when it is met.
 */
export function ownAmong(heard: readonly Sighting[], known: KnownServer | undefined): Sighting | undefined {
  const hint = known === undefined ? null : hintOf(known.pin)
  return (
    heard.find(one => hint !== null && one.fingerprint === hint) ?? heard.find(one => one.twin !== 'conflict')
  )
}

/** In sentences: what was expected, what is there, what may have happened, and what goes on. */
export function doubtText(doubt: Doubt, wallMs: number): string {
  if (doubt.because === 'code') {
    const seen = doubt.seen === null ? 'does not encrypt at all' : `has the code ${codeOf(doubt.seen.pin)}`
    return `You asked for the server with the code ${dashed(doubt.code)}; the one that answers ${seen}. Nothing was sent to it.`
  }
  const { known } = doubt
  const name = cleanLine(known.name)
  if (doubt.because === 'plain')
    return `${name} has always encrypted (code ${codeOf(known.pin)}, last seen on ${dayLabel(known.lastMs)}), and what answers now does not. Somebody may pretend to be ${name}, or it was set up anew without encryption. Nothing was sent to it. Ask whoever runs ${name}.`
  const codes = `Known since ${dayLabel(known.sinceMs)}: ${codeOf(known.pin)}, last seen on ${dayLabel(known.lastMs)}. Today, ${dayLabel(wallMs)}: ${codeOf(doubt.seen.pin)}.`
  const what =
    doubt.because === 'key'
      ? `The key of ${name} has changed. ${codes} Somebody may pretend to be ${name}, or it was set up anew without its old key.`
      : `Another server answers in the place of ${name}. ${codes} Somebody may pretend to be ${name}, or its address was given to another server.`
  return `${what} Nothing was sent to it: no nick, no password. Ask whoever runs ${name} for its code, by another way than this network.`
}

const dashed = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')

/** How a doubt is settled by somebody who knows better; '' where it cannot be. */
export const curesOf = (doubt: Doubt): { readonly typed: string; readonly given: string } =>
  'known' in doubt && 'seen' in doubt
    ? { typed: `/trust ${codeEndOf(doubt.seen.pin)}`, given: `--trust ${codeOf(doubt.seen.pin)}` }
    : { typed: '', given: '' }

/** One line for a first visit; `name` is the server’s own word for itself. */
export function firstVisitText(servers: Known, { server, pin }: Secured, name: string, at: string): string {
  const namesake = [...servers.values()].find(one => one.id !== server && fold(one.name) === fold(name))
  const before = lastAt(servers, at)
  const remark = namesake
    ? ` NEW: it is not the ${cleanLine(name)} you know (${codeOf(namesake.pin)}).`
    : before && before.id !== server
      ? ` NEW: until ${dayLabel(before.lastMs)}, ${cleanLine(before.name)} answered at this address.`
      : ''
  return `First visit: the code of ${cleanLine(name)} is ${codeOf(pin)}. Its console shows the same one if nobody stands between.${remark}`
}

/** What whoever hosts reads out to those who ask. */
export const ownCodeText = ({ pin }: Secured): string =>
  `Its code is ${codeOf(pin)}: clients show the same one at their first visit.`

export const plainText =
  'This server does not encrypt: everybody on this network can read along, and nobody can tell whether it is the right one.'

/** The doubt is settled: the key that was seen is the right one from now on. What we log in with is not for it. */
export function trusted(servers: Known, doubt: Doubt, wallMs: number): Known {
  if (!('known' in doubt && 'seen' in doubt)) return servers
  const { known, seen } = doubt
  const next = new Map(servers)
  next.set(seen.server, {
    ...known,
    id: seen.server,
    pin: seen.pin,
    sinceMs: wallMs,
    lastMs: wallMs,
    login: null,
  })
  return next
}

/** A welcome makes a server known; the one not seen for longest makes room. */
export function remembered(servers: Known, server: KnownServer): Known {
  const next = new Map(servers)
  next.delete(server.id)
  next.set(server.id, server)
  while (next.size > bounds.knownServers) {
    const [oldest] = [...next.values()].sort((a, b) => a.lastMs - b.lastMs)
    if (oldest === undefined) break
    next.delete(oldest.id)
  }
  return next
}

/** What is kept of a server that has just welcomed us; `login` is what it was logged in with just now, if it was. */
export function welcomed(
  servers: Known,
  {
    secured,
    name,
    at,
    wallMs,
    login,
  }: {
    readonly secured: Secured
    readonly name: string
    readonly at: string
    readonly wallMs: number
    readonly login: Login | null
  },
): KnownServer {
  const { server: id, pin } = secured
  const before = servers.get(id)
  const same = before?.pin === pin ? before : null
  const sinceMs = same?.sinceMs ?? wallMs
  return { id, name, pin, sinceMs, lastMs: wallMs, at, login: login ?? same?.login ?? null }
}

/** Keeps the server that has just welcomed us. */
export function remember(turn: Turn, secured: Secured, name: string): void {
  const { known, wallMs, answeredAt: at, login } = turn.model
  const server = welcomed(known, { secured, name, at, wallMs, login })
  patch(turn, { known: remembered(known, server) })
  want(turn, { do: 'rememberServer', server })
}

/** The server we mean: the one we come back to, or the row that was chosen. */
export const meantOf = ({ server, meant }: Model): string | null => server?.id ?? meant

/** The servers this user knows, with the keys they had: one small file for its owner’s eyes only. */
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { bounds } from '../client/bounds.ts'
import { type KnownServer, knownBy, remembered } from '../client/trust.ts'
import { writeJson } from './files.ts'
import { configFolder, type Tell, tellUnkept } from './home.ts'

const file = 'known-servers.json'

/**
 * Who is known; nobody where there is no such file. What is damaged in it is left out; where nothing of it can be read
 * it is set aside, and `tell` takes a sentence: a server in the place of one that was known would pass for a new one.
 */
export function knownServers(tell: Tell = () => {}): readonly KnownServer[] {
  const path = join(configFolder(), file)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return []
  }
  const servers = serversIn(text)
  if (servers !== null) return servers
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[^\d]/g, '').slice(0, 14)}`
  try {
    renameSync(path, aside)
  } catch {
    // It is written over with the next server that is met; that is what is told.
  }
  tell(
    `The servers you know could not be read, so each is new to you: compare its code. The file was set aside as ${aside}.`,
  )
  return []
}

/** What stands in such a file; null where it is none. */
export function serversIn(text: string): readonly KnownServer[] | null {
  try {
    const held: unknown = JSON.parse(text)
    const servers = typeof held === 'object' && held !== null && 'servers' in held ? held.servers : null
    if (!Array.isArray(servers)) return null
    return servers.slice(0, bounds.knownServers).flatMap((one: unknown) => readKnown(one) ?? [])
  } catch {
    return null
  }
}

/** Keeps one server. Read anew before: another Earshot of this user may have met others meanwhile. */
export function rememberServer(server: KnownServer, tell: Tell): void {
  const known = knownBy(knownServers())
  try {
    writeJson(configFolder(), file, { servers: [...remembered(known, server).values()] })
  } catch (error) {
    // Of one that is known as it is, no more is lost than when it was met last.
    if (known.get(server.id)?.pin !== server.pin) tellUnkept(error, tell)
  }
}

/** Whatever else is damaged: whose identity and key can be read is known. A stranger in its place must not be new. */
function readKnown(value: unknown): KnownServer | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, name, pin, sinceMs, lastMs, at, login }: { [K in keyof KnownServer]?: unknown } = value
  if (typeof id !== 'string' || typeof pin !== 'string') return null
  if (!/^[\w-]{1,64}$/.test(id) || !/^[\w-]{43}$/.test(pin)) return null
  return {
    id,
    name: typeof name === 'string' ? name : id,
    pin,
    sinceMs: timeOf(sinceMs),
    lastMs: timeOf(lastMs),
    at: typeof at === 'string' ? at : '',
    login: readLogin(login),
  }
}

/** A number too large for a file is written as none. */
const timeOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

function readLogin(value: unknown): KnownServer['login'] {
  if (typeof value !== 'object' || value === null) return null
  const { salt, iterations, salted }: Record<string, unknown> = { ...value }
  if (typeof salt !== 'string' || typeof salted !== 'string') return null
  return typeof iterations === 'number' && Number.isSafeInteger(iterations)
    ? { salt, iterations, salted }
    : null
}

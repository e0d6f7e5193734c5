/** The servers this user knows, with the keys they had: one small file for its owner’s eyes only. */
import { bounds } from '../client/bounds.ts'
import { type KnownServer, knownBy, remembered } from '../client/trust.ts'
import { readJson, writeJson } from './files.ts'
import { configFolder } from './home.ts'

const file = 'known-servers.json'

/** Who is known; nobody where there is no such file. What is damaged in it is left out. */
export function knownServers(): readonly KnownServer[] {
  const held = readJson(`${configFolder()}/${file}`)
  return Array.isArray(held?.servers)
    ? held.servers.slice(0, bounds.knownServers).flatMap((one: unknown) => readKnown(one) ?? [])
    : []
}

/** Keeps one server. Read anew before: another Earshot of this user may have met others meanwhile. */
export function rememberServer(server: KnownServer): void {
  try {
    const servers = remembered(knownBy(knownServers()), server)
    writeJson(configFolder(), file, { servers: [...servers.values()] })
  } catch {
    // A read-only home is no reason to bother somebody who wants to talk; the next visit is a first one again.
  }
}

function readKnown(value: unknown): KnownServer | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, name, pin, sinceMs, lastMs, at, login }: { [K in keyof KnownServer]?: unknown } = value
  if (typeof id !== 'string' || typeof pin !== 'string' || typeof name !== 'string') return null
  if (!/^[\w-]{1,64}$/.test(id) || !/^[\w-]{43}$/.test(pin)) return null
  if (typeof sinceMs !== 'number' || typeof lastMs !== 'number' || typeof at !== 'string') return null
  return { id, name, pin, sinceMs, lastMs, at, login: readLogin(login) }
}

function readLogin(value: unknown): KnownServer['login'] {
  if (typeof value !== 'object' || value === null) return null
  const { salt, iterations, salted }: Record<string, unknown> = { ...value }
  if (typeof salt !== 'string' || typeof iterations !== 'number' || typeof salted !== 'string') return null
  return { salt, iterations, salted }
}

/** The few small files Earshot keeps for a user: the nick and the theme last used; and where all else is kept. */
import { isAbsolute, join } from 'node:path'
import envPaths from 'env-paths'
import { readJson, reasonOf, writeJson } from './files.ts'

const paths = absolutePaths()

/** The XDG specification: a path that is not absolute is to be ignored. */
function absolutePaths(): ReturnType<typeof envPaths> {
  const kept = { ...process.env }
  for (const name of ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'])
    if (!isAbsolute(kept[name] ?? '')) delete process.env[name]
  try {
    return envPaths('earshot', { suffix: '' })
  } finally {
    // Programs that we start are told what we were told.
    Object.assign(process.env, kept)
  }
}

/** Where a user keeps settings; the file need not be there. */
export const settingsPath = (): string => join(paths.config, 'earshot.toml')

/** Where what a client remembers is kept. */
export const configFolder = (): string => paths.config

/** The nick used last, or null. A file that cannot be read is as good as none. */
export function rememberedNick(): string | null {
  const held = readJson(join(paths.config, 'client.json'))
  return typeof held?.nick === 'string' ? held.nick : null
}

/** Where one of the servers of this user keeps what it holds. */
export const serverFolder = (number: number): string => join(paths.data, `server-${number}`)

/** Where what belongs to a user lies, whoever they talk to. */
export const dataFolder = (): string => paths.data

/** Where what a client keeps of each server lies. */
export const clientsFolder = (): string => join(paths.data, 'clients')

/** The theme chosen last, or null. */
export function rememberedTheme(): string | null {
  const held = readJson(join(paths.config, 'client.json'))
  return typeof held?.theme === 'string' ? held.theme : null
}

/** Takes a sentence for the user. */
export type Tell = (text: string) => void

/** Keep what was chosen for the next time; where that fails nothing else does. */
export const rememberNick = (nick: string, tell: Tell): void => remember({ nick }, tell)
export const rememberTheme = (theme: string, tell: Tell): void => remember({ theme }, tell)

function remember(part: { readonly nick?: string; readonly theme?: string }, tell: Tell): void {
  const held = readJson(join(paths.config, 'client.json'))
  try {
    writeJson(paths.config, 'client.json', { ...held, ...part })
  } catch (error) {
    if (Object.entries(part).some(([name, value]) => held?.[name] !== value)) tellUnkept(error, tell)
  }
}

let isUnkeptTold = false

/** Whoever wants to talk is not kept from it, but told: once in a run, and only where something is lost. */
export function tellUnkept(error: unknown, tell: Tell): void {
  if (isUnkeptTold) return
  isUnkeptTold = true
  tell(
    `Nothing can be written to ${paths.config} (${reasonOf(error, paths.config)}): neither your nick nor a server you meet for the first time is known the next time, so that a changed key would not be noticed. Make that folder writable.`,
  )
}

/** The few small files Earshot keeps for a user: the nick and the theme last used; and where all else is kept. */
import { isAbsolute, join } from 'node:path'
import envPaths from 'env-paths'
import { readJson, writeJson } from './files.ts'

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

/** Keep what was chosen for the next time; where that fails nothing else does. */
export const rememberNick = (nick: string): void => remember({ nick })
export const rememberTheme = (theme: string): void => remember({ theme })

function remember(part: { readonly nick?: string; readonly theme?: string }): void {
  try {
    writeJson(paths.config, 'client.json', { ...readJson(join(paths.config, 'client.json')), ...part })
  } catch {
    // A read-only home is no reason to bother somebody who wants to talk.
  }
}

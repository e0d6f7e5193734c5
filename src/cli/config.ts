/** The file of settings: found, read and parsed. What it may hold is settled elsewhere. */
import { readFileSync, statSync } from 'node:fs'
import { bounds } from './bounds.ts'
import { settingsPath } from './home.ts'
import type { SettingsFile } from './settings.ts'

/** `path` is where the file is or would be. */
type SettingsRead =
  | { ok: true; path: string; file: SettingsFile | null }
  | { ok: false; path: string; text: string }

/**
 * @param named the file somebody asked for; null: the usual one, which need not be there
 * @param from who named it, for the sentence: `--config` or its variable
 */
export async function readSettingsFile(named: string | null, from: string): Promise<SettingsRead> {
  const path = named ?? settingsPath()
  const no = (text: string): SettingsRead => ({ ok: false, path, text })
  let text: string
  try {
    const { size } = statSync(path)
    if (size > bounds.settingsBytesMax)
      return no(`${path} is too large for settings: at most ${bounds.settingsBytesMax} bytes are read.`)
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error)
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR'
    if (named === null && isMissing) return { ok: true, path, file: null }
    if (isMissing) return no(`${from} “${path}”: there is no such file.`)
    return no(`${path} cannot be read (${code}). Make it readable for you, or move it away.`)
  }
  return await readSettings(path, text)
}

/** What the text of such a file says. */
export async function readSettings(path: string, text: string): Promise<SettingsRead> {
  // Few people have such a file; nobody else waits for the parser.
  const { parse, TomlError } = await import('smol-toml')
  try {
    return { ok: true, path, file: { path, held: parse(text) } }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const why = (error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
    return { ok: false, path, text: `${path}, line ${error.line}, column ${error.column}: ${why}.` }
  }
}

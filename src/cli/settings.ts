/** What holds for a command: what its flags say, else the environment, else the file of settings, else what is usual. */
import { cleanLine } from '../base/clean.ts'
import { nearest } from '../base/nearest.ts'
import { type CommandRow, commands, type OptionRow, type Read, variableOf } from './commands.ts'

/** What a file of settings holds, before anybody looked at it. */
export interface SettingsFile {
  readonly path: string
  readonly held: Readonly<Record<string, unknown>>
}

/** One option of a command, settled. `value` is undefined where only what is usual holds. */
export interface Setting {
  readonly option: OptionRow
  readonly value: unknown
  /** `--port`, `EARSHOT_SERVE_PORT`, a file’s path, or `default`. */
  readonly from: string
  /** What was given and cannot be. */
  readonly wrong?: string
}

export type Environment = Readonly<Record<string, string | undefined>>

/** All options of a command, or a sentence for each thing that is wrong. */
export type Settled =
  | { ok: true; settings: readonly Setting[] }
  | { ok: false; settings: readonly Setting[]; troubles: readonly string[] }

/** `--no-scan` of `--no-scan`, `--port` of `--port <port>`. */
export const flagOf = ({ flags }: OptionRow): string => flags.split(' ')[0] ?? flags

const isSwitch = ({ flags }: OptionRow): boolean => !flags.includes('<')

/** Reads the text of one option, whoever gave it: `origin` and the text stand in the sentence that says what is wrong. */
export function readText(option: OptionRow, text: string, origin: string): Read<unknown> {
  const read = (option.read ?? readAny)(text)
  return read.ok ? read : wrong(origin, text, read.text)
}

/** Nobody means an empty file, folder, server or address: it is a variable that was not set. */
const readAny = (text: string): Read<string> =>
  text.trim() === ''
    ? { ok: false, text: 'it is empty. Check the variable it comes from, or leave it out' }
    : { ok: true, value: text }

function wrong(origin: string, text: string, why: string): { ok: false; text: string } {
  return { ok: false, text: `${origin} “${cleanLine(text, 40)}”: ${why.replace(/\.$/, '')}.` }
}

/** `flags` holds what the command line gave, already read, by flag (`--port`). */
export function settle(
  command: CommandRow,
  flags: ReadonlyMap<string, unknown>,
  environment: Environment,
  file: SettingsFile | null,
): Settled {
  const troubles: string[] = []
  const filed = file === null ? new Map<string, Filed>() : readFile(file, troubles)
  troubles.push(...wrongElsewhere(command, environment))
  const settings = command.options.map((option): Setting => {
    const flag = flagOf(option)
    if (flags.has(flag)) return { option, value: flags.get(flag), from: flag }
    if (option.key === null) return { option, value: undefined, from: 'default' }
    const variable = variableOf(option.key)
    const text = environment[variable]
    if (text) {
      const read = readVariable(option, text, variable)
      if (read.ok) return { option, value: read.value, from: variable }
      troubles.push(read.text)
      return { option, value: undefined, from: variable, wrong: shownOf(option, text) }
    }
    const given = filed.get(option.key)
    if (file !== null && given !== undefined) return { option, ...given, from: file.path }
    return { option, value: undefined, from: 'default' }
  })
  return troubles.length === 0 ? { ok: true, settings } : { ok: false, settings, troubles }
}

/** What is wrong in variables that this command does not ask for: they are looked at as the whole file is. */
function wrongElsewhere(command: CommandRow, environment: Environment): string[] {
  const own = new Set(command.options.map(({ key }) => key))
  return [...filedOptions()].flatMap(([key, option]) => {
    const text = environment[variableOf(key)]
    if (own.has(key) || !text) return []
    const read = readVariable(option, text, variableOf(key))
    return read.ok ? [] : [read.text]
  })
}

/** A sentence for each variable that looks like one of ours and is none. */
export function strangeVariables(environment: Environment): readonly string[] {
  const known = [...filedOptions().keys(), 'config'].map(variableOf)
  return Object.keys(environment)
    .filter(name => name.startsWith('EARSHOT_') && !known.includes(name))
    .map(name => {
      const near = nearest(
        name.slice('EARSHOT_'.length),
        known.map(one => one.slice('EARSHOT_'.length)),
      )
      const said = `there is no variable “${cleanLine(name, 60)}”, so nothing comes of it.`
      return near === null ? said : `${said} Did you mean “EARSHOT_${near}”?`
    })
}

const switchWords: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

function readVariable(option: OptionRow, text: string, variable: string): Read<unknown> {
  if (isSwitch(option)) {
    const value = switchWords[text.trim().toLowerCase()]
    return value === undefined ? noSwitch(option, variable, text) : { ok: true, value }
  }
  return option.many ? readMany(option, text.split(','), variable) : readText(option, text, variable)
}

/** Some take the switch for the place of the secret itself, and what is wrong goes to logs. */
const isSecret = ({ key }: OptionRow): boolean => /pass(word|phrase)|secret|token/.test(key ?? '')

const shownOf = (option: OptionRow, text: string): string =>
  isSwitch(option) && isSecret(option) ? 'not shown' : text

const noSwitch = (option: OptionRow, origin: string, text: string): { ok: false; text: string } =>
  isSecret(option)
    ? {
        ok: false,
        text: `${origin}: expected true or false. The password itself stands in a file: ${option.key}-file = "FILE".`,
      }
    : wrong(origin, text, 'expected true or false')

function readMany(option: OptionRow, texts: readonly string[], origin: string): Read<unknown> {
  const values: unknown[] = []
  for (const text of texts) {
    if (text.trim() === '') continue
    const read = readText(option, text.trim(), origin)
    if (!read.ok) return read
    values.push(read.value)
  }
  return { ok: true, value: values }
}

/** Options by their key in the file; the file does not name itself. */
function filedOptions(): Map<string, OptionRow> {
  const options = new Map<string, OptionRow>()
  for (const row of commands as readonly CommandRow[])
    for (const option of row.options)
      if (option.key !== null && option.key !== 'config') options.set(option.key, option)
  return options
}

/** What the file says of one option. */
type Filed = Pick<Setting, 'value' | 'wrong'>

/** The whole file is looked at, whatever the command: what is wrong in it shows before the day it matters. */
function readFile({ path, held }: SettingsFile, troubles: string[]): Map<string, Filed> {
  const options = filedOptions()
  const names = new Set<string>(commands.map(({ name }) => name))
  const values = new Map<string, Filed>()
  const take = (key: string, raw: unknown): void => {
    const option = options.get(key)
    if (option === undefined) {
      troubles.push(`${path}: ${unknownKey(key, [...options.keys()])}`)
      return
    }
    const read = readFiled(option, raw, `${path}: ${key}`)
    values.set(
      key,
      read.ok ? { value: read.value } : { value: undefined, wrong: shownOf(option, shown(raw)) },
    )
    if (!read.ok) troubles.push(read.text)
  }
  const tables = new Set(
    [...options.keys()].flatMap(key => (key.includes('.') ? [key.replace(/\..*/, '')] : [])),
  )
  for (const [key, raw] of Object.entries(held)) {
    const strange = tableTrouble(key, isTable(raw), options, tables)
    if (strange !== null) troubles.push(`${path}: ${strange}`)
    else if (names.has(key) && isTable(raw))
      for (const [inner, value] of Object.entries(raw)) take(`${key}.${inner}`, value)
    else take(key, raw)
  }
  return values
}

/** What is wrong where a table and a single setting are taken for each other; null where they are not. */
function tableTrouble(
  key: string,
  isOne: boolean,
  options: ReadonlyMap<string, OptionRow>,
  tables: ReadonlySet<string>,
): string | null {
  if (tables.has(key))
    return isOne
      ? null
      : `“${key}” is a table: write [${key}] on a line of its own, and its settings below it.`
  const near = isOne && options.get(key)?.named !== true ? nearest(key, tables) : null
  return near === null ? null : `there is no table “[${cleanLine(key, 40)}]”. Did you mean “[${near}]”?`
}

const isTable = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Date)

function unknownKey(key: string, known: readonly string[]): string {
  const said = `there is no setting “${cleanLine(key, 40)}”.`
  // A known name in the wrong table is nearer than a name that is spelt alike.
  const last = key.slice(key.lastIndexOf('.') + 1)
  const near =
    known.find(one => one.slice(one.lastIndexOf('.') + 1) === last) ??
    nearest(key, known) ??
    nearest(last, known)
  return near === null ? `${said} There are: ${known.join(', ')}.` : `${said} Did you mean “${near}”?`
}

function readFiled(option: OptionRow, raw: unknown, origin: string): Read<unknown> {
  if (isSwitch(option))
    return typeof raw === 'boolean' ? { ok: true, value: raw } : noSwitch(option, origin, shown(raw))
  const listed =
    option.named && isTable(raw)
      ? Object.entries(raw).map(([name, value]) =>
          isTable(value) || Array.isArray(value) ? null : `${name}=${value}`,
        )
      : raw
  const texts = (Array.isArray(listed) ? listed : [listed]).map(one =>
    typeof one === 'string' || typeof one === 'number' ? String(one) : null,
  )
  if (texts.some(text => text === null) || (Array.isArray(raw) && !option.many))
    return wrong(
      origin,
      shown(raw),
      option.many ? 'expected a list of texts in quotes' : 'expected one text in quotes',
    )
  const given = texts.filter(text => text !== null)
  return option.many ? readMany(option, given, origin) : readText(option, given[0] ?? '', origin)
}

const shown = (raw: unknown): string =>
  raw instanceof Date ? raw.toISOString() : (JSON.stringify(raw) ?? String(raw))

/** By the names commands know them by: `discoveryPort`; `scan` is false where `--no-scan` holds. */
export function valuesOf(settings: readonly Setting[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const { option, value } of settings) {
    if (value === undefined) continue
    const name = flagOf(option).slice(2)
    const isNegative = name.startsWith('no-')
    const attribute = name
      .replace(/^no-/, '')
      .replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    values[attribute] = isNegative ? value !== true : value
  }
  return values
}

/** `serve.port = 4000   (from --port)`: one line for each setting. `path` is where the file is, or would be. */
export function settingLines(settings: readonly Setting[], path: string): string[] {
  return settings.flatMap(({ option, value, from, wrong }) => {
    if (option.key === null) return []
    const usual = isSwitch(option)
      ? 'false'
      : option.key === 'config'
        ? shown(path)
        : (option.usual ?? 'not set')
    const given = (): string => shown(option.write === undefined ? value : option.write(value))
    const words =
      wrong !== undefined ? `${cleanLine(wrong, 40)} WRONG` : value === undefined ? usual : given()
    return [`${option.key} = ${words}   (${from === 'default' ? from : `from ${from}`})`]
  })
}

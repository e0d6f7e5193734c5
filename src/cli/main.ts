/** `earshot`: settles what holds for a command and hands over to its file. */
import { cleanLine } from '../base/clean.ts'
import { nearest } from '../base/nearest.ts'
import type { Call } from './arguments.ts'
import { bug } from './bug.ts'
import { type CommandName, type CommandRow, commands, readTarget } from './commands.ts'
import { readSettingsFile } from './config.ts'
import { settingLines, settle, strangeVariables, valuesOf } from './settings.ts'

/** What a command is given: its arguments and its options, both already read by the table. */
export interface Given {
  readonly command: CommandName
  readonly target: { host: string; port: number } | null
  /** The arguments of a command that takes words, as they came. */
  readonly words: readonly string[]
  /** From flags, the environment and the file of settings; what nobody set is not in it. */
  readonly options: Readonly<Record<string, unknown>>
}

type Run = (given: Given) => Promise<number>

/** Each command is its own chunk: `serve` never loads the screen, `--version` loads nothing. */
const runs: Readonly<Record<CommandName, () => Promise<{ run: Run }>>> = {
  pick: () => import('./pick.ts'),
  join: () => import('./pick.ts'),
  serve: () => import('./begin.ts'),
  admin: () => import('./admin.ts'),
  scan: () => import('./scan.ts'),
  send: () => import('./send.ts'),
  tail: () => import('./tail.ts'),
  export: () => import('./export.ts'),
  wipe: () => import('./wipe.ts'),
}

/** The exit code of a call that makes no sense. */
const usageCode = 2

process.exitCode = await main(process.argv.slice(2))
// Whatever a command left open must not keep a finished program alive.
await written()
process.exit()

/** What was printed is written, or its trouble told. A full disk would refuse even nothing, so that is not tried. */
async function written(): Promise<void> {
  if (process.stdout.writableLength > 0)
    await new Promise<void>(resolve => process.stdout.write('', () => resolve()))
  await new Promise<void>(resolve => setImmediate(resolve))
}

async function main(args: readonly string[]): Promise<number> {
  try {
    // Most starts say nothing, and wait for nobody who would read it.
    const [row] = commands
    if (args.length === 0) return await launch({ row, target: null, words: [], flags: new Map() })
    const { readArguments } = await import('./arguments.ts')
    const read = await readArguments(args, launch)
    if ('code' in read) return read.code
    return misused(...(read.wrong === null ? [] : [read.wrong]))
  } catch (error) {
    return bug(error)
  }
}

async function launch({ row, target: targetText, words, flags }: Call): Promise<number> {
  const settled = await settings(row, flags)
  if (!settled.ok) return misused(...settled.troubles)
  if (flags.get('--check') === true) return await check(settled.options)

  let target: Given['target'] = null
  if (targetText !== null) {
    const names = commands.map(({ name }) => name)
    const meant =
      row.name === 'pick' && /^[a-z]+$/i.test(targetText) ? nearest(targetText.toLowerCase(), names) : null
    if (meant !== null)
      return misused(
        `there is no command “${targetText}”. Did you mean “earshot ${meant}”? To join a host of that name: earshot join ${targetText}`,
      )
    const read = readTarget(targetText)
    if (!read.ok) return misused(read.text)
    target = read.value
  }
  const stranger = await unknownInterface(settled.options.interface)
  if (stranger !== null) return misused(stranger)
  const { run } = await runs[row.name]()
  return await run({ command: row.name, target, words, options: settled.options })
}

/** What the settings alone cannot tell: whether the files they name can be read, and by whom. */
async function check({ data, passwordFile }: Given['options']): Promise<number> {
  const [{ openPermissions }, { readPasswordFile }, { complain }] = await Promise.all([
    import('./permissions.ts'),
    import('./password.ts'),
    import('./saying.ts'),
  ])
  for (const text of [...strangeVariables(process.env), ...openPermissions(data)])
    process.stdout.write(`warning: ${text}\n`)
  // Where it is to be typed, nobody is asked before there is anything to protect.
  if (typeof passwordFile !== 'string' || passwordFile === '-') return 0
  const read = readPasswordFile(passwordFile)
  if (read.ok) return 0
  complain(read.text)
  return 1
}

/** A sentence where an interface was named that this machine does not have. */
async function unknownInterface(named: unknown): Promise<string | null> {
  if (!Array.isArray(named)) return null
  const [{ readInterfaces }, { usesInterface }] = await Promise.all([
    import('../discovery/interfaces.ts'),
    import('../discovery/subnets.ts'),
  ])
  const here = readInterfaces()
  const stranger = named.map(String).find(name => !usesInterface(here, name))
  if (stranger === undefined) return null
  return `this machine has no interface or network “${cleanLine(stranger, 40)}” now; it has ${Object.keys(here).join(', ')}.`
}

/** What holds for the command; with `--check` it is printed, however much of it is wrong. */
async function settings(
  row: CommandRow,
  flags: ReadonlyMap<string, unknown>,
): Promise<{ ok: true; options: Given['options'] } | { ok: false; troubles: readonly string[] }> {
  const named = flags.get('--config') ?? (process.env.EARSHOT_CONFIG || null)
  const read = await readSettingsFile(
    typeof named === 'string' ? named : null,
    flags.has('--config') ? '--config' : 'EARSHOT_CONFIG',
  )
  const settled = settle(row, flags, process.env, read.ok ? read.file : null)
  if (flags.get('--check') === true)
    process.stdout.write(`${settingLines(settled.settings, read.path).join('\n')}\n`)
  const troubles = [...(read.ok ? [] : [read.text]), ...(settled.ok ? [] : settled.troubles)]
  return troubles.length === 0 ? { ok: true, options: valuesOf(settled.settings) } : { ok: false, troubles }
}

function misused(...sentences: readonly string[]): number {
  for (const sentence of sentences) process.stderr.write(`earshot: ${sentence}\n`)
  return usageCode
}

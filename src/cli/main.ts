/** `earshot`: reads the arguments by the table of commands and hands over to one command’s file. */
import { Command, CommanderError, Option } from 'commander'
import { cleanLine } from '../base/clean.ts'
import { nearest } from '../base/nearest.ts'
import { bug } from './bug.ts'
import { type CommandName, type CommandRow, commands, helpOf, readTarget } from './commands.ts'
import { readSettingsFile } from './config.ts'
import { flagOf, readText, settingLines, settle, valuesOf } from './settings.ts'
import { version } from './version.ts'

/** What a command is given: its arguments and its options, both already read by the table. */
export interface Given {
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
  serve: () => import('./serve.ts'),
  admin: () => import('./admin.ts'),
  scan: () => import('./scan.ts'),
  send: () => import('./send.ts'),
  tail: () => import('./tail.ts'),
  export: () => import('./export.ts'),
  wipe: () => import('./wipe.ts'),
}

/** The exit code of a call that makes no sense. */
const usageCode = 2
/** Marks what our own reading of a value threw through commander; the sentence is ours to print. */
const valueCode = 'earshot.value'

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
  let outcome = 0
  const program = new Command('earshot')
    .description('Chat for everyone on your network: see the servers around you, press Enter, talk.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\nExamples:\n${commands.map(({ example }) => `  ${example}`).join('\n')}\n`)
    .configureHelp({ subcommandTerm: command => `${command.name()} ${command.usage()}` })
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      // Nobody who gives no command has said “pick”.
      outputError: (text, write) =>
        write(text.replace(/^error: /, 'earshot: ').replace(/^(.* many arguments) for 'pick'/, '$1')),
    })

  const wrong = strangeHelp(args) ?? misplaced(args)
  if (wrong !== null) return misused(wrong)
  for (const row of commands) addCommand(program, row, code => (outcome = code))

  try {
    await program.parseAsync(withEmptyValues(args), { from: 'user' })
    return outcome
  } catch (error) {
    if (error instanceof CommanderError && error.code === valueCode) return misused(error.message)
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode
    return bug(error)
  }
}

/** A sentence where help is asked for on what is no command. */
function strangeHelp([first, asked]: readonly string[]): string | null {
  const names: readonly string[] = commands.map(({ name }) => name)
  if (first !== 'help' || asked === undefined || asked.startsWith('-')) return null
  if (asked === 'help' || names.includes(asked)) return null
  const near = nearest(asked.toLowerCase(), names)
  const cure = near === null ? `There are: ${names.join(', ')}.` : `Did you mean “earshot help ${near}”?`
  return `there is no command “${cleanLine(asked, 40)}”. ${cure}`
}

/** A sentence where a command stands behind options, which would make it the name of a host. */
function misplaced(args: readonly string[]): string | null {
  const rows: readonly CommandRow[] = commands
  const valued = rows.flatMap(({ options }) => options.filter(({ flags }) => flags.includes('<')).map(flagOf))
  let index = 0
  while (args[index]?.startsWith('-') === true && args[index] !== '--')
    index += valued.includes(args[index] ?? '') ? 2 : 1
  const word = args[index]
  if (index === 0 || !commands.some(({ name }) => name === word)) return null
  const option = cleanLine(args[0] ?? '', 40).replace(/=.*/, '')
  return `options stand behind the command: first “earshot ${word}”, then “${option}” and all else.`
}

/** An option that may do without its value takes one only with “=”: the word behind it is not the option’s. */
function withEmptyValues([name, ...args]: readonly string[]): string[] {
  const row: CommandRow | undefined = commands.find(one => one.name === name)
  const optional = (row?.options ?? []).filter(({ flags }) => flags.includes('[')).map(flagOf)
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const given = args.map((arg, index) => (index < end && optional.includes(arg) ? `${arg}=` : arg))
  return name === undefined ? [] : [name, ...given]
}

function addCommand(program: Command, row: (typeof commands)[number], ended: (code: number) => void): void {
  const command = program.command(row.name, { isDefault: row.name === 'pick' })
  command.description(row.help).exitOverride().copyInheritedSettings(program)
  if (row.takes === 'words') command.argument('[words...]', row.args)
  if (row.takes === 'target') command.argument(row.args.startsWith('[') ? '[target]' : '<target>', row.args)
  /** What the command line says, by flag. */
  const flags = new Map<string, unknown>()
  for (const option of row.options) addOption(command, option, flags)
  command.usage(`[options] ${row.args}`.trim()).action(async (...called: unknown[]) => {
    const target = row.takes === 'target' && typeof called[0] === 'string' ? called[0] : null
    const words = row.takes === 'words' && Array.isArray(called[0]) ? called[0].map(String) : []
    ended(await launch(row, target, words, flags))
  })
}

function addOption(command: Command, row: CommandRow['options'][number], flags: Map<string, unknown>): void {
  const flag = flagOf(row)
  const take = (text: string): unknown => {
    // Commander calls this for switches, too.
    const isSwitch = row.flags === flag
    const read = isSwitch ? { ok: true as const, value: true } : readText(row, text, flag)
    if (!read.ok) throw new CommanderError(usageCode, valueCode, read.text)
    const before = flags.get(flag)
    flags.set(flag, row.many ? [...(Array.isArray(before) ? before : []), read.value] : read.value)
    return read.value
  }
  command.addOption(new Option(row.flags, helpOf(row)).argParser(take))
}

async function launch(
  row: CommandRow & { name: CommandName },
  targetText: string | null,
  words: readonly string[],
  flags: ReadonlyMap<string, unknown>,
): Promise<number> {
  const settled = await settings(row, flags)
  if (!settled.ok) return misused(...settled.troubles)
  if (flags.get('--check') === true) {
    const { openPermissions } = await import('./permissions.ts')
    for (const text of openPermissions(settled.options.data)) process.stdout.write(`warning: ${text}\n`)
    return 0
  }

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
  return await run({ target, words, options: settled.options })
}

/** A sentence where an interface was named that this machine does not have. */
async function unknownInterface(named: unknown): Promise<string | null> {
  if (!Array.isArray(named)) return null
  const [{ networkInterfaces }, { usesInterface }] = await Promise.all([
    import('node:os'),
    import('../discovery/subnets.ts'),
  ])
  const here = networkInterfaces()
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

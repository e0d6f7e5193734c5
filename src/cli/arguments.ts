/** What the command line says, read by the table of commands: arguments, options, help, and what was probably meant. */
import { Command, CommanderError, Option } from 'commander'
import { cleanLine } from '../base/clean.ts'
import { nearest } from '../base/nearest.ts'
import { type CommandRow, commands, helpOf, type OptionRow } from './commands.ts'
import { flagOf, readText } from './settings.ts'
import { version } from './version.ts'

/** One command of the table, and what was said to it. */
export interface Call {
  readonly row: (typeof commands)[number]
  /** As it was typed. */
  readonly target: string | null
  readonly words: readonly string[]
  /** Read, by flag. */
  readonly flags: ReadonlyMap<string, unknown>
}

/** Marks what our own reading of a value threw through commander; the sentence is ours to print. */
const valueCode = 'earshot.value'

/**
 * Reads the arguments and answers `--help` itself.
 *
 * @param launch does what was asked for and gives its exit code
 * @returns the exit code; or what is wrong with a call that makes no sense: null where that was said
 */
export async function readArguments(
  args: readonly string[],
  launch: (call: Call) => Promise<number>,
): Promise<{ readonly code: number } | { readonly wrong: string | null }> {
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
        write(
          text
            .replace(/^error: /, 'earshot: ')
            // Standard error may be a log.
            .replace(/('--password)=[^']*/, '$1=…')
            .replace(/^(.* many arguments) for 'pick'/, '$1')
            .replace("missing required argument 'target'", missingTarget),
        ),
    })

  const wrong = strangeHelp(args) ?? misplaced(args) ?? detached(args)
  if (wrong !== null) return { wrong }
  const called = async (call: Call) => {
    outcome = await launch(call)
  }
  for (const row of commands) addCommand(program, row, called)

  try {
    await program.parseAsync(withEmptyValues(args), { from: 'user' })
    return { code: outcome }
  } catch (error) {
    if (error instanceof CommanderError && error.code === valueCode) return { wrong: error.message }
    if (error instanceof CommanderError) return error.exitCode === 0 ? { code: 0 } : { wrong: null }
    throw error
  }
}

const missingTarget =
  'join which server? Give its name or address: earshot join HOST[:PORT]; “earshot” alone lists them.'

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

const mayBeAlone = (command: string | undefined): readonly OptionRow[] => {
  const row: CommandRow | undefined = commands.find(({ name }) => name === command)
  return (row?.options ?? []).filter(({ flags }) => flags.includes('['))
}

/** Where the options are over. */
const endOf = (args: readonly string[]): number => (args.includes('--') ? args.indexOf('--') : args.length)

/** A sentence where the word behind such an option could be its value, and would be said to everybody. */
function detached([name, ...args]: readonly string[]): string | null {
  const before = args.slice(0, endOf(args))
  for (const option of mayBeAlone(name)) {
    const flag = flagOf(option)
    const word = before.find((value, index) => before[index - 1] === flag && isValue(option, value))
    if (word !== undefined)
      return `is “${word}” the time of ${flag}, or a word of its own? Write ${flag}=${word}, or put that word behind “--”. Nothing was done.`
  }
  return null
}

const isValue = ({ read }: OptionRow, word: string): boolean => word !== '' && read?.(word).ok === true

/** An option that may do without its value takes one only with “=”: the word behind it is not the option’s. */
function withEmptyValues([name, ...args]: readonly string[]): string[] {
  const optional = mayBeAlone(name).map(flagOf)
  const end = endOf(args)
  const given = args.map((arg, index) => (index < end && optional.includes(arg) ? `${arg}=` : arg))
  return name === undefined ? [] : [name, ...given]
}

function addCommand(program: Command, row: Call['row'], called: (call: Call) => Promise<void>): void {
  const command = program.command(row.name, { isDefault: row.name === 'pick' })
  command.description(row.help).exitOverride().copyInheritedSettings(program)
  if (row.takes === 'words') command.argument('[words...]', row.args)
  if (row.takes === 'target') command.argument(row.args.startsWith('[') ? '[target]' : '<target>', row.args)
  /** What the command line says, by flag. */
  const flags = new Map<string, unknown>()
  for (const option of row.options) addOption(command, option, flags)
  command.usage(`[options] ${row.args}`.trim()).action(async (...given: unknown[]) => {
    const target = row.takes === 'target' && typeof given[0] === 'string' ? given[0] : null
    const words = row.takes === 'words' && Array.isArray(given[0]) ? given[0].map(String) : []
    await called({ row, target, words, flags })
  })
}

function addOption(command: Command, row: OptionRow, flags: Map<string, unknown>): void {
  const flag = flagOf(row)
  const take = (text: string): unknown => {
    // Commander calls this for switches, too.
    const isSwitch = row.flags === flag
    const read = isSwitch ? { ok: true as const, value: true } : readText(row, text, flag)
    if (!read.ok) throw new CommanderError(1, valueCode, read.text)
    const before = flags.get(flag)
    flags.set(flag, row.many ? [...(Array.isArray(before) ? before : []), read.value] : read.value)
    return read.value
  }
  command.addOption(new Option(row.flags, helpOf(row)).argParser(take))
}

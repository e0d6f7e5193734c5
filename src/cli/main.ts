#!/usr/bin/env node
/** `earshot`: reads the arguments by the table of commands and hands over to one command’s file. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { nearest } from '../base/nearest.ts'
import { bug } from './bug.ts'
import { type CommandName, type CommandRow, commands, readTarget } from './commands.ts'
import { version } from './version.ts'

/** What a command is given: its positional arguments and its options, both already read by the table. */
export interface Given {
  readonly target: { host: string; port: number } | null
  readonly options: Readonly<Record<string, unknown>>
}

type Run = (given: Given) => Promise<number>

/** Each command is its own chunk: `serve` never loads the screen, `--version` loads nothing. */
const runs: Readonly<Record<CommandName, () => Promise<{ run: Run }>>> = {
  pick: () => import('./pick.ts'),
  join: () => import('./pick.ts'),
  serve: () => import('./serve.ts'),
  scan: () => import('./scan.ts'),
}

/** The exit code of a call that makes no sense. */
const usageCode = 2

process.exitCode = await main(process.argv.slice(2))
// Whatever a command left open must not keep a finished program alive.
await new Promise<void>(resolve => process.stdout.write('', () => resolve()))
process.exit()

async function main(args: readonly string[]): Promise<number> {
  let outcome = 0
  const program = new Command('earshot')
    .description('Chat for everyone on your network: see the servers around you, press Enter, talk.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', `\nExamples:\n${commands.map(({ example }) => `  ${example}`).join('\n')}\n`)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'earshot: ')) })

  for (const row of commands) {
    const name: CommandName = row.name
    const command = program.command(name, { isDefault: name === 'pick' })
    command.description(row.help).exitOverride().copyInheritedSettings(program)
    if (row.args) command.argument(row.args.startsWith('[') ? '[target]' : '<target>', row.args)
    for (const option of row.options as CommandRow['options']) command.addOption(toOption(option))
    command.usage(`[options] ${row.args}`.trim()).action(async (...called: unknown[]) => {
      const text = row.args && typeof called[0] === 'string' ? called[0] : null
      const options = command.opts<Record<string, unknown>>()
      outcome = await launch(name, text, options)
    })
  }

  try {
    await program.parseAsync([...args], { from: 'user' })
    return outcome
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageCode
    return bug(error)
  }
}

function toOption(row: CommandRow['options'][number]): Option {
  const option = new Option(row.flags, row.help)
  const { read } = row
  const check = (text: string): unknown => {
    const outcome = read ? read(text) : { ok: true as const, value: text }
    if (!outcome.ok) throw new InvalidArgumentError(`Expected: ${outcome.text}.`)
    return outcome.value
  }
  if (row.many)
    option.argParser((text, before: unknown) => [...(Array.isArray(before) ? before : []), check(text)])
  else if (read) option.argParser(check)
  return option
}

async function launch(
  name: CommandName,
  targetText: string | null,
  options: Readonly<Record<string, unknown>>,
): Promise<number> {
  let target: Given['target'] = null
  if (targetText !== null) {
    const names = commands.map(row => row.name)
    const meant =
      name === 'pick' && /^[a-z]+$/i.test(targetText) ? nearest(targetText.toLowerCase(), names) : null
    if (meant !== null) {
      process.stderr.write(
        `earshot: there is no command “${targetText}”. Did you mean “earshot ${meant}”? To join a host of that name: earshot join ${targetText}\n`,
      )
      return usageCode
    }
    const read = readTarget(targetText)
    if (!read.ok) {
      process.stderr.write(`earshot: ${read.text}\n`)
      return usageCode
    }
    target = read.value
  }
  const { run } = await runs[name]()
  return await run({ target, options })
}

/** The one table of slash commands: parsing, `/help`, completion and the documents derive from it. */
import { nearest } from '../base/nearest.ts'

/** What follows a command, for completion. */
type ArgumentKind = 'none' | 'newNick' | 'text' | 'command'

interface CommandRow {
  readonly name: string
  readonly aliases: readonly string[]
  /** Words that do the same without a slash, where every line is typed blindly (netcat, plain mode). */
  readonly bareWords: readonly string[]
  readonly usage: string
  readonly help: string
  readonly argument: ArgumentKind
  /** Whether it means nothing without its argument. */
  readonly needsArgument: boolean
}

const commandRows = [
  {
    name: 'nick',
    aliases: ['name'],
    bareWords: [],
    usage: '/nick NAME',
    help: 'take another nick',
    argument: 'newNick',
    needsArgument: true,
  },
  {
    name: 'me',
    aliases: [],
    bareWords: [],
    usage: '/me TEXT',
    help: 'say what you do: “* ann waves”',
    argument: 'text',
    needsArgument: true,
  },
  {
    name: 'who',
    aliases: ['names', 'users'],
    bareWords: ['list users'],
    usage: '/who',
    help: 'list who is here',
    argument: 'none',
    needsArgument: false,
  },
  {
    name: 'clear',
    aliases: [],
    bareWords: [],
    usage: '/clear',
    help: 'empty your view of this room; nobody else’s',
    argument: 'none',
    needsArgument: false,
  },
  {
    name: 'info',
    aliases: ['status'],
    bareWords: [],
    usage: '/info',
    help: 'which server this is and how the connection does',
    argument: 'none',
    needsArgument: false,
  },
  {
    name: 'help',
    aliases: ['h', '?'],
    bareWords: [],
    usage: '/help [COMMAND]',
    help: 'list the commands, or explain one',
    argument: 'command',
    needsArgument: false,
  },
  {
    name: 'quit',
    aliases: ['exit', 'q', 'bye'],
    bareWords: ['quit', 'exit'],
    usage: '/quit',
    help: 'leave',
    argument: 'none',
    needsArgument: false,
  },
] as const satisfies readonly CommandRow[]

export type CommandName = (typeof commandRows)[number]['name']

/** The same table for code that walks it. */
export const commands: readonly (CommandRow & { readonly name: CommandName })[] = commandRows

export type Parsed =
  | { readonly is: 'nothing' }
  /** Text for the room, as it is. */
  | { readonly is: 'say'; readonly body: string }
  | { readonly is: 'command'; readonly name: CommandName; readonly argument: string }
  /** No such command; `text` says so and names the nearest one. */
  | { readonly is: 'unknown'; readonly nearest: CommandName | null; readonly text: string }
  /** A command without what it needs; `text` says how it is used. */
  | { readonly is: 'misused'; readonly name: CommandName; readonly text: string }

/** The row a name or an alias stands for, with or without the slash, in any case. */
export function commandNamed(word: string): (typeof commands)[number] | undefined {
  const name = word.replace(/^\//, '').toLowerCase()
  return commands.find(row => row.name === name || row.aliases.includes(name))
}

/**
 * What a typed line means. `//text` says a line that begins with a slash.
 * @param how.lineMode takes words such as `quit` for commands too
 */
export function parseCommand(text: string, how: { readonly lineMode: boolean }): Parsed {
  const trimmed = text.trim()
  if (trimmed === '') return { is: 'nothing' }
  if (how.lineMode) {
    const bare = trimmed.toLowerCase()
    const row = commands.find(one => one.bareWords.includes(bare))
    if (row) return { is: 'command', name: row.name, argument: '' }
  }
  if (text.startsWith('//')) return { is: 'say', body: text.slice(1) }
  if (!text.startsWith('/')) return { is: 'say', body: text }

  const [, word = '', argument = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(text.trimEnd()) ?? []
  const row = commandNamed(word)
  if (!row) return unknown(word)
  if (row.needsArgument && argument === '')
    return { is: 'misused', name: row.name, text: `Something is missing: ${row.usage} (${row.help}).` }
  return { is: 'command', name: row.name, argument }
}

function unknown(word: string): Parsed {
  const meant =
    commandNamed(
      nearest(
        word,
        commands.flatMap(row => [row.name, ...row.aliases]),
      ) ?? '',
    )?.name ?? null
  const shown = word.length > 24 ? `${word.slice(0, 24)}…` : word
  const cure = meant === null ? '/help lists them.' : `Did you mean /${meant}?`
  return {
    is: 'unknown',
    nearest: meant,
    text: `There is no command “/${shown}”. ${cure} To say a line that begins with a slash, type two: “//”.`,
  }
}

/** The commands as lines of text, usage first, for `/help` wherever there is no screen for it. */
export function commandHelp(): string[] {
  const usageMax = Math.max(...commands.map(row => row.usage.length))
  return commands.map(row => `${row.usage.padEnd(usageMax)}  ${row.help}`)
}

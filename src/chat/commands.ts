/** The one table of slash commands: parsing, `/help`, completion and the documents derive from it. */
import { nearest } from '../base/nearest.ts'
import { checkRoom } from '../base/rooms.ts'

/** What follows a command, word by word, for completion; the last kind goes on to the end of the line. */
export type ArgumentKind = 'newNick' | 'nick' | 'room' | 'text' | 'command' | 'onOff' | 'theme' | 'count'

interface CommandRow {
  readonly name: string
  readonly aliases: readonly string[]
  /** Words that do the same without a slash, where every line is typed blindly (netcat, plain mode). */
  readonly bareWords: readonly string[]
  readonly usage: string
  readonly help: string
  readonly takes: readonly ArgumentKind[]
  /** Whether it means nothing without its first argument. */
  readonly needsArgument: boolean
  /** It changes only what one client shows or sends by itself; a dialect without a client has no use for it. */
  readonly clientOnly: boolean
}

const alone = { aliases: [], bareWords: [], takes: [], needsArgument: false, clientOnly: false } as const

const commandRows = [
  {
    ...alone,
    name: 'nick',
    aliases: ['name'],
    usage: '/nick NAME',
    help: 'take another nick',
    takes: ['newNick'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'join',
    aliases: ['j'],
    usage: '/join #ROOM',
    help: 'go to a room, made where there is none; “#room text” speaks there',
    takes: ['room'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'leave',
    aliases: ['part', 'close'],
    usage: '/leave [#ROOM]',
    help: 'leave this room, or that one; a conversation is closed',
    takes: ['room'],
  },
  {
    ...alone,
    name: 'rooms',
    aliases: ['list'],
    usage: '/rooms',
    help: 'list the rooms of this server',
  },
  {
    ...alone,
    name: 'who',
    aliases: ['names', 'users'],
    bareWords: ['list users'],
    usage: '/who [#ROOM]',
    help: 'list who is here',
    takes: ['room'],
  },
  {
    ...alone,
    name: 'msg',
    aliases: ['whisper', 'w', 'query', 'dm'],
    usage: '/msg NICK [TEXT]',
    help: 'speak to one person alone, as “@nick text” does',
    takes: ['nick', 'text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'reply',
    aliases: ['r'],
    usage: '/reply [TEXT]',
    help: 'answer whoever last wrote to you alone',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'me',
    usage: '/me TEXT',
    help: 'say what you do: “* ann waves”',
    takes: ['text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'topic',
    usage: '/topic [TEXT]',
    help: 'show what this room is about, or set it',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'away',
    usage: '/away [REASON]',
    help: 'be shown as away',
    takes: ['text'],
  },
  {
    ...alone,
    name: 'back',
    aliases: ['here'],
    usage: '/back',
    help: 'be here again',
  },
  {
    ...alone,
    name: 'ignore',
    aliases: ['unignore'],
    usage: '/ignore [NICK]',
    help: 'hide what somebody says, or no longer; alone it lists them',
    takes: ['nick'],
  },
  {
    ...alone,
    name: 'history',
    usage: '/history [COUNT]',
    help: 'show older lines of this room',
    takes: ['count'],
  },
  {
    ...alone,
    name: 'search',
    aliases: ['find'],
    usage: '/search WORDS',
    help: 'find lines that hold all these words, in your rooms',
    takes: ['text'],
    needsArgument: true,
  },
  {
    ...alone,
    name: 'next',
    aliases: ['n'],
    usage: '/next',
    help: 'show the next room',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'previous',
    aliases: ['prev', 'p'],
    usage: '/previous',
    help: 'show the room before',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'unread',
    usage: '/unread',
    help: 'show the next room with something new, mentions first',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'go',
    aliases: ['switch'],
    usage: '/go NAME',
    help: 'show a room you are in, by a part of its name or its number',
    takes: ['room'],
    needsArgument: true,
    clientOnly: true,
  },
  {
    ...alone,
    name: 'resend',
    usage: '/resend',
    help: 'send lines of yours that waited too long to be sent by themselves',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'discard',
    usage: '/discard',
    help: 'drop those lines',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'clear',
    usage: '/clear',
    help: 'empty your view of this room; nobody else’s',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'typing',
    usage: '/typing [on|off]',
    help: 'whether others see that you type',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'receipts',
    usage: '/receipts [on|off]',
    help: 'whether those who write to you alone see that you have read it',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'theme',
    usage: '/theme [NAME]',
    help: 'other colours: neutral, dark, light, contrast; alone it names them',
    takes: ['theme'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'mouse',
    usage: '/mouse [on|off]',
    help: 'whether the mouse scrolls and chooses, or is the terminal’s own',
    takes: ['onOff'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'copy',
    usage: '/copy [COUNT]',
    help: 'hand the last line, or so many, to the clipboard of your terminal',
    takes: ['count'],
    clientOnly: true,
  },
  {
    ...alone,
    name: 'servers',
    aliases: ['list-servers'],
    usage: '/servers',
    help: 'leave this server, back to the list of servers',
    clientOnly: true,
  },
  {
    ...alone,
    name: 'info',
    aliases: ['status'],
    usage: '/info',
    help: 'which server this is and how the connection does',
  },
  {
    ...alone,
    name: 'help',
    aliases: ['h', '?'],
    usage: '/help [COMMAND]',
    help: 'list the commands, or explain one',
    takes: ['command'],
  },
  {
    ...alone,
    name: 'quit',
    aliases: ['exit', 'q', 'bye'],
    bareWords: ['quit', 'exit'],
    usage: '/quit',
    help: 'leave',
  },
] as const satisfies readonly CommandRow[]

export type CommandName = (typeof commandRows)[number]['name']

/** The same table for code that walks it. */
export const commands: readonly (CommandRow & { readonly name: CommandName })[] = commandRows

export type Parsed =
  | { readonly is: 'nothing' }
  /** Text for the room one is in, as it is. */
  | { readonly is: 'say'; readonly body: string }
  /** `#r text`: text for that room, by its one spelling, whether one is in it or not. */
  | { readonly is: 'sayIn'; readonly room: string; readonly body: string }
  /** Also `#r` (join), `@nick` and `@nick text` (msg; the argument is `nick` or `nick text`). */
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
 * What a typed line means. `//text` says a line that begins with a slash; a blank in front says one that begins with
 * # or @.
 * @param how.lineMode takes words such as `quit` for commands too
 */
export function parseCommand(text: string, how: { readonly lineMode: boolean }): Parsed {
  const trimmed = text.trim()
  if (trimmed === '') return { is: 'nothing' }
  const bare = how.lineMode ? bareCommand(trimmed) : null
  if (bare) return bare
  if (text.startsWith('//')) return { is: 'say', body: text.slice(1) }
  if (text.startsWith('#')) return forRoom(trimmed)
  if (text.startsWith('@')) return forNick(trimmed)
  if (!text.startsWith('/')) return { is: 'say', body: text }

  const { word, rest } = firstWord(text.slice(1).trimEnd())
  const row = commandNamed(word)
  if (!row) return unknown(word)
  if (row.needsArgument && rest === '') return misused(row.name)
  return { is: 'command', name: row.name, argument: rest }
}

/** A text’s first word, and what follows it: `#dev hello there` is `#dev` and `hello there`. */
export function firstWord(text: string): { readonly word: string; readonly rest: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? []
  return { word, rest }
}

/** `quit`, `list users`, `msg bob hello`. */
function bareCommand(trimmed: string): Parsed | null {
  const bare = trimmed.toLowerCase()
  const row = commands.find(one => one.bareWords.includes(bare))
  if (row) return { is: 'command', name: row.name, argument: '' }
  const direct = /^msg\s+(\S+\s[\s\S]+)$/i.exec(trimmed)?.[1]
  return direct === undefined ? null : { is: 'command', name: 'msg', argument: direct }
}

function forRoom(trimmed: string): Parsed {
  const { word, rest } = firstWord(trimmed)
  const checked = checkRoom(word)
  if (!checked.ok)
    return {
      is: 'misused',
      name: 'join',
      text: `“#room text” speaks in that room. ${checked.text} To say a line that begins with “#”, put a blank in front.`,
    }
  return rest === ''
    ? { is: 'command', name: 'join', argument: checked.room }
    : { is: 'sayIn', room: checked.room, body: rest }
}

function forNick(trimmed: string): Parsed {
  const { word, rest } = firstWord(trimmed.slice(1))
  // “@bob: hello” is for bob, too: no nick ends in these.
  const nick = word.replace(/[:,]+$/, '')
  if (nick === '')
    return {
      is: 'misused',
      name: 'msg',
      text: '“@nick text” speaks to one person alone. To say a line that begins with “@”, put a blank in front.',
    }
  return { is: 'command', name: 'msg', argument: rest === '' ? nick : `${nick} ${rest}` }
}

function misused(name: CommandName): Parsed {
  const row = commandNamed(name)
  return { is: 'misused', name, text: `Something is missing: ${row?.usage} (${row?.help}).` }
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
export function commandHelp(rows = commands): string[] {
  const usageMax = Math.max(...rows.map(row => row.usage.length))
  return rows.map(row => `${row.usage.padEnd(usageMax)}  ${row.help}`)
}

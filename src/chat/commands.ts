/** What a typed line means, by the one table of slash commands; `/help` and completion derive from the same rows. */
import { nearest } from '../base/nearest.ts'
import { checkRoom } from '../base/rooms.ts'
import type { Role } from '../wire/messages.ts'
import { type ArgumentKind, type CommandRow, commandRows } from './commandRows.ts'
import { isFor, moreFor } from './roles.ts'

export type { ArgumentKind }

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
  const example = row === undefined || row.example === '' ? '' : ` For example: ${row.example}`
  return { is: 'misused', name, text: `Something is missing: ${row?.usage} (${row?.help}).${example}` }
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

/**
 * The commands as lines of text, usage first, for `/help` wherever there is no screen for it: those that are for
 * somebody of that role, and a sentence about the others.
 */
export function commandHelp(
  role: Role,
  rows: typeof commands = commands.filter(row => !row.needsScreen),
): string[] {
  const those = rows.filter(row => isFor(role, row.name))
  const usageMax = Math.max(...those.map(row => row.usage.length))
  const more = moreFor(role)
  return [...those.map(row => `${row.usage.padEnd(usageMax)}  ${row.help}`), ...(more === '' ? [] : [more])]
}

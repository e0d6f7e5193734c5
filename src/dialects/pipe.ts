/** The pipe dialect, of older LAN chats: `CMD_USER|nick`, `MSG|nick: text`, answered by `SRV|`, `MSG|` and `ULIST|`. */
import { cleanLine } from '../base/clean.ts'
import { checkNick, fold, lobby } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import { type CommandName, firstWord, parseCommand } from '../chat/commands.ts'
import { readOrderCommand } from '../chat/orderWords.ts'
import { byAct } from '../chat/roles.ts'
import { limits, protocolVersion } from '../wire/limits.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { gapText } from './telling.ts'
import type { Codec, Dialect, DialectMeans, Heard } from './types.ts'
import { guestNick } from './visit.ts'

// Its clients know one room and no commands but /nick and /quit. They take the name in `SRV|old is now known as new.`
// for their own where `old` is, and the sender's own lines do not come back to them.

/** Where those clients expect an address: nobody is told anybody's. */
const placeholder = 'lan'
const namePrefix = 'CMD_USER|'
const textPrefix = 'MSG|'
/** Names somebody asked for, which their client may still put before its lines. */
const askedMax = 8

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

interface Guest {
  readonly means: DialectMeans
  nick: string | null
  /** Offered when the name asked for was refused. */
  suggestion: string | null
  readonly asked: string[]
  /** Who is in the lobby. */
  members: Set<string>
  gathering: string[]
  /** The list of members has changed since it was told. */
  isListOld: boolean
  readonly own: Set<string>
}

const server = (text: string): string => `SRV|${cleanLine(text)}`

function open(means: DialectMeans): Codec {
  const guest: Guest = {
    means,
    nick: null,
    suggestion: null,
    asked: [],
    members: new Set(),
    gathering: [],
    isListOld: false,
    own: new Set(),
  }
  return {
    parse: line => hear(guest, line),
    render(message) {
      const row = rows[message.type] as (guest: Guest, said: ServerMessage) => string[]
      return row(guest, message).join('\n')
    },
    kept: {
      waits: () => guest.isListOld,
      take: () => (guest.isListOld ? list(guest) : ''),
    },
  }
}

function* hear(guest: Guest, line: string): Generator<Heard> {
  if (line.trim() === '') return
  if (!line.startsWith(namePrefix)) {
    if (guest.nick === null) yield* enter(guest, guestNick(guest.means.newId()))
    const text = line.startsWith(textPrefix) ? withoutName(guest, line.slice(textPrefix.length)) : line
    yield* hearText(guest, text)
    return
  }
  const nick = line.slice(namePrefix.length).trim()
  if (nick === '') {
    yield { says: server('There was no name in that. Say it as CMD_USER|name.') }
    return
  }
  guest.asked.push(nick)
  if (guest.asked.length > askedMax) guest.asked.shift()
  if (guest.nick === null) yield* enter(guest, nick)
  else yield { message: { type: 'nick', nick } }
}

/** Those clients ask for a name once and then believe it; so whose name is refused comes in under the suggested one. */
function* enter(guest: Guest, nick: string): Generator<Heard> {
  guest.suggestion = null
  yield { message: { type: 'hello', v: protocolVersion, guest: true, nick } }
  if (guest.nick === null && guest.suggestion !== null)
    yield { message: { type: 'hello', v: protocolVersion, guest: true, nick: guest.suggestion } }
}

/** The text of `nick: text`. Whatever name it claims, the sender is the session’s nick. */
function withoutName(guest: Guest, payload: string): string {
  const at = payload.indexOf(': ')
  const name = at < 0 ? payload.replace(/:$/, '') : payload.slice(0, at)
  if (at < 0 && name === payload) return payload
  const isName = checkNick(name).ok || guest.asked.some(asked => fold(asked) === fold(name))
  return isName ? payload.slice(name.length + 1).replace(/^ /, '') : payload
}

/** Text for the lobby, or a command; # and @ are text to clients that know no rooms. */
function* hearText(guest: Guest, text: string): Generator<Heard> {
  const parsed = text.startsWith('/') ? parseCommand(text, { lineMode: false }) : null
  if (text.trim() === '')
    yield { says: server('There was no text in that. Say it as MSG|name: text, or as plain text.') }
  else if (parsed === null || parsed.is === 'say')
    yield* say(guest, lobby, 'say', parsed === null ? text : parsed.body)
  else if (parsed.is === 'command') yield* (deeds[parsed.name] ?? noSuchDeed)(guest, parsed.argument)
  else if (parsed.is === 'misused' || parsed.is === 'unknown') yield { says: server(parsed.text) }
}

function say(guest: Guest, room: string, kind: 'say' | 'emote', body: string): Heard[] {
  const id = guest.means.newId()
  guest.own.add(id)
  return [{ message: { type: 'say', id, room, kind, body } }]
}

const noSuchDeed = (): Heard[] => [
  { says: server('Your client cannot show that. Here are /nick, /quit, /msg, /me, /who and /help.') },
]

const ordering = byAct(act => (_guest: Guest, argument: string): Heard[] => {
  const read = readOrderCommand(act, argument)
  return [read.ok ? { message: read.said } : { says: server(read.text) }]
})

const deeds: { readonly [C in CommandName]?: (guest: Guest, argument: string) => Heard[] } = {
  nick: (_guest, argument) => [{ message: { type: 'nick', nick: argument } }],
  quit: () => [{ message: { type: 'bye' } }],
  me: (guest, argument) => say(guest, lobby, 'emote', argument),
  who: () => [{ message: { type: 'who', room: lobby } }],
  msg(guest, argument) {
    const { word, rest } = firstWord(argument)
    if (rest === '') return [{ says: server('Say to whom, and what: /msg NICK TEXT.') }]
    return say(guest, `@${word.replace(/^@/, '')}`, 'say', rest)
  },
  ...ordering,
  own: (_guest, argument) => [{ message: { type: 'own', token: argument.slice(0, 256) } }],
  help: () => [
    {
      says: server(
        '/nick NAME changes your name, /msg NICK TEXT speaks to one person alone, /me TEXT says what you do, /who lists who is here, /quit leaves.',
      ),
    },
  ],
}

const rows: { readonly [T in ServerMessage['type']]: (guest: Guest, said: Of<T>) => string[] } = {
  challenge: () => [],
  welcome(guest, said) {
    guest.nick = said.nick
    const asked = guest.asked.at(-1)
    return [
      ...(asked === undefined || fold(asked) === fold(said.nick)
        ? []
        : [server(`${asked} is now known as ${said.nick}.`)]),
      ...(said.motd.trim() === '' ? [] : [server(said.motd)]),
      server(`Welcome to ${said.name}, an Earshot chat server. You are ${said.nick}; the recent messages:`),
    ]
  },
  line: (guest, said) => (guest.own.delete(said.id) ? [] : [lineText(guest, said)]),
  backlog: (guest, said) => said.lines.map(line => lineText(guest, line)),
  gap: (_guest, said) => [server(gapText(isDirect(said.room) ? 'a conversation' : said.room, said))],
  direct: () => [],
  left: () => [],
  rooms: () => [],
  page: () => [],
  found: () => [],
  typing: () => [],
  read: () => [],
  topic: (_guest, said) => [server(`The topic is: ${said.body}`)],
  members(guest, said) {
    if (said.room !== lobby) return []
    guest.gathering.push(...said.members.map(member => member.nick))
    if (!said.complete) return []
    guest.members = new Set(guest.gathering)
    guest.gathering = []
    return [list(guest)]
  },
  presence(guest, said) {
    const { nick, was, presence } = said
    if (said.room !== lobby) return []
    const isKnown = guest.members.has(nick)
    if (was !== undefined) guest.members.delete(was)
    if (presence === 'gone') guest.members.delete(nick)
    else guest.members.add(nick)
    if (was !== undefined && was !== nick) {
      if (was === guest.nick) guest.nick = nick
      guest.isListOld = true
      return [server(`${was} is now known as ${nick}.`)]
    }
    if (presence !== 'gone' && isKnown) return []
    guest.isListOld = true
    return [server(`${nick} has ${presence === 'gone' ? 'left' : 'joined'} the chat.`)]
  },
  refused(guest, said) {
    guest.own.delete(said.about)
    const { suggestion, text } = said
    if (guest.nick === null) {
      guest.suggestion = suggestion ?? null
      return [server(text)]
    }
    const hint = suggestion === undefined || text.includes(`“${suggestion}”`) ? '' : ` Try “${suggestion}”.`
    return [server(text + hint)]
  },
  storage: (_guest, said) => [server(said.text)],
  role: () => [],
  order: (_guest, said) => said.lines.filter(line => line !== '').map(server),
  ping: () => [],
  pong: () => [],
  bye: (_guest, said) => [server(said.text)],
}

/** Everybody, as those clients read it; a name never holds what they cut at, and must not if it did. */
function list(guest: Guest): string {
  guest.isListOld = false
  const names = [...guest.members].slice(0, limits.pipeListNamesMax)
  return `ULIST|${names.map(nick => `${cleanLine(nick).replace(/[,()|]/g, '')}(${placeholder})`).join(',')}`
}

function lineText(guest: Guest, line: WireLine): string {
  const from = cleanLine(line.from)
  const body = cleanLine(line.body)
  if (line.kind === 'topic') return server(`${from} set the topic: ${body}`)
  const text = line.kind === 'emote' ? `* ${body}` : body
  if (!isDirect(line.room)) return `MSG|${from}: ${text}`
  return from === guest.nick ? `MSG|to @${cleanLine(line.to ?? '?')}: ${text}` : `MSG|@${from}: ${text}`
}

export const pipe: Dialect = {
  name: 'pipe',
  openings: [namePrefix, textPrefix],
  shared: false,
  answersPings: false,
  lineBytesMax: limits.clientLineBytesMax,
  open,
}

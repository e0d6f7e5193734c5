/** What a visitor without a client types: text, or a command out of the one table. */
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import { checkRoom, isDirect } from '../base/rooms.ts'
import {
  type CommandName,
  commandHelp,
  commandNamed,
  commands,
  firstWord,
  parseCommand,
} from '../chat/commands.ts'
import { readOrderCommand } from '../chat/orderWords.ts'
import { byAct } from '../chat/roles.ts'
import { limits, protocolVersion } from '../wire/limits.ts'
import { notice, roomText } from './telling.ts'
import type { Heard } from './types.ts'
import { directWith, ignoredMax, labelOf, type Visit } from './visit.ts'

/** Lines that /history shows when it is not told how many. */
const historyLines = 20
const searchUnitsMax = 256

const says = (...texts: string[]): Heard[] => [{ says: texts.map(notice).join('\n') }]
const nowhere = (): Heard[] => says('You are in no room: /join #lobby goes to one.')

/** What one line of somebody who has joined comes to. */
export function hearTyped(visit: Visit, line: string): Heard[] {
  const parsed = parseCommand(line, { lineMode: true })
  switch (parsed.is) {
    case 'nothing':
      return []
    case 'say':
      return sayIn(visit, visit.room, 'say', parsed.body)
    case 'sayIn':
      return visit.rooms.has(parsed.room)
        ? sayIn(visit, parsed.room, 'say', parsed.body)
        : [{ message: { type: 'join', room: parsed.room } }, ...sayIn(visit, parsed.room, 'say', parsed.body)]
    case 'command':
      return deeds[parsed.name](visit, parsed.argument)
    case 'unknown':
    case 'misused':
      return says(parsed.text)
  }
}

/** Says something in a room, or to somebody where the room is `@nick`; its id is kept until it comes back. */
function sayIn(visit: Visit, room: string, kind: 'say' | 'emote', body: string): Heard[] {
  if (room === '') return nowhere()
  const id = visit.means.newId()
  visit.own.add(id)
  return [{ message: { type: 'say', id, room, kind, body } }]
}

const needsClient = (_visit: Visit, _argument: string): Heard[] =>
  says('That changes what a screen shows, and here is none. With Earshot itself it works.')

const ordering = byAct(act => (_visit: Visit, argument: string): Heard[] => {
  const read = readOrderCommand(act, argument)
  return read.ok ? [{ message: read.said }] : says(read.text)
})

/** One row a command: a command without its deed does not compile. */
const deeds: { readonly [C in CommandName]: (visit: Visit, argument: string) => Heard[] } = {
  nick: (_visit, argument) => [{ message: { type: 'nick', nick: argument } }],
  join(visit, argument) {
    const { word, rest } = firstWord(argument)
    if (isDirect(word)) return converse(visit, word.slice(1))
    const checked = checkRoom(word)
    if (!checked.ok) return says(checked.text)
    if (visit.rooms.has(checked.room)) return goTo(visit, checked.room)
    visit.entering = checked.room
    return [
      {
        message: {
          type: 'join',
          room: checked.room,
          ...(rest === '' ? {} : { password: rest.slice(0, 256) }),
        },
      },
    ]
  },
  leave(visit, argument) {
    const { word } = firstWord(argument)
    if (word === '') return visit.room === '' ? nowhere() : [{ message: { type: 'leave', room: visit.room } }]
    const room = isDirect(word) ? directWith(visit, word.slice(1)) : word
    return room === undefined
      ? says('There is no such conversation.')
      : [{ message: { type: 'leave', room } }]
  },
  rooms: () => [{ message: { type: 'rooms' } }],
  who(visit, argument) {
    const { word } = firstWord(argument)
    if (word === '' && visit.room === '') return nowhere()
    if (word === '' && isDirect(visit.room)) return says(`You and ${labelOf(visit, visit.room)}.`)
    const checked = checkRoom(word === '' ? visit.room : word)
    if (!checked.ok) return says(checked.text)
    visit.whoAsked.add(checked.room)
    return [{ message: { type: 'who', room: checked.room } }]
  },
  msg(visit, argument) {
    const { word, rest } = firstWord(argument)
    const nick = word.replace(/^@/, '')
    if (nick === '') return says('Say to whom: /msg NICK TEXT.')
    return rest === '' ? converse(visit, nick) : sayIn(visit, `@${nick}`, 'say', rest)
  },
  reply(visit, argument) {
    const { lastDirect } = visit
    if (lastDirect === null) return says('Nobody has written to you alone yet; /msg NICK TEXT begins.')
    return argument === '' ? converse(visit, lastDirect) : sayIn(visit, `@${lastDirect}`, 'say', argument)
  },
  me: (visit, argument) => sayIn(visit, visit.room, 'emote', argument),
  topic(visit, argument) {
    const { room } = visit
    if (room === '') return nowhere()
    if (isDirect(room)) return says('A conversation of two has no topic.')
    // Not kept as their own: a topic that comes back is how they see that it was set.
    if (argument !== '')
      return [{ message: { type: 'topic', id: visit.means.newId(), room, body: argument } }]
    const topic = visit.topics.get(room) ?? ''
    return says(topic === '' ? `${room} has no topic; /topic TEXT sets one.` : `${room} is about: ${topic}`)
  },
  away: (_visit, argument) => [
    { message: { type: 'away', on: true, ...(argument === '' ? {} : { text: argument }) } },
  ],
  back: () => [{ message: { type: 'away', on: false } }],
  ignore(visit, argument) {
    const nick = cleanLine(firstWord(argument).word.replace(/^@/, ''), 48)
    const names = [...visit.ignored.values()].join(', ')
    if (nick === '') return says(names === '' ? 'You ignore nobody.' : `You ignore ${names}.`)
    if (visit.ignored.delete(fold(nick))) return says(`You hear ${nick} again.`)
    if (visit.ignored.size >= ignoredMax)
      return says(`You ignore ${ignoredMax} people already; let one be heard again first.`)
    visit.ignored.set(fold(nick), nick)
    return says(`You hear nothing of ${nick} any more; /ignore ${nick} again undoes it.`)
  },
  history(visit, argument) {
    const { room } = visit
    if (room === '') return nowhere()
    const count = argument === '' ? historyLines : Number(firstWord(argument).word)
    if (!Number.isInteger(count) || count < 1) return says('How many lines? /history 20, for one.')
    const before = visit.oldest.get(room)
    const limit = Math.min(count, limits.pageLinesMax)
    return [{ message: { type: 'history', room, limit, ...(before === undefined ? {} : { before }) } }]
  },
  search: (_visit, argument) => [{ message: { type: 'search', words: argument.slice(0, searchUnitsMax) } }],
  find: (visit, argument) =>
    argument === '' ? says('Find what? /search WORDS.') : deeds.search(visit, argument),
  mark: needsClient,
  unfold: needsClient,
  bare: needsClient,
  members: needsClient,
  roomlist: needsClient,
  edit: needsClient,
  ...ordering,
  lock: (visit, argument) =>
    visit.room === ''
      ? nowhere()
      : [{ message: { type: 'lock', room: visit.room, password: argument.slice(0, 256) } }],
  unlock: visit => (visit.room === '' ? nowhere() : [{ message: { type: 'lock', room: visit.room } }]),
  own: (_visit, argument) => [{ message: { type: 'own', token: argument.slice(0, 256) } }],
  next: needsClient,
  previous: needsClient,
  unread: needsClient,
  go: needsClient,
  clear: needsClient,
  resend: needsClient,
  discard: needsClient,
  servers: needsClient,
  typing: needsClient,
  receipts: needsClient,
  theme: needsClient,
  mouse: needsClient,
  copy: needsClient,
  trust: needsClient,
  info: visit =>
    says(
      `${visit.server?.name ?? visit.means.serverName}, server ${visit.server?.id ?? '?'}. You are ${visit.nick}; what you type goes to ${visit.room === '' ? 'no room' : labelOf(visit, visit.room)}.`,
      `${visit.means.isEncrypted === true ? 'Encrypted' : 'Not encrypted: who runs this network can read along'}. Protocol version ${protocolVersion}, as text.`,
    ),
  help(visit, argument) {
    const row = argument === '' ? undefined : commandNamed(firstWord(argument).word)
    if (row) {
      const also =
        row.aliases.length === 0 ? '' : ` (also ${row.aliases.map(alias => `/${alias}`).join(', ')})`
      return says(`${row.usage}: ${row.help}${also}`)
    }
    const rows = commands.filter(one => !one.clientOnly)
    const more = 'Without a slash: “quit”, “list users”, “msg NICK TEXT”; “#room text” and “@nick text” too.'
    return says(...commandHelp(visit.role, rows), more)
  },
  quit: () => [{ message: { type: 'bye' } }],
}

function goTo(visit: Visit, room: string): Heard[] {
  visit.room = room
  return says(roomText(visit, room))
}

/** Goes to the conversation with somebody, begun where there is none. */
function converse(visit: Visit, nick: string): Heard[] {
  const room = directWith(visit, nick)
  if (room !== undefined) return goTo(visit, room)
  visit.entering = fold(`@${nick}`)
  return [{ message: { type: 'join', room: `@${nick}` } }]
}

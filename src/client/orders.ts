/** A line the user has finished, and what each slash command does. */
import { cleanLine } from '../base/clean.ts'
import { checkNick, fold } from '../base/names.ts'
import { checkRoom } from '../base/rooms.ts'
import { type CommandName, firstWord, parseCommand } from '../chat/commands.ts'
import { readOrderCommand } from '../chat/orderWords.ts'
import { byAct } from '../chat/roles.ts'
import { limits } from '../wire/limits.ts'
import type { ClientMessage } from '../wire/messages.ts'
import { orderCopy } from './copying.ts'
import { askServer } from './finding.ts'
import { leaveAsking } from './hosting.ts'
import { backToList } from './link.ts'
import { trust } from './meeting.ts'
import { currentRoom } from './model.ts'
import { turnMouse } from './mouse.ts'
import { askOlder, countOf } from './older.ts'
import { discard, resend } from './returning.ts'
import type { Room } from './room.ts'
import {
  conversationWith,
  enterRoom,
  leaveRoom,
  membersOf,
  neighbour,
  nextActivity,
  roomsLike,
  show,
  shownRooms,
} from './rooms.ts'
import type { Manner } from './screenOrders.ts'
import { screenOrders } from './screenOrders.ts'
import { cleared } from './scrollback.ts'
import { onOff, settingOrders } from './settingOrders.ts'
import { comeBack, goAway } from './signals.ts'
import { complain, say, sayAt, sayIn, sayTo, type Taken } from './speech.ts'
import { tellingOrders } from './tellingOrders.ts'
import { patch, putRoom, type Turn, tell, toast, want } from './turn.ts'

/** Does what the line asks for, where it can be taken. */
export function enter(turn: Turn, text: string, manner: Manner): Taken {
  const parsed = parseCommand(text, manner)
  switch (parsed.is) {
    case 'nothing':
      return true
    case 'say':
      return say(turn, parsed.body, false)
    case 'sayIn':
      return sayIn(turn, parsed.room, parsed.body)
    case 'command':
      return orders[parsed.name](turn, parsed.argument, manner)
    case 'unknown':
    case 'misused':
      return complain(turn, parsed.text)
  }
}

/** Asks the server where it can be asked. */
function ask(turn: Turn, message: ClientMessage): boolean {
  if (turn.model.link.at !== 'joined')
    return complain(turn, 'The server does not answer now, so this was not asked. Try again when it does.')
  want(turn, { do: 'send', message })
  return true
}

/** Asks what is answered to us alone. */
function question(turn: Turn, message: ClientMessage): boolean {
  if (!ask(turn, message)) return false
  patch(turn, { questions: turn.model.questions + 1 })
  return true
}

/** Shows a room, entered where we are not in it. */
function goInto(turn: Turn, name: string, password?: string): boolean {
  const room = enterRoom(turn, name, password)
  if (room === null) return false
  show(turn, room.name)
  return true
}

/** The room of ours that is meant: `#r`, `@nick`, or the one on show; undefined where there is none. */
function roomMeant(turn: Turn, argument: string): Room | undefined {
  const { word } = firstWord(argument)
  if (word === '') return currentRoom(turn.model)
  if (word.startsWith('@')) return conversationWith(turn.model, word.slice(1))
  const checked = checkRoom(word)
  return checked.ok ? turn.model.rooms.get(checked.room) : undefined
}

const notIn = (turn: Turn, argument: string): false =>
  complain(turn, `You are not in “${cleanLine(argument, 40)}”. /join #ROOM enters a room, /rooms lists them.`)

/** What keeps order is asked of the server, which knows who may do it. */
const ordering = byAct(act => (turn: Turn, argument: string): boolean => {
  const read = readOrderCommand(act, argument)
  return read.ok ? question(turn, read.said) : complain(turn, read.text)
})

/** One row a command: a command without its deed does not compile. */
const orders: {
  readonly [C in CommandName]: (turn: Turn, argument: string, manner: Manner) => Taken
} = {
  nick(turn, argument) {
    const checked = checkNick(argument)
    if (!checked.ok) return complain(turn, checked.text)
    if (turn.model.link.at === 'joined')
      want(turn, { do: 'send', message: { type: 'nick', nick: checked.nick } })
    else {
      patch(turn, { nick: checked.nick })
      tell(turn, `You will be ${checked.nick} when the server answers.`)
    }
    return true
  },
  join(turn, argument) {
    const { word, rest } = firstWord(argument)
    if (word.startsWith('@') && word.length > 1) return orders.msg(turn, word.slice(1), { lineMode: false })
    const isLocked = word.startsWith('#') && rest !== ''
    const checked = checkRoom(isLocked ? word : argument)
    return checked.ok
      ? goInto(turn, checked.room, isLocked ? rest.slice(0, 256) : undefined)
      : complain(turn, checked.text)
  },
  leave(turn, argument) {
    const room = roomMeant(turn, argument)
    return room ? leaveRoom(turn, room) : notIn(turn, argument)
  },
  rooms: turn => question(turn, { type: 'rooms' }),
  who(turn, argument) {
    const room = roomMeant(turn, argument)
    if (!room) return notIn(turn, argument)
    const nicks = [...membersOf(turn.model, room)].map(([nick, presence]) => {
      const reason = turn.model.reasons.get(nick)
      const role = turn.model.roles.get(nick)
      const state = presence === 'away' && reason ? `away: ${reason}` : presence
      const marks = [
        ...(role === undefined ? [] : [role]),
        ...(presence === 'here' ? [] : [state]),
        ...(turn.model.readable.has(nick) ? ['not encrypted'] : []),
      ]
      return marks.length === 0 ? nick : `${nick} (${marks.join(', ')})`
    })
    nicks.sort((a, b) => (fold(a) < fold(b) ? -1 : 1))
    tell(
      turn,
      nicks.length === 0
        ? `Nobody is known to be in ${room.label} yet.`
        : `${nicks.length} in ${room.label}: ${nicks.join(', ')}`,
    )
    return true
  },
  msg(turn, argument) {
    const { word, rest } = firstWord(argument)
    const checked = checkNick(word.replace(/^@/, ''))
    if (!checked.ok) return complain(turn, checked.text)
    if (fold(checked.nick) === fold(turn.model.nick))
      return complain(turn, 'That is you. /msg NICK TEXT speaks to somebody else.')
    return rest === '' ? goInto(turn, `@${checked.nick}`) : sayTo(turn, checked.nick, rest)
  },
  reply(turn, argument) {
    const { lastDirect, rooms } = turn.model
    if (lastDirect === null)
      return complain(turn, 'Nobody has written to you alone yet. /msg NICK TEXT begins a conversation.')
    const { room, nick } = lastDirect
    if (argument === '')
      return goInto(turn, rooms.has(room) ? `@${rooms.get(room)?.partner ?? nick}` : `@${nick}`)
    return rooms.has(room) ? sayAt(turn, room, argument, false) : sayTo(turn, nick, argument)
  },
  me: (turn, argument) => say(turn, argument, true),
  topic(turn, argument) {
    const room = currentRoom(turn.model)
    if (room.partner !== null) return complain(turn, 'A conversation has no topic; a room has.')
    if (argument !== '')
      return ask(turn, { type: 'topic', id: turn.means.newId(), room: room.name, body: cleanLine(argument) })
    tell(
      turn,
      room.topic === '' ? `${room.label} has no topic. /topic TEXT sets it.` : `${room.label}: ${room.topic}`,
    )
    return true
  },
  away(turn, argument) {
    const text = cleanLine(argument, limits.awayBytesMax)
    goAway(turn, 'said', text)
    tell(turn, `You are away${text === '' ? '' : `: ${text}`}. /back ends it.`)
    return true
  },
  back(turn) {
    const wasAway = turn.model.away !== null
    comeBack(turn)
    tell(turn, wasAway ? 'You are here again.' : 'You were not away.')
    return true
  },
  history(turn, argument, { lineMode }) {
    const count = countOf(argument)
    if (count === null) return complain(turn, `How many lines? /history 50, at most ${limits.pageLinesMax}.`)
    return askOlder(turn, Math.min(count, limits.pageLinesMax), lineMode)
  },
  search: (turn, argument, { lineMode }) => askServer(turn, argument, lineMode),
  ...screenOrders,
  ...settingOrders,
  ...tellingOrders,
  ...ordering,
  lock: (turn, argument) =>
    question(turn, {
      type: 'lock',
      room: currentRoom(turn.model).name,
      password: argument.slice(0, 256),
    }),
  unlock: turn => question(turn, { type: 'lock', room: currentRoom(turn.model).name }),
  own: (turn, argument) => question(turn, { type: 'own', token: argument.slice(0, 256) }),
  next: turn => step(turn, neighbour(turn.model, 1)),
  previous: turn => step(turn, neighbour(turn.model, -1)),
  unread: turn => step(turn, nextActivity(turn.model), 'Nothing is unread.'),
  go(turn, argument) {
    const numbered = /^\d{1,2}$/.test(argument) ? shownRooms(turn.model)[Number(argument) - 1] : undefined
    const room = numbered ?? roomsLike(turn.model, argument)[0]
    return room ? step(turn, room) : notIn(turn, argument)
  },
  resend,
  discard,
  clear(turn) {
    const room = currentRoom(turn.model)
    const firstSeq = room.lastSeq === null ? null : room.lastSeq + 1
    putRoom(turn, { ...cleared(room), anchor: null, newBelow: 0, newFromKey: null, firstSeq, hasOlder: true })
    return true
  },
  mouse(turn, argument, { lineMode }) {
    if (lineMode) return complain(turn, 'Plain lines leave the mouse to the terminal.')
    const on = onOff(argument, turn.model.mouse)
    if (on === null) return complain(turn, 'On or off? /mouse on, /mouse off.')
    turnMouse(turn, on)
    return true
  },
  copy(turn, argument) {
    const wrong = orderCopy(turn, argument)
    return wrong === null || complain(turn, wrong)
  },
  servers(turn) {
    backToList(turn)
    return true
  },
  trust(turn, argument) {
    const why = trust(turn, argument)
    return why === null ? true : complain(turn, why)
  },
  quit(turn) {
    leaveAsking(turn, 0)
    return true
  },
}

function step(turn: Turn, room: Room | undefined, none = 'This is the only room you are in.'): boolean {
  if (room && room.name !== turn.model.current) show(turn, room.name)
  else toast(turn, none)
  return true
}

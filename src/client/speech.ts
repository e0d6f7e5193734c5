/** A line the user has finished: said in the room, or done as a command. */
import { cleanText } from '../base/clean.ts'
import { checkNick, fold } from '../base/names.ts'
import { emptyRing } from '../base/ring.ts'
import { formatTarget } from '../base/target.ts'
import { utf8Bytes } from '../base/utf8.ts'
import { type CommandName, commandHelp, commandNamed, parseCommand } from '../chat/commands.ts'
import { protocolVersion } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import { counted } from './labels.ts'
import { bodyBounds } from './link.ts'
import { currentRoom, type Pending } from './model.ts'
import { leave, patch, putRoom, type Turn, tell, toast, want } from './turn.ts'

/** How the line came: `lineMode` from plain mode, where help is told as text and `quit` needs no slash. */
export interface Manner {
  readonly lineMode: boolean
}

/** Does what the line asks for. False where it could not be taken, so that its text is not lost. */
export function enter(turn: Turn, text: string, manner: Manner): boolean {
  const parsed = parseCommand(text, manner)
  switch (parsed.is) {
    case 'nothing':
      return true
    case 'say':
      return say(turn, parsed.body, false)
    case 'command':
      return commandRows[parsed.name](turn, parsed.argument, manner)
    case 'unknown':
    case 'misused':
      return complain(turn, parsed.text)
  }
}

/** A sentence about what could not be done; answers false. */
function complain(turn: Turn, text: string): false {
  tell(turn, text, 'warning')
  toast(turn, text)
  return false
}

/** Says `text` in the room on show: sent now, or kept until we are joined again. False where it was not taken. */
export function say(turn: Turn, text: string, emote: boolean): boolean {
  const body = cleanText(text).replace(/^\n+|\s+$/g, '')
  if (body === '') return true
  const { bytesMax, linesMax } = bodyBounds(turn.model)
  const bytes = utf8Bytes(body)
  const lines = body.split('\n').length
  if (bytes > bytesMax || lines > linesMax)
    return complain(
      turn,
      `That is too long to send: ${counted(bytes, 'byte')} in ${counted(lines, 'line')}, and at most ${bytesMax} bytes in ${linesMax} lines go into one message. Send it in parts.`,
    )
  const { outbox, link, wallMs, current } = turn.model
  if (outbox.length >= bounds.outboxLines)
    return complain(
      turn,
      `${bounds.outboxLines} lines already wait to be sent, so this one was not taken. Try again when the server answers.`,
    )
  const pending: Pending = { id: turn.means.newId(), room: current, emote, body, wallMs }
  patch(turn, { outbox: [...outbox, pending] })
  putRoom(turn, { ...currentRoom(turn.model), anchor: null, newBelow: 0 })
  if (link.at === 'joined')
    want(turn, {
      do: 'send',
      message: { type: 'say', id: pending.id, room: current, kind: emote ? 'emote' : 'say', body },
    })
  return true
}

/** One row a command: a command without its deed does not compile. */
const commandRows: {
  readonly [C in CommandName]: (turn: Turn, argument: string, manner: Manner) => boolean
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
  me: (turn, argument) => say(turn, argument, true),
  who(turn) {
    const { members, name } = currentRoom(turn.model)
    const nicks = [...members].map(([nick, presence]) => (presence === 'away' ? `${nick} (away)` : nick))
    nicks.sort((a, b) => (fold(a) < fold(b) ? -1 : 1))
    tell(
      turn,
      nicks.length === 0
        ? `Nobody is known to be in ${name} yet.`
        : `${nicks.length} in ${name}: ${nicks.join(', ')}`,
    )
    return true
  },
  clear(turn) {
    const room = currentRoom(turn.model)
    putRoom(turn, {
      ...room,
      entries: emptyRing(bounds.scrollbackEntries),
      day: '',
      minute: '',
      anchor: null,
      newBelow: 0,
    })
    return true
  },
  info(turn) {
    const { server, link, nick, rttMs, outbox, heading } = turn.model
    const address =
      link.at === 'scanning' ? '' : ` at ${formatTarget(link.target.hosts[0] ?? '?', link.target.port)}`
    tell(
      turn,
      `${server?.name ?? heading}${address}. You are ${nick}. Not encrypted: who runs this network can read along.`,
    )
    const trip = rttMs === null ? '' : `, an answer takes ${Math.round(rttMs)} ms`
    const waiting = outbox.length === 0 ? '' : `, ${counted(outbox.length, 'line')} not sent yet`
    const state =
      link.at === 'joined' ? 'Connected' : link.at === 'waiting' ? `Not connected: ${link.why}` : 'Connecting'
    tell(
      turn,
      `${state}${trip}${waiting}. Protocol version ${protocolVersion}${server ? `, server ${server.id}` : ''}.`,
    )
    return true
  },
  help(turn, argument, { lineMode }) {
    const row = argument === '' ? undefined : commandNamed(argument.trim())
    if (row) {
      const also =
        row.aliases.length === 0 ? '' : ` (also ${row.aliases.map(alias => `/${alias}`).join(', ')})`
      tell(turn, `${row.usage}: ${row.help}${also}`)
    } else if (lineMode) for (const text of commandHelp()) tell(turn, text)
    else patch(turn, { help: { top: 0, filter: '' } })
    return true
  },
  quit(turn) {
    leave(turn, 0)
    return true
  },
}

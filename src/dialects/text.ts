/** The text dialect: for a person with netcat or telnet, who is asked for a nick and then types and reads lines. */
import { cleanLine } from '../base/clean.ts'
import { firstWord, parseCommand } from '../chat/commands.ts'
import { limits, protocolVersion } from '../wire/limits.ts'
import type { ClientMessage, ServerMessage } from '../wire/messages.ts'
import { hearTyped } from './speech.ts'
import { notice, prompt, tell } from './telling.ts'
import { createSift, endOfInput, interrupt } from './telnet.ts'
import type { Codec, Dialect, DialectMeans, Heard } from './types.ts'
import { newVisit, type Visit } from './visit.ts'

function open(means: DialectMeans): Codec {
  const visit = newVisit(means)
  const sift = createSift()
  const greeting = [`Welcome to ${cleanLine(means.serverName)}, an Earshot chat server.`, prompt(visit)]
  /** Newlines as this peer sends them. */
  const ended = (text: string) =>
    sift.returns() && text !== '' ? `${text.replaceAll('\n', '\r\n')}\r` : text

  return {
    greeting: greeting.join('\n'),
    sift: sift.feed,
    parse(line) {
      if (line === interrupt || line === endOfInput) return [{ message: { type: 'bye' } }]
      const heard = visit.nick === null ? hearNick(visit, line) : hearTyped(visit, line)
      return heard.map(one => ('says' in one ? { says: ended(one.says) } : one))
    },
    render: (message: ServerMessage) => ended(tell(visit, message)),
  }
}

/** A line at the nick prompt: a nick, an empty one for the suggested nick, or one of the few commands that help here. */
function hearNick(visit: Visit, line: string): Heard[] {
  const parsed = parseCommand(line, { lineMode: true })
  if (parsed.is === 'command' && parsed.name === 'quit') return [{ message: { type: 'bye' } }]
  if (visit.isUnproven && line !== '')
    return [{ message: { type: 'auth', text: line } }, { message: helloOf(visit.wanted) }]
  const isCommand = line.startsWith('/')
  const nick =
    parsed.is === 'command' && parsed.name === 'nick' ? firstWord(parsed.argument).word : line.trim()
  if (isCommand && nick === line.trim())
    return [{ says: `${notice('First a nick, then everything else; /quit leaves.')}\n${prompt(visit)}` }]
  visit.wanted = parsed.is === 'nothing' ? visit.suggested : nick
  return [{ message: helloOf(visit.wanted) }]
}

const helloOf = (nick: string): ClientMessage => ({ type: 'hello', v: protocolVersion, guest: true, nick })

/** What nobody else claims is text. */
export const text: Dialect = {
  name: 'text',
  openings: [],
  shared: false,
  answersPings: false,
  lineBytesMax: limits.textLineBytesMax,
  open,
}

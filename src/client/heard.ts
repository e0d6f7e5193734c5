/** What the server says: one row a message, so that a new one does not compile until it is understood here. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { nickFrom } from '../base/names.ts'
import { protocolVersion } from '../wire/limits.ts'
import type { ServerMessage } from '../wire/messages.ts'
import { askNick } from './ask.ts'
import { bounds } from './bounds.ts'
import { takeBacklog, takeGap, takeLine, takeMembers, takePresence } from './hearing.ts'
import { helloOf, refusedForGood } from './link.ts'
import { newRoom } from './model.ts'
import { patch, roomNamed, type Turn, tell, tellRoom, toast, want } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

const rows: { readonly [T in ServerMessage['type']]: (turn: Turn, said: Of<T>) => void } = {
  welcome,
  line: takeLine,
  backlog: takeBacklog,
  gap: takeGap,
  members: takeMembers,
  presence: takePresence,
  refused,
  ping: turn => want(turn, { do: 'send', message: { type: 'pong' } }),
  pong: () => {},
  bye: (turn, said) =>
    patch(turn, {
      lastWords: { text: cleanLine(said.text) || 'The server ended it.', retryMs: said.retryMs ?? null },
    }),
}

export function heard(turn: Turn, said: ServerMessage): void {
  const { at } = turn.model.link
  if (at !== 'greeting' && at !== 'joined') return
  const hears = rows[said.type] as (turn: Turn, said: ServerMessage) => void
  hears(turn, said)
}

function welcome(turn: Turn, said: Of<'welcome'>) {
  const { link, server: before, nick: asked } = turn.model
  if (link.at !== 'greeting') return
  if (said.v !== protocolVersion)
    return refusedForGood(
      turn,
      `The server answered in version ${said.v} of Earshot’s protocol; this one speaks version ${protocolVersion}. Upgrade the older side.`,
    )
  const nick = cleanLine(said.nick, 48) || asked
  const server = {
    id: said.server,
    name: cleanLine(said.name, 40) || 'a server without a name',
    epoch: said.epoch,
    device: said.device,
    secret: said.secret,
    bodyBytesMax: said.limits.bodyBytesMax,
    bodyLinesMax: said.limits.bodyLinesMax,
  }
  const isOther = before !== null && before.id !== server.id
  const isReset = before !== null && (isOther || before.epoch !== server.epoch)
  patch(turn, {
    nick,
    server,
    link: { at: 'joined', target: link.target, attempt: link.attempt, sinceMs: turn.model.nowMs },
    outage: null,
    lastWords: null,
    ask: turn.model.ask?.about === 'nick' ? null : turn.model.ask,
    // Asked once a visit: what the operator says is read again only when it may be another operator.
    motd: before === null || isOther ? cleanText(said.motd).trim() || null : null,
  })
  if (before === null || nick !== asked) want(turn, { do: 'rememberNick', nick })
  const rooms = new Map(turn.model.rooms)
  for (const [name, room] of rooms)
    rooms.set(name, { ...room, caughtUp: false, membersDone: true, lastSeq: isReset ? null : room.lastSeq })
  patch(turn, { rooms })

  if (before === null) tell(turn, `You are ${nick} on ${server.name}.`)
  else if (isOther) {
    tell(
      turn,
      `Another server answers at this address: ${server.name}. What was not sent stays unsent.`,
      'warning',
    )
    dropOutbox(turn, 'another server answered')
  } else tell(turn, isReset ? 'Connected again, but the server’s history was reset.' : 'Connected again.')
  for (const { id, room, emote, body } of turn.model.outbox)
    want(turn, { do: 'send', message: { type: 'say', id, room, kind: emote ? 'emote' : 'say', body } })
}

function dropOutbox(turn: Turn, why: string): void {
  const { outbox, nick, wallMs } = turn.model
  patch(turn, { outbox: [] })
  for (const { room, emote, body } of outbox)
    tellRoom(
      turn,
      turn.model.rooms.get(room) ?? newRoom(room),
      { kind: 'refused', from: nick, emote, body, why },
      wallMs,
    )
}

function refused(turn: Turn, said: Of<'refused'>) {
  const text = cleanLine(said.text) || 'The server refused it without a reason.'
  const suggestion = said.suggestion === undefined ? null : nickFrom(cleanLine(said.suggestion))
  if (turn.model.link.at === 'greeting') return refusedAtTheDoor(turn, said.code, text, suggestion)
  const pending = turn.model.outbox.find(one => one.id === said.about)
  if (pending) {
    const { emote, body } = pending
    patch(turn, { outbox: turn.model.outbox.filter(one => one !== pending) })
    const room = roomNamed(turn, pending.room, bounds.rooms)
    const entry = {
      kind: 'refused',
      from: turn.model.nick,
      emote,
      body,
      why: `${text} (Up brings it back.)`,
    } as const
    if (room) tellRoom(turn, room, entry, turn.model.wallMs)
    return
  }
  tell(turn, suggestion === null ? text : `${text} Try /nick ${suggestion}`, 'warning')
  toast(turn, text)
}

function refusedAtTheDoor(turn: Turn, code: string, text: string, suggestion: string | null) {
  const { link, server, nick } = turn.model
  if (link.at !== 'greeting') return
  if (code === 'version') return refusedForGood(turn, text)
  if (code !== 'nick-taken' && code !== 'bad-nick') return patch(turn, { lastWords: { text, retryMs: null } })
  if (server === null || suggestion === null || link.tries > bounds.nickTries)
    return askNick(turn, 'join', text, suggestion ?? nick)
  // Somebody took our nick while we were away: coming back must not wait for an answer.
  patch(turn, { nick: suggestion, link: { ...link, tries: link.tries + 1 } })
  tell(turn, `“${nick}” was taken meanwhile: you are ${suggestion} now. /nick NAME takes another.`, 'warning')
  want(turn, { do: 'send', message: helloOf(turn.model) })
}

/** What the server says: one row a message, so that a new one does not compile until it is understood here. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { checkNick, lobby, nickFrom } from '../base/names.ts'
import { protocolVersion } from '../wire/limits.ts'
import type { ServerMessage, WireLine } from '../wire/messages.ts'
import { beginAbsence } from './absence.ts'
import {
  questionAnswered,
  refusedRoom,
  takeDirect,
  takeFound,
  takeLeft,
  takePage,
  takeRead,
  takeRooms,
  takeStorage,
  takeTopic,
  takeTyping,
} from './answers.ts'
import { askNick } from './ask.ts'
import { bounds, patience } from './bounds.ts'
import { firstSteps } from './firstSteps.ts'
import { takeBacklog, takeGap, takeLine } from './hearing.ts'
import { hostingText } from './hosting.ts'
import { refusedForGood, sayHello } from './link.ts'
import { passwordNeeded } from './login.ts'
import { doubted } from './meeting.ts'
import { currentRoom, type Greeting } from './model.ts'
import { staysAway, takeOrder, takeRole } from './ordered.ts'
import { takeMembers, takePresence } from './presence.ts'
import { restore, sendWaiting, tellUnsent } from './returning.ts'
import type { Room } from './room.ts'
import { isUnnamed, renameRoom } from './rooms.ts'
import { firstVisitText, ownCodeText, plainText, remember } from './trust.ts'
import { lineAnswered, patch, putRoom, type Turn, tell, toast, want } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

const rows: { readonly [T in ServerMessage['type']]: (turn: Turn, said: Of<T>) => void } = {
  welcome,
  line: takeLine,
  backlog: takeBacklog,
  gap: takeGap,
  members: takeMembers,
  presence: takePresence,
  direct: takeDirect,
  left: takeLeft,
  rooms: takeRooms,
  page: takePage,
  found: takeFound,
  typing: takeTyping,
  read: takeRead,
  topic: takeTopic,
  role: takeRole,
  order: takeOrder,
  refused,
  storage: takeStorage,
  ping: turn => want(turn, { do: 'send', message: { type: 'pong' } }),
  pong: () => {},
  // The login is carried out next to the connection; what it comes to is an input of its own.
  challenge: () => {},
  bye: (turn, said) =>
    patch(turn, {
      lastWords: {
        text: cleanLine(said.text) || 'The server ended it.',
        retryMs: said.retryMs ?? null,
        rests: said.reason === 'replaced' || staysAway(said.reason),
      },
    }),
}

export function heard(turn: Turn, said: ServerMessage): void {
  const { at } = turn.model.link
  if (at !== 'greeting' && at !== 'joined') return
  const hears = rows[said.type] as (turn: Turn, said: ServerMessage) => void
  hears(turn, said)
}

/** Lines that came at once, which is how a busy room is heard. */
export function heardLines(turn: Turn, lines: readonly WireLine[]): void {
  const { at } = turn.model.link
  if (at !== 'greeting' && at !== 'joined') return
  for (const line of lines) takeLine(turn, line)
}

function welcome(turn: Turn, said: Of<'welcome'>) {
  const { link, server: before, nick: asked } = turn.model
  if (link.at !== 'greeting') return
  if (said.v !== protocolVersion)
    return refusedForGood(
      turn,
      `The server answered in version ${said.v} of Earshot’s protocol; this one speaks version ${protocolVersion}. Upgrade the older side.`,
    )
  const { peer, known } = turn.model
  // The key has proven an identity; in plain text anybody can claim one.
  const claimed = known.get(said.server)
  if (peer === null && claimed) return doubted(turn, { because: 'plain', known: claimed })
  if (peer !== null && peer.server !== said.server)
    return refusedForGood(
      turn,
      'The server calls itself by another identity than its key does. It is not to be trusted.',
    )
  const nick = cleanLine(said.nick, 48) || asked
  const server = {
    id: said.server,
    name: cleanLine(said.name, 40) || 'a server without a name',
    epoch: said.epoch,
    run: said.run ?? null,
    device: said.device,
    secret: said.secret,
    nick,
    bodyBytesMax: said.limits.bodyBytesMax,
    bodyLinesMax: said.limits.bodyLinesMax,
  }
  const { hosted } = turn.model
  const isHosted = hosted !== null && link.target === hosted.target
  if (isHosted) patch(turn, { hosted: { ...hosted, id: server.id, token: null } })
  const isOther = before !== null && before.id !== server.id
  const kept = turn.model.kept?.server === server.id ? turn.model.kept : null
  const isReset = isOther || said.wentBack === true || (before ?? kept ?? server).epoch !== server.epoch
  patch(turn, {
    nick,
    server,
    link: { at: 'joined', target: link.target, attempt: link.attempt, sinceMs: turn.model.nowMs },
    outage: null,
    lastWords: null,
    ask: turn.model.ask?.about === 'nick' ? null : turn.model.ask,
    kept: null,
    isNotSaving: false,
    isElsewhere: false,
  })
  // Nobody’s own name: whoever comes back finds theirs free again, unless they have none yet.
  const isStandIn = nick === turn.model.standIn && turn.model.newcomer === null
  if (!isStandIn && (before === null || nick !== asked)) want(turn, { do: 'rememberNick', nick })
  const rooms = new Map(turn.model.rooms)
  for (const [name, room] of rooms)
    rooms.set(name, {
      ...room,
      caughtUp: false,
      membersDone: true,
      // What is above belongs to another history, and its positions mean nothing in this one.
      ...(isReset ? anew(room) : {}),
      newsAfter: isReset ? null : (room.lastSeq ?? room.newsAfter),
      // A topic that was taken away meanwhile is not told.
      topic: '',
      typists: new Map(),
    })
  patch(turn, {
    rooms,
    hasReturned: before !== null || kept !== null,
    questions: 0,
    pieces: { older: null, found: [], listed: [] },
  })
  if (isOther) {
    tell(
      turn,
      `Another server answers at this address: ${server.name}. What was not sent is not said here.`,
      'warning',
    )
    dropOutbox(turn)
  } else if (before !== null)
    tell(turn, isReset ? 'Connected again, but the server’s history was reset.' : 'Connected again.')
  if (kept !== null) restore(turn, kept, { hasRooms: before !== null, isReset })
  // One that nothing was ever said in is not entered again.
  const reentered = [...turn.model.closed].flatMap(([name, seq]) => (seq > 0 ? [name] : []))
  patch(turn, { reentered: new Set(reentered) })
  if (isReset) forgetConversations(turn)

  // What was wished while hello was on its way.
  if (link.asked !== asked) want(turn, { do: 'send', message: { type: 'nick', nick: asked } })
  // Who started the server keeps order in it.
  if (isHosted && hosted.token !== null)
    want(turn, { do: 'send', message: { type: 'own', token: hosted.token } })
  const hosting = hostingText(turn.model)
  const who = [
    `You are ${nick} on ${server.name}.`,
    ...(hosting === '' ? [] : [`You are ${hosting}; the server ends when you quit.`]),
    ...(before === null ? firstSteps(turn) : []),
    ...(isReset ? ['The server’s history was reset since you left.'] : []),
  ]
  const isMet = before === null || isOther
  const security: Greeting[] =
    !isMet || (peer !== null && known.has(peer.server))
      ? []
      : [
          peer === null
            ? { warning: plainText }
            : isHosted
              ? ownCodeText(peer)
              : firstVisitText(known, peer, server.name, turn.model.answeredAt),
        ]
  if (peer !== null) remember(turn, peer, server.name)
  // Asked once a visit: what the operator says is read again only when it may be another operator.
  const motd = isMet ? cleanText(said.motd).trim() : ''
  patch(turn, {
    login: null,
    password: null,
    greeting: [
      ...security,
      ...(before === null ? who : []),
      ...(motd === '' ? [] : [motd]),
      ...turn.model.greeting.filter(one => typeof one !== 'string' && !('warning' in one)),
    ],
  })
  const leftMs = before === null ? (kept?.leftMs ?? null) : turn.model.leftMs
  returned(turn, isReset ? null : leftMs, before !== null)
  reenter(turn, kept !== null)
}

/** Of another history we have nothing: what it has before its first line here is missing between the two. */
function anew(room: Room): Partial<Room> {
  const hasLines = room.entries.size > 0
  const start = hasLines ? { lastSeq: 0, firstSeq: 1, hasOlder: false } : { lastSeq: null, firstSeq: null }
  return { ...start, heardSeq: 0, readSeq: 0, toldReadSeq: 0 }
}

/** Since when we were away, where that was long enough to be told what happened. */
function returned(turn: Turn, leftMs: number | null, wasHere: boolean): void {
  const { wallMs, absence } = turn.model
  patch(turn, { leftMs: null, absence: leftMs === null ? null : absence })
  if (leftMs === null) return
  beginAbsence(turn, wasHere && wallMs - leftMs < patience.absentMs ? null : leftMs)
  // What was new before is not what is new now.
  if (absence === null && turn.model.absence !== null)
    putRoom(turn, { ...currentRoom(turn.model), newFromKey: null })
}

/** In another history conversations have other names: each is called by its nick until the server names it again. */
function forgetConversations(turn: Turn): void {
  for (const room of turn.model.rooms.values())
    if (room.partner !== null && !isUnnamed(room))
      renameRoom(turn, room.name, `@${room.partner}`, room.partner)
  patch(turn, { closed: new Map(), reentered: new Set(), lastDirect: null })
}

/** What the server does not know of whoever comes back: rooms asked for, lines that wait, being away. */
function reenter(turn: Turn, isRestored: boolean): void {
  const { away, rooms } = turn.model
  const leavesLobby = rooms.has(lobby) ? [] : [{ to: 'leave', room: lobby, isSent: false } as const]
  // What is closed here already is left when its past shows that nothing was said in it.
  const before = turn.model.asked.filter(one => rooms.has(one.room))
  const asked = [...before, ...leavesLobby]
  // What was asked for before the link was lost may have been done or not: doing it again comes to the same.
  patch(turn, { asked: asked.map(one => ({ ...one, isSent: one.to === 'join' })) })
  for (const { to, room } of asked)
    if (to === 'join') want(turn, { do: 'send', message: { type: 'join', room } })
  sendWaiting(turn, isRestored)
  if (away !== null) want(turn, { do: 'send', message: { type: 'away', on: true, text: away.text } })
}

/** What was for another server stays with what is kept of that one, and is sent when we come back there. */
function dropOutbox(turn: Turn): void {
  const { outbox } = turn.model
  patch(turn, { outbox: [], stale: [] })
  for (const pending of outbox) tellUnsent(turn, pending, 'another server answered')
}

function refused(turn: Turn, said: Of<'refused'>) {
  const text = cleanLine(said.text) || 'The server refused it without a reason.'
  const suggestion = said.suggestion === undefined ? null : suggested(cleanLine(said.suggestion))
  if (turn.model.link.at === 'greeting') return refusedAtTheDoor(turn, said.code, text, suggestion)
  const pending = turn.model.outbox.find(one => one.id === said.about)
  if (pending) {
    lineAnswered(turn, pending)
    const near = suggestion === null ? '' : ` Did you mean @${suggestion}?`
    return tellUnsent(turn, pending, `${text}${near} (Up brings it back.)`)
  }
  const { about, code } = said
  if ((about === 'join' || about === 'leave') && refusedRoom(turn, about, code)) return
  if (['rooms', 'search', 'moderate', 'lock', 'own'].includes(about)) questionAnswered(turn)
  if (about === 'history') patch(turn, { pieces: { ...turn.model.pieces, older: null } })
  const next =
    suggestion === null ? '' : about === 'join' ? ` Did you mean @${suggestion}?` : ` Try /nick ${suggestion}`
  tell(turn, text + next, 'warning')
  toast(turn, text, true)
}

/** It may name somebody who is called what nobody new is, so it is changed only where it is no nick at all. */
function suggested(raw: string): string {
  const checked = checkNick(raw)
  return checked.ok ? checked.nick : nickFrom(raw)
}

function refusedAtTheDoor(turn: Turn, code: string, text: string, suggestion: string | null) {
  const { link, server, nick } = turn.model
  if (link.at !== 'greeting') return
  if (code === 'version') return refusedForGood(turn, text)
  if (code === 'password') return passwordNeeded(turn)
  if (code !== 'nick-taken' && code !== 'bad-nick') return patch(turn, { lastWords: { text, retryMs: null } })
  // Another one is wished by now.
  if (link.asked !== nick) return sayHello(turn)
  if (code === 'nick-taken') patch(turn, { standIn: suggestion })
  if (server === null || suggestion === null || link.tries > bounds.nickTries)
    return askNick(turn, 'join', text, suggestion ?? nick)
  // Somebody took our nick while we were away: coming back must not wait for an answer.
  patch(turn, { nick: suggestion, link: { ...link, tries: link.tries + 1 } })
  tell(turn, `${text} You are ${suggestion} now; /nick NAME takes another.`, 'warning')
  sayHello(turn)
}

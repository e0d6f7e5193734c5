/** What a visitor without a client is told: each message as lines of text, one row a message. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { fold } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import type { Member, Presence, ServerMessage, WireLine } from '../wire/messages.ts'
import { dayOf, labelOf, timeOf, type Visit } from './visit.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** Names told to somebody who joins; /who names all. */
const joinNames = 20
/** What the second and later lines of one text begin with: as wide as a time, and no line of its own begins so. */
export const continued = ' '.repeat(6)

/** Words of the server's own, or about people: no line of theirs begins like this, because each begins with a time. */
export const notice = (text: string): string => `-- ${cleanLine(text)}`

export const roomText = (visit: Visit, room: string): string =>
  isDirect(room)
    ? `What you type now goes to @${visit.directs.get(room) ?? '?'} alone; /join #lobby goes back.`
    : `You are in ${room} now: what you type is said there.`

/** Who takes less than is said is not told all of it. */
export function gapText(room: string, { from, to }: Of<'gap'>): string {
  const count = to - from + 1
  return `${count === 1 ? '1 line' : `${count} lines`} of ${room} ${count === 1 ? 'is' : 'are'} left out here.`
}

const rows: { readonly [T in ServerMessage['type']]: (visit: Visit, said: Of<T>) => string[] } = {
  challenge: () => [],
  welcome(visit, said) {
    visit.isUnproven = false
    visit.nick = cleanLine(said.nick)
    visit.server = { name: cleanLine(said.name, 40), id: said.server }
    const [motd = '', ...more] = cleanText(said.motd).trim().split('\n')
    return [
      notice(`You are ${visit.nick} on ${visit.server.name}. /help lists the commands, /quit leaves.`),
      ...(motd === '' ? [] : [notice(motd)]),
      ...more.map(row => continued + row),
    ]
  },
  line(visit, said) {
    if (visit.own.delete(said.id)) return []
    return lineRows(visit, said)
  },
  backlog(visit, said) {
    visit.rooms.add(said.room)
    const told = said.lines.flatMap(line => lineRows(visit, line))
    if (!said.complete) return told
    const { entering } = visit
    const isMeant = entering !== null && (entering === said.room || entering === label(visit, said.room))
    if (isMeant) visit.entering = null
    if (!isMeant && (visit.room !== '' || isDirect(said.room))) return told
    visit.room = said.room
    return isMeant ? [...told, notice(roomText(visit, said.room))] : told
  },
  gap: (visit, said) => [notice(gapText(labelOf(visit, said.room), said))],
  direct(visit, said) {
    const was = visit.directs.get(said.room)
    visit.directs.set(said.room, said.with)
    visit.rooms.add(said.room)
    if (visit.entering === label(visit, said.room) && was !== undefined) {
      visit.entering = null
      visit.room = said.room
      return [notice(roomText(visit, said.room))]
    }
    return was === undefined || was === said.with ? [] : changeRows(visit, `${was} is ${said.with} now`)
  },
  left(visit, said) {
    const name = labelOf(visit, said.room)
    visit.rooms.delete(said.room)
    visit.topics.delete(said.room)
    visit.oldest.delete(said.room)
    visit.directs.delete(said.room)
    for (const key of [...visit.away]) if (key.startsWith(`${said.room} `)) visit.away.delete(key)
    if (visit.room !== said.room) return [notice(`You left ${name}.`)]
    visit.room = [...visit.rooms].findLast(room => !isDirect(room)) ?? ''
    const where = visit.room === '' ? 'You are in no room: /join #lobby.' : roomText(visit, visit.room)
    return [notice(`You left ${name}. ${where}`)]
  },
  rooms: (_visit, said) =>
    said.rooms.map(({ room, members, topic }) =>
      notice(`${room} (${members} here)${topic === '' ? '' : `: ${topic}`}`),
    ),
  page(visit, said) {
    const first = visit.pieces === 0
    visit.pieces = said.complete ? 0 : visit.pieces + said.lines.length
    const told = said.lines.flatMap(line => lineRows(visit, line))
    const name = labelOf(visit, said.room)
    const opening = first && said.lines.length > 0 ? [notice(`Older lines of ${name}:`)] : []
    if (!said.complete) return [...opening, ...told]
    return [
      ...opening,
      ...told,
      notice(
        said.more ? 'These were older lines; /history shows still older ones.' : `${name} begins there.`,
      ),
    ]
  },
  found(visit, said) {
    const count = visit.pieces + said.lines.length
    visit.pieces = said.complete ? 0 : count
    const told = said.lines.flatMap(line => lineRows(visit, line))
    if (!said.complete) return told
    return [...told, notice(`${count === 0 ? 'Nothing was' : `${count}`} found for “${said.words}”.`)]
  },
  typing: () => [],
  read: () => [],
  topic(visit, said) {
    visit.topics.set(said.room, said.body)
    return said.body === '' ? [] : [notice(`${said.room} is about: ${said.body}`)]
  },
  members(visit, said) {
    const members = [...(visit.gathering.get(said.room) ?? []), ...said.members]
    if (!said.complete) {
      visit.gathering.set(said.room, members)
      return []
    }
    visit.gathering.delete(said.room)
    for (const { nick, presence } of members) keepPresence(visit, said.room, nick, presence)
    const isAsked = visit.whoAsked.delete(said.room)
    const names = members
      .toSorted((a, b) => (fold(a.nick) < fold(b.nick) ? -1 : 1))
      .slice(0, isAsked ? undefined : joinNames)
      .map(member => memberText(member, isAsked))
    const more = members.length - names.length
    return [
      notice(
        `${members.length} in ${said.room}: ${names.join(', ')}${more > 0 ? ` and ${more} more (/who names them)` : ''}`,
      ),
    ]
  },
  presence(visit, said) {
    const { room, nick, was, presence, text } = said
    const wasAway = visit.away.has(`${room} ${was ?? nick}`)
    if (was !== undefined) visit.away.delete(`${room} ${was}`)
    // Somebody who comes back in time was never away: only a list names them as reconnecting.
    const wasLost = visit.lost.delete(`${room} ${was ?? nick}`)
    keepPresence(visit, room, nick, presence)
    if (presence === 'reconnecting') return []
    const isOwn = nick === visit.nick || (was !== undefined && was === visit.nick)
    if (was !== undefined && was !== nick) {
      if (isOwn) visit.nick = nick
      return changeRows(visit, isOwn ? `You are ${nick} now.` : `${was} is ${nick} now`)
    }
    const whom = isOwn ? 'You are' : `${nick} is`
    if (presence === 'away') return changeRows(visit, `${whom} away${text ? `: ${text}` : ''}`)
    if (presence === 'here' && wasAway) return changeRows(visit, `${whom} back`)
    if (presence === 'here' && wasLost) return []
    visit.change = ''
    return [notice(`${nick} ${presence === 'gone' ? 'left' : 'joined'} ${room}`)]
  },
  // What was done to them or by them stands in a sentence of its own.
  role(visit, said) {
    if (said.nick === visit.nick) visit.role = said.role
    return []
  },
  order: (_visit, said) => said.lines.filter(line => line !== '').map(notice),
  refused(visit, said) {
    visit.own.delete(said.about)
    const { suggestion, text } = said
    if (said.about === 'join') visit.entering = null
    const hint = suggestion === undefined || text.includes(`“${suggestion}”`) ? '' : ` Try “${suggestion}”.`
    if (visit.nick !== null) return [notice(text + hint)]
    if (said.code === 'password' && said.about === 'hello') {
      // Told twice where a password was wrong: by what was wrong, and by the hello that came behind it.
      if (visit.isUnproven) return [passwordPrompt]
      visit.isUnproven = true
      return [notice(text), passwordPrompt]
    }
    if (said.about === 'auth') return [notice(text)]
    visit.isUnproven = false
    if (suggestion !== undefined) visit.suggested = suggestion
    return [notice(text), prompt(visit)]
  },
  storage: (_visit, said) => [notice(said.text)],
  ping: () => [],
  pong: () => [],
  bye: (visit, said) => [
    notice(
      visit.nick === null && said.reason === 'late'
        ? 'No nick was given in time, so this connection ends. Come back whenever you like.'
        : said.text,
    ),
  ],
}

/** The message as text without its last newline; '' where there is nothing to tell. */
export function tell(visit: Visit, said: ServerMessage): string {
  const row = rows[said.type] as (visit: Visit, said: ServerMessage) => string[]
  return row(visit, said).join('\n')
}

/** Netcat shows what is typed, whatever we do. */
const passwordPrompt = 'Its password? (it shows while you type)'

export const prompt = (visit: Visit): string => `Your nick? (Enter: ${cleanLine(visit.suggested)})`

/** `ann`, `bob (op)`, `cat (owner, away)`. */
function memberText({ nick, presence, role, plain }: Member, isAsked: boolean): string {
  const marks = [
    ...(role === undefined ? [] : [role]),
    ...(presence === 'here' ? [] : [presence]),
    ...(isAsked && plain ? ['not encrypted'] : []),
  ]
  return marks.length === 0 ? nick : `${nick} (${marks.join(', ')})`
}

const label = (visit: Visit, room: string): string => fold(labelOf(visit, room))

/** A change of one person, told once though each room they are in tells it. */
function changeRows(visit: Visit, text: string): string[] {
  if (visit.change === text) return []
  visit.change = text
  return [notice(text)]
}

function keepPresence(visit: Visit, room: string, nick: string, presence: Presence): void {
  for (const [kept, one] of [
    ['away', visit.away],
    ['reconnecting', visit.lost],
  ] as const)
    if (presence === kept) one.add(`${room} ${nick}`)
    else one.delete(`${room} ${nick}`)
}

function lineRows(visit: Visit, line: WireLine): string[] {
  visit.oldest.set(line.room, Math.min(visit.oldest.get(line.room) ?? line.seq, line.seq))
  if (visit.ignored.has(fold(line.from))) return []
  // Said by somebody between two changes, which are then two.
  visit.change = ''
  if (line.kind === 'topic') visit.topics.set(line.room, line.body)
  const from = cleanLine(line.from)
  const isDirectLine = isDirect(line.room)
  const isOwn = from === visit.nick
  if (isDirectLine && !isOwn) visit.lastDirect = from
  const other = cleanLine((isOwn ? line.to : from) ?? labelOf(visit, line.room).slice(1))
  const place = isDirectLine ? `${isOwn ? 'to ' : ''}@${other}` : cleanLine(line.room)
  const [first = '', ...more] = cleanText(line.body).split('\n')
  const day = dayOf(line.at)
  const dayRow = day === visit.day ? [] : [notice(day)]
  visit.day = day
  return [
    ...dayRow,
    `${timeOf(line.at)} ${place}${said(line.kind, from, isDirectLine)}${first}`,
    ...more.map(row => continued + row),
  ]
}

function said(kind: WireLine['kind'], from: string, isDirectLine: boolean): string {
  switch (kind) {
    case 'say':
      return isDirectLine ? ': ' : ` ${from}: `
    case 'notice':
      return ` -${from}- `
    case 'emote':
      return ` * ${from} `
    case 'topic':
      return ` * ${from} set the topic: `
  }
}

/** What a member still lacks of a room, read from the log in order: of who comes back, and of who takes less than is said. */
import type { Behind } from './members.ts'
import { type HubState, isJoined, type Joined, type Room, send } from './state.ts'
import { backlog, lineBytes, lineOf, members } from './telling.ts'
import type { Effect, Line, Paging, Session, SessionId } from './types.ts'

// Who takes less than is said is told no line as it is kept. When they have taken what waits for them, they go on from
// the last line they were sent, as one who comes back does, but are told lines: for them it is one conversation that
// goes on, and their own among the lines are the answers they wait for.

/** How somebody is told what they lack. */
type How = Pick<Behind, 'isEntering' | 'owed'>

/** They take less than is said: from now on nothing that is said waits for them. */
export function lag(state: HubState, session: Session): Effect[] {
  if (!isJoined(session)) return []
  let lagsAnew = false
  for (const name of session.rooms) {
    const room = state.rooms.get(name)
    if (room?.members.get(session.id)?.at !== 'live') continue
    // Whatever was kept until now was sent to them.
    room.members.set(session.id, { at: 'lagging', after: room.head, isEntering: false, owed: [] })
    lagsAnew = true
  }
  if (!lagsAnew || session.isLagging) return []
  session.isLagging = true
  return [{ do: 'drain', session: session.id }]
}

/** They have taken all that waited for them: they go on from there. */
export function goOn(state: HubState, session: Session): Effect[] {
  session.isLagging = false
  if (!isJoined(session)) return []
  const effects: Effect[] = []
  const budget = { bytes: state.limits.pageBytesMax }
  for (const name of session.rooms) {
    const room = state.rooms.get(name)
    const held = room?.members.get(session.id)
    if (room && held?.at === 'lagging')
      effects.push(...tellPast(state, session, room, held.after, held, budget))
  }
  return effects
}

/**
 * Tells what comes after the line `last`, or where that is undefined the last lines there are: at once where it is
 * little, else page by page, and only the end of what would be too much.
 *
 * @param budget how much may still be told at once; rooms that are told together share it
 */
export function tellPast(
  state: HubState,
  to: Joined,
  room: Room,
  last: number | undefined,
  how: How,
  budget: { bytes: number },
): Effect[] {
  const { head } = room
  const oldest = room.tail[0]?.seq ?? head + 1
  const missed = last === undefined || last > head ? null : head - last
  const isDeep = last !== undefined && missed !== null && last + 1 < oldest
  if (isDeep && missed <= state.limits.resumeLinesMax) return nextPage(state, to, room, last, how)
  const told = missed === null ? room.tail : room.tail.filter(line => line.seq > (last ?? 0))
  const gap = isDeep ? tellGap(state, to, room, last + 1, oldest - 1, how) : []
  const bytes = told.reduce((sum, line) => sum + lineBytes(line), 0)
  const [first] = told
  if (first && bytes > budget.bytes) return [...gap, ...nextPage(state, to, room, first.seq - 1, how)]
  budget.bytes -= bytes
  return [...gap, ...tellRest(state, to, room, told, how)]
}

/** A page of what they lack: told, and the next one asked for until they have all. */
export function caughtUp(state: HubState, session: Session, asked: Paging, lines: readonly Line[]): Effect[] {
  const room = state.rooms.get(asked.room)
  const held = room?.members.get(session.id)
  if (!room || !isJoined(session) || held?.at !== 'catching-up') return []
  const had = held.after
  // Asked for before they left the room and came again.
  if (!('after' in asked.from) || asked.from.after !== had) return []
  // It could not be read: what is at hand is told, and what is not is told to be missing.
  if (lines.length === 0 && had < room.head) return tellEnd(state, session, room, had, held)
  const after = lines.at(-1)?.seq ?? room.head
  // What lies between is not kept any more.
  const first = lines[0]?.seq ?? had + 1
  const gap = first > had + 1 ? tellGap(state, session, room, had + 1, first - 1, held) : []
  if (after >= room.head) return [...gap, ...tellRest(state, session, room, lines, held)]
  const told = [...gap, ...tell(state, session, room, lines, held, false)]
  // They take less than is said: the end is told, and that the rest is missing.
  if (room.head - after > state.limits.behindLinesMax)
    return [...told, ...tellEnd(state, session, room, after, held)]
  return [...told, ...nextPage(state, session, room, after, held)]
}

/** A line of their own that was said before a gap: its answer. */
export function tellOwed(
  state: HubState,
  session: Session,
  asked: Paging,
  [line]: readonly Line[],
): Effect[] {
  const isAsked = 'after' in asked.from && line?.seq === asked.from.after + 1
  return line && isAsked ? send([session.id], lineOf(state, line)) : comeAgain(session)
}

/** They wait for an answer that cannot be given here: they come again, and with them the question. */
const comeAgain = (session: Session): Effect[] => [
  { do: 'close', session: session.id, reason: 'storage', text: 'The history cannot be read just now.' },
]

/** Whether `to` is still to be told that line of theirs in its turn; then it is their answer, also beyond a gap. */
export function owes(
  state: HubState,
  room: Room | undefined,
  to: SessionId | null | undefined,
  seq: number,
): boolean {
  const held = to ? room?.members.get(to) : undefined
  if (held?.at !== 'lagging' && held?.at !== 'catching-up') return false
  if (seq <= held.after) return false
  if (held.owed.length < state.limits.owedLinesMax && !held.owed.includes(seq)) held.owed.push(seq)
  return true
}

function nextPage(
  state: HubState,
  to: Joined,
  room: Room,
  after: number,
  { isEntering, owed }: How,
): Effect[] {
  const left = owed.filter(seq => seq > after)
  room.members.set(to.id, { at: 'catching-up', after, isEntering, owed: left })
  return [askPage(to, room, after, state.limits.pageLinesMax, 'catchUp')]
}

/** The end of the past as far as it is at hand, for somebody who has it up to `had`. */
function tellEnd(state: HubState, to: Joined, room: Room, had: number, how: How): Effect[] {
  const told = room.tail.filter(line => line.seq > had)
  const missing = (told[0]?.seq ?? room.head + 1) - 1
  const gap = missing > had ? tellGap(state, to, room, had + 1, missing, how) : []
  return [...gap, ...tellRest(state, to, room, told, how)]
}

/** All that they lack; from now on they are told what is said. */
function tellRest(state: HubState, to: Joined, room: Room, lines: readonly Line[], how: How): Effect[] {
  room.members.set(to.id, { at: 'live' })
  const told = tell(state, to, room, lines, how, true)
  return how.isEntering ? [...told, ...settled(state, to, room)] : told
}

const tell = (
  state: HubState,
  to: Joined,
  room: Room,
  lines: readonly Line[],
  { isEntering }: How,
  isAll: boolean,
): Effect[] =>
  isEntering
    ? backlog(state, to.id, room, lines, isAll)
    : lines.flatMap(line => send([to.id], lineOf(state, line)))

/** What they do not get; their own lines among it are answered for all the same. */
function tellGap(
  state: HubState,
  to: Joined,
  room: Room,
  from: number,
  upTo: number,
  { owed }: How,
): Effect[] {
  const gap = send([to.id], { type: 'gap', room: room.name, from, to: upTo })
  // There may be more of them than are remembered.
  if (owed.length >= state.limits.owedLinesMax) return [...gap, ...comeAgain(to)]
  const missing = owed.filter(seq => seq >= from && seq <= upTo)
  const asked = missing.map(seq => askPage(to, room, seq - 1, 1, 'owed'))
  return [...gap, ...asked]
}

const askPage = (to: Joined, room: Room, after: number, limit: number, why: 'catchUp' | 'owed'): Effect => ({
  do: 'page',
  session: to.id,
  room: room.name,
  from: { after },
  limit,
  why,
})

/** What follows the past: the topic and the members, where it is a room of many. */
function settled(state: HubState, to: Joined, room: Room): Effect[] {
  if (room.pair !== null) return []
  const topic = room.topic === '' ? [] : send([to.id], { type: 'topic', room: room.name, body: room.topic })
  return [...topic, ...members(state, to.id, room)]
}

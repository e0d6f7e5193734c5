/** What follows a refused line waits until its sender has heard of the refusal: nothing said later may overtake it. */
import { type HubState, isJoined, type Joined, refusal, send } from './state.ts'
import type { Effect, Heard, Looking, Session } from './types.ts'

// A client resends what was not answered, in order, after every cut. Where A is refused, B right behind it is kept, and
// the connection breaks before the refusal arrives, A comes again and would be kept behind B. So nothing behind A is
// done until the client has answered a ping that was sent with the refusal; what still waits when the connection is
// lost was never answered, and comes again behind A. It costs one round trip, and only after a refusal.

/** What a line’s refusal keeps waiting. */
export interface Fence {
  /** Refusals that are still looked into. */
  looking: number
  /** The ping whose answer shows that all of them were heard. */
  untilPing: number
  readonly held: Heard[]
}

/**
 * A line of theirs cannot be done. It may have been kept all the same, when it was said before: then the kept line is
 * the answer. Who never says a line again, is told at once.
 */
export function refuseLine(
  from: Joined,
  id: string,
  code: string,
  text: string,
  more: { suggestion?: string } = {},
): Effect[] {
  const otherwise = refusal(id, code, text, more)
  const { person } = from.phase
  if (person.isGuest) return send([from.id], otherwise)
  from.fence ??= { looking: 0, untilPing: 0, held: [] }
  from.fence.looking += 1
  return [{ do: 'lookUp', session: from.id, author: person.device, id, otherwise }]
}

/** Holds what a client says behind a refused line; null where nothing is to wait, or this is not. */
export function heldBack(state: HubState, from: Session, heard: Heard): Effect[] | null {
  const { fence } = from
  const { type } = heard.message
  if (!fence || type === 'ping' || type === 'pong' || type === 'bye') return null
  fence.held.push(heard)
  if (fence.held.length <= state.limits.heldMessagesMax) return []
  return [{ do: 'close', session: from.id, reason: 'flood', text: tooMuch }]
}

const tooMuch =
  'A line was refused, and too much was said before this connection answered the ping that came with it.'

/** Asks whether they are there; the answers come in the order of the questions. */
export function ask(to: Session): Effect[] {
  to.pings += 1
  return send([to.id], { type: 'ping' })
}

/** The store has looked whether the refused line had been kept: what answers then, `null` for no, `undefined` where it could not. */
export function answerFor(
  to: Session,
  asked: Looking,
  kept: readonly Effect[] | null | undefined,
  go: (heard: Heard) => Effect[],
): Effect[] {
  const { fence } = to
  if (!fence || !isJoined(to)) return []
  fence.looking -= 1
  // Neither a yes nor a no would be true. They come again, and with them the question.
  if (kept === undefined)
    return [{ do: 'close', session: to.id, reason: 'storage', text: 'The history cannot be read just now.' }]
  if (kept !== null) return [...kept, ...release(to, go)]
  const told = [...send([to.id], asked.otherwise), ...ask(to)]
  fence.untilPing = to.pings
  return told
}

/** Does what waited, as far as nothing of it is refused in turn. */
export function release(session: Session, go: (heard: Heard) => Effect[]): Effect[] {
  const { fence } = session
  if (!fence || fence.looking > 0 || session.pongs < fence.untilPing) return []
  session.fence = null
  return fence.held.flatMap(go)
}

/** What keeping order has in common: who asks, whom it is about, who hears of it, and what of it is kept. */
import { unknownNick } from './naming.ts'
import { keepOrder, prune, roleOf } from './order.ts'
import { type Act, mayNotTo, type Standing } from './roles.ts'
import { type HubState, isJoined, type Person, personNamed, send, wallMsOf } from './state.ts'
import { inPieces } from './telling.ts'
import type { Deed, Effect, Keeping, SessionId } from './types.ts'

/** Somebody who keeps order: a member, or whoever runs the server, who is no person here. */
export interface Actor {
  readonly name: string
  readonly standing: Standing
  readonly person: Person | null
}

/** What is asked for, made harmless. */
export interface Asked {
  readonly whom: string
  /** 0 for good; undefined for as long as is usual. */
  readonly forMs: number | undefined
  readonly byAddress: boolean
  readonly text: string
}

interface Refusal {
  readonly ok: false
  readonly code: string
  readonly text: string
}

/** Sentences for whoever asked, and what must happen; or why not. */
export type Done =
  | { readonly ok: true; readonly lines: readonly string[]; readonly effects: readonly Effect[] }
  | Refusal

export const no = (code: string, text: string): Refusal => ({ ok: false, code, text })

/** Whom it is done to: somebody who is here or was, and stands lower than who does it. */
export function aimedAt(
  state: HubState,
  by: Actor,
  act: Act,
  { whom }: Asked,
): { readonly ok: true; readonly person: Person } | Refusal {
  const person = personNamed(state, whom)
  if (!person) {
    const { code, text } = unknownNick(state, whom)
    return no(code, text)
  }
  if (by.person === person) return no('yourself', 'That is you, and nobody does that to themselves.')
  const outranked = mayNotTo(by.standing, act, roleOf(state.order, person.device), person.nick)
  return outranked ? { ok: false, ...outranked } : { ok: true, person }
}

/** The open rooms they are in: whoever is there, too, should know what is done to them. */
export function roomsOf(state: HubState, person: Person): string[] {
  const rooms = state.sessions.get(person.session ?? '')?.rooms ?? []
  return [...rooms].filter(name => state.rooms.get(name)?.pair === null)
}

/** Whoever is in one of these rooms hears in a sentence what was done there; who asked hears it as the answer. */
export function proclaim(
  state: HubState,
  by: Actor,
  rooms: readonly string[],
  act: Act,
  line: string,
): Effect[] {
  const asker = by.person?.session ?? null
  const shared = new Map<SessionId, string[]>()
  for (const name of rooms)
    for (const id of state.rooms.get(name)?.members.connected() ?? [])
      if (id !== asker && isHere(state, id)) shared.set(id, [...(shared.get(id) ?? []), name])
  const groups = new Map<string, { readonly of: string[]; readonly to: SessionId[] }>()
  for (const [id, of] of shared) {
    const group = groups.get(of.join(' ')) ?? { of, to: [] }
    groups.set(of.join(' '), group)
    group.to.push(id)
  }
  return [...groups.values()].flatMap(({ of, to }) =>
    send(to, { type: 'order', act, lines: [line], isAnswer: false, rooms: of, complete: true }),
  )
}

const isHere = (state: HubState, id: SessionId): boolean => {
  const session = state.sessions.get(id)
  return session !== undefined && isJoined(session)
}

/** The answer to whoever asked. */
export const answer = (to: SessionId, act: Act | 'own', lines: readonly string[]): Effect[] =>
  inPieces(lines, (piece, complete) =>
    send([to], { type: 'order', act, lines: piece, isAnswer: true, complete }),
  )

/**
 * What holds now is kept, and who did it is written down.
 * @param asker hears of it where it cannot be kept; null for whoever runs the server, who is answered by it
 */
export function noted(state: HubState, asker: Person | null, deed: Deed): Effect[] {
  prune(state.order, wallMsOf(state))
  return [keepOrder(state.order, askedBy(asker, deed)), { do: 'audit', deed }]
}

const askedBy = (asker: Person | null, { act }: Deed): Keeping['asked'] =>
  asker === null || asker.session === null ? null : { session: asker.session, act }

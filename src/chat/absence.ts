/** A connection that was lost: its member’s nick and places are kept for a while, and the others see that they reconnect. */
import { depart } from './leaving.ts'
import { type HubState, type Joined, send, turnTo } from './state.ts'
import { remarkable } from './telling.ts'
import type { Effect, Session, SessionId } from './types.ts'

/**
 * The connection is gone. Who has no identity to come back with has left: guests, and newcomers who may never have heard
 * which one they were given, and would else find their own nick taken. So has anybody where too many are kept.
 */
export function lose(state: HubState, session: Session): Effect[] {
  const { phase } = session
  if (phase.at === 'reconnecting') return []
  session.buckets = null
  const isKept =
    phase.at === 'joined' &&
    session.knowsItself &&
    !phase.person.isGuest &&
    state.sessions.size <= state.limits.connectionsMax
  return isKept ? hold(state, Object.assign(session, { phase })) : leave(state, session)
}

/** They have not come back in time, and have left. */
export function expire(state: HubState, id: SessionId): Effect[] {
  const session = state.sessions.get(id)
  return session?.phase.at === 'reconnecting' ? leave(state, session) : []
}

function leave(state: HubState, session: Session): Effect[] {
  const effects = depart(state, session)
  turnTo(state, session, { at: 'closing', reason: 'left' })
  state.sessions.delete(session.id)
  return effects
}

function hold(state: HubState, session: Joined): Effect[] {
  const { person } = session.phase
  const effects: Effect[] = [{ do: 'hold', session: session.id, ms: state.limits.reconnectingMs }]
  for (const name of session.rooms) {
    const room = state.rooms.get(name)
    room?.members.set(session.id, { at: 'reconnecting' })
    if (room && room.pair === null)
      effects.push(
        ...send(room.members.connected(), {
          type: 'presence',
          room: name,
          nick: person.nick,
          presence: 'reconnecting',
          ...remarkable(state, session, person),
        }),
      )
  }
  turnTo(state, session, { at: 'reconnecting', person })
  return effects
}

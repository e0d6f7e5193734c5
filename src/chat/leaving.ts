/** Out of a room, or away altogether; a room that nobody is in and nothing was said in goes away. */
import { skeleton } from '../base/skeleton.ts'
import { keepOrder } from './order.ts'
import { forgetLock, type HubState, personOf, type Room, send } from './state.ts'
import type { Effect, Session } from './types.ts'

/** Takes the session out of a room. */
export function exit(state: HubState, session: Session, room: Room): Effect[] {
  room.members.delete(session.id)
  session.rooms.delete(room.name)
  return closeUnused(state, room)
}

/** The store has answered for a line that was said in the room: it is kept, or could not be. */
export function settled(state: HubState, room: Room | undefined): Effect[] {
  if (room === undefined || room.awaited === 0) return []
  room.awaited -= 1
  return closeUnused(state, room)
}

/** The rooms of a session stay until what is returned is called: its member is about to be in them again. */
export function heldOpen(state: HubState, session: Session): () => Effect[] {
  const rooms = [...session.rooms].flatMap(name => state.rooms.get(name) ?? [])
  for (const room of rooms) room.awaited += 1
  return () => rooms.flatMap(room => settled(state, room))
}

/** Made anew, it would be open to everybody; so it is there as long as a line or a member may still come. */
function closeUnused(state: HubState, room: Room): Effect[] {
  const isUsed = room.members.size > 0 || room.head > 0 || room.awaited > 0
  if (isUsed || room === state.rooms.values().next().value) return []
  state.rooms.delete(room.name)
  const seen = skeleton(room.name)
  if (state.roomLooks.get(seen) === room.name) state.roomLooks.delete(seen)
  return forgetLock(state, room.name) ? [keepOrder(state.order)] : []
}

/** Takes the session out of every room and frees its nick; members hear of it. */
export function depart(state: HubState, session: Session): Effect[] {
  const person = personOf(session)
  if (!person) return []
  const effects: Effect[] = []
  for (const name of [...session.rooms]) {
    const room = state.rooms.get(name)
    if (!room) continue
    effects.push(...exit(state, session, room))
    if (room.pair === null)
      effects.push(
        ...send(room.members.connected(), {
          type: 'presence',
          room: name,
          nick: person.nick,
          presence: 'gone',
        }),
      )
  }
  state.nicks.free(person.nick, session.id)
  if (person.isGuest && person.look) {
    state.nicks.drop(person.look)
    person.look = null
  }
  person.session = null
  person.away = null
  // Nobody comes back as this one.
  if (person.isGuest) state.order.roles.delete(person.device)
  return effects
}

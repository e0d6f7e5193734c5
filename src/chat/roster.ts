/** Who is here and which rooms there are, with all that only whoever runs the server may see. */
import { measureOn, roleOf } from './order.ts'
import { type HubState, personOf, wallMsOf } from './state.ts'
import { presenceOf } from './telling.ts'
import type { Present } from './types.ts'

export interface OpenRoom {
  readonly room: string
  readonly members: number
  readonly topic: string
  readonly isLocked: boolean
}

export function present(state: HubState): readonly Present[] {
  const { order } = state
  const wallMs = wallMsOf(state)
  return [...state.sessions.values()].flatMap(session => {
    const person = personOf(session)
    if (!person) return []
    const { nick, device, isGuest } = person
    return [
      {
        nick,
        role: roleOf(order, device),
        presence: presenceOf(session, person),
        isMuted: measureOn(order.mutes, { ...person, address: session.address }, wallMs) !== undefined,
        isGuest,
        address: session.address,
        rooms: [...session.rooms].filter(name => state.rooms.get(name)?.pair === null),
      },
    ]
  })
}

export const openRooms = (state: HubState): readonly OpenRoom[] =>
  [...state.rooms.values()].flatMap(({ name, members, topic, pair }) =>
    pair === null
      ? [{ room: name, members: members.size, topic, isLocked: state.order.locks.has(name) }]
      : [],
  )

/** Locked rooms: shut and opened by who is in them, and by whoever runs the server when nobody is left who may. */
import { checkRoom, isDirect } from '../base/rooms.ts'
import { firstWord } from './commands.ts'
import { type Actor, type Asked, type Done, no, noted, proclaim } from './deeds.ts'
import { forgetLock, type HubState, personOf, type Room } from './state.ts'

type Objection = Extract<Done, { ok: false }>

/** Why that room cannot be locked at all; null where it can. */
export function objectionToLocking(state: HubState, room: Room): Objection | null {
  if (!isDirect(room.name) && room !== state.rooms.values().next().value) return null
  return no('no-lock', `${isDirect(room.name) ? 'A conversation of two' : room.name} cannot be locked.`)
}

/** Only its password lets others in from now on; who is in it stays in it, and may come back. */
export function shut(state: HubState, room: Room, given: string): Objection | null {
  const { order, limits, means } = state
  const { name } = room
  const password = given.trim()
  if (password.length < limits.roomPasswordUnitsMin)
    return no('bad-password', `A password has at least ${limits.roomPasswordUnitsMin} characters.`)
  if (!order.locks.has(name) && order.locks.size >= limits.roomsMax)
    return no('too-many', 'Too many rooms are locked already.')
  const salt = means.newSecret()
  const devices = [...room.members.keys()].flatMap(id => {
    const member = state.sessions.get(id)
    const one = member ? personOf(member) : null
    return one ? [one.device] : []
  })
  order.locks.set(name, { room: name, salt, hash: means.digest(salt + password), devices })
  return null
}

/** `#room PASSWORD`, of whoever runs the server. */
export function lock(state: HubState, by: Actor, { text }: Asked): Done {
  const { word, rest } = firstWord(text)
  const checked = checkRoom(word)
  if (!checked.ok) return no('bad-room', checked.text)
  const room = state.rooms.get(checked.room)
  if (!room) return no('no-such-room', `There is no room ${checked.room}.`)
  const objection = objectionToLocking(state, room) ?? shut(state, room, rest)
  if (objection) return objection
  const line = `${room.name} is locked now, by ${by.name}: others come in with its password only.`
  return {
    ok: true,
    lines: [line, 'Who is in it stays.'],
    effects: [
      ...proclaim(state, by, [room.name], 'lock', line),
      ...noted(state, by.person, { act: 'lock', by: by.name, whom: room.name }),
    ],
  }
}

/** `#room`, of whoever runs the server. */
export function unlock(state: HubState, by: Actor, { text }: Asked): Done {
  const checked = checkRoom(text)
  if (!checked.ok) return no('bad-room', checked.text)
  const name = checked.room
  if (!forgetLock(state, name))
    return state.rooms.has(name)
      ? no('already', `${name} is not locked.`)
      : no('no-such-room', `There is no room ${name}.`)
  const line = `${name} is open to everybody again, by ${by.name}.`
  return {
    ok: true,
    lines: [line],
    effects: [
      ...proclaim(state, by, [name], 'unlock', line),
      ...noted(state, by.person, { act: 'unlock', by: by.name, whom: name }),
    ],
  }
}

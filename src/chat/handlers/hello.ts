/** hello: who comes, under which nick, and what of the past they still need. */
import { checkNick, fold, lobby, nickFrom, suggestNick } from '../../base/names.ts'
import { limits, protocolVersion } from '../../wire/limits.ts'
import {
  backlog,
  depart,
  type HubState,
  headOf,
  isJoined,
  type Joined,
  members,
  newDevice,
  others,
  refuse,
  send,
} from '../state.ts'
import type { Effect, Handler, Session } from '../types.ts'

export const hello: Handler<'hello'> = (state, from, said) => {
  if (from.phase.at !== 'greeting')
    return refuse(from, 'hello', 'already-joined', 'You are already in. To change your name, use /nick NAME.')
  if (said.v !== protocolVersion) {
    const text = `This server speaks version ${protocolVersion} of Earshot’s protocol and you speak version ${said.v}. Upgrade the older side.`
    from.phase = { at: 'closing', reason: 'version' }
    return [
      ...refuse(from, 'hello', 'version', text),
      { do: 'close', session: from.id, reason: 'version', text },
    ]
  }
  const isTaken = (folded: string) => state.nicks.has(folded)
  const checked = checkNick(said.nick)
  if (!checked.ok)
    return refuse(from, 'hello', 'bad-nick', checked.text, {
      suggestion: suggestNick(nickFrom(said.nick), isTaken),
    })

  const { nick } = checked
  const known = proven(state, said.device, said.secret)
  const former = known === null ? undefined : sessionOf(state, known)
  const holder = state.nicks.get(fold(nick))
  if (holder !== undefined && holder !== former?.id)
    return refuse(from, 'hello', 'nick-taken', `“${nick}” is already here.`, {
      suggestion: suggestNick(nick, isTaken),
    })

  const was = former?.phase.nick
  const effects = former ? replace(state, former) : []
  const { device, secret } = known ? { device: known, secret: said.secret ?? '' } : newDevice(state)
  from.phase = { at: 'joined', nick, device }
  state.nicks.set(fold(nick), from.id)
  effects.push(
    ...send([from.id], {
      type: 'welcome',
      v: protocolVersion,
      server: state.means.server,
      name: state.means.name,
      epoch: state.means.epoch,
      device,
      secret,
      nick,
      motd: state.means.motd,
      limits: { bodyBytesMax: limits.bodyBytesMax, bodyLinesMax: limits.bodyLinesMax },
    }),
    ...enter(state, from, nick, was, said.epoch === state.means.epoch ? said.last?.[lobby] : undefined),
  )
  return effects
}

/** The device a hello names, where it also knows that device's secret. */
function proven(state: HubState, device: string | undefined, secret: string | undefined): string | null {
  if (device === undefined || secret === undefined) return null
  return state.devices.get(device) === state.means.digest(secret) ? device : null
}

function sessionOf(state: HubState, device: string): Joined | undefined {
  for (const session of state.sessions.values())
    if (isJoined(session) && session.phase.device === device) return session
  return undefined
}

/** The same client on a new connection: the old one ends first, so that nothing of it can come late. */
function replace(state: HubState, former: Session): Effect[] {
  // Nobody hears of a leave: for the room this member never went away.
  depart(state, former)
  former.phase = { at: 'closing', reason: 'replaced' }
  return [
    {
      do: 'close',
      session: former.id,
      reason: 'replaced',
      text: 'You connected again from elsewhere; this connection ends.',
    },
  ]
}

/** Into the lobby: the past first, then who is there, then whatever is said from now on. */
function enter(
  state: HubState,
  from: Session,
  nick: string,
  was: string | undefined,
  last: number | undefined,
): Effect[] {
  const room = state.rooms.get(lobby)
  if (!room) throw new Error('the lobby is always there')
  from.rooms.add(room.name)
  const announced =
    was === nick
      ? []
      : send(others(room, from.id), {
          type: 'presence',
          room: lobby,
          nick,
          ...(was === undefined ? {} : { was }),
          presence: 'here',
        })
  const head = headOf(room)
  const oldest = room.tail[0]?.seq ?? head + 1
  const missed = last === undefined || last > head ? null : head - last

  if (missed !== null && last !== undefined && last + 1 < oldest && missed <= limits.resumeLinesMax) {
    room.members.set(from.id, { at: 'catching-up', after: last })
    return [
      ...announced,
      { do: 'page', session: from.id, room: room.name, after: last, limit: limits.pageLinesMax },
    ]
  }
  room.members.set(from.id, { at: 'live' })
  const told = missed === null ? room.tail : room.tail.filter(line => line.seq > (last ?? 0))
  const gap =
    missed !== null && last !== undefined && last + 1 < oldest
      ? send([from.id], { type: 'gap', room: room.name, from: last + 1, to: oldest - 1 })
      : []
  return [...gap, ...backlog(from.id, room.name, told, true), ...members(state, from.id, room), ...announced]
}

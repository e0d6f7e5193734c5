/** Rooms as the user moves among them: opened, shown, named otherwise, closed, found by a part of their name. */
import { fold } from '../base/names.ts'
import { isDirect } from '../base/rooms.ts'
import type { Presence } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import type { Model } from './model.ts'
import { labelOf, type Room } from './room.ts'
import { patch, putRoom, roomNamed, type Turn, tell, want } from './turn.ts'

const sameNick = (a: string, b: string): boolean => fold(a) === fold(b)

/** What a conversation with `nick` is called before the server has named it; also an address. */
const unnamed = (nick: string): string => `@${nick}`

/** Whether the room is a conversation that the server has not named. */
export const isUnnamed = (room: Room): boolean => room.partner !== null && room.name === unnamed(room.partner)

/** The conversation with `nick` that is open. */
export function conversationWith(model: Model, nick: string): Room | undefined {
  for (const room of model.rooms.values())
    if (room.partner !== null && sameNick(room.partner, nick)) return room
  return undefined
}

/** Rooms that are shown, in their order: a conversation with somebody ignored is not, unless it is on show. */
export function shownRooms(model: Model): readonly Room[] {
  const rooms = [...model.rooms.values()]
  if (model.ignored.size === 0) return rooms
  return rooms.filter(
    room => room.name === model.current || room.partner === null || !isIgnored(model, room.partner),
  )
}

export const isIgnored = (model: Model, nick: string): boolean =>
  model.ignored.size > 0 && model.ignored.has(fold(nick))

/** Shows a room that is open; the line being typed stays with the room it was typed in. */
export function show(turn: Turn, name: string): void {
  const { model } = turn
  const to = model.rooms.get(name)
  if (!to || name === model.current) return
  const rooms = new Map(model.rooms)
  const from = rooms.get(model.current)
  if (from) rooms.set(from.name, { ...from, draft: model.editor, newFromKey: null })
  rooms.set(name, { ...to, unread: 0, mentions: 0 })
  patch(turn, {
    rooms,
    current: name,
    visited: [...model.visited.filter(one => one !== model.current), model.current].slice(-bounds.visited),
    // What was cut in one room can be pasted in another.
    editor: { ...to.draft, kills: model.editor.kills },
    completion: null,
    toast: null,
  })
}

/** Enters `name` (`#r`, or `@nick`) where we are not in it yet, and gives the room; null where there are too many. */
export function enterRoom(turn: Turn, name: string, password?: string): Room | null {
  const partner = isDirect(name) ? name.slice(1) : null
  const known = partner === null ? turn.model.rooms.get(name) : conversationWith(turn.model, partner)
  if (known) {
    // Whoever comes back before it was left stays.
    patch(turn, {
      asked: turn.model.asked.filter(one => one.to === 'join' || one.isSent || one.room !== known.name),
    })
    return known
  }
  const room = roomNamed(turn, name, partner)
  if (room === null) {
    tell(
      turn,
      `You are in ${bounds.rooms} rooms, which is as many as can be. Leave one with /leave.`,
      'warning',
    )
    return null
  }
  putRoom(turn, room)
  const isSent = turn.model.link.at === 'joined'
  patch(turn, { asked: [...turn.model.asked, { to: 'join', room: name, isSent }] })
  if (isSent)
    want(turn, {
      do: 'send',
      message: { type: 'join', room: name, ...(password === undefined ? {} : { password }) },
    })
  return room
}

/** Leaves a room, as soon as the server has answered where it must be asked. False where it cannot be left. */
export function leaveRoom(turn: Turn, room: Room): boolean {
  const { rooms, link, asked, outbox } = turn.model
  // Our own renaming is told in rooms only, and whoever comes back is put into the lobby.
  const stays = (name: string): boolean =>
    name !== room.name && !isDirect(name) && !asked.some(one => one.to === 'leave' && one.room === name)
  if (!isDirect(room.name) && ![...rooms.keys()].some(stays)) {
    tell(
      turn,
      `${room.label} is the only room you are in, so you stay there. /join #ROOM goes to another one, /quit leaves.`,
      'warning',
    )
    return false
  }
  const waits = outbox.some(one => isPerhapsFor(turn.model, one.room, room.name))
  // A hello under way has named it already.
  const isCut = link.at !== 'joined' && link.at !== 'greeting'
  if (isUnnamed(room) || (isCut && !waits)) {
    close(turn, room.name)
    return true
  }
  if (isCut) tell(turn, `${room.label} is left as soon as what you said there is sent.`)
  if (!asked.some(one => one.to === 'leave' && one.room === room.name))
    patch(turn, { asked: [...asked, { to: 'leave', room: room.name, isSent: false }] })
  // What is typed next is for the room before, whenever the server answers.
  const before = roomBefore(turn.model, room.name)
  if (room.name === turn.model.current && before !== undefined) show(turn, before)
  return true
}

/** Whether what waits for `to` may belong into `room`: a nick we know nothing of may be the other one’s new nick. */
const isPerhapsFor = ({ rooms }: Model, to: string, room: string): boolean =>
  to === room || (isDirect(room) && !rooms.has(to))

/** Leaves the rooms that are to be left, as soon as nothing of ours waits there. */
export function leaveWhenSaid(turn: Turn): void {
  const { asked, outbox, link } = turn.model
  const waitsFor = (room: string): boolean =>
    outbox.some(pending => isPerhapsFor(turn.model, pending.room, room))
  const isDue = (one: Model['asked'][number]): boolean =>
    one.to === 'leave' && !one.isSent && !waitsFor(one.room)
  if (link.at !== 'joined' || !asked.some(isDue)) return
  for (const one of asked.filter(isDue))
    want(turn, { do: 'send', message: { type: 'leave', room: one.room } })
  // In the order they were sent, for they are answered in it.
  const sent = asked.filter(isDue).map(one => ({ ...one, isSent: true }))
  patch(turn, { asked: [...asked.filter(one => !isDue(one)), ...sent] })
}

/** The room that was on show before `name`, and is not to be left. */
function roomBefore({ visited, rooms, asked }: Model, name: string): string | undefined {
  const others = [...rooms.keys()].filter(one => one !== name)
  const staying = others.filter(one => !asked.some(it => it.to === 'leave' && it.room === one))
  return visited.findLast(one => staying.includes(one)) ?? staying[0] ?? others[0]
}

/** The room is gone from here; where it was on show, the one before it is. */
export function close(turn: Turn, name: string): void {
  const room = turn.model.rooms.get(name)
  if (!room) return
  if (name === turn.model.current) {
    const { editor } = turn.model
    const next = roomBefore(turn.model, name)
    // Nothing typed is lost: ^Y brings it back.
    if (editor.text !== '')
      patch(turn, { editor: { ...editor, kills: [editor.text, ...editor.kills].slice(0, 16) } })
    if (next === undefined) return
    show(turn, next)
  }
  const rooms = new Map(turn.model.rooms)
  rooms.delete(name)
  const closed = new Map(turn.model.closed)
  if (room.partner !== null && !isUnnamed(room) && closed.size < bounds.rooms)
    closed.set(name, room.lastSeq ?? 0)
  patch(turn, {
    rooms,
    closed,
    visited: turn.model.visited.filter(one => one !== name),
    // A question on its way is still answered, and its answer may name nothing: it must not be taken for the next one’s.
    asked: turn.model.asked.filter(one => one.room !== name || (one.to === 'join' && one.isSent)),
  })
}

/** Another name for a room that keeps all it has, and its place. */
export function renameRoom(turn: Turn, from: string, to: string, partner: string | null): void {
  const { model } = turn
  const rooms = new Map<string, Room>()
  for (const [name, room] of model.rooms)
    if (name === from) rooms.set(to, { ...room, name: to, partner, label: labelOf(to, partner) })
    else if (name !== to) rooms.set(name, room)
  const renamed = (name: string): string => (name === from ? to : name)
  patch(turn, {
    rooms,
    current: renamed(model.current),
    visited: [...new Set(model.visited.map(renamed))],
    asked: model.asked.map(one => (one.to === 'leave' ? { ...one, room: renamed(one.room) } : one)),
    outbox: model.outbox.map(one => ({ ...one, room: renamed(one.room), from: renamed(one.from) })),
  })
}

/** Where a line of ours that waits is shown: in its room, or where it was typed until there is one. */
export function placeOfPending(model: Model, pending: { room: string; from: string }): string {
  if (model.rooms.has(pending.room)) return pending.room
  return model.rooms.has(pending.from) ? pending.from : model.current
}

/** The room `by` places on, round and round. */
export function neighbour(model: Model, by: 1 | -1): Room | undefined {
  const rooms = shownRooms(model)
  const index = rooms.findIndex(room => room.name === model.current)
  return rooms[(index + by + rooms.length) % rooms.length]
}

/** The next room with something new in it, those that name us first. */
export function nextActivity(model: Model): Room | undefined {
  const rooms = shownRooms(model)
  const index = rooms.findIndex(room => room.name === model.current)
  const after = [...rooms.slice(index + 1), ...rooms.slice(0, Math.max(0, index))]
  return after.find(room => room.mentions > 0) ?? after.find(room => room.unread > 0)
}

/** Rooms whose name has the letters of `words` in their order, those that begin with them first. */
export function roomsLike(model: Model, words: string): readonly Room[] {
  const wanted = fold(words.trim())
  const rooms = shownRooms(model).filter(room => room.name !== model.current || wanted !== '')
  const nearness = (room: Room): number => {
    const name = fold(room.label)
    if (name.startsWith(wanted) || name.slice(1).startsWith(wanted)) return 0
    if (name.includes(wanted)) return 1
    let at = 0
    for (const letter of wanted) {
      at = name.indexOf(letter, at) + 1
      if (at === 0) return 3
    }
    return 2
  }
  return [0, 1, 2].flatMap(rank => rooms.filter(room => nearness(room) === rank))
}

/** Whether the other one of a conversation, or anybody, is here, as far as we can see. */
export function presenceOf(model: Model, nick: string): Exclude<Presence, 'gone'> | null {
  for (const room of model.rooms.values()) {
    const presence = room.members.get(nick)
    if (presence !== undefined && presence !== 'gone') return presence
  }
  return null
}

/** Who is in a room; of a conversation both are, as far as they can be seen. */
export function membersOf(model: Model, room: Room): Room['members'] {
  if (room.partner === null) return room.members
  const here = presenceOf(model, room.partner)
  return new Map([
    [model.nick, presenceOf(model, model.nick) ?? 'here'],
    ...(here === null ? [] : [[room.partner, here] as const]),
  ])
}

/** who, rooms, history and search: questions, answered to the asker alone and only of rooms they are in. */
import { isOpenTo } from '../order.ts'
import { tooFast } from '../paces.ts'
import { type HubState, isJoined, type Joined, notInRoom, notJoined, refuse, roomOf, send } from '../state.ts'
import { inPieces, members } from '../telling.ts'
import type { Effect, Handler, Session } from '../types.ts'

/** Runs `answer` for somebody who has joined and asks no faster than is allowed. */
function asked(
  state: HubState,
  from: Session,
  about: string,
  nowMs: number,
  answer: (from: Joined) => Effect[],
): Effect[] {
  if (!isJoined(from)) return notJoined(from, about)
  return tooFast(state, from, 'ask', about, nowMs) ?? answer(from)
}

export const who: Handler<'who'> = (state, from, said, nowMs) =>
  asked(state, from, 'who', nowMs, asker => {
    const room = roomOf(state, asker, said.room)
    return room ? members(state, asker.id, room) : notInRoom(asker, 'who')
  })

export const rooms: Handler<'rooms'> = (state, from, _said, nowMs) =>
  asked(state, from, 'rooms', nowMs, asker => {
    const open = [...state.rooms.values()].filter(
      room =>
        room.pair === null &&
        (asker.rooms.has(room.name) || isOpenTo(state.order, room.name, asker.phase.person.device)),
    )
    const list = open.map(room => ({
      room: room.name,
      members: room.members.connected().length,
      topic: room.topic,
    }))
    return inPieces(list, (piece, complete) => send([asker.id], { type: 'rooms', rooms: piece, complete }))
  })

export const history: Handler<'history'> = (state, from, said, nowMs) =>
  asked(state, from, 'history', nowMs, asker => {
    if (!roomOf(state, asker, said.room)) return notInRoom(asker, 'history')
    const { room, before, after, limit = state.limits.pageLinesMax } = said
    const start = after === undefined ? { before: before ?? Number.MAX_SAFE_INTEGER } : { after }
    return [{ do: 'page', session: asker.id, room, from: start, limit, why: 'history' }]
  })

export const search: Handler<'search'> = (state, from, said, nowMs) =>
  asked(state, from, 'search', nowMs, asker => {
    if (said.words.trim() === '') return refuse(asker, 'search', 'empty', 'Search for what? /search WORDS.')
    if (said.room !== undefined && !roomOf(state, asker, said.room)) return notInRoom(asker, 'search')
    const within = said.room === undefined ? [...asker.rooms] : [said.room]
    const limit = Math.min(said.limit ?? state.limits.foundLinesMax, state.limits.foundLinesMax)
    return [{ do: 'search', session: asker.id, rooms: within, words: said.words, limit: limit + 1 }]
  })

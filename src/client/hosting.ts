/** The server this client has started: where others find it, and that it ends with us. */
import { formatTarget } from '../base/target.ts'
import { patience } from './bounds.ts'
import type { Model } from './model.ts'
import { addressOutside } from './servers.ts'
import { leave, patch, type Turn } from './turn.ts'
import type { Target } from './types.ts'

/** The server we have started, for as long as this client runs. */
export interface Hosted {
  readonly target: Target
  /** null until it has welcomed us. */
  readonly id: string | null
  /** Makes us its owner, where nobody is yet; used at the first welcome. */
  readonly token: string | null
  /** When we left it for the list, and whether others were there then. */
  readonly left: { readonly atMs: number; readonly hadGuests: boolean } | null
}

/** Whether the server we are at is the one we have started. */
const isHost = ({ hosted, server }: Model): boolean =>
  hosted !== null && server !== null && hosted.id === server.id

/** `hosting at 10.0.0.5:23277`, what others can type; empty where we are a guest. */
export function hostingText(model: Model): string {
  const { hosted, picker } = model
  if (hosted === null || !isHost(model)) return ''
  const host = addressOutside(picker.outlets) ?? hosted.target.hosts[0] ?? '?'
  return `hosting at ${formatTarget(host, hosted.target.port)}`
}

/** Whether somebody else is at the server we have started, as far as we can know. */
function hasGuests(model: Model): boolean {
  const { hosted, picker, rooms, nick } = model
  if (hosted === null) return false
  if (isHost(model))
    return [...rooms.values()].some(({ members }) => [...members.keys()].some(one => one !== nick))
  // Its word may be older than our leaving, and count us.
  const { left } = hosted
  const word = picker.sightings.find(one => one.id === hosted.id)
  if (left !== null && (word === undefined || word.heardAt < left.atMs + patience.wordLateMs))
    return left.hadGuests
  return word !== undefined && word.users > 0
}

/** The user goes back to the list, and the server stays. */
export function leaveHosted(turn: Turn): void {
  const { hosted, nowMs } = turn.model
  if (hosted !== null && isHost(turn.model))
    patch(turn, { hosted: { ...hosted, left: { atMs: nowMs, hadGuests: hasGuests(turn.model) } } })
}

/** Leaves as the user wishes; where that ends the server for others, it is asked first. */
export function leaveAsking(turn: Turn, code: number): void {
  if (hasGuests(turn.model)) patch(turn, { ask: { about: 'leave', why: null, code } })
  else leave(turn, code)
}

/** Who keeps order here, as the server tells it, and what was done to keep it. */
import { cleanText } from '../base/clean.ts'
import type { ServerMessage } from '../wire/messages.ts'
import { questionAnswered } from './answers.ts'
import { withRole } from './roles.ts'
import { patch, type Turn, tell, tellRoom } from './turn.ts'

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>

/** Whoever was told to go by that reason does not come back unasked. */
export const staysAway = (reason: string): boolean => ['kicked', 'banned', 'not-allowed'].includes(reason)

/** Acts that are answered to whoever asked; the others are told to those they concern, too. */
export function takeOrder(turn: Turn, said: Of<'order'>): void {
  for (const line of said.lines) if (line !== '') tellThere(turn, cleanText(line), said.rooms ?? [])
  if (said.isAnswer && said.complete) questionAnswered(turn)
}

/** In the rooms it happened in, not where somebody else is spoken with; where it is of none of ours, in the one on show. */
function tellThere(turn: Turn, text: string, names: readonly string[]): void {
  const { wallMs } = turn.model
  const rooms = names.flatMap(name => turn.model.rooms.get(name) ?? [])
  if (rooms.length === 0) tell(turn, text)
  for (const room of rooms) tellRoom(turn, room, { kind: 'notice', tone: 'plain', text }, wallMs)
}

export function takeRole(turn: Turn, said: Of<'role'>): void {
  patch(turn, { roles: withRole(turn.model.roles, said) })
}

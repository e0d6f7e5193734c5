/** bye: somebody leaves and says so. */
import { depart } from '../leaving.ts'
import { turnTo } from '../state.ts'
import type { Handler } from '../types.ts'

export const bye: Handler<'bye'> = (state, from) => {
  const effects = depart(state, from)
  turnTo(state, from, { at: 'closing', reason: 'bye' })
  return [...effects, { do: 'close', session: from.id, reason: 'bye', text: 'See you.' }]
}

/** ping and pong: a question that is always answered, and an answer that asks for nothing. */
import { send } from '../state.ts'
import type { Handler } from '../types.ts'

export const ping: Handler<'ping'> = (state, from) =>
  // Whoever comes back has to know which identity of theirs is for this server, before they show it.
  send(
    [from.id],
    from.phase.at === 'greeting' ? { type: 'pong', server: state.means.server } : { type: 'pong' },
  )

export const pong: Handler<'pong'> = (_state, from) => {
  from.pongs += 1
  return []
}

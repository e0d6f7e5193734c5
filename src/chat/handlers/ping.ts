/** ping and pong: a question that is always answered, and an answer that asks for nothing. */
import { send } from '../state.ts'
import type { Handler } from '../types.ts'

export const ping: Handler<'ping'> = (_state, from) => send([from.id], { type: 'pong' })

export const pong: Handler<'pong'> = (_state, from) => {
  from.pongs += 1
  return []
}

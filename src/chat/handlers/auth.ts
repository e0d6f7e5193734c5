/** auth: answered before the chat by a server that asks for a password; here it comes to one that does not, or too late. */
import { refuse } from '../state.ts'
import type { Handler } from '../types.ts'

export const auth: Handler<'auth'> = (_state, from) =>
  refuse(from, 'auth', 'no-password', 'No password is asked for here. Say hello, with a nick.')

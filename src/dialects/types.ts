/** What a dialect is: another way to say the same messages. It knows lines and messages, no sockets and no rules. */
import type { ClientMessage, ServerMessage } from '../wire/messages.ts'

/**
 * What a line came to: a message for the hub, or an answer for the peer because the line was none. The answer
 * is rendered by the same codec, so a bad line is answered in the dialect it was said in.
 */
export type Heard = { message: ClientMessage } | { answer: ServerMessage }

export interface Dialect {
  readonly name: string
  /** The first bytes that claim it. No opening begins with another one, of any dialect. */
  readonly openings: readonly string[]
  /** One codec for one connection. `newId` makes the ids of lines whose sender cannot make its own. */
  open(newId: () => string): Codec
}

/**
 * 1. Neither function throws, whatever it is given.
 * 2. `parse` gives what one line (without its newline) says, in order; nothing for a line that says nothing.
 * 3. `render` gives what the peer is sent, without the last newline; '' where the dialect has no words for it.
 *    What people wrote never makes a line of its own in it.
 * 4. `render` depends on the message alone, so that one rendering serves all peers of a dialect.
 */
export interface Codec {
  parse(line: string): readonly Heard[]
  render(message: ServerMessage): string
}

/** What a dialect is: another way to say the same messages. It knows lines and messages, no sockets and no rules. */
import type { ClientMessage, ServerMessage } from '../wire/messages.ts'

/**
 * What a line came to: a message for the hub; an answer for the peer because the line was none, rendered by the same
 * codec; or words of the dialect's own, which go out as they are.
 */
export type Heard = { message: ClientMessage } | { answer: ServerMessage } | { says: string }

/** What a codec is told of its world when it is opened. */
export interface DialectMeans {
  /** The server's name, for a greeting. */
  readonly serverName: string
  /** Nobody between could read along. */
  readonly isEncrypted?: boolean
  /** A fresh id, for lines whose sender cannot make its own. */
  newId(): string
  /** The wall clock, asked once: days are named only where they differ from the day of the visit. */
  wallMs(): number
}

export interface Dialect {
  readonly name: string
  /** The first bytes that claim it; none for the dialect of whoever claims no other. None begins with another one. */
  readonly openings: readonly string[]
  /** One rendering serves all its peers: its codec remembers nothing of them. Else each peer has a codec of its own. */
  readonly shared: boolean
  /** Whoever speaks it answers a ping. Else silence means nothing: a person may read for hours. */
  readonly answersPings: boolean
  /** A line of it, without its newline. Longer: dropped, and told in a sentence. */
  readonly lineBytesMax: number
  /** One codec for one connection. */
  open(means: DialectMeans): Codec
}

/**
 * 1. No function throws, whatever it is given.
 * 2. `parse` gives what one line (without its newline) says, in order; nothing for a line that says nothing. Each
 *    item is done before the next is taken, so a later one may depend on what was rendered meanwhile.
 * 3. `render` gives what the peer is sent, without the last newline; '' where the dialect has no words for it.
 *    What people wrote never makes a line of its own in it.
 * 4. Where the dialect is shared, `render` depends on the message alone.
 */
export interface Codec {
  parse(line: string): Iterable<Heard>
  render(message: ServerMessage): string
  /** The first words to somebody who said nothing yet. */
  readonly greeting?: string
  /** Bytes as they came to bytes in which a newline ends each line; pieces of any size, in order. */
  sift?(chunk: Uint8Array): Uint8Array
  /** Words kept back so that many changes are told once: whether there are any, and what they are by now. */
  readonly kept?: { waits(): boolean; take(): string }
}

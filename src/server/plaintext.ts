/** From whom a server takes what is not encrypted, and what the others are told. */
import { isLoopback } from '../base/network.ts'
import { pipe } from '../dialects/pipe.ts'
import { text } from '../dialects/text.ts'
import type { Dialect } from '../dialects/types.ts'
import { write } from '../wire/written.ts'

/** `local`: from this machine alone, where nobody on the network can read along. */
export type Plaintext = 'allow' | 'local' | 'deny'

export const takesPlain = (plaintext: Plaintext, address: string | undefined): boolean =>
  plaintext === 'allow' || (plaintext === 'local' && isLoopback(address))

/** Last words to a newcomer whose connection anybody could read, in the dialect it speaks. */
export function unencrypted(dialect: Dialect, plaintext: Plaintext, target: string): string {
  const but = plaintext === 'local' ? ', but from this machine itself' : ''
  const sentence = `This Earshot server takes encrypted connections only${but}. Join it with: earshot join ${target}`
  if (dialect === text)
    return `-- ${sentence}\r\n-- Without a client of Earshot’s: ncat --ssl ${target.replace(/:(\d+)$/, ' $1')}\r\n`
  if (dialect === pipe) return `SRV|${sentence}\n`
  return `${write({ type: 'bye', reason: 'plaintext', text: sentence })}\n`
}

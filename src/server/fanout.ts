/** One message to many: rendered and encoded once for all who share a dialect, and one write for each in a turn. */
import type { ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect } from '../dialects/types.ts'
import { type Batch, createBatch } from '../net/batch.ts'
import type { Connection } from '../net/connection.ts'

export interface Hearer {
  readonly connection: Connection
  readonly codec: Codec
  readonly dialect: Dialect
}

/** Those of a list who share a dialect, and what they are told in this turn. */
interface Sharers {
  readonly codec: Codec
  readonly connections: Connection[]
  batch: Batch | undefined
  /** Whether that is not in a hurry. */
  lingers: boolean
}

interface Audience<H> {
  /** Whose codec serves them alone. */
  readonly own: readonly H[]
  readonly shared: readonly Sharers[]
}

/**
 * @param find whoever a session is; undefined where they are gone
 * @param onOwn somebody with a codec of their own was told something
 */
export function createFanout<H extends Hearer>(
  find: (id: SessionId) => H | undefined,
  onOwn: (hearer: H) => void,
): (to: readonly SessionId[], message: ServerMessage) => void {
  /** The very same list means the same people, so it is looked at once. */
  const audiences = new WeakMap<readonly SessionId[], Audience<H>>()

  function audienceOf(to: readonly SessionId[]): Audience<H> {
    const known = audiences.get(to)
    if (known) return known
    const own: H[] = []
    const shared = new Map<Dialect, Sharers>()
    for (const id of to) {
      const hearer = find(id)
      if (!hearer) continue
      const { dialect, codec, connection } = hearer
      const sharers = shared.get(dialect)
      if (!dialect.shared) own.push(hearer)
      else if (sharers) sharers.connections.push(connection)
      else shared.set(dialect, { codec, connections: [connection], batch: undefined, lingers: false })
    }
    const audience = { own, shared: [...shared.values()] }
    audiences.set(to, audience)
    return audience
  }

  function tell(sharers: Sharers, line: string, when: 'soon' | 'lingering'): void {
    const lingers = when === 'lingering'
    if (!sharers.batch?.isOpen() || (sharers.lingers && !lingers)) {
      sharers.batch = createBatch()
      sharers.lingers = lingers
      for (const connection of sharers.connections) connection.share(sharers.batch, when)
    }
    sharers.batch.add(line)
  }

  function tellOne(hearer: H, message: ServerMessage): void {
    const line = hearer.codec.render(message)
    if (line !== '') hearer.connection.send(line)
    if (!hearer.dialect.shared) onOwn(hearer)
  }

  return (to, message) => {
    const [first] = to
    if (to.length === 1 && first !== undefined) {
      const hearer = find(first)
      if (hearer) tellOne(hearer, message)
      return
    }
    const { own, shared } = audienceOf(to)
    // Nobody waits to see that somebody came or went.
    const when = message.type === 'presence' ? 'lingering' : 'soon'
    for (const sharers of shared) {
      const line = sharers.codec.render(message)
      if (line !== '') tell(sharers, line, when)
    }
    for (const hearer of own) tellOne(hearer, message)
  }
}

/** One message to many: rendered and encoded once for all who share a dialect, and one write for each in a turn. */
import type { ServerMessage, SessionId } from '../chat/types.ts'
import type { Codec, Dialect } from '../dialects/types.ts'
import { type Batch, createBatch } from '../net/batch.ts'
import type { Connection } from '../net/connection.ts'
import { bounds } from './bounds.ts'
import { createNews, type News } from './news.ts'

export interface Hearer {
  readonly connection: Connection
  readonly codec: Codec
  readonly dialect: Dialect
}

/** Told now or never: nobody misses it who cannot hear it now. */
const isFleeting = ({ type }: ServerMessage): boolean => type === 'typing' || type === 'read'

/** Those of a list who share a dialect, and what they are told in this turn. */
interface Sharers {
  readonly codec: Codec
  readonly connections: Connection[]
  batch: Batch | undefined
}

interface Audience<H> {
  /** Whose codec serves them alone. */
  readonly own: readonly H[]
  readonly shared: readonly Sharers[]
}

interface FanoutMeans<H> {
  /** Whoever a session is; undefined where they are gone. */
  find(id: SessionId): H | undefined
  /** Somebody with a codec of their own was told something. */
  onOwn(hearer: H): void
  /** Runs it in a moment, the later the more people there are to be told who came and went. */
  later(run: () => void, people: number): void
  /** Whoever has more unsent is not told what passes. */
  readonly softBytes: number
}

export function createFanout<H extends Hearer>({
  find,
  onOwn,
  later,
  softBytes,
}: FanoutMeans<H>): (to: readonly SessionId[], message: ServerMessage) => void {
  /** The very same list means the same people, so it is looked at once. */
  const audiences = new WeakMap<readonly SessionId[], Audience<H>>()
  /** Those with a codec of their own that were told something. */
  const alone = new Map<SessionId, H>()
  /** What newcomers were told, in the dialect it was asked in last; without bytes where that was once. */
  const encoded = new WeakMap<ServerMessage, { readonly dialect: Dialect; readonly bytes: Buffer | null }>()
  /** What waits, by room and by the dialect it is rendered in. */
  const waiting = new Map<string, Map<Dialect, News>>()
  /** How often the news were put off, whether more of them came since, and how many are to hear the latest. */
  let waits = 0
  let hasMore = false
  let hearers = 0
  /** The dialects that are shared, each with the codec of somebody who speaks it. */
  const codecs = new Map<Dialect, Codec>()

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
      else shared.set(dialect, { codec, connections: [connection], batch: undefined })
    }
    const audience = { own, shared: [...shared.values()] }
    audiences.set(to, audience)
    return audience
  }

  const isFull = ({ connection }: H): boolean => connection.backlogBytes() > softBytes
  const takesMore = (id: SessionId): boolean => {
    const hearer = find(id)
    return hearer !== undefined && !isFull(hearer)
  }

  function tell(sharers: Sharers, line: string): void {
    if (!sharers.batch?.isOpen()) {
      sharers.batch = createBatch()
      for (const connection of sharers.connections) connection.share(sharers.batch)
    }
    sharers.batch.add(line)
  }

  function tellOne(id: SessionId, hearer: H, message: ServerMessage): void {
    const { codec, connection, dialect } = hearer
    if (dialect.shared) codecs.set(dialect, codec)
    else alone.set(id, hearer)
    const isOfRoom = message.type === 'members' || message.type === 'backlog'
    const bytes = dialect.shared && isOfRoom ? bytesOf(hearer, message) : null
    if (bytes === null) sayTo(hearer, message)
    else if (bytes.length > 0) connection.share(bytes)
    if (!dialect.shared) onOwn(hearer)
  }

  function sayTo({ codec, connection }: H, message: ServerMessage): void {
    const line = codec.render(message)
    if (line !== '') connection.send(line)
  }

  /**
   * The very same message again is the very same bytes: many who come at once are told the same of a room. Null for the
   * first time, which mostly is the only one: the end of a list is another one for the next who comes.
   */
  function bytesOf({ codec, dialect }: H, message: ServerMessage): Buffer | null {
    const known = encoded.get(message)
    if (known?.dialect !== dialect) {
      encoded.set(message, { dialect, bytes: null })
      return null
    }
    if (known.bytes !== null) return known.bytes
    const line = codec.render(message)
    const bytes = Buffer.from(line === '' ? '' : `${line}\n`)
    encoded.set(message, { dialect, bytes })
    return bytes
  }

  /** Whose news are told before it. Who came, or has another nick, is told with the role they had then: that is of all rooms. */
  const roomsBefore = (message: ServerMessage): readonly string[] =>
    message.type === 'role' ? [...waiting.keys()] : 'room' in message ? [message.room] : []

  function settle(room: string): void {
    const news = waiting.get(room)
    waiting.delete(room)
    for (const one of news?.values() ?? []) one.settle()
  }

  function settleAll(): void {
    for (const room of waiting.keys()) settle(room)
  }

  /** As long as more come there is one telling for all of them: for a crowd each is as many writes. */
  function settleLater(): void {
    hasMore = false
    waits += 1
    later(() => {
      if (hasMore && waits < bounds.newsWaitsMax) return settleLater()
      waits = 0
      settleAll()
    }, hearers)
  }

  /** Nobody waits to see that somebody came or went, and many do so at once. */
  function tellLater(to: readonly SessionId[], message: ServerMessage & { room: string }): void {
    for (const [id, hearer] of alone)
      if (find(id) !== hearer) alone.delete(id)
      else if (to.includes(id)) tellOne(id, hearer, message)
    hasMore = true
    hearers = to.length
    if (waits === 0) settleLater()
    const news = waiting.get(message.room) ?? new Map<Dialect, News>()
    waiting.set(message.room, news)
    for (const [dialect, codec] of codecs) {
      const line = codec.render(message)
      if (line === '') continue
      const speakers = news.get(dialect) ?? createNews(id => speakerOf(id, dialect))
      news.set(dialect, speakers)
      speakers.add(to, line)
    }
  }

  const speakerOf = (id: SessionId, dialect: Dialect): Connection | undefined => {
    const hearer = find(id)
    return hearer?.dialect === dialect ? hearer.connection : undefined
  }

  return (whole, message) => {
    const to = isFleeting(message) ? whole.filter(takesMore) : whole
    const [first] = to
    if (first === undefined) return
    if (message.type === 'presence') return tellLater(to, message)
    const rooms = waiting.size > 0 ? roomsBefore(message) : []
    if (to.length === 1 && first !== undefined) {
      const hearer = find(first)
      for (const room of rooms)
        for (const one of waiting.get(room)?.values() ?? []) if (one.isFor(first)) one.settle(first)
      if (hearer) tellOne(first, hearer, message)
      return
    }
    for (const room of rooms) settle(room)
    const { own, shared } = audienceOf(to)
    for (const sharers of shared) {
      const line = sharers.codec.render(message)
      if (line !== '') tell(sharers, line)
    }
    for (const hearer of own) {
      sayTo(hearer, message)
      onOwn(hearer)
    }
  }
}

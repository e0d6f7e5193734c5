/** What a client keeps of a server beyond its own life: who it is there, how far it has read, what is not sent yet. */
import * as v from 'valibot'
import { at } from '../base/ring.ts'
import { limits } from '../wire/limits.ts'
import { bounds, patience } from './bounds.ts'
import type { Model, Pending } from './model.ts'
import type { Room } from './room.ts'
import { isUnnamed } from './rooms.ts'
import { patch, type Turn } from './turn.ts'

const word = v.pipe(v.string(), v.maxLength(256))
const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
/** A number too large for a file would be read as one and written as none. */
const wallMs = v.pipe(v.number(), v.finite())
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const waiting = v.object({
  id,
  room: word,
  from: word,
  emote: v.boolean(),
  body: v.pipe(v.string(), v.maxLength(limits.serverLineBytesMax)),
  wallMs,
})

const kept = v.object({
  /** Of this form of the file. */
  v: v.literal(1),
  server: id,
  device: id,
  secret: id,
  epoch: id,
  /** The server’s run in which we were there last. */
  run: v.optional(id),
  nick: word,
  /** The nick that was asked for, where the server gave another: by that an errand finds its own again. */
  asked: v.optional(word),
  /** The clock on the wall when we were last connected. */
  leftMs: wallMs,
  /**
   * In their order, each with the last line that was seen, null where nothing was heard of it yet; and with the last one
   * that had come, where that is another.
   */
  rooms: v.pipe(
    v.array(
      v.object({ name: word, partner: v.nullable(word), seq: v.nullable(count), had: v.optional(count) }),
    ),
    v.maxLength(bounds.rooms),
  ),
  /** Conversations that were closed. */
  closed: v.pipe(v.array(v.object({ name: word, seq: count })), v.maxLength(bounds.rooms)),
  /** Our lines without an acknowledgement, in their order. */
  outbox: v.pipe(v.array(waiting), v.maxLength(2 * bounds.outboxLines)),
  /** Those that waited too long, for the user to decide on. */
  stale: v.pipe(v.array(waiting), v.maxLength(2 * bounds.staleLines)),
})

export type Kept = v.InferOutput<typeof kept>

/** Reads what `JSON.stringify` made of it; null where it is damaged or of a form we do not know. */
export function readKept(text: string): Kept | null {
  try {
    const read = v.safeParse(kept, JSON.parse(text))
    return read.success ? read.output : null
  } catch {
    return null
  }
}

/** What is to be kept of the server we are at; null before one has welcomed us. */
export function keptOf(model: Model): Kept | null {
  const { server, nick, rooms, closed, outbox, stale, link, wallMs, leftMs } = model
  if (server === null) return null
  return {
    v: 1,
    server: server.id,
    device: server.device,
    secret: server.secret,
    epoch: server.epoch,
    ...(server.run === null ? {} : { run: server.run }),
    nick,
    leftMs: link.at === 'joined' ? wallMs : (leftMs ?? wallMs),
    rooms: [...rooms.values()]
      .filter(room => !isUnnamed(room))
      .map(room => {
        const seq = seenSeq(room)
        const had = room.lastSeq ?? room.hadSeq
        return { name: room.name, partner: room.partner, seq, ...(had > (seq ?? 0) ? { had } : {}) }
      }),
    closed: [...closed].map(([name, seq]) => ({ name, seq })),
    outbox: outbox.map(waitingOf),
    stale: stale.map(waitingOf),
  }
}

const waitingOf = ({ id, room, from, emote, body, wallMs }: Pending): Kept['outbox'][number] => ({
  id,
  room,
  from,
  emote,
  body,
  wallMs,
})

/** The last line that was seen: what is unread is new again to whoever comes back. */
function seenSeq(room: Room): number | null {
  const firstKey = at(room.entries, 0)?.key
  if (room.unread > 0 && room.newFromKey !== null && firstKey !== undefined) {
    const first = at(room.entries, room.newFromKey - firstKey)
    if (first?.kind === 'line') return first.seq - 1
  }
  return room.lastSeq ?? room.newsAfter
}

/** Where a hello asks a room’s lines from, for a window that has none of them; undefined: from its end. */
export const startOf = (seq: number | null): number | undefined =>
  seq === null ? undefined : Math.max(0, seq - bounds.contextLines)

/**
 * At the end of every turn, before anything is sent: a new line of ours is on disk before it is on its way. All else
 * can wait a moment, for sending a line again that was acknowledged does no harm.
 */
export function keep(turn: Turn, before: Model): void {
  const { model } = turn
  if (!model.keeps || model.server === null) return
  const isChanged =
    model.rooms !== before.rooms ||
    model.outbox !== before.outbox ||
    model.closed !== before.closed ||
    model.nick !== before.nick
  if (isChanged && !model.isUnkept) patch(turn, { isUnkept: true })
  const sinceMs = model.nowMs - model.keptAtMs
  const isDue = turn.model.isUnkept && sinceMs >= patience.keepEveryMs
  const isLate = model.link.at === 'joined' && sinceMs >= patience.keepAnywayMs
  if (isUrgent(model, before) || isDue || isLate) keepNow(turn)
}

/** What must not be lost: a line of ours, who we are, which rooms we are in. */
function isUrgent(model: Model, before: Model): boolean {
  if (model.server !== before.server || model.stale !== before.stale) return true
  const { rooms } = before
  if (model.rooms.size !== rooms.size || [...model.rooms.keys()].some(name => !rooms.has(name))) return true
  if (model.outbox === before.outbox) return false
  const known = new Set(before.outbox.map(one => one.id))
  return model.outbox.some(one => !known.has(one.id))
}

/** Before everything else that the turn asks for. */
export function keepNow(turn: Turn): void {
  const kept = keptOf(turn.model)
  if (kept === null || !turn.model.keeps) return
  patch(turn, { isUnkept: false, keptAtMs: turn.model.nowMs })
  turn.effects.unshift({ do: 'keep', kept })
}

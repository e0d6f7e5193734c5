/** Older lines of a room: asked for from above, put above what is there, or printed as a block where lines are printed. */
import { cleanLine, cleanText } from '../base/clean.ts'
import { at, items } from '../base/ring.ts'
import type { WireLine } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import { cleanNick } from './hearing.ts'
import { counted } from './labels.ts'
import { currentRoom } from './model.ts'
import type { Room } from './room.ts'
import { isIgnored } from './rooms.ts'
import { type Entry, type Gap, inserted, type Late, type Said } from './scrollback.ts'
import { namesNick, patch, putRoom, type Turn, tellRoom, toast, want } from './turn.ts'

/**
 * Asks for up to `count` lines of the room on show: those missing at `gap`, else those missing last, else those before
 * the first. False where that cannot be.
 */
export function askOlder(turn: Turn, count: number, inLines: boolean, gap?: Gap): boolean {
  const { link, pieces } = turn.model
  const room = currentRoom(turn.model)
  if (link.at !== 'joined' || !room.caughtUp) {
    toast(turn, 'Older lines are at the server, which does not answer now. Try again when it does.')
    return false
  }
  if (pieces.older !== null) return true
  const { missing, to: gapTo } = gap ?? lastGap(room) ?? { missing: 0, to: null }
  const before = gapTo === null ? (room.firstSeq ?? (room.lastSeq ?? 0) + 1) : gapTo + 1
  if (gapTo === null && !room.hasOlder) {
    toast(turn, `There is nothing before this in ${room.label}.`)
    return true
  }
  if (room.entries.size >= bounds.scrollbackEntries) {
    toast(
      turn,
      `${bounds.scrollbackEntries} lines are kept of a room, so no older ones fit. /search finds them.`,
    )
    return true
  }
  if (before <= 1) {
    if (inLines) tellPast(turn, room, [], false)
    else putAbove(turn, room, [], false)
    return true
  }
  patch(turn, { pieces: { ...pieces, older: { room: room.name, inLines, gapTo, lines: [] } } })
  const limit = gapTo === null ? count : Math.min(count, missing)
  want(turn, { do: 'send', message: { type: 'history', room: room.name, before, limit } })
  return true
}

const isOpen = (entry: Entry | undefined): entry is Entry & Gap => entry?.kind === 'gap' && !entry.isLost

function lastGap(room: Room): Gap | undefined {
  for (let index = room.entries.size - 1; index >= 0; index--) {
    const entry = at(room.entries, index)
    if (isOpen(entry)) return entry
  }
  return undefined
}

/** Above all that is there, without moving what is read. */
export function putAbove(turn: Turn, room: Room, lines: readonly WireLine[], more: boolean): void {
  const beginning: Said = { kind: 'beginning' }
  const said = saidOf(turn, lines)
  const first = lines[0]
  const above = more ? said : [{ said: beginning, wallMs: first?.at ?? turn.model.wallMs }, ...said]
  const { scrollback } = inserted(room, 0, above)
  putRoom(turn, { ...scrollback, firstSeq: first?.seq ?? room.firstSeq, hasOlder: more })
  toastOlder(turn, room, lines, more)
}

function toastOlder(turn: Turn, room: Room, lines: readonly WireLine[], more: boolean): void {
  if (room.name !== turn.model.current || lines.length === 0) return
  toast(turn, `${counted(lines.length, 'older line')} above${more ? ', and more before them' : ''}.`)
}

/** The last of the lines that are missing up to `to`: in their place, where what is printed can still be put there. */
export function fillGap(
  turn: Turn,
  room: Room,
  to: number,
  lines: readonly WireLine[],
  more: boolean,
  inLines: boolean,
): void {
  const index = [...items(room.entries)].findIndex(entry => isOpen(entry) && entry.to === to)
  const gap = at(room.entries, index)
  if (!isOpen(gap)) return
  const from = gap.to - gap.missing + 1
  const found = lines.filter(line => line.seq >= from && line.seq <= to)
  const firstSeq = found[0]?.seq ?? to + 1
  const missing = firstSeq - from
  const isLost = !more || found.length === 0
  const rest: Gap = { kind: 'gap', missing, to: firstSeq - 1, ...(isLost ? { isLost: true as const } : {}) }
  const instead = missing > 0 ? { said: rest, wallMs: gap.wallMs } : null
  const { scrollback, moved } = inserted(room, index + 1, inLines ? [] : saidOf(turn, found), instead)
  const { anchor, newFromKey, hasOlder } = room
  const filled = {
    ...scrollback,
    anchor: anchor === null ? null : { ...anchor, key: moved(anchor.key) },
    newFromKey: newFromKey === null ? null : (firstNewKey(scrollback, to) ?? moved(newFromKey)),
  }
  putRoom(turn, filled)
  if (!inLines) {
    toastOlder(turn, room, found, false)
    return
  }
  tellPast(turn, filled, found, from > 1 || missing > 0)
  const told = turn.model.rooms.get(room.name)
  if (told) putRoom(turn, { ...told, hasOlder })
}

/** Where “new” is written when lines up to `to` were put in that came while we were away; null where they are not new. */
function firstNewKey(room: Room, to: number): number | null {
  const { newsAfter } = room
  if (newsAfter === null || to <= newsAfter) return null
  for (const entry of items(room.entries))
    if (entry.kind === 'line' && entry.seq > newsAfter) return entry.key
  return null
}

/** At the end, as a block with its own days and times: what is printed cannot be put above. */
export function tellPast(turn: Turn, room: Room, lines: readonly WireLine[], more: boolean): void {
  const { wallMs } = turn.model
  const first = lines[0]
  const isBefore = first !== undefined && (room.firstSeq === null || first.seq < room.firstSeq)
  let told: Room = { ...room, day: '', hasOlder: more, firstSeq: isBefore ? first.seq : room.firstSeq }
  if (!more) told = tellRoom(turn, told, { kind: 'beginning' }, first?.at ?? wallMs)
  for (const { said, wallMs: at } of saidOf(turn, lines)) told = tellRoom(turn, told, said, at)
  const end = `${counted(lines.length, 'older line')} of ${room.label}; /history shows those before.`
  const text = more ? end : `${counted(lines.length, 'older line')} of ${room.label}, from its beginning.`
  tellRoom(turn, { ...told, day: '' }, { kind: 'notice', tone: 'plain', text }, wallMs)
}

function saidOf(turn: Turn, lines: readonly WireLine[]): Late[] {
  const { model } = turn
  return lines.flatMap(line => {
    const from = cleanNick(line.from)
    if (isIgnored(model, from)) return []
    const body = cleanText(line.body)
    const mention = from !== model.nick && namesNick(body, model.nick)
    const said: Said =
      line.kind === 'topic'
        ? { kind: 'notice', tone: 'plain', text: `${from} set the topic: ${cleanLine(body)}` }
        : { kind: 'line', seq: line.seq, from, emote: line.kind === 'emote', body, own: false, mention }
    return [{ said, wallMs: line.at }]
  })
}

export const countOf = (argument: string): number | null => {
  if (argument === '') return bounds.olderLines
  const count = /^\d{1,6}$/.test(argument) ? Number(argument) : 0
  return count > 0 ? count : null
}

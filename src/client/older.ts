/** Older lines of a room: asked for from above, put above what is there, or printed as a block where lines are printed. */
import { cleanLine, cleanText } from '../base/clean.ts'
import type { WireLine } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import { cleanNick } from './hearing.ts'
import { counted } from './labels.ts'
import { currentRoom } from './model.ts'
import type { Room } from './room.ts'
import { isIgnored } from './rooms.ts'
import { preceded, type Said } from './scrollback.ts'
import { namesNick, patch, putRoom, type Turn, tellRoom, toast, want } from './turn.ts'

/** Asks for up to `count` lines before the first of the room on show. False where that cannot be. */
export function askOlder(turn: Turn, count: number, inLines: boolean): boolean {
  const { link, pieces } = turn.model
  const room = currentRoom(turn.model)
  if (link.at !== 'joined' || !room.caughtUp) {
    toast(turn, 'Older lines are at the server, which does not answer now. Try again when it does.')
    return false
  }
  if (pieces.older !== null) return true
  if (!room.hasOlder) {
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
  const before = room.firstSeq ?? (room.lastSeq ?? 0) + 1
  if (before <= 1) {
    if (inLines) tellPast(turn, room, [], false)
    else putAbove(turn, room, [], false)
    return true
  }
  patch(turn, { pieces: { ...pieces, older: { room: room.name, inLines, lines: [] } } })
  want(turn, { do: 'send', message: { type: 'history', room: room.name, before, limit: count } })
  return true
}

/** Above all that is there, without moving what is read. */
export function putAbove(turn: Turn, room: Room, lines: readonly WireLine[], more: boolean): void {
  const beginning: Said = { kind: 'beginning' }
  const said = saidOf(turn, lines)
  const first = lines[0]
  const above = more ? said : [{ said: beginning, wallMs: first?.at ?? turn.model.wallMs }, ...said]
  putRoom(turn, { ...preceded(room, above), firstSeq: first?.seq ?? room.firstSeq, hasOlder: more })
  if (room.name === turn.model.current && lines.length > 0)
    toast(turn, `${counted(lines.length, 'older line')} above.`)
}

/** At the end, as a block with its own days and times: what is printed cannot be put above. */
export function tellPast(turn: Turn, room: Room, lines: readonly WireLine[], more: boolean): void {
  const { wallMs } = turn.model
  const first = lines[0]
  let told: Room = { ...room, day: '', hasOlder: more, firstSeq: first?.seq ?? room.firstSeq }
  if (!more) told = tellRoom(turn, told, { kind: 'beginning' }, first?.at ?? wallMs)
  for (const { said, wallMs: at } of saidOf(turn, lines)) told = tellRoom(turn, told, said, at)
  const end = `${counted(lines.length, 'older line')} of ${room.label}; /history shows those before.`
  const text = more ? end : `${counted(lines.length, 'older line')} of ${room.label}, from its beginning.`
  tellRoom(turn, { ...told, day: '' }, { kind: 'notice', tone: 'plain', text }, wallMs)
}

function saidOf(turn: Turn, lines: readonly WireLine[]): { said: Said; wallMs: number }[] {
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

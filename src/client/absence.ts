/** What happened while we were away, counted as the past comes in and told in one line when all of it is here. */
import { bounds, patience } from './bounds.ts'
import { counted, dayLabel, timeLabel } from './labels.ts'
import type { Room } from './room.ts'
import { isUnnamed } from './rooms.ts'
import { patch, type Turn, tell } from './turn.ts'

export interface Absence {
  /** The clock on the wall when we left. */
  readonly leftMs: number
  /** Lines of others in rooms, the rooms they are in, and those among them that name us. */
  readonly lines: number
  readonly rooms: ReadonlySet<string>
  readonly mentions: number
  /** Lines for us alone, by the nick of whoever wrote them. */
  readonly directs: ReadonlyMap<string, number>
  /** When a part of the past came last. */
  readonly atMs: number
}

/** @param leftMs null where nothing happened in between that is worth a word */
export function beginAbsence(turn: Turn, leftMs: number | null): void {
  const before = turn.model.absence
  // Cut again before it was told: it is one absence.
  const from = before?.leftMs ?? leftMs
  if (from === null) return
  const nothing = { lines: 0, rooms: new Set<string>(), mentions: 0, directs: new Map<string, number>() }
  patch(turn, { absence: { ...nothing, ...before, leftMs: from, atMs: turn.model.nowMs } })
}

/** The past goes on coming. */
export function pastCame(turn: Turn): void {
  const { absence, nowMs } = turn.model
  if (absence !== null) patch(turn, { absence: { ...absence, atMs: nowMs } })
}

/** Lines of others that were said in `room` meanwhile. */
export function countMissed(turn: Turn, room: Room, lines: number, isMention: boolean): void {
  const { absence } = turn.model
  if (absence === null) return
  if (room.partner !== null) {
    const directs = new Map(absence.directs)
    directs.set(room.partner, (directs.get(room.partner) ?? 0) + lines)
    patch(turn, { absence: { ...absence, directs } })
    return
  }
  patch(turn, {
    absence: {
      ...absence,
      lines: absence.lines + lines,
      rooms: new Set([...absence.rooms, room.name]),
      mentions: absence.mentions + (isMention ? 1 : 0),
    },
  })
}

/** At the end of a turn: told when every room is caught up and nothing more has come for a moment. */
export function tellAbsence(turn: Turn): void {
  const { absence, link, nowMs, rooms } = turn.model
  if (absence === null || link.at !== 'joined' || nowMs - absence.atMs < patience.digestAfterMs) return
  if ([...rooms.values()].some(room => !room.caughtUp && !isUnnamed(room))) return
  patch(turn, { absence: null })
  const text = absenceText(absence, turn.model.wallMs)
  if (text !== '') tell(turn, text)
}

/** “Since you left 14:02: 37 lines, 2 mentions, 1 direct line from anna.” Empty where nothing happened. */
export function absenceText({ leftMs, lines, rooms, mentions, directs }: Absence, wallMs: number): string {
  const where = rooms.size > 1 ? ` in ${rooms.size} rooms` : ''
  const direct = [...directs.values()].reduce((sum, one) => sum + one, 0)
  const parts = [
    ...(lines > 0 ? [`${counted(lines, 'line')}${where}`] : []),
    ...(mentions > 0 ? [counted(mentions, 'mention')] : []),
    ...(direct > 0 ? [`${counted(direct, 'direct line')} from ${namesText([...directs.keys()])}`] : []),
  ]
  if (parts.length === 0) return ''
  const day = dayLabel(leftMs) === dayLabel(wallMs) ? '' : `${dayLabel(leftMs)} `
  return `Since you left ${day}${timeLabel(leftMs)}: ${parts.join(', ')}.`
}

function namesText(nicks: readonly string[]): string {
  const named = nicks.slice(0, bounds.digestNames)
  const rest = nicks.length - named.length
  const last = rest > 0 ? `${counted(rest, 'other')}` : named.pop()
  return named.length === 0 ? (last ?? '') : `${named.join(', ')} and ${last}`
}

/** Lines that are missing within what is on the screen: whoever scrolls up to them wants them. */
import { at } from '../../base/ring.ts'
import type { Room } from '../room.ts'
import type { Gap } from '../scrollback.ts'
import { entryRows } from './entries.ts'
import type { ChatLayout } from './layout.ts'

/** The lowest gap on show that the server may fill. */
export function gapInSight(room: Room, { shape, chatRows }: ChatLayout): Gap | undefined {
  const last = room.entries.size - 1
  const firstKey = at(room.entries, 0)?.key ?? 0
  let rows = 0
  for (
    let index = room.anchor === null ? last : Math.min(last, room.anchor.key - firstKey);
    rows < chatRows;
    index--
  ) {
    const entry = at(room.entries, index)
    if (entry === undefined) return undefined
    if (entry.kind === 'gap' && !entry.isLost) return entry
    rows += entryRows(room, index, shape).length
  }
  return undefined
}

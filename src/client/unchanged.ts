/** Whether nothing but time has passed: then there is nothing to draw, nor even to think about. */
import type { Model } from './model.ts'

const minuteOf = ({ wallMs }: Model): number => Math.floor(wallMs / 60_000)

/**
 * Whether `next` is sure to look as `before` does: in a room, with nothing under way whose seconds are counted, and
 * within the same minute of the clock.
 */
export function looksUnchanged(before: Model, next: Model): boolean {
  if (next.link.at !== 'joined' || next.outbox.length > 0) return false
  if (minuteOf(before) !== minuteOf(next)) return false
  for (const name of Object.keys(next) as (keyof Model)[])
    if (name !== 'nowMs' && name !== 'wallMs' && next[name] !== before[name]) return false
  return true
}

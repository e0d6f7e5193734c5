/** What somebody who runs Earshot for the first time is told to do next: three lines, once. */
import { patch, type Turn } from './turn.ts'

// Each fits one row of 80 columns.
const steps = [
  'Type, then Enter: all here read it. ✓ means: it is kept.',
  '/join #ROOM goes to a room. @NICK TEXT is for one person.',
  '/help or F1: what there is. Tab completes. /quit leaves.',
] as const

/** Told with the greeting of the first visit; none later. */
export function firstSteps(turn: Turn): readonly string[] {
  if (!turn.model.isNewcomer) return []
  patch(turn, { isNewcomer: false })
  return steps
}

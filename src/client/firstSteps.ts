/** What somebody who runs Earshot for the first time is told to do next: three lines, once. */
import { patch, type Turn } from './turn.ts'

const steps = [
  'Type a line and press Enter: everybody here reads it. ✓ behind it means that the server has kept it.',
  '/join #ROOM goes to another room or makes one; @NICK TEXT is for that one person alone.',
  '/help (or F1) shows every command and key, Tab completes what you began, /quit leaves.',
] as const

/** Told with the greeting of the first visit; none later. */
export function firstSteps(turn: Turn): readonly string[] {
  if (!turn.model.isNewcomer) return []
  patch(turn, { isNewcomer: false })
  return steps
}

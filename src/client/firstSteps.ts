/** What somebody who runs Earshot for the first time is told to do next: three lines, once. */
import { patch, type Turn } from './turn.ts'

const places = '/join #ROOM goes to a room. @NICK TEXT is for one person.'

// Each fits one row of 80 columns. Lines have neither marks behind them nor keys of their own.
const steps = {
  'on a screen': [
    'Type, then Enter: all here read it. ✓ means: it is kept.',
    places,
    '/help or F1: what there is. Tab completes. /quit leaves.',
  ],
  'in lines': [
    'Type, then Enter: all here read it. Once it is printed here, it is kept.',
    places,
    '/help lists what there is. /quit leaves.',
  ],
} as const

/** Told with the greeting of the first visit; none later. */
export function firstSteps(turn: Turn): readonly string[] {
  const { newcomer } = turn.model
  if (newcomer === null) return []
  patch(turn, { newcomer: null })
  return steps[newcomer]
}

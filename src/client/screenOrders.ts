/** The slash commands that change what a screen shows, each doing what its key does. */
import { compose } from './composing.ts'
import { askServer, beginFinding } from './finding.ts'
import { toggleBare, toggleMembers, toggleRooms, toMark, unfold } from './looking.ts'
import { complain } from './speech.ts'
import type { Turn } from './turn.ts'

/** How a line came: `lineMode` from plain mode, where help is told as text and `quit` needs no slash. */
export interface Manner {
  readonly lineMode: boolean
}

const screenOnly =
  'That needs a full screen; here lines are printed one below the other. /help lists what there is.'

const onScreen =
  (deed: (turn: Turn) => void) =>
  (turn: Turn, _argument: string, { lineMode }: Manner): boolean => {
    if (lineMode) return complain(turn, screenOnly)
    deed(turn)
    return true
  }

export const screenOrders = {
  /** Where lines are printed there is nothing to mark: all that were found are told. */
  find(turn: Turn, argument: string, { lineMode }: Manner): boolean {
    if (lineMode && argument === '') return complain(turn, 'Find what? For example: /find deploy green')
    if (lineMode) return askServer(turn, argument, true)
    beginFinding(turn, argument)
    return true
  },
  mark: onScreen(toMark),
  unfold: onScreen(unfold),
  bare: onScreen(toggleBare),
  members: onScreen(toggleMembers),
  roomlist: onScreen(toggleRooms),
  edit(turn: Turn, argument: string, { lineMode }: Manner): boolean {
    if (lineMode) return complain(turn, screenOnly)
    compose(turn, argument)
    return true
  },
} as const

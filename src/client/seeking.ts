/** What is looked for: words in the lines of a room, a line typed before, and what a search has found. */
import type { Editor } from './editor.ts'
import { currentRoom, type Model } from './model.ts'
import type { Anchor } from './room.ts'

/** A line that a search has found: where it is, and how it reads in one row. */
export interface Found {
  readonly room: string
  readonly seq: number
  readonly text: string
}

/** Words looked for in the lines of a room, while they are. */
export interface Finding {
  /** The room’s id: in another room nothing is looked for. */
  readonly room: number
  readonly words: Editor
  /** Key of the entry that is gone to. */
  readonly hit: number | null
  /** Where the window stood before, for Escape. */
  readonly origin: Anchor | null
  /** There is no older one here, so that once more asks the server. */
  readonly isLast: boolean
}

/** A line typed before, looked for by its words, while it is. */
export interface Recalling {
  readonly room: number
  readonly words: string
  /** Place in the history; null before one is found. */
  readonly at: number | null
  readonly isMissing: boolean
  readonly before: Editor
}

/** Words looked for in the room on show; null where none are. */
export const findingIn = (model: Model): Finding | null =>
  model.finding?.room === currentRoom(model).id ? model.finding : null

/** A line looked for in the history of the room on show. */
export const recallingIn = (model: Model): Recalling | null =>
  model.recalling?.room === currentRoom(model).id ? model.recalling : null

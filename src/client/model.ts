/** The client as one value. This room knows no socket, terminal, clock or chance: inputs come in, effects go out. */
import { lobby } from '../base/names.ts'
import { emptyRing } from '../base/ring.ts'
import { formatTarget } from '../base/target.ts'
import type { Outlet, Sighting } from '../discovery/types.ts'
import type { Presence } from '../wire/messages.ts'
import { bounds } from './bounds.ts'
import type { Completion } from './complete.ts'
import { type Editor, emptyEditor } from './editor.ts'
import type { Scrollback } from './scrollback.ts'
import type { ClientEffect, Target } from './types.ts'

/** Where the connection stands: the one owner of that question. */
export type Link =
  | { readonly at: 'scanning' }
  | { readonly at: 'connecting'; readonly target: Target; readonly attempt: number }
  /** Hello was said, `tries` nicks so far. */
  | { readonly at: 'greeting'; readonly target: Target; readonly attempt: number; readonly tries: number }
  | { readonly at: 'joined'; readonly target: Target; readonly attempt: number; readonly sinceMs: number }
  | {
      readonly at: 'waiting'
      readonly target: Target
      readonly attempt: number
      readonly untilMs: number
      readonly why: string
    }

/** A server that has welcomed us, and who we are to it. */
interface Server {
  readonly id: string
  readonly name: string
  readonly epoch: string
  readonly device: string
  readonly secret: string
  readonly bodyBytesMax: number
  readonly bodyLinesMax: number
}

/** Since when the server is away, and how often a sighting has made us dial at once. */
interface Outage {
  readonly failedAtMs: number
  readonly shortcuts: number
}

/** The last row that is read, `row` of the entry’s own rows; where it is null the newest is read. */
export interface Anchor {
  readonly key: number
  readonly row: number
}

export interface Room extends Scrollback {
  /** The last line we have; null before the first. */
  readonly lastSeq: number | null
  /** False from a welcome until the backlog is complete. */
  readonly caughtUp: boolean
  readonly members: ReadonlyMap<string, Presence>
  /** The list of members is complete, so the next one begins anew. */
  readonly membersDone: boolean
  readonly anchor: Anchor | null
  /** Lines that came below the anchor. */
  readonly newBelow: number
  /** First member shown. */
  readonly membersTop: number
}

/** A line of ours that the server has not acknowledged. */
export interface Pending {
  readonly id: string
  readonly room: string
  readonly emote: boolean
  readonly body: string
  readonly wallMs: number
}

export interface Picker {
  readonly sightings: readonly Sighting[]
  readonly outlets: readonly Outlet[]
  /** Ids in the order they were first seen: place 0 is picked with “1”. */
  readonly numbers: readonly string[]
  readonly chosen: string | null
  /** Where the chosen row stood, for when it goes. */
  readonly chosenIndex: number
  /** The chosen server that has just gone: Enter asks once more. */
  readonly goneName: string | null
  /** What the rows are narrowed to; `filtering` while it is being typed. */
  readonly filter: string
  readonly filtering: boolean
  /** Since when nothing was found. */
  readonly sinceMs: number
  readonly sweep: { readonly asked: number; readonly total: number; readonly done: boolean } | null
  readonly hosting: boolean
  /** A sentence for the user. A new object is a new sentence, even where the text is the same. */
  readonly note: { readonly text: string } | null
}

/** A question over everything else. */
export type Ask =
  /** `then` says what the nick is for: the hello under way, or the next one. */
  | {
      readonly about: 'nick'
      readonly then: 'join' | 'keep'
      readonly why: string | null
      readonly editor: Editor
    }
  | { readonly about: 'address'; readonly why: string | null; readonly editor: Editor }
  | { readonly about: 'paste'; readonly why: string | null; readonly text: string; readonly lines: number }

export type Panel = 'input' | 'chat' | 'members'

export interface Model {
  readonly columns: number
  readonly rows: number
  readonly nowMs: number
  readonly wallMs: number
  readonly focused: boolean
  /** Ours, or the one we shall ask for. */
  readonly nick: string
  /** The name a server gets that we start. */
  readonly hostName: string
  /** Started straight towards a server: there is no list to go back to. */
  readonly straight: boolean
  readonly link: Link
  /** What the user calls the server we head for. */
  readonly heading: string
  readonly server: Server | null
  readonly outage: Outage | null
  /** What the server said before it hung up. */
  readonly lastWords: { readonly text: string; readonly retryMs: number | null } | null
  readonly picker: Picker
  readonly ask: Ask | null
  readonly help: { readonly top: number; readonly filter: string } | null
  readonly rooms: ReadonlyMap<string, Room>
  readonly current: string
  readonly outbox: readonly Pending[]
  /** Kept until the members are told, so that it is not scrolled away by the backlog. */
  readonly motd: string | null
  readonly editor: Editor
  readonly completion: Completion | null
  readonly panel: Panel
  /** null: as the width suggests. */
  readonly membersShown: boolean | null
  readonly toast: { readonly text: string; readonly untilMs: number } | null
  readonly rttMs: number | null
  /** When ^C was last pressed. */
  readonly interruptedAtMs: number | null
  readonly bellAtMs: number | null
}

export type Screen = 'picker' | 'connecting' | 'chat'

/** What is shown behind questions and help. */
export function screenOf(model: Model): Screen {
  if (model.server !== null) return 'chat'
  return model.link.at === 'scanning' && !model.straight ? 'picker' : 'connecting'
}

export function newRoom(name: string): Room {
  return {
    name,
    entries: emptyRing(bounds.scrollbackEntries),
    nextKey: 1,
    day: '',
    minute: '',
    lastSeq: null,
    caughtUp: false,
    members: new Map(),
    membersDone: true,
    anchor: null,
    newBelow: 0,
    membersTop: 0,
  }
}

/** The room on show; there always is one. */
export const currentRoom = (model: Model): Room => model.rooms.get(model.current) ?? newRoom(model.current)

export interface Start {
  readonly nick: string
  readonly columns: number
  readonly rows: number
  /** Straight in; null shows the list of servers. */
  readonly target: Target | null
  /** What to call the target; its best address where it is left out. */
  readonly heading?: string
  readonly hostName: string
  readonly nowMs: number
  readonly wallMs: number
}

/** The first model and the first effects: a dial where there is a target, else nothing. */
export function startModel(start: Start): readonly [Model, readonly ClientEffect[]] {
  const { nick, columns, rows, target, hostName, nowMs, wallMs } = start
  const model: Model = {
    columns,
    rows,
    nowMs,
    wallMs,
    focused: true,
    nick,
    hostName,
    straight: target !== null,
    link: target === null ? { at: 'scanning' } : { at: 'connecting', target, attempt: 0 },
    heading: start.heading ?? (target === null ? '' : formatTarget(target.hosts[0] ?? '?', target.port)),
    server: null,
    outage: null,
    lastWords: null,
    picker: {
      sightings: [],
      outlets: [],
      numbers: [],
      chosen: null,
      chosenIndex: 0,
      goneName: null,
      filter: '',
      filtering: false,
      sinceMs: nowMs,
      sweep: null,
      hosting: false,
      note: null,
    },
    ask: null,
    help: null,
    rooms: new Map([[lobby, newRoom(lobby)]]),
    current: lobby,
    outbox: [],
    motd: null,
    editor: emptyEditor,
    completion: null,
    panel: 'input',
    membersShown: null,
    toast: null,
    rttMs: null,
    interruptedAtMs: null,
    bellAtMs: null,
  }
  return [model, target === null ? [] : [{ do: 'dial', target, delayMs: 0 }]]
}

/** The client as one value. This room knows no socket, terminal, clock or chance: inputs come in, effects go out. */
import { lobby } from '../base/names.ts'
import type { WireLine } from '../wire/messages.ts'
import type { Absence } from './absence.ts'
import type { Completion } from './complete.ts'
import type { Editor } from './editor.ts'
import type { Hosted } from './hosting.ts'
import type { Kept } from './kept.ts'
import type { Outage } from './outage.ts'
import type { Roles } from './roles.ts'
import { newRoom, type Room } from './room.ts'
import type { Finding, Found, Recalling } from './seeking.ts'
import type { Picker } from './servers.ts'
import type { Theme } from './themes.ts'
import type { Doubt, Known } from './trust.ts'
import type { Login, Secured, Target } from './types.ts'

/** Where the connection stands: the one owner of that question. */
export type Link =
  | { readonly at: 'scanning' }
  | { readonly at: 'connecting'; readonly target: Target; readonly attempt: number }
  /** Hello was said, `tries` nicks so far, `asked` the last of them. */
  | {
      readonly at: 'greeting'
      readonly target: Target
      readonly attempt: number
      readonly tries: number
      readonly asked: string
    }
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
  /** Names its run in which it welcomed us; null where it says none. */
  readonly run: string | null
  readonly device: string
  readonly secret: string
  /** What we were called there last; the user may have taken another nick since the connection was lost. */
  readonly nick: string
  readonly bodyBytesMax: number
  readonly bodyLinesMax: number
}

/** What is told below the past: a sentence, one that warns, or a line of ours that waited too long. */
export type Greeting = string | { readonly warning: string } | Pending

/** A line of ours that the server has not acknowledged. */
export interface Pending {
  readonly id: string
  /** Where it goes: a room, or `@nick` where no conversation with that nick is open. */
  readonly room: string
  /** The room that was on show. */
  readonly from: string
  readonly emote: boolean
  readonly body: string
  readonly wallMs: number
  /** When it went out last; null where it has not. */
  readonly sentAtMs: number | null
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
  /** Whether a server in doubt is the right one after all. */
  | { readonly about: 'trust'; readonly why: string; readonly editor: Editor }
  /** Shown as dots. */
  | { readonly about: 'password'; readonly why: string | null; readonly editor: Editor }
  | { readonly about: 'address'; readonly why: string | null; readonly editor: Editor }
  /** `chosen` counts the rooms that fit what is typed. */
  | { readonly about: 'room'; readonly why: null; readonly editor: Editor; readonly chosen: number }
  /** Whether to leave, with `code`, though that ends the server for others. */
  | { readonly about: 'leave'; readonly why: null; readonly code: number }
  | { readonly about: 'paste'; readonly why: string | null; readonly text: string; readonly lines: number }
  /** Lines that a search has found, newest first: which of them to go to. */
  | {
      readonly about: 'found'
      readonly why: null
      readonly words: string
      readonly lines: readonly Found[]
      /** There are older ones that the server has left out. */
      readonly isCut: boolean
      readonly chosen: number
    }

export type Panel = 'input' | 'rooms' | 'chat' | 'members'

/** A join or a leave that the server has not answered; it answers them in order. */
interface Asked {
  readonly to: 'join' | 'leave'
  readonly room: string
  /** A room is left when all we said in it is acknowledged: who is not in a room hears nothing of it. */
  readonly isSent: boolean
}

/** An answer that comes in pieces, as far as it has come. `inLines` where the question was typed in line mode. */
interface Pieces {
  /** Older lines of `room`; null where nobody asked. */
  readonly older: {
    readonly room: string
    readonly inLines: boolean
    /** Those missing up to there; null: those before the first. */
    readonly gapTo: number | null
    readonly lines: readonly WireLine[]
  } | null
  readonly found: readonly WireLine[]
  readonly listed: readonly { readonly room: string; readonly members: number; readonly topic: string }[]
}

export interface Model {
  readonly columns: number
  readonly rows: number
  readonly nowMs: number
  readonly wallMs: number
  readonly focused: boolean
  /** The terminal has told of focus at least once; else nobody knows whether the user looks. */
  readonly tellsFocus: boolean
  readonly theme: Theme
  readonly mouse: boolean
  /** Ours, or the one we shall ask for. */
  readonly nick: string
  /** What a server offered in its place because somebody has it; null where none did. */
  readonly standIn: string | null
  /** The name a server gets that we start. */
  readonly hostName: string
  /** Started straight towards a server: there is no list to go back to. */
  readonly straight: boolean
  /** Whether servers are looked for at all. */
  readonly scans: boolean
  readonly link: Link
  /** What the user calls the server we head for. */
  readonly heading: string
  readonly server: Server | null
  /** Servers that welcomed us before, by identity. */
  readonly known: Known
  /** The identity of the row that was chosen; null where an address was given. */
  readonly meant: string | null
  /** A whole code that alone is right. */
  readonly code: string | null
  /** Who answered on the connection that stands or stood last, and where; null where it is not encrypted. */
  readonly peer: Secured | null
  readonly answeredAt: string
  /** What this user’s windows have in common at that server; null where it is not to be told. */
  readonly household: string | null
  /** Why nothing is said to who answers. */
  readonly doubt: Doubt | null
  /** Typed or given, until it was tried; and what the last login leaves to keep. */
  readonly password: string | null
  readonly login: Login | null
  /** What was kept was tried on this connection. */
  readonly triedLogin: boolean
  /** Somebody can be asked. */
  readonly interactive: boolean
  /** Nicks of those whose connection is not encrypted. */
  readonly readable: ReadonlySet<string>
  readonly outage: Outage | null
  readonly hosted: Hosted | null
  /** What the server said before it hung up; `rests`: we were told to stay away, and do not come back unasked. */
  readonly lastWords: {
    readonly text: string
    readonly retryMs: number | null
    readonly rests?: boolean
  } | null
  readonly picker: Picker
  readonly ask: Ask | null
  readonly help: { readonly top: number; readonly filter: string } | null
  /** In the order they were entered; their numbers follow it. */
  readonly rooms: ReadonlyMap<string, Room>
  readonly current: string
  /** Rooms that were on show before, latest last. */
  readonly visited: readonly string[]
  readonly nextRoomId: number
  /** Conversations that were closed, with the last line we had of each: what comes later is news. */
  readonly closed: ReadonlyMap<string, number>
  /** Those of them that the server enters again because we came back. */
  readonly reentered: ReadonlySet<string>
  readonly asked: readonly Asked[]
  /** The link was lost and made again. */
  readonly hasReturned: boolean
  readonly pieces: Pieces
  /** Names of rooms there are, as last listed. */
  readonly roomNames: readonly string[]
  /** How many answers to /rooms and /search are still to come. */
  readonly questions: number
  /** Lines entered in line mode before the server had welcomed us, or faster than it takes them; done in their order. */
  readonly held: readonly string[]
  /** Whoever wrote to us alone last: the conversation, their nick for when it is closed, and when on the server’s clock. */
  readonly lastDirect: { readonly room: string; readonly nick: string; readonly atMs: number } | null
  /** Nicks whose words are hidden, by their folded form. */
  readonly ignored: ReadonlyMap<string, string>
  /** We are away: because the user said so, or because no key was pressed. */
  readonly away: { readonly because: 'said' | 'idle'; readonly text: string } | null
  /** Why others are away, as far as it was told. */
  readonly reasons: ReadonlyMap<string, string>
  /** Who keeps order here, by nick. */
  readonly roles: Roles
  readonly keyAtMs: number
  readonly tellsTyping: boolean
  readonly tellsReading: boolean
  /** Where and when we last told that we type. */
  readonly toldTyping: { readonly room: string; readonly atMs: number } | null
  readonly toldReadAtMs: number | null
  readonly outbox: readonly Pending[]
  /** Lines that waited so long that the user has to say whether they still hold; shown as not sent. */
  readonly stale: readonly Pending[]
  /** What is kept of the server that we say hello to and do not know in this life. */
  readonly kept: Kept | null
  /** The server has said that it cannot keep what is said. */
  readonly isNotSaving: boolean
  /** Another server than ours answers where ours was. */
  readonly isElsewhere: boolean
  /** Whether what we do is kept, since when it was not written down, and when it was last. */
  readonly keeps: boolean
  readonly isUnkept: boolean
  readonly keptAtMs: number
  /** The clock on the wall when the server was last heard, and when that ended; null while it has not. */
  readonly heardWallMs: number
  readonly leftMs: number | null
  /** Our own address on the connection; null where it is not known. */
  readonly local: string | null
  /** The interface that it is on, while that is gone. */
  readonly networkAway: string | null
  /** What happened while we were away, until it is told. */
  readonly absence: Absence | null
  /** Told when the past has been. */
  readonly greeting: readonly Greeting[]
  readonly editor: Editor
  readonly completion: Completion | null
  readonly finding: Finding | null
  readonly recalling: Recalling | null
  /** A line gone to whose page may still be on its way. */
  readonly jump: {
    readonly room: string
    readonly seq: number
    readonly words: string
    readonly pages: number
  } | null
  /** When a screen asked for a search; whoever types meanwhile gets its answer as lines. */
  readonly searchedAtMs: number | null
  /** Nothing but the text is shown, for the terminal’s own selection. */
  readonly bare: boolean
  /** Where they see us for the first time, and are told what to do next; null: they have been here. */
  readonly newcomer: 'on a screen' | 'in lines' | null
  readonly panel: Panel
  /** null: as the width suggests. */
  readonly membersShown: boolean | null
  readonly roomsShown: boolean | null
  /** A word in the status line. An echo repeats what lines of another room say already. */
  readonly toast: { readonly text: string; readonly untilMs: number; readonly isEcho: boolean } | null
  readonly rttMs: number | null
  /** The line of ours that was answered last: when it went out, and when that was. */
  readonly answered: { readonly sentAtMs: number; readonly atMs: number } | null
  /** When ^C was pressed, for as long as once more leaves. */
  readonly interruptedAtMs: number | null
  readonly bellAtMs: number | null
}

export type Screen = 'picker' | 'connecting' | 'chat'

/** What is shown behind questions and help. */
export function screenOf(model: Model): Screen {
  if (model.server !== null) return 'chat'
  return model.link.at === 'scanning' && !model.straight ? 'picker' : 'connecting'
}

/** The rooms of somebody who has just come. */
export const onlyTheLobby = (roomId: number) => ({
  rooms: new Map([[lobby, newRoom(lobby, roomId)]]),
  current: lobby,
  visited: [],
  nextRoomId: roomId + 1,
  closed: new Map(),
  reentered: new Set<string>(),
  asked: [],
  hasReturned: false,
  pieces: { older: null, found: [], listed: [] },
  lastDirect: null,
  reasons: new Map(),
  readable: new Set<string>(),
  roles: new Map(),
})

/** Whether something the user asked for is still under way; until then nobody should leave. */
export const isBusy = ({ outbox, asked, pieces, questions, held }: Model): boolean =>
  outbox.length + asked.length + questions + held.length > 0 || pieces.older !== null

/** The room on show; there always is one. */
export const currentRoom = (model: Model): Room => model.rooms.get(model.current) ?? newRoom(model.current, 0)

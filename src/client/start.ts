/** How the client begins: its first model, from what it is started with. */
import { formatTarget } from '../base/target.ts'
import { emptyEditor } from './editor.ts'
import { type Model, onlyTheLobby } from './model.ts'
import { type Theme, usualTheme } from './themes.ts'
import { type KnownServer, knownBy } from './trust.ts'
import type { ClientEffect, Target } from './types.ts'

export interface Start {
  readonly nick: string
  readonly columns: number
  readonly rows: number
  /** Straight in; null shows the list of servers. */
  readonly target: Target | null
  /** The identity it must have; null or left out where it is known by its address alone. */
  readonly meant?: string | null
  /** What to call the target; its best address where it is left out. */
  readonly heading?: string
  readonly hostName: string
  /** Whether servers are looked for; true where it is left out. */
  readonly scans?: boolean
  readonly theme?: Theme
  /** Whether this user has never been anywhere; false where it is left out. */
  readonly newcomer?: Model['newcomer']
  readonly known?: readonly KnownServer[]
  /** The server must have this code: 16 letters. */
  readonly code?: string | null
  readonly password?: string | null
  /** Whether somebody can be asked; true where it is left out. */
  readonly interactive?: boolean
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
    tellsFocus: false,
    theme: start.theme ?? usualTheme,
    mouse: false,
    nick,
    standIn: null,
    hostName,
    straight: target !== null,
    scans: start.scans ?? true,
    link: target === null ? { at: 'scanning' } : { at: 'connecting', target, attempt: 0 },
    heading: start.heading ?? (target === null ? '' : formatTarget(target.hosts[0] ?? '?', target.port)),
    server: null,
    known: knownBy(start.known ?? []),
    meant: start.meant ?? null,
    code: start.code ?? null,
    peer: null,
    household: null,
    answeredAt: '',
    doubt: null,
    password: start.password ?? null,
    login: null,
    triedLogin: false,
    interactive: start.interactive ?? true,
    outage: null,
    hosted: null,
    lastWords: null,
    picker: {
      sightings: [],
      outlets: [],
      numbers: [],
      chosen: null,
      chosenIndex: 0,
      isMoved: false,
      gone: null,
      filter: '',
      filtering: false,
      sinceMs: nowMs,
      sweep: null,
      hosting: false,
      choice: null,
      note: null,
      untold: [],
    },
    ask: null,
    help: null,
    ...onlyTheLobby(1),
    outbox: [],
    stale: [],
    kept: null,
    isNotSaving: false,
    isElsewhere: false,
    keeps: false,
    isUnkept: false,
    keptAtMs: nowMs,
    heardWallMs: wallMs,
    leftMs: null,
    local: null,
    networkAway: null,
    absence: null,
    greeting: [],
    editor: emptyEditor,
    completion: null,
    finding: null,
    recalling: null,
    jump: null,
    searchedAtMs: null,
    bare: false,
    newcomer: start.newcomer ?? null,
    panel: 'input',
    membersShown: null,
    roomsShown: null,
    roomNames: [],
    questions: 0,
    held: [],
    ignored: new Map(),
    away: null,
    keyAtMs: nowMs,
    tellsTyping: true,
    tellsReading: true,
    toldTyping: null,
    toldReadAtMs: null,
    toast: null,
    rttMs: null,
    answered: null,
    interruptedAtMs: null,
    bellAtMs: null,
  }
  return [model, target === null ? [] : [{ do: 'dial', target, delayMs: 0 }]]
}

/** What the server’s thread asks of the thread that keeps the history: one row a question. */
import type { Line, PastRun } from '../chat/types.ts'
import type { DriverName } from './driver.ts'
import type { Opening } from './history.ts'
import type { Packed, PackedOutcomes } from './packing.ts'
import type { KnownDevice, RoomHead } from './rows.ts'
import type { Retention } from './tables.ts'
import type { TroubleName } from './troubles.ts'
import type { Searched } from './words.ts'

export interface Asks {
  open: {
    ask: Opening & { readonly driver: DriverName | null }
    answer: Opened
  }
  change: { ask: Packed; answer: PackedOutcomes }
  probe: { ask: null; answer: null }
  find: { ask: { author: string; id: string }; answer: Line | null }
  last: { ask: { room: string; count: number }; answer: readonly Line[] }
  after: { ask: { room: string; seq: number; limit: number }; answer: readonly Line[] }
  before: { ask: { room: string; seq: number; limit: number }; answer: readonly Line[] }
  search: { ask: Searched; answer: readonly Line[] }
  rooms: { ask: null; answer: readonly RoomHead[] }
  device: { ask: string; answer: KnownDevice | null }
  devices: { ask: null; answer: readonly KnownDevice[] }
  pastRuns: { ask: null; answer: readonly PastRun[] }
  newestPlace: { ask: null; answer: number }
  from: { ask: { place: number; upTo: number }; answer: readonly { place: number; line: Line }[] }
  retain: { ask: Retention; answer: number }
  tidy: { ask: boolean; answer: boolean }
  wipe: { ask: string; answer: null }
  close: { ask: null; answer: null }
}

export type Opened =
  | {
      readonly ok: true
      readonly driver: DriverName
      readonly epoch: string
      readonly run: string | null
      readonly notice: string | null
    }
  | { readonly ok: false; readonly text: string; readonly trouble?: TroubleName }

/** A question on its way; its number comes back with the answer. */
export type Question = { [K in keyof Asks]: { number: number; what: K; ask: Asks[K]['ask'] } }[keyof Asks]

export type Reply =
  | { readonly number: number; readonly ok: true; readonly answer: Asks[keyof Asks]['answer'] }
  /** The disk’s fault; whatever else goes wrong ends the worker. */
  | { readonly number: number; readonly ok: false; readonly trouble: TroubleName }

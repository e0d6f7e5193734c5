/** What a server remembers: its store, what was kept before it began, and who is known. */
import { nanoid } from 'nanoid'
import type { KnownPerson, Past, Store } from '../chat/types.ts'
import { createMemoryStore } from '../store/memory.ts'
import { openStore, type SqliteStore } from '../store/sqlite.ts'
import { type Limits, limits } from '../wire/limits.ts'

export interface History {
  readonly store: Store
  readonly epoch: string
  readonly past: Past
  /** Whether it outlives the process. */
  readonly durable: boolean
  remember(person: KnownPerson): Promise<void>
}

/** A history that lives as long as its process. @param of how much of it is kept */
export const memoryHistory = (of: Limits = limits): History => ({
  store: createMemoryStore({ linesMax: of.memoryLinesMax, allLinesMax: of.memoryAllLinesMax }),
  // Its numbering begins anew, so positions of an earlier run mean nothing.
  epoch: nanoid(),
  past: { lines: [], rooms: [], people: [] },
  durable: false,
  remember: async () => {},
})

export type OpenedHistory =
  | {
      readonly ok: true
      readonly history: History
      readonly kept: SqliteStore
      readonly notice: string | null
    }
  | { readonly ok: false; readonly text: string }

/**
 * The history in a folder, made where there is none; or a sentence that says why it cannot be had.
 * @param folder for this server alone
 * @param prepare runs before anything of it is told to anybody; it throws nothing
 */
export async function keptHistory(
  folder: string,
  prepare: (store: SqliteStore) => Promise<void> = async () => {},
): Promise<OpenedHistory> {
  const opened = await openStore({ folder, nowMs: Date.now(), newId: nanoid })
  if (!opened.ok) return opened
  const { store, notice } = opened
  await prepare(store)
  const [rooms, devices] = await Promise.all([store.rooms(), store.devices()])
  const lines = await Promise.all(rooms.map(({ room }) => store.last(room, limits.backlogLines)))
  const people = devices.map(({ id, secretHash, nick }) => ({ device: id, secretHash, nick }))
  return {
    ok: true,
    notice,
    kept: store,
    history: {
      store,
      epoch: store.epoch(),
      past: { lines: lines.flat(), rooms, people },
      durable: true,
      remember: ({ device, secretHash, nick }) =>
        store.putDevice({ id: device, secretHash, nick, seenAt: Date.now() }),
    },
  }
}

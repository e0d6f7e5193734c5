/** What a server remembers: its store, what was kept before it began, and who is known. */
import { nanoid } from 'nanoid'
import type { KnownPerson, Past, Store } from '../chat/types.ts'
import { createMemoryStore } from '../store/memory.ts'
import { openStore, type SqliteStore } from '../store/sqlite.ts'
import { isTrouble, startText } from '../store/troubles.ts'
import { type Limits, limits } from '../wire/limits.ts'

export interface History {
  readonly store: Store
  readonly epoch: string
  /** Names this run of the server; left out where positions of it mean nothing to a later one. */
  readonly run?: string
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

/** Opens it and reads what a server begins with. */
async function openRead(folder: string, prepare: (store: SqliteStore) => Promise<void>) {
  const opened = await openStore({ folder, nowMs: Date.now(), newId: nanoid })
  if (!opened.ok) return { ...opened, trouble: null }
  const { store, notice } = opened
  try {
    await prepare(store)
    const [rooms, devices, runs] = await Promise.all([store.rooms(), store.devices(), store.pastRuns()])
    const lines = await Promise.all(rooms.map(({ room }) => store.last(room, limits.backlogLines)))
    return { ok: true, store, notice, rooms, devices, runs, lines } as const
  } catch (error) {
    // It is left for another one, or for none: what its closing has to say would be said twice.
    await store.close().catch(() => {})
    if (!isTrouble(error)) throw error
    const { trouble } = error
    return {
      ok: false,
      trouble,
      text: `The history in ${folder} cannot be read. ${startText(trouble)}`,
    } as const
  }
}

/**
 * The history in a folder, made where there is none; or a sentence that says why it cannot be had.
 * @param folder for this server alone
 * @param prepare runs before anything of it is told to anybody; it throws nothing
 */
export async function keptHistory(
  folder: string,
  prepare: (store: SqliteStore) => Promise<void> = async () => {},
): Promise<OpenedHistory> {
  const first = await openRead(folder, prepare)
  // Found out while it was read: opened once more it is checked, and set aside.
  const opened = first.ok || first.trouble !== 'damaged' ? first : await openRead(folder, prepare)
  if (!opened.ok) return { ok: false, text: opened.text }
  const { store, notice, rooms, devices, runs, lines } = opened
  const run = store.run()
  const people = devices.map(({ id, secretHash, nick, household }) => ({
    device: id,
    secretHash,
    nick,
    household,
  }))
  return {
    ok: true,
    notice,
    kept: store,
    history: {
      store,
      epoch: store.epoch(),
      ...(run === null ? {} : { run }),
      past: { lines: lines.flat(), rooms, people, runs },
      durable: true,
      remember: ({ device, secretHash, nick, household }) =>
        store.putDevice({ id: device, secretHash, nick, household, seenAt: Date.now() }),
    },
  }
}

/** The store that outlives its process: what it says was kept is on the disk. */
import type { Draft, Kept, Line, PastRun, Store } from '../chat/types.ts'
import { createCommits } from './commits.ts'
import type { DriverName } from './driver.ts'
import { type Change, pack, unpack } from './packing.ts'
import type { KnownDevice, RoomHead } from './rows.ts'
import { createThread, type Thread } from './thread.ts'
import { storeTrouble, type TroubleName } from './troubles.ts'

/** A store with what only a kept history has. Every promise here rejects for trouble only, with a `StoreTrouble`. */
export interface SqliteStore extends Store {
  /** Durable is what the disk says, so it is never at once. */
  append(draft: Draft, at: number): Promise<Kept>
  /** New when the history was made, replaced or wiped: positions of another epoch mean nothing here. */
  epoch(): string
  /** Names the time that this store is open; null where the disk could not take that, and after a wipe. */
  run(): string | null
  /** Those before it that are known, the oldest first. */
  pastRuns(): Promise<readonly PastRun[]>
  /** Each room that ever had a line, with the newest number given in it. */
  rooms(): Promise<readonly RoomHead[]>
  device(id: string): Promise<KnownDevice | null>
  /** Not seen for longest first, at most `bounds.devicesMax`. */
  devices(): Promise<readonly KnownDevice[]>
  /** New or seen again; resolves when it is durable. */
  putDevice(device: KnownDevice): Promise<void>
  /** Every line of every room in the order they were kept, up to the newest one of the moment it begins. */
  export(): AsyncIterable<Line>
  /**
   * Removes the oldest lines of each room; what stays keeps its numbers, and none is given again. A line that was
   * removed is no longer known as said: keep lines longer than clients go on resending.
   *
   * @param nowMs wall-clock milliseconds, from which `olderThanMs` counts back
   * @param linesMax of each room
   * @returns how many went
   */
  retention(keep: { nowMs: number; olderThanMs?: number; linesMax?: number }): Promise<number>
  /** Forgets all that was said; numbering begins anew under a new epoch. Devices stay known. */
  wipe(): Promise<void>
}

export interface StoreOptions {
  /** Made where it is missing, for its owner alone. */
  readonly folder: string
  /** Wall-clock milliseconds, to name a damaged file that is set aside. */
  readonly nowMs: number
  /** Fresh ids, for epochs and runs. */
  newId(): string
  /** Only this driver; left out: node’s own, else libsql. */
  readonly driver?: DriverName
}

export type OpenedStore =
  | {
      readonly ok: true
      readonly store: SqliteStore
      readonly driver: DriverName
      /** Something its keeper should know, such as a damaged history that was set aside. */
      readonly notice: string | null
    }
  /** `trouble`: what the disk says, where it was the disk. */
  | { readonly ok: false; readonly text: string; readonly trouble?: TroubleName }

/** @returns the store; or a sentence that says why there is none and what to do */
export async function openStore({ folder, nowMs, newId, driver }: StoreOptions): Promise<OpenedStore> {
  const thread = createThread(error => {
    // A mistake of ours: thrown where every other one is, once somebody relies on the store.
    if (relied) throw error
    fault = error
  })
  let relied = false
  let fault: Error | undefined
  try {
    const opened = await thread.ask('open', {
      folder,
      nowMs,
      newEpoch: newId(),
      newRun: newId(),
      driver: driver ?? null,
    })
    if (!opened.ok) {
      await thread.end()
      return opened
    }
    relied = true
    const { driver: name, epoch, run, notice } = opened
    return { ok: true, driver: name, notice, store: createSqliteStore(thread, { epoch, run }, newId) }
  } catch (error) {
    await thread.end()
    throw fault ?? error
  }
}

function createSqliteStore(
  thread: Thread,
  opened: { readonly epoch: string; readonly run: string | null },
  newId: () => string,
): SqliteStore {
  const followers = new Set<(line: Line) => void>()
  let { epoch, run } = opened
  let closed: Promise<void> | undefined

  const commits = createCommits(
    async changes => unpack(changes, await thread.ask('change', pack(changes))),
    line => {
      for (const follower of followers) follower(line)
    },
  )
  const ask: Thread['ask'] = async (what, question) => {
    if (closed) throw storeTrouble('closed')
    const answer = await thread.ask(what, question)
    // Nobody may read a line that those who follow have not heard of.
    commits.tell()
    return answer
  }
  const put = (change: Change) => (closed ? Promise.reject(storeTrouble('closed')) : commits.add(change))

  return {
    async append(draft, at) {
      const kept = await put({ do: 'line', draft, at })
      if (!kept) throw new Error('a line was answered like a device')
      return kept
    },
    async find(author, id) {
      await commits.settled()
      return ask('find', { author, id })
    },
    last: (room, count) => ask('last', { room, count }),
    page: (room, from, limit) =>
      'after' in from
        ? ask('after', { room, seq: from.after, limit })
        : ask('before', { room, seq: from.before, limit }),
    search: (rooms, words, limit) => ask('search', { rooms, words, limit }),
    follow(onLine) {
      followers.add(onLine)
      return () => void followers.delete(onLine)
    },
    probe: async () => void (await ask('probe', null)),
    close() {
      closed ??= (async () => {
        await commits.done()
        try {
          await thread.ask('close', null)
        } finally {
          await thread.end()
          followers.clear()
        }
      })()
      return closed
    },
    epoch: () => epoch,
    run: () => run,
    pastRuns: () => ask('pastRuns', null),
    rooms: () => ask('rooms', null),
    device: id => ask('device', id),
    devices: () => ask('devices', null),
    async putDevice(device) {
      await put({ do: 'device', device })
    },
    async *export() {
      const upTo = await ask('newestPlace', null)
      let place = 0
      while (place < upTo) {
        const lines = await ask('from', { place, upTo })
        for (const { line } of lines) yield line
        place = lines.at(-1)?.place ?? upTo
      }
    },
    async retention({ nowMs, olderThanMs = Number.POSITIVE_INFINITY, linesMax = Number.POSITIVE_INFINITY }) {
      let total = 0
      for (;;) {
        const removed = await ask('retain', { keepSince: nowMs - olderThanMs, now: nowMs, linesMax })
        if (removed === 0) break
        total += removed
      }
      for (let more = total > 0, begins = true; more; begins = false) more = await ask('tidy', begins)
      return total
    },
    async wipe() {
      const fresh = newId()
      await ask('wipe', fresh)
      epoch = fresh
      run = null
    },
  }
}

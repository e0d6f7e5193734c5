/** What a server started here remembers: its folder, its identity, its history, and for how long. */
import { createSteadyClock } from '../base/steady.ts'
import { type Identity, openIdentity } from '../net/identity.ts'
import { type History, keptHistory, memoryHistory } from '../server/history.ts'
import type { SqliteStore } from '../store/sqlite.ts'
import type { Limits } from '../wire/limits.ts'
import type { Keep } from './commands.ts'
import { holdHome } from './home.ts'

/** The index of words is rewritten each time something went, so not too often. */
const retainEveryMs = 6 * 3_600_000

export interface Memory {
  readonly id: string
  /** Its key: kept in its folder where it has one. */
  readonly identity: Identity
  /** Where its files are; null where nothing is kept. */
  readonly folder: string | null
  readonly history: History
  /** What whoever runs the server should know. */
  readonly troubles: readonly string[]
  /** Called when what is no longer to be kept cannot be removed; it is tried again every six hours. */
  onTrouble(told: (text: string) => void): void
  /** Gives the folder back; the history itself is closed by its server. */
  release(): void
}

/**
 * @param data the folder asked for; null for one of this user’s own
 * @param inMemory keep nothing beyond this run
 * @param limits how much of the past is kept in memory
 * @param keep how much of the past is kept: held to now, before anybody is told of it, and every six hours
 * @returns the memory; or a sentence, where a folder that was asked for cannot be had
 */
export async function openMemory(
  data: string | null,
  inMemory: boolean,
  limits: Limits,
  keep: Keep | null = null,
): Promise<{ ok: true; memory: Memory } | { ok: false; text: string }> {
  const held = await holdHome(data)
  if (!held.ok) return held
  const { home } = held
  const troubles = home.trouble === null ? [] : [home.trouble]
  const folder = inMemory ? null : home.folder
  const key = openIdentity(home.id, folder)
  if (!key.ok) {
    home.release()
    return key
  }
  if (key.notice !== null) troubles.push(key.notice)
  const { identity } = key
  const forgetful = (): Memory => ({
    id: home.id,
    identity,
    folder,
    history: memoryHistory(limits),
    troubles,
    onTrouble: () => {},
    release: home.release,
  })
  if (inMemory || home.folder === null) return { ok: true, memory: forgetful() }
  const retention = createRetention(keep)
  const opened = await keptHistory(home.folder, retention.start)
  if (!opened.ok) {
    if (data !== null) {
      home.release()
      return opened
    }
    troubles.push(`${opened.text} Until then nothing is kept beyond this run.`)
    return { ok: true, memory: forgetful() }
  }
  if (opened.notice !== null) troubles.push(opened.notice)
  const { history } = opened
  return {
    ok: true,
    memory: {
      id: home.id,
      identity,
      folder,
      history,
      troubles,
      onTrouble: retention.onTrouble,
      release: home.release,
    },
  }
}

function createRetention(keep: Keep | null) {
  const steady = createSteadyClock()
  /** Trouble at the start waits for somebody to tell it to. */
  let waiting: string | null = null
  let tell = (text: string): void => {
    waiting = text
  }
  return {
    async start(store: SqliteStore): Promise<void> {
      if (keep === null) return
      const once = async (): Promise<void> => {
        try {
          await store.retention({ nowMs: steady(Date.now(), performance.now()), ...keep })
        } catch (error) {
          tell(`old lines could not be removed (${error instanceof Error ? error.message : String(error)})`)
        }
      }
      setInterval(once, retainEveryMs).unref()
      await once()
    },
    onTrouble(told: (text: string) => void): void {
      tell = told
      if (waiting !== null) told(waiting)
    },
  }
}

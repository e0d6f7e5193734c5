/** What a server started here remembers: its folder, its identity, its history, and for how long. */

import { type History, keptHistory, memoryHistory } from '../server/history.ts'
import type { SqliteStore } from '../store/sqlite.ts'
import type { Limits } from '../wire/limits.ts'
import type { Keep } from './commands.ts'
import { holdHome } from './home.ts'

const retainEveryMs = 3_600_000

export interface Memory {
  readonly id: string
  readonly history: History
  /** What whoever runs the server should know. */
  readonly troubles: readonly string[]
  /** Keeps what is asked for, now and every hour. */
  retain(keep: Keep, onTrouble: (text: string) => void): void
  /** Gives the folder back; the history itself is closed by its server. */
  release(): void
}

/**
 * @param data the folder asked for; null for one of this user’s own
 * @param inMemory keep nothing beyond this run
 * @param limits how much of the past is kept in memory
 * @returns the memory; or a sentence, where a folder that was asked for cannot be had
 */
export async function openMemory(
  data: string | null,
  inMemory: boolean,
  limits: Limits,
): Promise<{ ok: true; memory: Memory } | { ok: false; text: string }> {
  const held = await holdHome(data)
  if (!held.ok) return held
  const { home } = held
  const troubles = home.trouble === null ? [] : [home.trouble]
  const forgetful = (): Memory => ({
    id: home.id,
    history: memoryHistory(limits),
    troubles,
    retain: () => {},
    release: home.release,
  })
  if (inMemory || home.folder === null) return { ok: true, memory: forgetful() }
  const opened = await keptHistory(home.folder)
  if (!opened.ok) {
    if (data !== null) {
      home.release()
      return opened
    }
    troubles.push(`${opened.text} Until then nothing is kept beyond this run.`)
    return { ok: true, memory: forgetful() }
  }
  if (opened.notice !== null) troubles.push(opened.notice)
  const { kept, history } = opened
  return {
    ok: true,
    memory: { id: home.id, history, troubles, retain: retaining(kept), release: home.release },
  }
}

function retaining(kept: SqliteStore): Memory['retain'] {
  return (keep, onTrouble) => {
    const once = () =>
      kept
        .retention({ nowMs: Date.now(), ...keep })
        .catch(error => onTrouble(error instanceof Error ? error.message : String(error)))
    void once()
    setInterval(once, retainEveryMs).unref()
  }
}

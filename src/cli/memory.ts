/** What a server started here remembers: its folder, its identity, its history, and for how long. */

import type { Socket } from 'node:net'
import { createSteadyClock } from '../base/steady.ts'
import { type Identity, openIdentity } from '../net/identity.ts'
import { type History, keptHistory, memoryHistory } from '../server/history.ts'
import type { OrderKeeping } from '../server/hosting.ts'
import type { SqliteStore } from '../store/sqlite.ts'
import { endEarly } from '../store/thread.ts'
import type { Limits } from '../wire/limits.ts'
import { bounds } from './bounds.ts'
import type { Keep } from './commands.ts'
import { openOrder } from './orderFiles.ts'
import { type Calling, homesFor, newHomeText, rememberServed, runningBeside, type Served } from './served.ts'
import { holdHome } from './serverHome.ts'

export interface Memory {
  readonly id: string
  /** Its key: kept in its folder where it has one. */
  readonly identity: Identity
  /** Where its files are; null where nothing is kept. */
  readonly folder: string | null
  readonly history: History
  readonly order: OrderKeeping
  /** What whoever runs the server should know. */
  readonly troubles: readonly string[]
  /** Why it is not what they may have expected; null where it is. */
  readonly note: string | null
  /** Called when what is no longer to be kept cannot be removed, or what is to be kept cannot be written. */
  onTrouble(told: (text: string) => void): void
  /** Takes whoever calls at this server’s socket from now on. */
  onCall(answer: (socket: Socket) => void): void
  /** Other servers of this user that run now. Each is called: nobody who waits to be let in should wait for that. */
  beside(): Promise<readonly Served[]>
  /** The server is open, at this port. */
  isServed(port: number): void
  /** Gives the folder back; the history itself is closed by its server. */
  release(): void
}

/**
 * @param data the folder asked for; null for one of this user’s own
 * @param calling by which that one is found again
 * @param inMemory keep nothing beyond this run
 * @param limits how much of the past is kept in memory
 * @param keep how much of the past is kept: held to now, before anybody is told of it, and every six hours
 * @returns the memory; or a sentence, where a folder that was asked for cannot be had
 */
export async function openMemory(
  data: string | null,
  calling: Calling,
  inMemory: boolean,
  limits: Limits,
  keep: Keep | null = null,
): Promise<{ ok: true; memory: Memory } | { ok: false; text: string }> {
  const held = await holdHome(data, data === null ? homesFor(calling) : [])
  if (!held.ok) return held
  const { home } = held
  const { onCall } = home
  const folder = inMemory ? null : home.folder
  const key = openIdentity(home.id, folder)
  if (!key.ok) {
    home.release()
    return key
  }
  const { identity } = key
  const late = createLate()
  const { order, notice } = openOrder(folder, text => late.tell(text))
  const beside = () => runningBeside(home.folder)
  const isServed = (port: number): void => {
    if (home.folder !== null) rememberServed(home.folder, calling, inMemory ? null : port)
  }
  const isNew = data === null && home.folder !== null && home.isNew && !inMemory
  const note = isNew ? newHomeText(home.folder, calling.name) : null
  const troubles = [home.trouble, key.notice, notice].filter(text => text !== null)
  const forgetful = (): Memory => ({
    id: home.id,
    identity,
    folder,
    history: memoryHistory(limits),
    order,
    troubles,
    note,
    beside,
    isServed,
    onCall,
    onTrouble: late.onTrouble,
    release: home.release,
  })
  if (inMemory || home.folder === null) {
    await endEarly()
    return { ok: true, memory: forgetful() }
  }
  const retention = createRetention(keep, text => late.tell(text))
  const opened = await keptHistory(home.folder, retention)
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
      order,
      troubles,
      note,
      beside,
      isServed,
      onCall,
      onTrouble: late.onTrouble,
      release: home.release,
    },
  }
}

/** Holds to how much of the past is kept, now and every six hours. */
function createRetention(keep: Keep | null, tell: (text: string) => void) {
  const steady = createSteadyClock()
  return async (store: SqliteStore): Promise<void> => {
    if (keep === null) return
    const once = async (): Promise<void> => {
      try {
        await store.retention({ nowMs: steady(Date.now(), performance.now()), ...keep })
      } catch (error) {
        tell(`old lines could not be removed (${error instanceof Error ? error.message : String(error)})`)
      }
    }
    setInterval(once, bounds.retainEveryMs).unref()
    await once()
  }
}

/** Trouble at the start waits for somebody to tell it to. */
function createLate() {
  let waiting: string | null = null
  const late = {
    tell(text: string): void {
      waiting = text
    },
    onTrouble(told: (text: string) => void): void {
      late.tell = told
      if (waiting !== null) told(waiting)
    },
  }
  return late
}

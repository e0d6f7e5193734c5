/** What a client keeps of each server, in slots that one living process holds each: two windows never share one. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fold } from '../base/names.ts'
import { type Kept, readKept } from '../client/kept.ts'
import { makeFolder, readJson, writeWhole } from './files.ts'
import { holdSocket } from './socketLock.ts'

export interface Slots {
  /**
   * Takes a slot of that server: the one it has, else the first free one, those of that nick before all others, so that
   * whoever comes back is who they were.
   *
   * @returns what the slot holds, null where that is nothing yet; undefined where none can be had
   */
  hold(server: string, nick: string): Promise<{ readonly kept: Kept | null } | undefined>
  /** On disk when it returns. Does nothing without a slot of that server. */
  write(kept: Kept): void
  close(): void
}

const bounds = {
  /** Windows of one user at one server. More: what they do is not kept, and they are told. */
  slots: 16,
  /** Servers of which something is kept. More: those not met for the time below are forgotten. */
  servers: 64,
  forgottenAfterMs: 90 * 86_400_000,
  /** That we are still here is worth a write after this. */
  leftEveryMs: 60_000,
} as const

/** @param tell a sentence about what cannot be kept; each kind of trouble is told once */
export function createSlots(clientsFolder: string, tell: (text: string) => void): Slots {
  let held: { server: string; folder: string; file: string; release: () => void } | null = null
  let written = { text: '', leftMs: 0 }
  let isTroubleTold = false

  function trouble(why: string): void {
    if (isTroubleTold) return
    isTroubleTold = true
    tell(`What you do here is not kept for the next time (${why}). Everything else goes on.`)
  }

  function release(): void {
    held?.release()
    held = null
    written = { text: '', leftMs: 0 }
  }

  async function take(server: string, nick: string): Promise<typeof held> {
    const folder = join(clientsFolder, server)
    makeFolder(folder)
    for (const number of inOrder(folder, nick)) {
      const name = `slot-${number}`
      const freed = await holdSocket(folder, name)
      if (freed) return { server, folder, file: `${name}.json`, release: freed }
    }
    trouble(`${bounds.slots} windows are open at this server already`)
    return null
  }

  /** Set aside where it is damaged, so that nothing of it is lost and nothing is in the way. */
  function read(folder: string, file: string, server: string): Kept | null {
    let text: string
    try {
      text = readFileSync(join(folder, file), 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      throw error
    }
    const kept = readKept(text)
    if (kept?.server === server) return kept
    const aside = `${file}.damaged-${new Date().toISOString().replace(/[^\d]/g, '').slice(0, 14)}`
    renameSync(join(folder, file), join(folder, aside))
    written = { text: '', leftMs: 0 }
    tell(
      `What was kept of your last visit could not be read; it was set aside as ${join(folder, aside)}. You are new here.`,
    )
    return null
  }

  return {
    async hold(server, nick) {
      try {
        if (held?.server !== server) {
          release()
          forgetOld(clientsFolder)
          held = await take(server, nick)
        }
        return held === null ? undefined : { kept: read(held.folder, held.file, server) }
      } catch (error) {
        release()
        trouble(codeOf(error))
        return undefined
      }
    },
    write(kept) {
      if (held?.server !== kept.server) return
      const text = JSON.stringify({ ...kept, leftMs: 0 })
      if (text === written.text && kept.leftMs - written.leftMs < bounds.leftEveryMs) return
      try {
        writeWhole(held.folder, held.file, JSON.stringify(kept))
        written = { text, leftMs: kept.leftMs }
      } catch (error) {
        trouble(codeOf(error))
      }
    },
    close: release,
  }
}

/** Numbers of slots, those of that nick first. */
function inOrder(folder: string, nick: string): readonly number[] {
  const numbers = Array.from({ length: bounds.slots }, (_, index) => index + 1)
  const isOurs = (number: number): boolean => {
    const held = readJson(join(folder, `slot-${number}.json`))?.nick
    return typeof held === 'string' && fold(held) === fold(nick)
  }
  const own = numbers.filter(isOurs)
  return [...own, ...numbers.filter(number => !own.includes(number))]
}

/** Servers come and go; of those not met for long nothing needs to be known. */
function forgetOld(clientsFolder: string): void {
  try {
    const names = readdirSync(clientsFolder)
    if (names.length <= bounds.servers) return
    for (const name of names) {
      const folder = join(clientsFolder, name)
      if (Date.now() - statSync(folder).mtimeMs > bounds.forgottenAfterMs)
        rmSync(folder, { recursive: true, force: true })
    }
  } catch {
    // There is nothing yet, or it cannot be tidied; neither is in the way.
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code === 'string') return troubles[code] ?? code
  return error instanceof Error ? error.message : String(error)
}

const troubles: Readonly<Record<string, string>> = {
  EACCES: 'your folder of data cannot be written',
  EPERM: 'your folder of data cannot be written',
  EROFS: 'your folder of data cannot be written',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
}

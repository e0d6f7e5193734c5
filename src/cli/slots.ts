/** What a client keeps of each server, in slots that one living process holds each: two windows never share one. */
import { readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fold } from '../base/names.ts'
import { type Kept, readKept } from '../client/kept.ts'
import { makeFolder, readJson, writeWhole } from './files.ts'
import { askBack, lending } from './lending.ts'
import { holdSocket } from './socketLock.ts'

export interface Slots {
  /**
   * Takes a slot of that server: the one it has, else the first free one, those of that nick before all others, so that
   * whoever comes back is who they were.
   *
   * @returns what the slot holds, null where that is nothing yet; undefined where none can be had
   */
  hold(server: string, nick: string): Promise<Held | undefined>
  /** On disk when it returns. Does nothing without a slot of that server. */
  write(kept: Kept): void
  close(): void
}

export interface Held {
  readonly kept: Kept | null
  /** A slot that comes before it is somebody else’s just now. */
  readonly isBeside: boolean
}

/** How an errand holds a slot: it gives it back to a window of its user. */
export interface Loan {
  /** Its nick was asked for, so that it takes nobody else’s slot; it is given to no window by chance, either. */
  readonly isNamed: boolean
  /** A window wants the slot, until that is aborted. Resolves with whether nobody speaks for the slot any more. */
  giveUp(wanted: AbortSignal): Promise<boolean>
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

/**
 * @param tell a sentence about what cannot be kept; each kind of trouble is told once
 * @param loan null for a window
 */
export function createSlots(
  clientsFolder: string,
  tell: (text: string) => void,
  loan: Loan | null = null,
): Slots {
  let held: Holding | null = null
  /** Those that were given up to a window: it may not have taken them yet. */
  const given = new Set<string>()
  let written = { text: '', leftMs: 0 }
  let isTroubleTold = false

  function trouble(why: string): void {
    if (isTroubleTold) return
    isTroubleTold = true
    tell(
      loan === null
        ? `What you do here is not kept for the next time (${why}). Everything else goes on.`
        : `who you are at this server is not kept (${why}), so you come as somebody new each time.`,
    )
  }

  function release(): void {
    held?.release()
    held = null
    written = { text: '', leftMs: 0 }
  }

  async function take(server: string, nick: string): Promise<Holding | null> {
    const folder = join(clientsFolder, server)
    makeFolder(folder)
    let isBeside = false
    for (const { number, isOwn, isUsed } of inOrder(folder, nick, loan)) {
      const name = `slot-${number}`
      // Beside a window an errand is somebody of its own, not whoever else was here before.
      if (loan !== null && isBeside && isUsed && !isOwn) continue
      const freed = given.has(join(folder, name)) ? null : await holdOne(folder, name)
      if (freed) return { server, folder, file: `${name}.json`, release: freed, isBeside }
      isBeside ||= isOwn || loan?.isNamed !== true
    }
    trouble(`${bounds.slots} windows are open at this server already`)
    return null
  }

  async function holdOne(folder: string, name: string): Promise<(() => void) | null> {
    if (loan !== null) {
      const giveUp = (wanted: AbortSignal) => giveBack(loan, folder, name, wanted)
      return await holdSocket(folder, name, lending(giveUp))
    }
    const free = await holdSocket(folder, name)
    return free === null && (await askBack(folder, name)) ? await holdSocket(folder, name) : free
  }

  async function giveBack(to: Loan, folder: string, name: string, wanted: AbortSignal): Promise<void> {
    if (given.has(join(folder, name)) || !(await to.giveUp(wanted))) return
    given.add(join(folder, name))
    if (held?.folder === folder && held.file === `${name}.json`) release()
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
        if (held === null) return undefined
        return { kept: read(held.folder, held.file, server), isBeside: held.isBeside }
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

interface Holding {
  readonly server: string
  readonly folder: string
  readonly file: string
  readonly isBeside: boolean
  release(): void
}

interface Slot {
  readonly number: number
  /** Of that nick. */
  readonly isOwn: boolean
  readonly isUsed: boolean
}

/** Those of that nick first. Whoever is named otherwise begins at the end, where no window comes by soon. */
function inOrder(folder: string, nick: string, loan: Loan | null): readonly Slot[] {
  const slots = Array.from({ length: bounds.slots }, (_, index): Slot => {
    const held = readJson(join(folder, `slot-${index + 1}.json`))
    const nicks = loan === null ? [held?.nick] : [held?.nick, held?.asked]
    const isOwn = nicks.some(one => typeof one === 'string' && fold(one) === fold(nick))
    return { number: index + 1, isOwn, isUsed: held !== null }
  })
  const own = slots.filter(({ isOwn }) => isOwn)
  if (loan?.isNamed === true) return [...own, ...slots.filter(({ isUsed }) => !isUsed).reverse()]
  return [...own, ...slots.filter(({ isOwn }) => !isOwn)]
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

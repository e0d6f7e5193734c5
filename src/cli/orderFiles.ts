/** Where a server keeps its order: roles and bans in one small file, and what was done in a log that does not grow for ever. */
import { chmodSync, closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type KeptOrder, noOrder, readOrder } from '../chat/order.ts'
import type { OrderKeeping } from '../server/hosting.ts'
import { bounds } from './bounds.ts'
import { reasonOf, writeJson } from './files.ts'

const orderFile = 'order.json'
/** What was done to keep order, one line of JSON each; the file before it has `.1` behind its name. */
export const auditFile = 'order.log'
export const olderFile = (file: string): string => `${file}.1`

/**
 * @param folder the server’s own; null where it has none, so that nothing of it outlives the server
 * @param tell a sentence about what cannot be written
 * @returns what was kept, and a sentence where that could not be read
 */
export function openOrder(
  folder: string | null,
  tell: (text: string) => void,
): { readonly order: OrderKeeping; readonly notice: string | null } {
  if (folder === null) return { order: { kept: noOrder, keep: () => null, audit: () => {} }, notice: null }
  const { kept, notice } = readKept(folder)
  const log = createLog(join(folder, auditFile), bounds.auditBytesMax, tell)
  /** Runs while the latest order could not be kept. */
  let again: NodeJS.Timeout | undefined
  return {
    notice,
    order: {
      kept,
      keep(order) {
        clearInterval(again)
        const reason = unwritten(folder, order)
        if (reason === null) return null
        tell(`roles and bans hold, but could not be kept for the next start: ${reason}`)
        again = setInterval(() => {
          if (unwritten(folder, order) !== null) return
          clearInterval(again)
          tell('roles and bans are kept again')
        }, bounds.orderAgainMs)
        again.unref()
        return `This holds until the server stops only: it could not be kept, since ${reason}. It is tried again by itself.`
      },
      audit: deed => log(deed),
    },
  }
}

/** Why the order could not be written, as the end of a sentence; null where it was. */
function unwritten(folder: string, order: KeptOrder): string | null {
  try {
    writeJson(folder, orderFile, order)
    return null
  } catch (error) {
    return reasonOf(error, folder)
  }
}

/** Set aside where it is damaged: nothing of it is lost, and whoever runs the server knows that nobody is banned. */
function readKept(folder: string): { readonly kept: KeptOrder; readonly notice: string | null } {
  const path = join(folder, orderFile)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return { kept: noOrder, notice: null }
    return { kept: noOrder, notice: `roles and bans could not be read, so nobody has any (${why(error)})` }
  }
  const kept = readOrder(text)
  if (kept) return { kept, notice: null }
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[^\d]/g, '').slice(0, 14)}`
  try {
    renameSync(path, aside)
  } catch {
    // It is written over when the next one is banned; that is what is told.
  }
  return {
    kept: noOrder,
    notice: `roles and bans could not be read and were set aside as ${aside}; NOBODY IS BANNED and nobody has a role now`,
  }
}

/** Why nothing can be written to that log, as the end of a sentence; null where it can, and it is there then. */
export function logTrouble(file: string): string | null {
  const path = resolve(file)
  try {
    closeSync(openSync(path, 'a', 0o600))
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT') return `there is no folder ${dirname(path)}`
    return code === 'EISDIR' ? 'it is a folder' : reasonOf(error, dirname(path))
  }
}

/** A log of JSON lines for its owner alone; at its bound it becomes the older one, and that is forgotten. */
export function createLog(
  path: string,
  bytesMax: number,
  tell: (text: string) => void,
): (entry: object) => void {
  let isTold = false
  return entry => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= bytesMax)
        renameSync(path, olderFile(path))
      writeFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...entry })}\n`, {
        flag: 'a',
        mode: 0o600,
      })
      chmodSync(path, 0o600)
      isTold = false
    } catch (error) {
      if (!isTold) tell(`${path} could not be written (${why(error)})`)
      isTold = true
    }
  }
}

const why = (error: unknown): string => (error instanceof Error ? error.message : String(error))

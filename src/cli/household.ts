/** What all windows and scripts of one user have in common at a server, so that a ban there holds for every one of them. */
import { createHmac, randomBytes } from 'node:crypto'
import { linkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder, readJson, writeJson } from './files.ts'

const file = 'household.json'

/**
 * @param folder of this user’s, for as long as they are the same one
 * @returns what to call ourselves at the server whose key has that pin. It is made of a secret that is told to nobody, and
 *   another one for each key: no server can come with it elsewhere, or know us again there. Where the secret cannot be
 *   kept, it holds for this run.
 */
export function createHousehold(folder: string): (pin: string) => string {
  let secret: string | null = null
  return pin => {
    secret ??= secretIn(folder)
    return createHmac('sha256', secret).update(pin).digest('base64url')
  }
}

function secretIn(folder: string): string {
  const fresh = randomBytes(32).toString('base64url')
  return held(folder) ?? keepFirst(folder, fresh) ?? fresh
}

function held(folder: string): string | null {
  const secret = readJson(join(folder, file))?.secret
  return typeof secret === 'string' && /^[\w-]{43}$/.test(secret) ? secret : null
}

/** Of several that start for the first time at once, all go on with what the first one wrote. */
function keepFirst(folder: string, secret: string): string | null {
  const beside = `${file}.${process.pid}`
  try {
    makeFolder(folder)
    writeJson(folder, beside, { secret })
    try {
      linkSync(join(folder, beside), join(folder, file))
    } catch {
      // Another one was first; or what is there is damaged, or the disk has no links: then ours replaces it.
      if (held(folder) === null) writeJson(folder, file, { secret })
    }
    rmSync(join(folder, beside), { force: true })
    return held(folder)
  } catch {
    return null
  }
}

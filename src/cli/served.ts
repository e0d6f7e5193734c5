/** Under which name and at which port a folder’s server was open last: by that its user knows it among several. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { cleanLine } from '../base/clean.ts'
import { readJson, writeWhole } from './files.ts'
import { ownFolders, runningName } from './serverHome.ts'
import { callSocket } from './socketLock.ts'

const file = 'served.json'

export interface Served {
  /** null where it is not known. */
  readonly name: string | null
  readonly port: number | null
}

/** @param served null: nothing of this run is to be found there later */
export function rememberServed(folder: string, served: Served | null): void {
  try {
    if (served === null) rmSync(join(folder, file), { force: true })
    else writeWhole(folder, file, `${JSON.stringify({ name: served.name, port: served.port })}\n`)
  } catch {
    // A full disk is no reason not to serve; the folder is told apart by its path alone then.
  }
}

function servedIn(folder: string): Served {
  const held = readJson(join(folder, file))
  return {
    name: typeof held?.name === 'string' ? cleanLine(held.name, 40) : null,
    port: typeof held?.port === 'number' ? held.port : null,
  }
}

/** Folders one below the other, with the names of their servers: `  /home/ann/…/server-1  “den”, port 23277`. */
export function folderList(folders: readonly string[]): string[] {
  return folders.map(folder => {
    const { name, port } = servedIn(folder)
    return `  ${folder}${name === null ? '' : `  “${name}”${port === null ? '' : `, port ${port}`}`}`
  })
}

/** The other servers of this user that run now, as far as they live in folders of the user’s own. */
export async function runningBeside(own: string | null): Promise<Served[]> {
  const running: Served[] = []
  for (const folder of ownFolders()) {
    if (folder === own) continue
    const socket = await callSocket(folder, runningName).catch(() => null)
    if (socket === null) continue
    socket.destroy()
    running.push(servedIn(folder))
  }
  return running
}

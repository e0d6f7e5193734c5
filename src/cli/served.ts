/** Under which name and at which port a folder’s server was open last: by that its user knows it among several, and it is found again. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cleanLine } from '../base/clean.ts'
import { fold } from '../base/fold.ts'
import { hasHistory } from '../store/folder.ts'
import { readJson, writeWhole } from './files.ts'
import { keptVerifier } from './password.ts'
import { ownFolders, possibleFolders, runningName } from './serverHome.ts'
import { callSocket } from './socketLock.ts'

const file = 'served.json'

export interface Served {
  /** null where it is not known. */
  readonly name: string | null
  readonly port: number | null
}

/** A server as whoever starts it calls it. */
export interface Calling {
  readonly name: string
  /** The name was given; else it is the machine’s, which may be another one tomorrow. */
  readonly isNamed: boolean
  /** Anybody may come in, and nobody is there to be told that somebody could not before. */
  readonly isOpen: boolean
}

/** @param port null: of this run nothing is to be found there later; whose folder it was stays known */
export function rememberServed(folder: string, { name, isNamed }: Calling, port: number | null): void {
  try {
    if (port === null && servedIn(folder).name === null) return
    writeWhole(folder, file, `${JSON.stringify({ name, port, isNamed })}\n`)
  } catch {
    // A full disk is no reason not to serve; the folder is told apart by its path alone then.
  }
}

function servedIn(folder: string): Served & { readonly isNamed: boolean } {
  const held = readJson(join(folder, file))
  return {
    name: typeof held?.name === 'string' ? cleanLine(held.name, 40) : null,
    port: typeof held?.port === 'number' ? held.port : null,
    isNamed: held?.isNamed !== false,
  }
}

/**
 * The folders of this user that such a server may live in, the likeliest first. Never that of another one: what was said
 * there, who could come in and how long it is kept are that one’s own.
 */
export function homesFor({ name, isNamed, isOpen }: Calling): string[] {
  const own: string[] = []
  const free: string[] = []
  const fresh: string[] = []
  for (const folder of possibleFolders()) {
    if (!existsSync(folder)) fresh.push(folder)
    else if (!(isOpen && keptVerifier(folder) !== null)) {
      const served = servedIn(folder)
      if (served.name === null) free.push(folder)
      else if (fold(served.name) === fold(name) || !(isNamed || served.isNamed)) own.push(folder)
    }
  }
  return [...own, ...free, ...fresh]
}

/** Folders one below the other, with the names of their servers: `  /home/ann/…/server-1  “den”, port 23277`. */
export function folderList(folders: readonly string[]): string[] {
  return folders.map(folder => {
    const { name, port } = servedIn(folder)
    return `  ${folder}${name === null ? '' : `  “${name}”${port === null ? '' : `, port ${port}`}`}`
  })
}

/**
 * What whoever starts a server in a new folder should know: that nothing was said in it, and where others of theirs keep
 * what was; null where there is none.
 */
export function newHomeText(folder: string, name: string): string | null {
  const others = ownFolders().filter(other => other !== folder && hasHistory(other))
  if (others.length === 0) return null
  return [
    `“${name}” is new here and begins empty. To go on with what another server of yours keeps, give its folder with --data:`,
    ...folderList(others),
  ].join('\n')
}

/** The other servers of this user that run now, as far as they live in folders of the user’s own. */
export async function runningBeside(own: string | null): Promise<Served[]> {
  const running: Served[] = []
  for (const folder of ownFolders()) {
    if (folder === own) continue
    const socket = await callSocket(folder, runningName).catch(() => null)
    if (socket === null) continue
    socket.destroy()
    const { name, port } = servedIn(folder)
    running.push({ name, port })
  }
  return running
}

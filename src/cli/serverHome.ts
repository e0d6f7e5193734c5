/** The folders that servers of this user live in, each with its identity, and held by one of them as long as it runs. */
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join, resolve } from 'node:path'
import { nanoid } from 'nanoid'
import { bounds } from './bounds.ts'
import { folderTrouble, makeFolder, readJson, reasonOf, writeJson } from './files.ts'
import { serverFolder } from './home.ts'
import { holdSocket } from './socketLock.ts'

/** The socket by which a server holds its folder, and at which it is called. */
export const runningName = 'running'

/** A server’s own folder, held as long as it runs. */
export interface ServerHome {
  readonly id: string
  /** For its history; null where the disk refuses one. */
  readonly folder: string | null
  /** No server has lived there before. */
  readonly isNew: boolean
  /** Why it is for this run only. */
  readonly trouble: string | null
  /** Takes whoever calls at this server’s socket from now on. */
  onCall(answer: (socket: Socket) => void): void
  release(): void
}

/** Every folder that a server of this user may live in, whether it is there or not. */
export const possibleFolders = (): string[] =>
  Array.from({ length: bounds.homesMax }, (_, index) => serverFolder(index + 1))

/** Folders of this user’s own in which a server has lived, in the order of their numbers. */
export const ownFolders = (): string[] => possibleFolders().filter(folder => existsSync(folder))

/**
 * The folder a server lives in, with its identity: the one asked for, or the first of `own` that no living server holds.
 *
 * @param asked null for one of the user’s own
 * @param own those that it may have then; the first is the likeliest
 * @returns the home; or, where a folder was asked for and cannot be had, a sentence
 */
export async function holdHome(
  asked: string | null,
  own: readonly string[] = [],
): Promise<{ ok: true; home: ServerHome } | { ok: false; text: string }> {
  const folders = asked === null ? own : [resolve(asked)]
  const unfit = asked === null ? null : folderTrouble(resolve(asked))
  if (unfit !== null)
    return {
      ok: false,
      text: `The folder ${asked} cannot be made: ${unfit}. Give another with --data.`,
    }
  let tried = ''
  try {
    for (const folder of folders) {
      tried = folder
      const isNew = !existsSync(folder)
      makeFolder(folder)
      let answer = (socket: Socket): void => void socket.destroy()
      const release = await holdSocket(folder, runningName, socket => answer(socket))
      const onCall = (to: typeof answer): void => {
        answer = to
      }
      if (release)
        return { ok: true, home: { id: identityIn(folder), folder, isNew, trouble: null, onCall, release } }
    }
    if (asked !== null)
      return {
        ok: false,
        text: `A server runs on the folder ${asked} already. Stop it, or give another with --data.`,
      }
    return { ok: true, home: homeless('there are too many servers of yours to keep a folder for one more') }
  } catch (error) {
    const why = reasonOf(error, tried)
    if (asked !== null) return { ok: false, text: `The folder ${asked} cannot be used: ${why}.` }
    return { ok: true, home: homeless(`this server’s folder ${tried} cannot be used: ${why}`) }
  }
}

const homeless = (why: string): ServerHome => ({
  id: nanoid(),
  folder: null,
  isNew: true,
  trouble: `${why}. Nothing that is said here outlives this run, and at its next start this server has another identity and another code.`,
  onCall: () => {},
  release: () => {},
})

function identityIn(folder: string): string {
  const held = readJson(join(folder, 'identity.json'))
  if (typeof held?.id === 'string' && /^[\w-]{21}$/.test(held.id)) return held.id
  const id = nanoid()
  writeJson(folder, 'identity.json', { id })
  return id
}

/** The few small files Earshot keeps for a user: the nick last used, and each server’s identity. */
import { chmodSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import envPaths from 'env-paths'
import { nanoid } from 'nanoid'

const paths = envPaths('earshot', { suffix: '' })

/** The nick used last, or null. A file that cannot be read is as good as none. */
export function rememberedNick(): string | null {
  const held = readJson(join(paths.config, 'client.json'))
  return typeof held?.nick === 'string' ? held.nick : null
}

/** Keeps the nick for the next time; where that fails nothing else does. */
export function rememberNick(nick: string): void {
  try {
    writeJson(paths.config, 'client.json', { nick })
  } catch {
    // A read-only home is no reason to bother somebody who wants to talk.
  }
}

/** Servers that one user may run at the same time on one machine. */
const identitiesMax = 64

/**
 * A server’s identity: the first that no living server of this user holds, so that a restart finds its own again and a
 * second server beside the first gets another. Held by listening on a local socket, which ends with the process however
 * it ends; a pid file would outlive a kill, and in containers every server is pid 1.
 *
 * @returns the id and what gives it back; where the disk refuses, an id for this run only, and why
 */
export async function holdIdentity(): Promise<{ id: string; release(): void; trouble: string | null }> {
  try {
    for (let slot = 1; slot <= identitiesMax; slot++) {
      mkdirSync(paths.data, { recursive: true, mode: 0o700 })
      const release = await holdSocket(slot)
      if (!release) continue
      const file = `server-${slot}.json`
      const held = readJson(join(paths.data, file))
      const id = typeof held?.id === 'string' && /^[\w-]{21}$/.test(held.id) ? held.id : nanoid()
      if (held?.id !== id) writeJson(paths.data, file, { id })
      return { id, release, trouble: null }
    }
    return {
      id: nanoid(),
      release: () => {},
      trouble: 'too many servers run here to keep an identity for each',
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { id: nanoid(), release: () => {}, trouble: `this server’s identity could not be kept (${why})` }
  }
}

/** Listens on the slot’s socket; null where a living process does. */
async function holdSocket(slot: number): Promise<(() => void) | null> {
  const path =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\earshot-${paths.data.replace(/[^\w]/g, '-')}-${slot}`
      : join(paths.data, `server-${slot}.sock`)
  for (let attempt = 0; attempt < 2; attempt++) {
    const server = createServer(socket => socket.destroy())
    const code = await new Promise<string | null>(resolve => {
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'))
      server.listen(path, () => resolve(null))
    })
    if (code === null) {
      server.unref()
      return () => server.close()
    }
    if (code !== 'EADDRINUSE') throw new Error(`${path}: ${code}`)
    if (await answers(path)) return null
    // Its holder was killed: the file is all that is left of it.
    unlinkSync(path)
  }
  return null
}

const answers = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

function readJson(file: string): Record<string, unknown> | null {
  try {
    const held: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof held === 'object' && held !== null ? { ...held } : null
  } catch {
    return null
  }
}

/** Written beside and renamed, so that a crash leaves the old file or the new one. */
function writeJson(folder: string, file: string, value: unknown): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const beside = join(folder, `${file}.${process.pid}.new`)
  writeFileSync(beside, `${JSON.stringify(value)}\n`, { mode: 0o600 })
  chmodSync(beside, 0o600)
  renameSync(beside, join(folder, file))
}

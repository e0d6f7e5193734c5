/** One living process per name: it listens on a local socket, which ends with the process however that ends. */
import { createHash, randomBytes } from 'node:crypto'
import { linkSync, lstatSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bounds } from './bounds.ts'

/** Bytes of a path that every system takes for a socket, less those added below; a longer one is replaced by a name made of it. */
const socketPathBytesMax = 90
/** What replaces it, in the folder that all share. */
const elsewhere = /^earshot-[0-9a-f]{32}\.sock$/

/**
 * Holds `name` in `folder` until it is released or the process ends. A pid file would outlive a kill, and in containers
 * everybody is pid 1.
 *
 * @param folder exists
 * @param answer takes who calls there; left out: they are hung up on
 * @returns what releases it; null where a living process holds it. Throws what the system says.
 */
export async function holdSocket(
  folder: string,
  name: string,
  answer: Answer = socket => socket.destroy(),
): Promise<(() => void) | null> {
  const path = pathOf(folder, name)
  for (let attempt = 0; attempt < 3; attempt++) {
    const release = await (process.platform === 'win32'
      ? listenAt(path, answer)
      : listenAndLink(path, answer))
    if (release !== null) {
      if (dirname(path) === tmpdir()) await tidy()
      return release
    }
    // Its holder was killed: the file is all that is left of it.
    if (!(await cleared(path))) return null
  }
  return null
}

type Answer = (socket: Socket) => void

/** @returns what ends it; null where the path is taken. Throws what else the system says. */
async function listenAt(path: string, answer: Answer): Promise<(() => void) | null> {
  const server = createServer(answer)
  const code = await new Promise<string | null>(done => {
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'unknown'))
    // The socket is made before listen returns, for nobody else from its first moment on.
    const before = process.umask(0o177)
    server.listen(path, () => done(null))
    process.umask(before)
  })
  if (code === 'EADDRINUSE') return null
  if (code !== null) throw Object.assign(new Error(`${path}: ${code}`), { code })
  server.unref()
  return () => server.close()
}

/**
 * A socket has its name a moment before anybody listens at it, and in that moment it looks like one whose holder was
 * killed. So it gets a name of its own first, and the one that counts, which only one can give, when it listens.
 */
async function listenAndLink(path: string, answer: Answer): Promise<(() => void) | null> {
  const own = `${path}.${randomBytes(4).toString('hex')}`
  const end = await listenAt(own, answer)
  if (end === null) return null
  try {
    linkSync(own, path)
  } catch (error) {
    end()
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return null
    throw error
  }
  rmSync(own, { force: true })
  return () => {
    try {
      rmSync(path, { force: true })
    } catch {
      // On a disk that can no longer be written it stays, and is found dead by whoever comes next.
    }
    end()
  }
}

/** Calls whoever holds `name` in `folder`; null where nobody does. Throws where it is another user’s. */
export function callSocket(folder: string, name: string): Promise<Socket | null> {
  const path = pathOf(folder, name)
  if (process.platform !== 'win32') {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return Promise.resolve(null)
    if (found.uid !== process.getuid?.()) throw new Error(`${path} belongs to another user`)
  }
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(null))
  })
}

function pathOf(folder: string, name: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\earshot-${join(folder, name).replace(/[^\w]/g, '-')}`
  const path = join(folder, `${name}.sock`)
  if (Buffer.byteLength(path) <= socketPathBytesMax) return path
  return join(tmpdir(), `earshot-${createHash('sha256').update(path).digest('hex').slice(0, 32)}.sock`)
}

/**
 * Removes a socket that nobody listens on any more. Only one at a time clears a name away, and looks again first; and
 * nobody takes a name that is there: so what is removed is what was found dead, and not what somebody else has just begun
 * to listen on.
 *
 * @returns whether the name can be tried for again
 */
async function cleared(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  const found = await stateOf(path)
  if (found !== 'dead') return found === 'gone'
  const clearing = `${path}.clearing`
  if (!begun(clearing)) return false
  try {
    const state = await stateOf(path)
    if (state === 'dead') rmSync(path, { force: true })
    return state !== 'held'
  } finally {
    rmSync(clearing, { recursive: true, force: true })
  }
}

/**
 * Takes the right to clear. It names its holder from its first moment on, so that of one who is killed meanwhile nothing
 * is left that others would have to wait for.
 */
function begun(clearing: string): boolean {
  for (let attempt = 0; attempt < 2; attempt++)
    try {
      symlinkSync(String(process.pid), clearing)
      return true
    } catch {
      if (!isAbandoned(clearing)) return false
      rmSync(clearing, { recursive: true, force: true })
    }
  return false
}

/** Whether nobody clears any more: the process is gone, or its number is another’s by now. */
function isAbandoned(clearing: string): boolean {
  try {
    if (Date.now() - lstatSync(clearing).mtimeMs > bounds.clearingMs) return true
    process.kill(Number(readlinkSync(clearing)), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/**
 * Whoever was killed left a socket, which the next one of the same name clears away; where that name is of a folder that is
 * gone, nobody comes for it. So whoever has a socket in the folder that all share clears those of their user that are dead.
 */
async function tidy(): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const names = readdirSync(tmpdir()).filter(name => elsewhere.test(name))
    for (const name of names.slice(0, bounds.tidiedMax)) {
      const path = join(tmpdir(), name)
      const found = lstatSync(path, { throwIfNoEntry: false })
      if (found?.isSocket() && found.uid === process.getuid?.()) await cleared(path)
    }
  } catch {
    // They are in nobody’s way.
  }
}

/** `dead`: its holder was killed. `gone`: nobody holds it. */
const stateOf = (path: string): Promise<'held' | 'dead' | 'gone'> =>
  new Promise(done => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done('held')
    })
    // A holder too busy to answer is alive.
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      done(code === 'ECONNREFUSED' ? 'dead' : code === 'ENOENT' ? 'gone' : 'held'),
    )
  })

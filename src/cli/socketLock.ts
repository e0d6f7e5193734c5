/** One living process per name: it listens on a local socket, which ends with the process however that ends. */
import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes of a path that every system takes for a socket; a longer one is replaced by a name made of it. */
const socketPathBytesMax = 100
/** Whoever clears a dead socket away is done long before that, or was killed meanwhile. */
const clearingMs = 10_000

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
  answer: (socket: Socket) => void = socket => socket.destroy(),
): Promise<(() => void) | null> {
  const path = pathOf(folder, name)
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = createServer(answer)
    const code = await new Promise<string | null>(done => {
      server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'unknown'))
      // The socket is made before listen returns, for nobody else from its first moment on.
      const before = process.umask(0o177)
      server.listen(path, () => done(null))
      process.umask(before)
    })
    if (code === null) {
      server.unref()
      return () => server.close()
    }
    if (code !== 'EADDRINUSE') throw new Error(`${path}: ${code}`)
    // Its holder was killed: the file is all that is left of it.
    if (!(await cleared(path))) return null
  }
  return null
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
 * Removes a socket that nobody listens on. Of several who find it dead only one clears it away, and looks again first:
 * else the second would remove what the first has just begun to listen on, and both would hold it.
 */
async function cleared(path: string): Promise<boolean> {
  if (process.platform === 'win32' || (await answers(path))) return false
  const clearing = `${path}.clearing`
  if (!begun(clearing)) return false
  try {
    if (await answers(path)) return false
    rmSync(path, { force: true })
    return true
  } finally {
    rmSync(clearing, { recursive: true, force: true })
  }
}

function begun(clearing: string): boolean {
  try {
    mkdirSync(clearing)
    return true
  } catch {
    try {
      if (Date.now() - statSync(clearing).mtimeMs > clearingMs)
        rmSync(clearing, { recursive: true, force: true })
    } catch {
      // Somebody else has just ended theirs.
    }
    return false
  }
}

const answers = (path: string): Promise<boolean> =>
  new Promise(done => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    // A holder too busy to answer is alive.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT'),
    )
  })

/** “Host here” in the list of servers: a server inside this process. */
import type { Server } from '../server/server.ts'
import { limits } from '../wire/limits.ts'
import { openMemory } from './memory.ts'

/** Starts a server inside this process, on all its addresses and announced like any other. */
export async function hostHere(options: {
  name: string
  discoveryPort: number
  interfaces: readonly string[] | null
}): Promise<{ ok: true; server: Server } | { ok: false; text: string }> {
  const [{ startServer }, opened] = await Promise.all([
    import('../server/server.ts'),
    openMemory(null, { name: options.name, isNamed: false, isOpen: true }, false, limits),
  ])
  if (!opened.ok) return opened
  const { memory } = opened
  const started = await startServer({
    id: memory.id,
    identity: memory.identity,
    motd: '',
    host: null,
    port: null,
    announce: 'always',
    history: memory.history,
    order: memory.order,
    // The screen belongs to the conversation; what matters of the server’s troubles shows there.
    onEvent: () => {},
    ...options,
  })
  if (!started.ok) {
    await memory.history.store.close()
    memory.release()
    return started
  }
  const { server } = started
  memory.isServed(server.port)
  return {
    ok: true,
    server: {
      ...server,
      async stop(text) {
        await server.stop(text)
        memory.release()
      },
    },
  }
}

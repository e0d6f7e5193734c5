/** A server’s identity and name from this machine, for `serve` and for “host here” in the list of servers. */
import { hostname } from 'node:os'
import { cleanLine } from '../base/clean.ts'
import type { Server } from '../server/server.ts'
import { holdIdentity } from './home.ts'

const nameCellsMax = 32

/** A name as it may stand in a list: harmless and one line; empty where nothing of it can be shown. */
export const serverName = (text: string): string => cleanLine(text, nameCellsMax)

/** This machine’s name, as a server’s name. */
export const ownName = (): string => serverName(hostname().split('.')[0] ?? '') || 'earshot'

/** Starts a server inside this process, on all its addresses and announced like any other. */
export async function hostHere(options: {
  name: string
  discoveryPort: number
  interfaces: readonly string[] | null
}): Promise<{ ok: true; server: Server } | { ok: false; text: string }> {
  const [{ startServer }, identity] = await Promise.all([import('../server/server.ts'), holdIdentity()])
  return startServer({
    id: identity.id,
    motd: '',
    host: null,
    port: null,
    announce: 'always',
    // The screen belongs to the conversation; what matters of the server’s troubles shows there.
    onEvent: () => {},
    ...options,
  })
}

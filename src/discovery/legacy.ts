/** The word by which clients of older LAN chats find a server: a fixed token, on their port, every five seconds. */
import { type DiscoveryMeans, systemMeans } from './means.ts'
import { createOutlets } from './outlets.ts'

// It says that somebody is there and nothing else: their clients ask the user for the port. Nothing is heard in return.

const legacy = {
  port: 8081,
  token: 'PYTHON_CHAT_SERVER_DISCOVERY_V1',
  everyMs: 5_000,
} as const

interface LegacyAnnouncerOptions {
  /** As for our own announcements. Absent or null: all usual ones. */
  readonly interfaces?: readonly string[] | null
  readonly means?: Partial<DiscoveryMeans>
}

export interface LegacyAnnouncer {
  /** Ends without a word: their clients know no farewell. May be called again. */
  close(): Promise<void>
}

/** Starts announcing at once. An interface that does not work is told of by our own announcements. */
export function createLegacyAnnouncer(options: LegacyAnnouncerOptions): LegacyAnnouncer {
  const bytes = new TextEncoder().encode(legacy.token)
  const outlets = createOutlets({
    port: legacy.port,
    allow: options.interfaces ?? [],
    means: { ...systemMeans, ...options.means },
    hear: () => {},
    opened: key => void outlets.spread(bytes, 'beaconing', key),
    changed: () => {},
  })
  const speaking = setInterval(() => void outlets.spread(bytes, 'beaconing'), legacy.everyMs)
  return {
    async close() {
      clearInterval(speaking)
      await outlets.close()
    },
  }
}

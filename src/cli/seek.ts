/** Where a server is now: listens while it is away, wherever it comes back. */
import { isOwnHost } from '../base/network.ts'
import type { Target } from '../client/types.ts'
import type { Scanner } from '../discovery/scanner.ts'
import type { Sighting } from '../discovery/types.ts'

/** Where to listen. */
export interface Where {
  readonly discoveryPort: number
  readonly interfaces: readonly string[] | null
}

export interface SeekOptions extends Where {
  /** All that is heard since we listen; again whenever something about it changes. */
  onSightings(sightings: readonly Sighting[]): void
  /** A sentence about discovery for the user. */
  onNotice(text: string): void
}

/** @returns what ends it */
export function startSeek({ onSightings, ...options }: SeekOptions): () => void {
  let scanner: Scanner | null = null
  let isOver = false
  // Loaded only now: most errands never lose their server.
  void import('../discovery/scanner.ts').then(({ createScanner }) => {
    if (isOver) return
    scanner = createScanner({
      ...options,
      onSightings(sightings) {
        if (!isOver) onSightings(sightings)
      },
      onOutlets: () => {},
    })
  })
  return () => {
    isOver = true
    void scanner?.close()
  }
}

/** Whoever is known by an address of this machine alone is looked for on this machine alone. */
export function whereFor({ hosts }: Target, where: Where): Where {
  return hosts.every(isOwnHost) ? { ...where, interfaces: [loopback] } : where
}

const loopback = '127.0.0.0/8'

/** Where a server is now: listens for the one that is meant while it is away, wherever it comes back. */
import { isOwnHost } from '../base/network.ts'
import { targetOf } from '../client/servers.ts'
import { type KnownServer, ownAmong } from '../client/trust.ts'
import type { Target } from '../client/types.ts'
import type { Scanner } from '../discovery/scanner.ts'
import type { Sighting } from '../discovery/types.ts'

/** Where to listen. */
export interface Where {
  readonly discoveryPort: number
  readonly interfaces: readonly string[] | null
}

export interface SeekOptions extends Where {
  /** The one that is sought, where it is known. */
  readonly known: KnownServer | undefined
  isMeant(sighting: Sighting): boolean
  /** It was heard, since we listen; again whenever something about it changes. */
  onHeard(target: Target): void
  /** A sentence about discovery for the user. */
  onNotice(text: string): void
}

/** @returns what ends it */
export function startSeek({ known, isMeant, onHeard, onNotice, ...where }: SeekOptions): () => void {
  const sinceMs = performance.now()
  let scanner: Scanner | null = null
  let isOver = false
  // Loaded only now: most errands never lose their server.
  void import('../discovery/scanner.ts').then(({ createScanner }) => {
    if (isOver) return
    scanner = createScanner({
      ...where,
      onSightings(sightings) {
        const heard = sightings.filter(one => one.heardAt > sinceMs && isMeant(one))
        const found = ownAmong(heard, known)
        if (found && !isOver) onHeard(targetOf(found))
      },
      onOutlets: () => {},
      onNotice,
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

/** The networks of this machine as they were last seen: a look can fail, and then what was seen before is the best we know. */
import { networkInterfaces } from 'node:os'
import type { Interfaces } from './subnets.ts'

/**
 * Some sandboxes forbid the look, and a process whose files are all open cannot take one (EMFILE); neither is a reason to end.
 *
 * @returns a look that never throws; without any that succeeded there are no networks
 */
export function createLook(look: () => Interfaces = networkInterfaces): () => Interfaces {
  let seen: Interfaces = {}
  return () => {
    try {
      seen = look()
    } catch {
      // As above.
    }
    return seen
  }
}

/** The look of this process. */
export const readInterfaces = createLook()

/** Our own faults while something was handled: each costs one connection, and many in a short time the process. */
import type { Limits } from '../wire/limits.ts'

interface FaultsOptions {
  readonly limits: Limits
  /** Monotonic milliseconds. */
  nowMs(): number
  log(text: string): void
  /** There are too many: whatever is wrong does not pass by itself. */
  onTooMany(error: unknown): void
}

export interface Faults {
  /** @param kind what was being handled, such as the type of a message */
  add(kind: string, error: unknown): void
  /** Since the beginning. */
  count(): number
}

export function createFaults({ limits, nowMs, log, onTooMany }: FaultsOptions): Faults {
  let recent: number[] = []
  let count = 0
  /** Kinds that were told; the same fault again is only counted. */
  const told = new Set<string>()

  return {
    add(kind, error) {
      count += 1
      const sinceMs = nowMs() - limits.faultsMs
      recent = [...recent.filter(atMs => atMs > sinceMs), nowMs()]
      const what = `a fault of ours in “${kind}” (${error instanceof Error ? error.message : String(error)})`
      if (!told.has(what) && told.size < limits.faultsMax) {
        told.add(what)
        log(`${what}; that connection was closed, the others go on. Please report it.\n${stackOf(error)}`)
      }
      if (recent.length > limits.faultsMax) onTooMany(error)
    },
    count: () => count,
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? '') : '')

/** Whether the disk takes what is said: known from what it kept and what it did not, and asked for while it does not. */
import { bounds } from './bounds.ts'

interface KeepingOptions {
  /** Writes something; rejects while nothing can be kept. Left out: only the next line that is kept shows that it can. */
  readonly probe: (() => Promise<void>) | undefined
  readonly everyMs: number
  onChange(keeps: boolean): void
}

export interface Keeping {
  /** Something could not be kept. @returns whether that is news: each cause is, once as long as it lasts */
  failed(error: unknown): boolean
  /** Something was; where it can be asked for, only the answer tells that the longest line would be, too. */
  kept(): void
  /** Asks no more. */
  end(): void
}

/** What passes before anybody could be told of it, or is the end. */
const passing = new Set(['busy', 'closed'])

export function createKeeping({ probe, everyMs, onChange }: KeepingOptions): Keeping {
  let keeps = true
  let hasEnded = false
  let timer: NodeJS.Timeout | undefined
  /** Since it last kept something. */
  const causes = new Set<string>()

  function turn(to: boolean): void {
    if (keeps === to || hasEnded) return
    keeps = to
    clearTimeout(timer)
    if (to) causes.clear()
    onChange(to)
    if (!to) askLater()
  }

  function askLater(): void {
    if (probe === undefined || keeps || hasEnded) return
    timer = setTimeout(() => probe().then(() => turn(true), askLater), everyMs)
    timer.unref()
  }

  return {
    failed(error) {
      const trouble = error instanceof Error && 'trouble' in error ? error.trouble : undefined
      if (typeof trouble === 'string' && passing.has(trouble)) return true
      turn(false)
      const cause = typeof trouble === 'string' ? trouble : String(error)
      if (causes.has(cause) || causes.size >= bounds.causesMax) return false
      causes.add(cause)
      return true
    },
    kept() {
      if (probe === undefined) turn(true)
    },
    end() {
      hasEnded = true
      clearTimeout(timer)
    },
  }
}

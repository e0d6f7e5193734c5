/** Who may speak how often: a bucket for each source, a bounded number of sources, and a count of what was ignored. */
import { type Bucket, createBucket } from '../base/bucket.ts'
import { bounds } from './bounds.ts'

export interface GateOptions {
  readonly burst: number
  readonly perSecond: number
}

export interface Gate {
  /** Whether `source` may be heard now. A stranger finds no place when all are taken, unless `isKept` says so. */
  admits(source: string, nowMs: number, isKept?: () => boolean): boolean
  /** Whether it is remembered: who is not and is not heard has found no place. */
  knows(source: string): boolean
  /** How many sources are remembered. */
  size(): number
}

/** A gate that remembers at most 256 strangers; it forgets one only when that gives it nothing it had not already. */
export function createGate({ burst, perSecond }: GateOptions): Gate {
  // Oldest word first: a Map keeps the order of insertion.
  const sources = new Map<string, { bucket: Bucket; lastMs: number }>()
  const fullAgainMs = (burst / perSecond) * 1000

  return {
    admits(source, nowMs, isKept) {
      const known = sources.get(source)
      if (known) {
        sources.delete(source)
        sources.set(source, known)
        known.lastMs = nowMs
        return known.bucket.take(nowMs) === 0
      }
      while (sources.size >= bounds.sourcesMax) {
        const oldest = sources.entries().next().value
        // A bucket that is full again may be forgotten: the source loses and gains nothing by it.
        if (!oldest || nowMs - oldest[1].lastMs < fullAgainMs) break
        sources.delete(oldest[0])
      }
      if (sources.size >= bounds.sourcesMax && isKept?.() !== true) return false
      const bucket = createBucket({ burst, perSecond })
      sources.set(source, { bucket, lastMs: nowMs })
      return bucket.take(nowMs) === 0
    },
    knows: source => sources.has(source),
    size: () => sources.size,
  }
}

export interface Tally {
  note(source: string, nowMs: number): void
  /** The sentence about what was ignored: once, a second after it began. Else null. */
  verdict(nowMs: number): string | null
}

/** Counts what was ignored, to be told once; telling it each time would be a flood of its own. */
export function createTally(): Tally {
  const counts = new Map<string, number>()
  let total = 0
  let beganMs = 0
  let told = false

  return {
    note(source, nowMs) {
      if (told) return
      if (total === 0) beganMs = nowMs
      total += 1
      const count = counts.get(source)
      if (count !== undefined || counts.size < bounds.sourcesMax) counts.set(source, (count ?? 0) + 1)
    },
    verdict(nowMs) {
      if (told || total === 0 || nowMs - beganMs < 1_000) return null
      told = true
      let worst = ''
      for (const [source, count] of counts) if (count > (counts.get(worst) ?? 0)) worst = source
      const many = total === 1 ? 'one announcement' : `${total} announcements`
      const whence =
        counts.size > 1 ? `from ${counts.size} addresses, most of them from ${worst}` : `from ${worst}`
      counts.clear()
      return `Ignoring ${many} ${whence}: more than a server sends. Your list may be incomplete.`
    },
  }
}

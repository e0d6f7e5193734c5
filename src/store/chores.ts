/** What the history’s thread does unasked: it sees to the index of words when it is quiet, or when too much is missing there. */
import { bounds } from './bounds.ts'
import type { Words } from './words.ts'

export interface Chores {
  /** A question was answered: the next chore waits until it is quiet again. */
  answered(hasChanged: boolean): void
  /** Does nothing more. */
  end(): void
}

/** @param failed hears what went wrong; the chore is tried again when it is quiet once more */
export function createChores(
  words: Pick<Words, 'unindexed' | 'index' | 'merge'>,
  failed: (error: unknown) => void,
  quietMs: number = bounds.quietMs,
): Chores {
  let hasPieces = true
  let next: NodeJS.Immediate | undefined
  const timer = setTimeout(quiet, quietMs)

  /** @returns whether there is more to do */
  function chore(): boolean {
    if (words.unindexed() >= bounds.quietLinesMin) {
      words.index()
      hasPieces = true
    } else if (hasPieces) hasPieces = words.merge()
    return hasPieces
  }

  function attempt(steps: () => boolean): boolean {
    try {
      return steps()
    } catch (error) {
      failed(error)
      return false
    }
  }

  /** One step at a time, so that whoever asks need not wait for all of them. */
  function quiet(): void {
    if (attempt(chore)) next = setImmediate(quiet)
  }

  return {
    answered(hasChanged) {
      clearImmediate(next)
      if (hasChanged)
        attempt(() => {
          if (words.unindexed() >= bounds.unindexedLinesMax) words.index()
          return true
        })
      timer.refresh()
    },
    end() {
      clearImmediate(next)
      clearTimeout(timer)
    },
  }
}

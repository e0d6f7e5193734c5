/** Group commit: one transaction at a time, and whatever comes while it is under way makes up the next one. */
import type { Draft, Kept, Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import type { Change, Outcome } from './packing.ts'
import { storeTrouble } from './troubles.ts'

export interface Commits {
  /** Resolves after its commit: with what became of a line, with null for anything else. */
  add(change: Change): Promise<Kept | null>
  /** Resolves when all that was added before has its outcome. */
  settled(): Promise<void>
  /** Resolves when nothing waits any more. */
  done(): Promise<void>
}

interface Waiting {
  readonly change: Change
  resolve(kept: Kept | null): void
  reject(error: unknown): void
}

/**
 * @param change keeps all of them or none; never called again before it settled
 * @param onNew hears each newly kept line, in order, before its append resolves
 */
export function createCommits(
  change: (changes: readonly Change[]) => Promise<readonly Outcome[]>,
  onNew: (line: Line) => void,
): Commits {
  const waiting: Waiting[] = []
  let latest: Promise<unknown> = Promise.resolve()
  let phase: 'idle' | 'gathering' | 'committing' = 'idle'
  let onDone: (() => void)[] = []

  function commit(): void {
    const batch = waiting.splice(0, bounds.commitChangesMax)
    if (batch.length === 0) {
      phase = 'idle'
      for (const tell of onDone) tell()
      onDone = []
      return
    }
    phase = 'committing'
    change(batch.map(one => one.change)).then(
      outcomes => {
        commit()
        const kept = batch.map((one, index) => keptOf(one.change, outcomes[index] ?? null))
        for (const [index, { resolve }] of batch.entries()) resolve(kept[index] ?? null)
      },
      error => {
        const failed = [...batch, ...takeBehind(batch)]
        commit()
        for (const { reject } of failed) reject(error)
      },
    )
  }

  /** What an author said behind a line that failed must not overtake it, should that be sent again. */
  function takeBehind(batch: readonly Waiting[]): readonly Waiting[] {
    const authors = new Set(batch.map(authorOf))
    const isBehind = (one: Waiting) => one.change.do === 'line' && authors.has(authorOf(one))
    const behind = waiting.filter(isBehind)
    if (behind.length > 0) waiting.splice(0, waiting.length, ...waiting.filter(one => !isBehind(one)))
    return behind
  }

  function keptOf(asked: Change, outcome: Outcome): Kept | null {
    if (asked.do !== 'line' || !outcome) return null
    if ('again' in outcome) return { line: outcome.again, again: true }
    const line = lineOf(asked.draft, outcome.seq, asked.at)
    onNew(line)
    return { line, again: false }
  }

  return {
    add(one) {
      const added = new Promise<Kept | null>((resolve, reject) => {
        if (waiting.length >= bounds.waitingChangesMax) return reject(storeTrouble('busy'))
        waiting.push({ change: one, resolve, reject })
        if (phase !== 'idle') return
        // What else comes in this turn of the loop goes along.
        phase = 'gathering'
        setImmediate(commit)
      })
      latest = added
      return added
    },
    async settled() {
      try {
        await latest
      } catch {
        // Told to whoever added it.
      }
    },
    done: () => new Promise(resolve => (phase === 'idle' ? resolve() : onDone.push(resolve))),
  }
}

const authorOf = ({ change }: Waiting): string | null => (change.do === 'line' ? change.draft.author : null)

const lineOf = ({ room, id, author, from, kind, body }: Draft, seq: number, at: number): Line => ({
  room,
  id,
  author,
  from,
  kind,
  body,
  seq,
  at,
})

/** Group commit: one transaction at a time, and whatever comes while it is under way makes up the next one. */
import { performance } from 'node:perf_hooks'
import type { Draft, Kept, Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import type { Change, Outcome } from './packing.ts'
import { storeTrouble } from './troubles.ts'

export interface Commits {
  /** Resolves after its commit: with what became of a line, with null for anything else. */
  add(change: Change): Promise<Kept | null>
  /** Tells what is kept, now: whoever reads what was kept has heard of it before. */
  tell(): void
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
  { togetherMs, againMs }: Readonly<Record<'togetherMs' | 'againMs', number>> = bounds,
): Commits {
  const waiting: Waiting[] = []
  /**
   * What is kept and not told yet. To tell something is a write to everybody in a room, however many lines it is: a few
   * lines wait for more than they are, which are on their way to the disk.
   */
  let untold: { readonly one: Waiting; readonly outcome: Outcome }[] = []
  /** How many lines are likely to come at about the same time, until when, and what waits for them. */
  let together = 0
  let togetherUntilMs = 0
  let gathering: NodeJS.Timeout | undefined
  let latest: Promise<unknown> = Promise.resolve()
  let phase: 'idle' | 'gathering' | 'committing' = 'idle'
  let onDone: (() => void)[] = []

  /** Whether what waits is to wait for more. */
  const isToGather = (): boolean =>
    waiting.length > 0 && waiting.length < together && performance.now() < togetherUntilMs

  function gather(): void {
    phase = 'gathering'
    gathering = setTimeout(gathered, togetherMs)
  }

  function gathered(): void {
    clearTimeout(gathering)
    gathering = undefined
    // What else has come by now is read first.
    setImmediate(commit)
  }

  function commit(): void {
    const batch = waiting.splice(0, bounds.commitChangesMax)
    if (batch.length === 0) {
      phase = 'idle'
      for (const tellDone of onDone) tellDone()
      onDone = []
      return
    }
    phase = 'committing'
    change(batch.map(one => one.change)).then(
      outcomes => {
        for (const [index, one] of batch.entries()) untold.push({ one, outcome: outcomes[index] ?? null })
        // Each time more than twice as many: this ends soon.
        if (waiting.length > untold.length) return commit()
        expectAgain(untold.length)
        if (isToGather()) gather()
        else commit()
        tell()
      },
      error => {
        const failed = [...batch, ...takeBehind(batch)]
        commit()
        tell()
        for (const { reject } of failed) reject(error)
      },
    )
  }

  /** Who was told together mostly speaks together again. Whoever was told alone waits for nobody. */
  function expectAgain(told: number): void {
    together = told > 1 ? Math.min(told + waiting.length, bounds.togetherLines) : 0
    togetherUntilMs = performance.now() + againMs
  }

  function tell(): void {
    const told = untold
    untold = []
    const kept = told.map(({ one, outcome }) => keptOf(one.change, outcome))
    for (const [index, { one }] of told.entries()) one.resolve(kept[index] ?? null)
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
        if (gathering !== undefined && waiting.length >= together) gathered()
        if (phase !== 'idle') return
        if (isToGather()) return gather()
        // What else comes in this turn of the loop goes along.
        phase = 'gathering'
        setImmediate(commit)
      })
      latest = added
      return added
    },
    tell,
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

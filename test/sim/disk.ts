/** A store on a disk that can be slow, refuse, and lose its power: one thread, commits in groups, as the real one does. */
import type { Draft, Kept, KnownPerson, Line, Looking, Paging, Past, PastRun } from '../../src/chat/types.ts'
import { limits } from '../../src/wire/limits.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'

type Entry = { readonly line: Line } | { readonly person: KnownPerson } | { readonly run: string }

/** It waits for what was asked before, and nothing goes along. */
type Reading =
  | { readonly paging: Paging; read(lines: readonly Line[]): void }
  | { readonly looking: Looking; found(line: Line | null | undefined): void }

const isReading = (one: Ask): one is Reading => 'paging' in one || 'looking' in one

type Ask =
  | { readonly draft: Draft; kept(kept: Kept): void; failed(): void }
  | { readonly person: KnownPerson; kept(): void; failed(): void }
  | Reading

/** Mistakes a store could make. */
export interface DiskFaults {
  readonly keepsRepeats?: true
  readonly forgetsRepeatsAtRestart?: true
  readonly tellsBeforeItKeeps?: true
  readonly saysDurableWhatIsCached?: true
  readonly givesTheLastNumberAgain?: true
  readonly shufflesACommit?: true
  readonly forgetsPeople?: true
  readonly misnamesRuns?: true
  readonly keepsBehindWhatFailed?: true
}

export interface DiskMeans {
  readonly clock: Clock
  readonly random: Random
  /** What a commit takes when nothing is wrong. */
  readonly commitMs: number
  readonly faults: DiskFaults
  /** A line that was there before. */
  readonly past: readonly Line[]
}

/** What a running process has open; it hears nothing more once the process ended. */
export interface Store {
  readonly past: Past
  /** Names what begins with the opening; undefined where that could not be written down. */
  readonly run: string | undefined
  append(draft: Draft, kept: (kept: Kept) => void, failed: () => void): void
  remember(person: KnownPerson, kept: () => void, failed: () => void): void
  /** Empty where it could not be read, as the real server has it. */
  page(paging: Paging, read: (lines: readonly Line[]) => void): void
  /** Undefined where it could not be read. */
  find(looking: Looking, found: (line: Line | null | undefined) => void): void
  /** Hears each new line once, in order, after it is durable. */
  follow(onLine: (line: Line) => void): void
}

export interface Disk {
  open(): Store
  /** The process ended: what was written stays. */
  kill(): void
  /** What was not on the disk is gone, or not: whole commits from the last ones on. */
  losePower(): void
  slowDown(factor: number): void
  refuse(isRefusing: boolean): void
  /** All that would be there after a restart. */
  lines(): readonly Line[]
}

const keyOf = ({ author, id }: { author: string; id: string }): string => `${author} ${id}`

export function createDisk(means: DiskMeans): Disk {
  const { clock, random, faults } = means
  let journal: Entry[] = means.past.map(line => ({ line }))
  /** Ends of commits in the journal that a loss of power may still take away. */
  let unsafe: number[] = []
  let safe = journal.length
  let slowness = 1
  let isRefusing = false
  /** Which process has it open. */
  let life = 0

  function open(): Store {
    const mine = ++life
    const rooms = new Map<string, Line[]>()
    const kept = new Map<string, Line>()
    const heads = new Map<string, number>()
    const people = new Map<string, KnownPerson>()
    const runs: PastRun[] = []
    const waiting: Ask[] = []
    let isBusy = false
    let follower: (line: Line) => void = () => {}

    const add = (line: Line): void => {
      const lines = rooms.get(line.room)
      if (lines) lines.push(line)
      else rooms.set(line.room, [line])
      heads.set(line.room, Math.max(heads.get(line.room) ?? 0, line.seq))
    }
    const run = isRefusing ? undefined : `${journal.filter(entry => 'run' in entry).length + 1}-${mine}`
    if (run !== undefined) {
      journal.push({ run })
      safe = journal.length
    }
    let running: string | undefined
    for (const entry of journal)
      if ('run' in entry) {
        if (running !== undefined) runs.push({ id: running, heads: new Map(heads) })
        running = faults.misnamesRuns ? `${entry.run}x` : entry.run
      } else if ('person' in entry) {
        people.delete(entry.person.device)
        people.set(entry.person.device, entry.person)
      } else {
        add(entry.line)
        if (!faults.forgetsRepeatsAtRestart) kept.set(keyOf(entry.line), entry.line)
      }
    const past: Past = {
      lines: [...rooms.values()].flatMap(lines => lines.slice(-limits.backlogLines)),
      rooms: [...rooms].map(([room, lines]) => ({
        room,
        seq: heads.get(room) ?? 0,
        topic: lines.findLast(line => line.kind === 'topic')?.body ?? '',
      })),
      people: faults.forgetsPeople ? [] : [...people.values()],
      runs: run === undefined ? [] : runs,
    }
    if (faults.givesTheLastNumberAgain) for (const [room, seq] of heads) heads.set(room, Math.max(0, seq - 1))

    const takes = (part: number, then: () => void): void =>
      clock.after(means.commitMs * slowness * part * (0.5 + random.next()), () => {
        if (mine === life) then()
      })

    function ask(one: Ask): void {
      if (mine !== life) return
      waiting.push(one)
      if (isBusy) return
      isBusy = true
      // What else comes at the same moment goes along.
      takes(0, work)
    }

    function work() {
      const first = waiting[0]
      if (first === undefined) {
        isBusy = false
        return
      }
      if (isReading(first)) {
        waiting.shift()
        return takes(0.3, () => {
          if ('paging' in first) first.read(isRefusing ? [] : read(first.paging))
          // A disk that takes nothing can mostly still be read.
          else
            first.found(
              isRefusing && random.chance(0.2) ? undefined : (kept.get(keyOf(first.looking)) ?? null),
            )
          work()
        })
      }
      const next = waiting.findIndex(isReading)
      const batch = waiting.splice(0, next < 0 ? waiting.length : next)
      if (faults.shufflesACommit) batch.reverse()
      takes(0.5, () => write(batch))
    }

    /** What somebody said behind a line that failed fails with it. */
    function takeBehind(batch: readonly Ask[]): readonly Ask[] {
      const authors = new Set(batch.flatMap(one => ('draft' in one ? [one.draft.author] : [])))
      const isBehind = (one: Ask) => 'draft' in one && authors.has(one.draft.author)
      const behind = waiting.filter(isBehind)
      waiting.splice(0, waiting.length, ...waiting.filter(one => !isBehind(one)))
      return behind
    }

    function write(batch: readonly Ask[]) {
      if (isRefusing) {
        const failed = [...batch, ...(faults.keepsBehindWhatFailed ? [] : takeBehind(batch))]
        for (const one of failed) if ('failed' in one) one.failed()
        return work()
      }
      const tell: (() => void)[] = []
      for (const one of batch) {
        if ('person' in one) {
          journal.push({ person: one.person })
          tell.push(one.kept)
        }
        if (!('draft' in one)) continue
        const earlier = kept.get(keyOf(one.draft))
        if (earlier && !faults.keepsRepeats) {
          tell.push(() => one.kept({ line: earlier, again: true }))
          continue
        }
        const seq = (heads.get(one.draft.room) ?? 0) + 1
        const line: Line = { ...one.draft, seq, at: clock.nowMs() }
        add(line)
        kept.set(keyOf(line), line)
        journal.push({ line })
        tell.push(() => {
          if (!faults.tellsBeforeItKeeps) follower(line)
          one.kept({ line, again: false })
        })
      }
      unsafe.push(journal.length)
      const sync = (): void => {
        safe = unsafe.shift() ?? safe
        for (const say of tell) say()
        work()
      }
      if (!faults.saysDurableWhatIsCached) return takes(0.5, sync)
      for (const say of tell) say()
      takes(20, () => {
        safe = unsafe.shift() ?? safe
      })
      work()
    }

    const read = ({ room, from, limit }: Paging): readonly Line[] => {
      const lines = rooms.get(room) ?? []
      return 'after' in from
        ? lines.filter(line => line.seq > from.after).slice(0, limit)
        : lines.filter(line => line.seq < from.before).slice(-limit)
    }

    const early = new Map<string, number>()
    return {
      past,
      run,
      append(draft, onKept, failed) {
        if (faults.tellsBeforeItKeeps && !kept.has(keyOf(draft))) {
          const seq = Math.max(early.get(draft.room) ?? 0, heads.get(draft.room) ?? 0) + 1
          early.set(draft.room, seq)
          follower({ ...draft, seq, at: clock.nowMs() })
        }
        ask({ draft, kept: onKept, failed })
      },
      remember: (person, onKept, failed) => ask({ person, kept: onKept, failed }),
      page: (paging, onRead) => ask({ paging, read: onRead }),
      find: (looking, found) => ask({ looking, found }),
      follow(onLine) {
        follower = onLine
      },
    }
  }

  return {
    open,
    kill() {
      life++
      unsafe = []
      safe = journal.length
    },
    losePower() {
      life++
      const ends = [safe, ...unsafe]
      journal = journal.slice(0, ends[random.below(ends.length)])
      unsafe = []
      safe = journal.length
    },
    slowDown(factor) {
      slowness = factor
    },
    refuse(yes) {
      isRefusing = yes
    },
    lines: () => journal.flatMap(entry => ('line' in entry ? [entry.line] : [])),
  }
}

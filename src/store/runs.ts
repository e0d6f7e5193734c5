/** The runs of servers on a history: a copy of it that is put back knows less of them than those who heard what was lost. */
import type { PastRun } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import { type Database, textColumn } from './driver.ts'
import { countOf, textOf } from './rows.ts'
import { troubleOf } from './troubles.ts'

export interface Runs {
  /**
   * A run begins, and the one before it is over: how far that one came in each room is written down.
   *
   * @param fresh an id that nothing else has
   * @returns its name; null where the disk takes nothing just now, and nobody is told of this run
   */
  beginRun(fresh: string): string | null
  /** Those that are over, the oldest first, at most `bounds.runsMax`; none where this one could not begin. */
  pastRuns(): readonly PastRun[]
  forgetRuns(): void
}

/** @param whole does all or nothing of it */
export function createRuns(db: Database, whole: <T>(steps: () => T) => T): Runs {
  const sql = {
    newest: db.prepare('SELECT max(number) AS number FROM run'),
    begin: db.prepare('INSERT INTO run (number, id) VALUES (?, ?)'),
    end: db.prepare(
      `INSERT INTO run_end (run, room, head) SELECT ?, number, head FROM room WHERE head > coalesce(
         (SELECT run_end.head FROM run_end WHERE run_end.room = number ORDER BY run_end.run DESC LIMIT 1), 0)`,
    ),
    forget: db.prepare('DELETE FROM run WHERE number < ?'),
    // How far a room had come by the oldest run that is known is needed, whichever run brought it there.
    forgetEnds: db.prepare(
      `DELETE FROM run_end WHERE run < ?1 AND EXISTS (
         SELECT 1 FROM run_end AS later WHERE later.room = run_end.room AND later.run > run_end.run AND later.run <= ?1)`,
    ),
    runs: db.prepare(`SELECT number, ${textColumn('id', 'id')} FROM run ORDER BY number`),
    ends: db.prepare(
      `SELECT run, ${textColumn('room.name', 'room')}, run_end.head AS head
       FROM run_end JOIN room ON room.number = run_end.room ORDER BY run`,
    ),
  }

  let hasBegun = false

  function begin(fresh: string): string {
    const before = countOf(sql.newest.get()?.number)
    const number = before + 1
    // The number tells a run that was forgotten from one that never was.
    const id = `${number}-${fresh}`
    if (before > 0) sql.end.run(before)
    sql.begin.run(number, id)
    const oldest = number - bounds.runsMax
    sql.forget.run(oldest)
    sql.forgetEnds.run(oldest)
    return id
  }

  return {
    beginRun(fresh) {
      try {
        const id = whole(() => begin(fresh))
        hasBegun = true
        return id
      } catch (error) {
        if ((troubleOf(error) ?? 'damaged') === 'damaged') throw error
        return null
      }
    },
    pastRuns() {
      // How far the last one comes is not known before another begins.
      if (!hasBegun) return []
      const runs = sql.runs.all().map(row => ({
        number: countOf(row.number),
        id: textOf(row.id),
        heads: new Map<string, number>(),
      }))
      const [oldest] = runs
      const byNumber = new Map(runs.map(run => [run.number, run]))
      for (const { run, room, head } of sql.ends.all()) {
        const ended = byNumber.get(countOf(run)) ?? oldest
        ended?.heads.set(textOf(room), countOf(head))
      }
      // The newest is this one.
      return runs.slice(0, -1).map(({ id, heads }) => ({ id, heads }))
    },
    forgetRuns() {
      db.exec('DELETE FROM run_end')
      db.exec('DELETE FROM run')
    },
  }
}

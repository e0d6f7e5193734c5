/** The index of words: made of the lines many at a time, so that keeping one does not wait for it, and whole before it is searched. */
import type { Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import type { Database } from './driver.ts'
import { atLeast0, lines } from './reading.ts'
import { toLine } from './rows.ts'
import { troubleOf } from './troubles.ts'

export interface Searched {
  readonly rooms: readonly string[]
  /** All of them must be in a line, whatever their case. */
  readonly words: readonly string[]
  readonly limit: number
}

export interface Words {
  /** Newest first. Lines that are not in the index yet are put there before. */
  search(searched: Searched): readonly Line[]
  /** How many lines are not in the index yet; a few more where some of them were removed. */
  unindexed(): number
  /** Puts the oldest of them there, as many as go at a time. */
  index(): void
  /** Makes fewer pieces of the index, and one where it has grown, a step at a time. @returns whether more is to be done */
  merge(): boolean
  /**
   * Makes one piece of the index, without what was removed, a step at a time.
   * @param begins this is the first step
   * @returns whether more is to be done
   */
  tidy(begins: boolean): boolean
}

/** What those who remove lines must do, within the same transaction. */
export interface RemovedWords {
  /** Before all lines are removed. */
  forget(): void
  /** After some were: places of lines that are gone may be given again. */
  follow(): void
}

/** Lines of the rooms ?1 that hold each of the words ?2; both are lists in JSON. */
const wanted = `room.name IN (SELECT value FROM json_each(?1))
  AND NOT EXISTS (SELECT 1 FROM json_each(?2) WHERE instr(lower(line.body), lower(value)) = 0)`

/** @param whole runs steps as one transaction */
export function createWords(db: Database, whole: <T>(steps: () => T) => T): Words & RemovedWords {
  const sql = {
    // By the index's own number, which is the line's, so that the newest are found first and the rest is never looked at.
    // The index finds words of three letters and more; shorter ones are looked for in what it found, or in everything.
    indexed: db.prepare(
      `${lines} JOIN word ON word.rowid = line.place WHERE word MATCH ?3 AND ${wanted} ORDER BY word.rowid DESC LIMIT ?4`,
    ),
    behind: db.prepare(`${lines} WHERE line.place > ?3 AND ${wanted} ORDER BY line.place DESC LIMIT ?4`),
    state: db.prepare(
      `SELECT CAST(mark.value AS INTEGER) AS mark, CAST(merged.value AS INTEGER) AS merged,
         (SELECT coalesce(max(place), 0) FROM line) AS newest
       FROM meta AS mark JOIN meta AS merged WHERE mark.name = 'indexed' AND merged.name = 'merged'`,
    ),
    add: db.prepare(
      'INSERT INTO word (rowid, body) SELECT place, body FROM line WHERE place > ? AND place <= ?',
    ),
    setMark: db.prepare("UPDATE meta SET value = ? WHERE name = 'indexed'"),
    setMerged: db.prepare("UPDATE meta SET value = ? WHERE name = 'merged'"),
    lowerMarks: db.prepare(
      "UPDATE meta SET value = ?1 WHERE name IN ('indexed', 'merged') AND CAST(value AS INTEGER) > ?1",
    ),
    merge: db.prepare("INSERT INTO word (word, rank) VALUES ('merge', ?)"),
    changes: db.prepare('SELECT total_changes() AS total'),
  }

  let isTidying = false

  /** Up to which place the index goes, how far it went when it was last made one piece, and the newest place there is. */
  function state(): { mark: number; merged: number; newest: number } {
    const row = sql.state.get()
    return { mark: Number(row?.mark), merged: Number(row?.merged), newest: Number(row?.newest) }
  }

  function index(): void {
    whole(() => {
      const { mark, newest } = state()
      const upTo = Math.min(newest, mark + bounds.indexLines)
      sql.add.run(mark, upTo)
      sql.setMark.run(String(upTo))
    })
  }

  const unindexed = (): number => {
    const { mark, newest } = state()
    return newest - mark
  }

  /** Where the disk takes nothing the index stays as it is. */
  function indexAll(): void {
    try {
      while (unindexed() > 0) index()
    } catch (error) {
      if (troubleOf(error) === null) throw error
    }
  }

  function step(pages: number): boolean {
    const total = () => Number(sql.changes.get()?.total)
    const before = total()
    sql.merge.run(pages)
    return total() - before >= 2
  }

  function tidy(begins: boolean): boolean {
    // A negative number puts all pieces of the index on one heap first; merged to its end, one without gaps is left.
    isTidying = step(begins ? -bounds.mergePages : bounds.mergePages)
    if (!isTidying) sql.setMerged.run(String(state().mark))
    return isTidying
  }

  return {
    search({ rooms, words, limit }) {
      const long = words.filter(word => [...word].length >= trigram)
      const inRooms = JSON.stringify(rooms)
      const most = atLeast0(limit)
      const behind = (place: number) => sql.behind.all(inRooms, JSON.stringify(words), place, most)
      if (long.length === 0) return behind(0).map(toLine)
      indexAll()
      const short = JSON.stringify(words.filter(word => [...word].length < trigram))
      // In double quotes nothing is an operator; a quote is doubled.
      const match = long.map(word => `"${word.replaceAll('"', '""')}"`).join(' AND ')
      const { mark, newest } = state()
      const found = sql.indexed.all(inRooms, short, match, most)
      return (mark < newest ? [...behind(mark), ...found].slice(0, most) : found).map(toLine)
    },
    unindexed,
    index,
    merge() {
      const { mark, merged } = state()
      if (!isTidying && mark - merged < mark * bounds.mergeShareMin) return step(bounds.mergePages)
      return tidy(!isTidying)
    },
    tidy,
    forget() {
      sql.lowerMarks.run(0)
      db.exec("INSERT INTO word (word) VALUES ('delete-all')")
    },
    follow() {
      sql.lowerMarks.run(state().newest)
    },
  }
}

/** The shortest word that the index knows. */
const trigram = 3

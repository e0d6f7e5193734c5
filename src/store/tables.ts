/** What is asked of a history file, in SQL: synchronous, each change whole or not at all. */
import type { Line } from '../chat/types.ts'
import { bounds } from './bounds.ts'
import type { Database } from './driver.ts'
import { rollBack } from './migrations.ts'
import { type Packed, type PackedOutcomes, valuesOfLine } from './packing.ts'
import { atLeast0, createReading, deviceColumns, lines as linesRead, type Reading } from './reading.ts'
import { type KnownDevice, toDevice, toLine } from './rows.ts'
import { createRuns, type Runs } from './runs.ts'
import { troubleOf } from './troubles.ts'
import { createWords, type Words } from './words.ts'

export interface Retention {
  /** Wall-clock milliseconds: what lies before goes, except what a wrong clock seems to have stamped later than `now`. */
  readonly keepSince: number
  readonly now: number
  /** Lines kept of each room. */
  readonly linesMax: number
}

export interface Tables extends Reading, Words, Runs {
  /** All of them in one transaction. */
  change(changes: Packed): PackedOutcomes
  /** Writes as much as a long line takes, and takes it away again; throws where a line could not be kept. */
  probe(): void
  find(author: string, id: string): Line | null
  last(room: string, count: number): readonly Line[]
  after(room: string, seq: number, limit: number): readonly Line[]
  before(room: string, seq: number, limit: number): readonly Line[]
  device(id: string): KnownDevice | null
  /** A first part of a retention; asked again until it removed nothing. */
  retain(retention: Retention): number
  /** Forgets all lines and rooms; numbering begins anew under the new epoch. Devices stay known. */
  wipe(epoch: string): void
  /** Moves what is in the log to its place in the file, as far as the disk and readers let it. */
  emptyLog(): void
}

/** @param newEpoch the epoch of a history that has none yet */
export function createTables(db: Database, newEpoch: string): Tables {
  db.prepare('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run('epoch', newEpoch)
  const sql = {
    setEpoch: db.prepare("UPDATE meta SET value = ? WHERE name = 'epoch'"),
    room: db.prepare('SELECT number, head FROM room WHERE name = ?'),
    numbers: db.prepare('SELECT number, head FROM room WHERE head > 0 ORDER BY number'),
    addRoom: db.prepare('INSERT INTO room (name, head) VALUES (?, 0)'),
    setHead: db.prepare('UPDATE room SET head = ? WHERE number = ?'),
    addLine: db.prepare(
      'INSERT INTO line (room, seq, at, author, id, nick, kind, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (author, id) DO NOTHING',
    ),
    earlier: db.prepare(`${linesRead} WHERE line.author = ? AND line.id = ?`),
    after: db.prepare(
      `${linesRead} WHERE line.room = (SELECT number FROM room WHERE name = ?) AND line.seq > ? ORDER BY line.seq LIMIT ?`,
    ),
    before: db.prepare(
      `${linesRead} WHERE line.room = (SELECT number FROM room WHERE name = ?) AND line.seq < ? ORDER BY line.seq DESC LIMIT ?`,
    ),
    oldest: db.prepare('SELECT seq, at FROM line WHERE room = ? ORDER BY seq LIMIT ?'),
    removeUpTo: db.prepare('DELETE FROM line WHERE room = ? AND seq <= ?'),
    device: db.prepare(`SELECT ${deviceColumns} FROM device WHERE device.id = ?`),
    putDevice: db.prepare(
      'INSERT INTO device (id, secret_hash, nick, household, seen_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET secret_hash = excluded.secret_hash, nick = excluded.nick, household = excluded.household, seen_at = excluded.seen_at',
    ),
    putProbe: db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('probe', ?)"),
    removeProbe: db.prepare("DELETE FROM meta WHERE name = 'probe'"),
    forgetDevices: db.prepare(
      'DELETE FROM device WHERE id IN (SELECT id FROM device ORDER BY seen_at DESC, id LIMIT -1 OFFSET ?)',
    ),
  }

  const whole = <T>(steps: () => T): T => {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = steps()
      db.exec('COMMIT')
      return result
    } catch (error) {
      rollBack(db)
      throw error
    }
  }

  /** Numbers of the rooms that one transaction touches: read once, written once. */
  function createHeads() {
    const held = new Map<string, { number: number; head: number; was: number }>()
    return {
      of(name: string) {
        const known = held.get(name)
        if (known) return known
        if (!sql.room.get(name)) sql.addRoom.run(name)
        const row = sql.room.get(name)
        const head = Number(row?.head)
        const fresh = { number: Number(row?.number), head, was: head }
        held.set(name, fresh)
        return fresh
      },
      write() {
        for (const { number, head, was } of held.values()) if (head !== was) sql.setHead.run(head, number)
      },
    }
  }

  function keepLines(packed: Packed['lines']): PackedOutcomes {
    const heads = createHeads()
    const seqs: number[] = []
    const again: Line[] = []
    for (let first = 0; first < packed.length; first += valuesOfLine) {
      const [room, ...values] = packed.slice(first, first + valuesOfLine)
      const held = heads.of(String(room))
      if (sql.addLine.run(held.number, held.head + 1, ...values) === 1) {
        held.head += 1
        seqs.push(held.head)
      } else {
        const [, author = '', id = ''] = values
        const earlier = sql.earlier.get(author, id)
        if (!earlier) throw new Error('a line was neither kept nor had been before')
        seqs.push(0)
        again.push(toLine(earlier))
      }
    }
    heads.write()
    return { seqs, again }
  }

  function changeAll({ lines, devices }: Packed): PackedOutcomes {
    for (const { id, secretHash, nick, household, seenAt } of devices)
      sql.putDevice.run(id, secretHash, nick, household ?? '', seenAt)
    if (devices.length > 0) sql.forgetDevices.run(bounds.devicesMax)
    return keepLines(lines)
  }

  function emptyLog(): void {
    try {
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
    } catch (error) {
      if (troubleOf(error) === null) throw error
    }
  }

  /** All of it in one transaction. */
  function kept<T>(steps: () => T): T {
    try {
      return whole(steps)
    } catch (error) {
      if (troubleOf(error) !== 'full') throw error
      // The log itself may be what fills a small disk: emptied into the file, it leaves room to go on.
      emptyLog()
      return whole(steps)
    }
  }

  const words = createWords(db, kept)
  const runs = createRuns(db, kept)

  return {
    change: changes => kept(() => changeAll(changes)),
    probe() {
      kept(() => sql.putProbe.run('x'.repeat(bounds.probeBytes)))
      kept(() => sql.removeProbe.run())
    },
    find(author, id) {
      const row = sql.earlier.get(author, id)
      return row ? toLine(row) : null
    },
    last: (room, count) =>
      sql.before.all(room, Number.MAX_SAFE_INTEGER, atLeast0(count)).map(toLine).reverse(),
    after: (room, seq, limit) => sql.after.all(room, seq, atLeast0(limit)).map(toLine),
    before: (room, seq, limit) => sql.before.all(room, seq, atLeast0(limit)).map(toLine).reverse(),
    ...createReading(db),
    ...words,
    ...runs,
    device(id) {
      const row = sql.device.get(id)
      return row ? toDevice(row) : null
    },
    retain: ({ keepSince, now, linesMax }) =>
      whole(() => {
        let removed = 0
        for (const { number, head } of sql.numbers.all()) {
          // From the oldest on and without a hole: what is left still counts 1 by 1.
          let goes = 0
          for (const { seq, at } of sql.oldest.all(Number(number), bounds.retentionLinesMax)) {
            if (Number(seq) <= Number(head) - linesMax || Number(at) < keepSince) goes = Number(seq)
            else if (Number(at) <= now) break
          }
          if (goes > 0) removed += sql.removeUpTo.run(Number(number), goes)
        }
        if (removed > 0) words.follow()
        return removed
      }),
    wipe(epoch) {
      whole(() => {
        words.forget()
        runs.forgetRuns()
        db.exec('DELETE FROM line')
        db.exec('DELETE FROM room')
        sql.setEpoch.run(epoch)
      })
      // What was said is overwritten already (secure_delete); this takes it out of the log, too.
      emptyLog()
    },
    emptyLog,
  }
}

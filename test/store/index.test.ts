/** The index of words: whole when it is searched, sound after whatever was removed, and never a reason to lose lines. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bounds } from '../../src/store/bounds.ts'
import { type Database, loadDriver } from '../../src/store/driver.ts'
import { openHistory } from '../../src/store/history.ts'
import type { SqliteStore } from '../../src/store/sqlite.ts'
import { draft, driverNames, laterFormats, newFolder, nowMs, openAt, packed, whyNot } from './places.ts'

for (const name of driverNames) {
  const skip = await whyNot(name)
  const driver = skip === false ? await loadDriver(name) : null
  const open = (folder: string) => openAt(folder, { driver: name })
  const on = (folder: string, look: (db: Database) => void, by = driver) => {
    const db = by?.open(join(folder, 'history.db'))
    assert.ok(db)
    look(db)
    db.close()
  }
  const checked = (folder: string): unknown[] => {
    let said: unknown[] = []
    on(folder, db => {
      said = db
        .prepare('PRAGMA quick_check')
        .all()
        .flatMap(row => Object.values(row))
    })
    return said
  }

  const say = (store: SqliteStore, from: number, to: number) =>
    Promise.all(
      Array.from({ length: to - from + 1 }, (_, index) =>
        store.append(draft(`id-${from + index}`, { body: `wordЖЩ${from + index} said` }), index),
      ),
    )
  const found = async (store: SqliteStore, word = 'said') =>
    (await store.search(['#lobby'], [word], 9999)).map(({ seq }) => seq)
  const countdown = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, i) => from - i)

  async function filled(count: number): Promise<string> {
    const folder = newFolder()
    const store = await open(folder)
    await say(store, 1, count)
    await found(store)
    await store.close()
    return folder
  }

  /** How many lines are in the index of a closed history, which holds what they say and nothing else. */
  function indexed(folder: string): number {
    let mark = 0
    on(folder, db => {
      mark = Number(db.prepare("SELECT value FROM meta WHERE name = 'indexed'").get()?.value)
      db.exec('BEGIN')
      db.prepare('DELETE FROM line WHERE place > ?').run(mark)
      // Compares it with the lines, and throws where they differ.
      db.exec("INSERT INTO word (word, rank) VALUES ('integrity-check', 1)")
      db.exec('ROLLBACK')
    })
    return mark
  }

  test(`${name}: a history is sound after a retention and after a wipe, and what is left is found`, {
    skip,
  }, async () => {
    for (const [count, linesMax] of [
      [30, 0],
      [300, 20],
      [3000, 10],
    ] as const) {
      const folder = await filled(count)
      const store = await open(folder)
      assert.equal(await store.retention({ nowMs: 1e12, linesMax }), count - linesMax)
      assert.equal((await found(store)).length, linesMax)
      assert.equal((await store.search(['#lobby'], ['ЖЩ1 '], 10)).length, 0)
      await store.append(draft('later', { body: 'said later' }), count)
      await store.close()
      assert.deepEqual(checked(folder), ['ok'])
      const again = await open(folder)
      await again.wipe()
      await again.close()
      assert.deepEqual(checked(folder), ['ok'])
    }
  })

  test(`${name}: lines that no index has yet are found, also after the process that kept them`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const first = await open(folder)
    await say(first, 1, 40)
    await first.close()
    assert.equal(indexed(folder), 0)
    const second = await open(folder)
    await say(second, 41, 60)
    assert.deepEqual(await found(second), countdown(60, 1))
    assert.deepEqual(await found(second, 'wordжщ40'), [40])
    await say(second, 61, 70)
    await second.close()
    assert.equal(indexed(folder), 60)
    const third = await open(folder)
    assert.deepEqual(await found(third), countdown(70, 1))
    await third.close()
    assert.equal(indexed(folder), 70)
  })

  test(`${name}: while much is said, no more than a bounded number of lines wait for the index`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const store = await open(folder)
    const count = bounds.unindexedLinesMax + 2 * bounds.commitChangesMax
    await say(store, 1, count)
    await store.close()
    const left = count - indexed(folder)
    assert.ok(left > 0 && left < bounds.unindexedLinesMax + bounds.commitChangesMax, `${left} wait`)
  })

  test(`${name}: places of lines that were removed are given again, and found again`, { skip }, async () => {
    for (const linesMax of [0, 1]) {
      const folder = await filled(30)
      const store = await open(folder)
      await say(store, 31, 40)
      assert.equal(await store.retention({ nowMs: 1e12, linesMax }), 40 - linesMax)
      await say(store, 41, 50)
      assert.deepEqual(await found(store), countdown(50, 41 - linesMax))
      await store.wipe()
      await say(store, 51, 55)
      assert.deepEqual(await found(store), countdown(5, 1))
      await store.close()
      assert.equal(indexed(folder), 5)
      assert.deepEqual(checked(folder), ['ok'])
    }
  })

  test(`${name}: a disk that takes no index is searched all the same, and the index made when it does`, {
    skip,
  }, () => {
    assert.ok(driver)
    let failing = true
    const folder = newFolder()
    const failingAt: typeof driver = {
      name: driver.name,
      open(file) {
        const db = driver.open(file)
        return {
          ...db,
          prepare(sql) {
            const statement = db.prepare(sql)
            if (!sql.endsWith("WHERE name = 'indexed'") || !sql.startsWith('UPDATE')) return statement
            const run: typeof statement.run = (...values) => {
              if (failing) throw Object.assign(new Error('injected'), { errcode: 13 })
              return statement.run(...values)
            }
            return { ...statement, run }
          },
        }
      },
    }
    const opened = openHistory(failingAt, { folder, nowMs, newEpoch: 'epoch', newRun: 'run' })
    assert.ok(opened.ok)
    const { tables } = opened.history
    const change = (...ids: string[]) => tables.change(packed(...ids))
    const search = () =>
      tables.search({ rooms: ['#lobby'], words: ['body', 'of'], limit: 3 }).map(({ id }) => id)
    change('a', 'b')
    assert.deepEqual(search(), ['b', 'a'])
    failing = false
    assert.deepEqual(search(), ['b', 'a'])
    change('c', 'd')
    failing = true
    assert.deepEqual(search(), ['d', 'c', 'b'])
    opened.history.close()
    assert.equal(indexed(folder), 2)
  })

  test(`${name}: an index that has grown is made one piece again, a step at a time`, { skip }, () => {
    assert.ok(driver)
    const folder = newFolder()
    const opened = openHistory(driver, { folder, nowMs, newEpoch: 'epoch', newRun: 'run' })
    assert.ok(opened.ok)
    const { tables } = opened.history
    for (let piece = 0; piece < 7; piece++) {
      tables.change(packed(...Array.from({ length: 100 }, (_, index) => `${piece}-${index}`)))
      tables.index()
    }
    let steps = 1
    while (tables.merge()) steps += 1
    assert.ok(steps < 10, `${steps} steps`)
    assert.equal(tables.merge(), false)
    opened.history.close()
    on(folder, db => {
      const pieces = db.prepare('SELECT count(DISTINCT segid) AS pieces FROM word_idx').get()?.pieces
      assert.equal(pieces, 1)
      assert.equal(db.prepare("SELECT value FROM meta WHERE name = 'merged'").get()?.value, '700')
    })
    assert.equal(indexed(folder), 700)
  })

  test(`${name}: a history whose index an earlier Earshot made line by line goes on`, { skip }, async () => {
    const folder = newFolder()
    await (await open(folder)).close()
    on(folder, db => {
      db.exec(laterFormats)
      db.exec(`
        DELETE FROM meta WHERE name IN ('indexed', 'merged');
        CREATE TRIGGER line_kept AFTER INSERT ON line BEGIN
          INSERT INTO word (rowid, body) VALUES (new.place, new.body);
        END;
        DROP TRIGGER line_removed;
        CREATE TRIGGER line_removed AFTER DELETE ON line BEGIN
          INSERT INTO word (word, rowid, body) VALUES ('delete', old.place, old.body);
        END;
        INSERT INTO word (word, rank) VALUES ('usermerge', 4);
        PRAGMA user_version = 2;
        INSERT INTO room (name, head) VALUES ('#lobby', 20);
        INSERT INTO line (room, seq, at, author, id, nick, kind, body)
          SELECT 1, value, 1, 'device-a', 'id-' || value, 'ann', 'say', 'said before ' || value
          FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]');
      `)
    })
    writeFileSync(join(folder, 'history.suspect'), '')
    const store = await open(folder)
    assert.equal((await store.append(draft('id-20'), 5)).again, true)
    await say(store, 21, 30)
    assert.deepEqual(await found(store), countdown(30, 1))
    assert.equal(await store.retention({ nowMs: 1e12, linesMax: 15 }), 15)
    assert.deepEqual(await found(store), countdown(30, 16))
    await store.close()
    assert.equal(indexed(folder), 30)
    assert.deepEqual(checked(folder), ['ok'])
    assert.deepEqual(
      readdirSync(folder).filter(file => file.includes('damaged')),
      [],
    )
  })

  test(`${name}: words that were removed are in no file any more`, { skip }, async () => {
    const folder = newFolder()
    const store = await open(folder)
    const parts = 'ЙЦУ КЕН ГШЩ'.split(' ')
    for (const [index, body] of [...parts, 'stays'].entries()) {
      // A segment of the index for each, as time makes them.
      await store.append(draft(`id-${index}`, { body }), index)
      await found(store, body)
    }
    const held = (text: string): string[] =>
      readdirSync(folder).filter(file =>
        readFileSync(join(folder, file)).includes(Buffer.from(text.toLowerCase())),
      )
    assert.equal(await store.retention({ nowMs: 1e12, linesMax: 1 }), 3)
    await store.close()
    for (const part of parts) assert.deepEqual(held(part), [], part)
  })

  const spoiler = await loadDriver('libsql')
  test(`${name}: an index that is spoilt is made anew, and no line is lost with it`, {
    skip: skip || (spoiler ? false : 'no libsql here, whose SQLite spoils one'),
  }, async () => {
    const folder = await filled(100)
    const growing = await open(folder)
    for (const from of [101, 201]) {
      // A piece of the index for each, without which none is spoilt.
      await say(growing, from, from + 99)
      await found(growing)
    }
    await growing.close()
    // As an earlier Earshot left it, on an SQLite that spoilt what it removed at once; a newer one may open it next.
    const spoil = (db: Database) => {
      db.exec("INSERT INTO word (word, rank) VALUES ('secure-delete', 1)")
      db.exec('DELETE FROM line WHERE seq <= 280')
      db.exec("INSERT INTO word (word, rank, rowid, body) VALUES ('delete', 0, 300, 'never said')")
      db.exec(laterFormats)
      db.exec('PRAGMA user_version = 1')
    }
    on(folder, spoil, spoiler)
    assert.notDeepEqual(checked(folder), ['ok'])
    writeFileSync(join(folder, 'history.suspect'), '')
    const store = await open(folder)
    assert.equal((await store.last('#lobby', 100)).length, 20)
    assert.equal((await store.search(['#lobby'], ['said'], 50)).length, 20)
    await store.close()
    assert.deepEqual(checked(folder), ['ok'])
    assert.deepEqual(
      readdirSync(folder).filter(file => file.includes('damaged')),
      [],
    )
  })
}

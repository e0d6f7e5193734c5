/** The index of words: sound after whatever was removed, without the words that were, and never a reason to lose lines. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Database, loadDriver } from '../../src/store/driver.ts'
import { draft, driverNames, newFolder, openAt, whyNot } from './places.ts'

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

  async function filled(count: number): Promise<string> {
    const folder = newFolder()
    const store = await open(folder)
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        store.append(draft(`id-${index + 1}`, { body: `wordЖЩ${index + 1} said` }), index),
      ),
    )
    await store.close()
    return folder
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
      const found = await store.search(['#lobby'], ['said'], 5000)
      assert.equal(found.length, linesMax)
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

  test(`${name}: words that were removed are in no file any more`, { skip }, async () => {
    const folder = newFolder()
    const store = await open(folder)
    const parts = 'ЙЦУ КЕН ГШЩ'.split(' ')
    for (const [index, body] of [...parts, 'stays'].entries()) {
      // A segment of the index for each, as time makes them.
      await store.append(draft(`id-${index}`, { body }), index)
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
    const folder = await filled(300)
    // As an earlier Earshot left it, on an SQLite that spoilt what it removed at once; a newer one may open it next.
    const spoil = (db: Database) => {
      db.exec("INSERT INTO word (word, rank) VALUES ('secure-delete', 1)")
      db.exec('DELETE FROM line WHERE seq <= 280')
      db.exec("INSERT INTO word (word, rank, rowid, body) VALUES ('delete', 0, 300, 'never said')")
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

/** Runs of a server on its history: which there were, how far rooms came in each, and what a copy knows of them. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { bounds } from '../../src/store/bounds.ts'
import { type Database, loadDriver } from '../../src/store/driver.ts'
import { migrate } from '../../src/store/migrations.ts'
import { createTables } from '../../src/store/tables.ts'
import { draft, driverNames, laterFormats, newFolder, openAt, whyNot } from './places.ts'

for (const name of driverNames) {
  const skip = await whyNot(name)
  const driver = skip === false ? await loadDriver(name) : null
  const inMemory = (use: (db: Database) => void) => {
    const db = driver?.open(':memory:') ?? assert.fail()
    migrate(db, 0)
    use(db)
    db.close()
  }
  /** Opened, so many lines said in each room, and closed. @returns the run’s name and those before it */
  const opened = async (folder: string, says: Readonly<Record<string, number>>, newId = 'fresh') => {
    const store = await openAt(folder, { driver: name, newId: () => newId })
    const run = store.run()
    for (const [room, count] of Object.entries(says))
      for (let i = 0; i < count; i++) await store.append(draft(`${run}-${room}-${i}`, { room }), 1)
    const past = (await store.pastRuns()).map(({ id, heads }) => [id, Object.fromEntries(heads)])
    await store.close()
    return { run, past }
  }

  test(`${name}: each opening is a run, which knows how far rooms came in those before it`, {
    skip,
  }, async () => {
    const folder = newFolder()
    assert.deepEqual(await opened(folder, { '#lobby': 2 }), { run: '1-fresh', past: [] })
    assert.deepEqual(await opened(folder, {}), { run: '2-fresh', past: [['1-fresh', { '#lobby': 2 }]] })
    await opened(folder, { '#lobby': 1, '@a.b': 3 })
    assert.deepEqual(await opened(folder, {}), {
      run: '4-fresh',
      past: [
        ['1-fresh', { '#lobby': 2 }],
        ['2-fresh', {}],
        ['3-fresh', { '#lobby': 3, '@a.b': 3 }],
      ],
    })
  })

  test(`${name}: a copy that is put back knows the run it was made in as far as it came then, and no later one`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const copy = newFolder()
    await opened(folder, { '#lobby': 1 })
    const store = await openAt(folder, { driver: name, newId: () => 'copied' })
    await store.append(draft('before'), 1)
    // Not every Node copies who may look into a folder.
    mkdirSync(copy, { mode: 0o700 })
    cpSync(folder, copy, { recursive: true })
    await store.append(draft('after'), 1)
    await store.close()
    await opened(folder, { '#lobby': 5 }, 'lost')
    assert.deepEqual(await opened(copy, {}, 'back'), {
      run: '3-back',
      past: [
        ['1-fresh', { '#lobby': 1 }],
        ['2-copied', { '#lobby': 2 }],
      ],
    })
  })

  test(`${name}: a wipe forgets the runs, and names none until the next start`, { skip }, async () => {
    const folder = newFolder()
    await opened(folder, { '#lobby': 1 })
    const store = await openAt(folder, { driver: name })
    await store.wipe()
    assert.equal(store.run(), null)
    assert.deepEqual(await store.pastRuns(), [])
    await store.close()
    assert.deepEqual(await opened(folder, {}, 'anew'), { run: '1-anew', past: [] })
  })

  test(
    `${name}: the oldest runs are forgotten, and how far rooms had come by the oldest that is left is not`,
    {
      skip,
    },
    () =>
      inMemory(db => {
        const tables = createTables(db, 'epoch')
        db.exec("INSERT INTO room (name, head) VALUES ('#early', 3), ('#lobby', 1), ('#late', 0)")
        for (let run = 1; run <= bounds.runsMax + 50; run++) {
          assert.equal(tables.beginRun('x'), `${run}-x`)
          db.exec(`UPDATE room SET head = ${run} WHERE name = '#lobby'`)
        }
        db.exec("UPDATE room SET head = 7 WHERE name = '#late'")
        tables.beginRun('x')
        const past = tables.pastRuns()
        assert.equal(past.length, bounds.runsMax)
        assert.deepEqual(past[0], {
          id: '51-x',
          heads: new Map([
            ['#early', 3],
            ['#lobby', 51],
          ]),
        })
        assert.deepEqual(past[1], { id: '52-x', heads: new Map([['#lobby', 52]]) })
        assert.deepEqual(past.at(-1), {
          id: '150-x',
          heads: new Map([
            ['#lobby', 150],
            ['#late', 7],
          ]),
        })
        assert.equal(db.prepare('SELECT count(*) AS ends FROM run_end').get()?.ends, bounds.runsMax + 2)
      }),
  )

  test(
    `${name}: where the disk takes nothing, a run has no name, and what is known of others is not told`,
    {
      skip,
    },
    () =>
      inMemory(db => {
        const first = createTables(db, 'epoch')
        first.beginRun('x')
        db.exec("INSERT INTO room (name, head) VALUES ('#lobby', 9)")
        const second = createTables(db, 'epoch')
        db.exec('PRAGMA query_only = ON')
        assert.equal(second.beginRun('y'), null)
        assert.deepEqual(second.pastRuns(), [])
        db.exec('PRAGMA query_only = OFF')
        const third = createTables(db, 'epoch')
        assert.equal(third.beginRun('z'), '2-z')
        assert.deepEqual(third.pastRuns(), [{ id: '1-x', heads: new Map([['#lobby', 9]]) }])
      }),
  )

  test(`${name}: a history from before there were runs goes on, and its lines are of the first`, {
    skip,
  }, async () => {
    const folder = newFolder()
    await opened(folder, { '#lobby': 2 })
    const db = driver?.open(join(folder, 'history.db')) ?? assert.fail()
    db.exec("INSERT INTO device (id, secret_hash, nick, seen_at) VALUES ('d', 'h', 'ann', 1)")
    db.exec(laterFormats)
    db.exec('PRAGMA user_version = 3')
    db.close()
    assert.deepEqual(await opened(folder, { '#lobby': 1 }, 'first'), { run: '1-first', past: [] })
    assert.deepEqual(await opened(folder, {}), { run: '2-fresh', past: [['1-first', { '#lobby': 3 }]] })
    const store = await openAt(folder, { driver: name })
    const ann = { id: 'd', secretHash: 'h', nick: 'ann', household: null, seenAt: 1 }
    assert.deepEqual(await store.devices(), [ann])
    await store.close()
  })
}

/** Opening a history: whose folder it is, whose file, whether it is sound; and disks that fail, by a driver that lies. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type Driver, loadDriver } from '../../src/store/driver.ts'
import { openHistory } from '../../src/store/history.ts'
import { draft, driverNames, newFolder, nowMs, openAt, opening, packed, refusal, whyNot } from './places.ts'

const asRoot = process.getuid?.() === 0
const modes = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map(name => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  )

for (const name of driverNames) {
  test(`${name}: a driver that is missing is told in a sentence`, {
    skip: (await whyNot(name)) === false && `${name} is here`,
  }, async () => {
    assert.match(
      await refusal(newFolder(), { driver: name }),
      /has no SQLite.*Use Node 22\.13 or later, or install/,
    )
  })
}

for (const name of driverNames) {
  const driver = await loadDriver(name)
  if (!driver) {
    test(`${name}: opening a history`, { skip: await whyNot(name) }, () => {})
    continue
  }
  const at = (folder: string) => openAt(folder, { driver: name })
  const filled = async (count = 300) => {
    const folder = newFolder()
    const store = await at(folder)
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        store.append(draft(`id${i}`, { body: `${i} `.repeat(200) }), i),
      ),
    )
    await store.close()
    return { folder, file: join(folder, 'history.db') }
  }

  test(`${name}: folder and files are for their owner alone, whatever the umask`, async () => {
    const folder = newFolder()
    const umask = process.umask(0)
    try {
      const store = await at(folder)
      await store.append(draft('a'), 1)
      assert.equal(statSync(folder).mode & 0o777, 0o700)
      assert.deepEqual(modes(folder), {
        'history.db': '600',
        'history.db-shm': '600',
        'history.db-wal': '600',
        'history.lock': '600',
      })
      await store.close()
      chmodSync(join(folder, 'history.db'), 0o644)
      await (await at(folder)).close()
      assert.equal(modes(folder)['history.db'], '600')
    } finally {
      process.umask(umask)
    }
  })

  test(`${name}: a folder that others can look into is refused and left as it was`, async () => {
    const folder = newFolder()
    mkdirSync(folder)
    chmodSync(folder, 0o750)
    assert.match(await refusal(folder, { driver: name }), /Others on this machine can look into .*chmod 700/)
    assert.equal(statSync(folder).mode & 0o777, 0o750)
    assert.deepEqual(readdirSync(folder), [])
  })

  test(`${name}: a folder of another user is refused`, {
    skip: !asRoot && 'only root can give folders away',
  }, async () => {
    const folder = newFolder()
    mkdirSync(folder, { mode: 0o700 })
    chownSync(folder, 65534, 65534)
    assert.match(await refusal(folder, { driver: name }), /belongs to another user/)
  })

  test(`${name}: a folder that cannot be made is told in a sentence`, async () => {
    const folder = newFolder()
    writeFileSync(folder, 'a file')
    assert.match(await refusal(folder, { driver: name }), /not a folder/)
    assert.match(await refusal(join(folder, 'below'), { driver: name }), /not a folder/)
  })

  test(`${name}: a link where the history should be is refused`, async () => {
    const { folder, file } = await filled(1)
    const other = newFolder()
    mkdirSync(other, { mode: 0o700 })
    symlinkSync(file, join(other, 'history.db'))
    assert.match(await refusal(other, { driver: name }), /not a plain file/)
    await (await at(folder)).close()
  })

  test(`${name}: a file of a newer Earshot is refused in a sentence and left as it was`, async () => {
    const { folder, file } = await filled(1)
    const db = driver.open(file)
    db.exec('PRAGMA user_version = 99')
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all()
    db.close()
    const before = readFileSync(file)
    assert.match(
      await refusal(folder, { driver: name }),
      /newer Earshot \(its format is 99, .*Update Earshot/,
    )
    assert.deepEqual(readFileSync(file), before)
    // The refusal holds no lock.
    assert.match(await refusal(folder, { driver: name }), /newer Earshot/)
  })

  test(`${name}: a file that is as it should be but for the number of its format is kept, with all its lines`, async () => {
    const { folder, file } = await filled(3)
    for (const number of [0, 1, 2, 3, 4]) {
      const db = driver.open(file)
      db.exec(`PRAGMA user_version = ${number}`)
      db.close()
      const opened = await opening(folder, { driver: name })
      assert.ok(opened.ok)
      assert.equal(opened.notice, null)
      assert.equal((await opened.store.last('#lobby', 9)).length, 3)
      await opened.store.close()
    }
  })

  test(`${name}: a database of another program is refused`, async () => {
    const folder = newFolder()
    mkdirSync(folder, { mode: 0o700 })
    const db = driver.open(join(folder, 'history.db'))
    db.exec('CREATE TABLE recipe (name TEXT)')
    db.close()
    assert.match(await refusal(folder, { driver: name }), /not a history of Earshot/)
  })

  test(`${name}: a file that is no database is set aside under a dated name, and a new history begins`, async () => {
    const { folder, file } = await filled()
    const noise = Buffer.alloc(9000, 'noise ')
    writeFileSync(file, noise)
    for (const aside of [
      'history-damaged-2026-01-02T03-04-05Z.db',
      'history-damaged-2026-01-02T03-04-05Z-2.db',
    ]) {
      const opened = await opening(folder, { driver: name, newId: () => `epoch of ${aside}` })
      assert.ok(opened.ok)
      assert.equal(
        opened.notice,
        `The history was damaged. It was set aside as ${join(folder, aside)}, and a new one was begun.`,
      )
      assert.equal(opened.store.epoch(), `epoch of ${aside}`)
      assert.deepEqual(readFileSync(join(folder, aside)), noise)
      assert.equal((await opened.store.append(draft('a'), 1)).line.seq, 1)
      await opened.store.close()
      writeFileSync(file, noise)
    }
  })

  test(`${name}: a file cut in half is set aside, at once or when it is read and started again`, async () => {
    const { folder, file } = await filled()
    truncateSync(file, Math.floor(statSync(file).size / 2))
    const notice = await untilNoticed(folder)
    assert.match(notice, /set aside/)
    const store = await at(folder)
    assert.deepEqual(await store.rooms(), [])
    await store.close()
  })

  test(`${name}: pages full of noise are told as damage when they are read, and set aside at the next start`, async () => {
    const { folder, file } = await filled()
    const bytes = readFileSync(file)
    const kept = bytes.length - 40 * 4096
    writeFileSync(file, Buffer.concat([bytes.subarray(0, kept), Buffer.alloc(40 * 4096, 0xa5)]))
    const opened = await opening(folder, { driver: name })
    assert.ok(opened.ok)
    assert.equal(opened.notice, null)
    await assert.rejects(opened.store.page('#lobby', { after: 0 }, 1000), { trouble: 'damaged' })
    await opened.store.close()
    const again = await opening(folder, { driver: name })
    assert.ok(again.ok)
    assert.match(again.notice ?? '', /set aside/)
    await again.store.close()
  })

  test(`${name}: somebody who holds the file for a moment delays an append, never the loop`, async () => {
    const folder = newFolder()
    const store = await at(folder)
    const other = driver.open(join(folder, 'history.db'))
    other.exec('BEGIN IMMEDIATE')
    const kept = store.append(draft('a'), 1)
    for (let turns = 0; turns < 10; turns++) await turn()
    other.exec('ROLLBACK')
    other.close()
    assert.equal((await kept).line.seq, 1)
    await store.close()
  })

  test(`${name}: the disk is asked for all the safety there is`, () => {
    const seen: string[] = []
    const history = mustOpen(
      watched(driver, sql => void seen.push(sql)),
      newFolder(),
    )
    assert.match(seen.join(), /journal_mode = WAL.*synchronous = FULL/s)
    history.close()
  })

  for (const { code, trouble } of [
    { code: 13, trouble: 'full' },
    // The extended code of an fsync that failed.
    { code: 1034, trouble: 'io' },
    { code: 8, trouble: 'read-only' },
  ])
    test(`${name}: a commit that fails (${trouble}) keeps nothing and leaves no gap`, () => {
      let failing = false
      const history = mustOpen(
        watched(driver, sql => {
          if (failing && sql === 'COMMIT') throw Object.assign(new Error('injected'), { errcode: code })
        }),
        newFolder(),
      )
      const { tables } = history
      const change = (...ids: string[]) => tables.change(packed(...ids))
      assert.deepEqual(change('a', 'b'), { seqs: [1, 2], again: [] })
      failing = true
      for (const attempt of ['c', 'd']) assert.throws(() => change(attempt, 'e'), /injected/)
      const [first, ...more] = tables.last('#lobby', 50)
      assert.deepEqual([first?.id, ...more.map(({ id }) => id)], ['a', 'b'])
      failing = false
      assert.deepEqual(change('e', 'a', 'c'), { seqs: [3, 0, 4], again: [first] })
      history.close()
    })

  /** Opens and reads until the damage shows itself, as a server that is started again would. */
  async function untilNoticed(folder: string): Promise<string> {
    for (let starts = 0; starts < 3; starts++) {
      const opened = await opening(folder, { driver: name })
      assert.ok(opened.ok)
      try {
        if (opened.notice) return opened.notice
        await opened.store.page('#lobby', { after: 0 }, 1000)
        assert.fail('half a file was read as a whole one')
      } catch (error) {
        assert.equal(error instanceof Error && 'trouble' in error && error.trouble, 'damaged')
      } finally {
        await opened.store.close()
      }
    }
    return assert.fail('the damage was never noticed')
  }
}

function mustOpen(driver: Driver, folder: string) {
  const opened = openHistory(driver, { folder, nowMs, newEpoch: 'epoch', newRun: 'run' })
  assert.ok(opened.ok)
  return opened.history
}

/** The driver, with somebody who sees each `exec` first and may throw. */
function watched(driver: Driver, onExec: (sql: string) => void): Driver {
  return {
    name: driver.name,
    open(file) {
      const db = driver.open(file)
      return {
        ...db,
        exec(sql) {
          onExec(sql)
          db.exec(sql)
        },
      }
    },
  }
}

for (const name of driverNames) {
  const driver = await loadDriver(name)
  const skip = driver === null && (await whyNot(name))
  /** A sound history in which each place of `from` reads `to`. */
  const bent = async (from: string, to: string): Promise<string> => {
    const folder = newFolder()
    const store = await openAt(folder, { driver: name })
    await store.append(draft('a', { body: 'a body to be bent' }), 1)
    await store.close()
    const file = join(folder, 'history.db')
    const text = readFileSync(file, 'latin1')
    assert.ok(text.includes(from))
    writeFileSync(file, Buffer.from(text.replaceAll(from, to), 'latin1'))
    return folder
  }

  test(`${name}: a description of the tables that is not ours any more is damage, and set aside`, {
    skip,
  }, async () => {
    const opened = await opening(await bent('old.place', 'old.plaice'.slice(0, 9)), { driver: name })
    assert.ok(opened.ok)
    assert.match(opened.notice ?? '', /set aside/)
    await opened.store.close()
  })

  test(`${name}: what is no UTF-8 in a damaged file is read as what it is not, and ends nobody`, {
    skip,
  }, async () => {
    const store = await openAt(await bent('a body to be bent', 'a body to be \xff\xfe\xc3!'), {
      driver: name,
    })
    const [line] = await store.last('#lobby', 1)
    assert.equal(line?.body, 'a body to be \ufffd\ufffd\ufffd!')
    await store.close()
  })
}

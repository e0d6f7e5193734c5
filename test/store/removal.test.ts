/** A history removed as a whole: nothing of it is left, who was known is handed over, and a crash on the way harms nothing. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { removeHistory } from '../../src/store/removal.ts'
import { draft, driverNames, newFolder, openAt, opening, whyNot } from './places.ts'

const ann = { id: 'device-a', secretHash: 'x'.repeat(43), nick: 'ann', household: null, seenAt: 5 }

for (const driver of driverNames) {
  const skip = await whyNot(driver)

  test(`${driver}: a history is removed with its log, and who was known is told`, { skip }, async () => {
    const folder = newFolder()
    const store = await openAt(folder, { driver })
    await store.append(draft('one'), 1)
    await store.putDevice(ann)
    await assert.rejects(removeHistory(folder, driver), { trouble: 'in-use' })
    const epoch = store.epoch()
    await store.close()
    assert.deepEqual(
      (await removeHistory(folder, driver))?.map(({ id, nick }) => [id, nick]),
      [['device-a', 'ann']],
    )
    assert.deepEqual(readdirSync(folder), ['history.lock'])
    const again = await openAt(folder, { driver })
    assert.notEqual(again.epoch(), epoch)
    assert.deepEqual(await again.rooms(), [])
    await again.close()
  })

  test(`${driver}: a log that a crash left of a removed history brings nothing of it back`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const store = await openAt(folder, { driver })
    await store.append(draft('one'), 1)
    const left = newFolder()
    mkdirSync(left, { mode: 0o700 })
    cpSync(folder, left, { recursive: true })
    await store.close()
    rmSync(join(left, 'history.db'))
    assert.ok(statSync(join(left, 'history.db-wal')).size > 0)
    const opened = await opening(left, { driver })
    assert.ok(opened.ok)
    assert.equal(opened.notice, null)
    assert.deepEqual(await opened.store.rooms(), [])
    await opened.store.append(draft('two'), 2)
    assert.deepEqual(
      (await opened.store.last('#lobby', 5)).map(({ id, seq }) => [id, seq]),
      [['two', 1]],
    )
    await opened.store.close()
  })
}

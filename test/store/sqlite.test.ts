/** The kept history under the contracts of all stores, and what only it can do, on each driver this node has. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Line } from '../../src/chat/types.ts'
import { durableContract, storeContract } from '../contract/store.ts'
import { draft, driverNames, newFolder, openAt, opening, whyNot } from './places.ts'

for (const driver of driverNames) {
  const skip = await whyNot(driver)
  if (skip) {
    test(`${driver}: the contract of all stores`, { skip }, () => {})
    continue
  }
  storeContract(driver, () => openAt(newFolder(), { driver }), { runs: 8 })
  durableContract(driver, async () => {
    const folder = newFolder()
    return () => openAt(folder, { driver })
  })

  test(`${driver}: says which driver it runs on, and has nothing to tell of a new history`, async () => {
    const opened = await opening(newFolder(), { driver })
    assert.ok(opened.ok)
    assert.equal(opened.driver, driver)
    assert.equal(opened.notice, null)
    await opened.store.close()
  })

  test(`${driver}: the epoch lasts over a restart and ends with a wipe, the devices stay`, async () => {
    const folder = newFolder()
    const first = await openAt(folder, { driver, newId: () => 'epoch one' })
    assert.equal(first.epoch(), 'epoch one')
    await first.append(draft('a'), 1)
    await first.putDevice({ id: 'd', secretHash: 'h', nick: 'ann', household: null, seenAt: 1 })
    await first.close()
    const second = await openAt(folder, { driver, newId: () => 'epoch two' })
    assert.equal(second.epoch(), 'epoch one')
    await second.wipe()
    assert.equal(second.epoch(), 'epoch two')
    assert.deepEqual(await second.rooms(), [])
    assert.deepEqual(await second.last('#lobby', 50), [])
    assert.deepEqual(await second.append(draft('a'), 5), {
      line: { ...draft('a'), seq: 1, at: 5 },
      again: false,
    })
    await second.close()
    const third = await openAt(folder, { driver, newId: () => 'epoch three' })
    assert.equal(third.epoch(), 'epoch two')
    assert.deepEqual(await third.devices(), [
      { id: 'd', secretHash: 'h', nick: 'ann', household: null, seenAt: 1 },
    ])
    await third.close()
  })

  test(`${driver}: rooms tell the newest number of each`, async () => {
    const folder = newFolder()
    const store = await openAt(folder, { driver })
    for (const [id, room] of ['#b', '#a', '#b'].entries()) await store.append(draft(`${id}`, { room }), id)
    // A repeated line names a room in which nothing was ever kept.
    await store.append(draft('0', { room: '#c' }), 4)
    assert.deepEqual(await store.rooms(), [
      { room: '#b', seq: 2, topic: '' },
      { room: '#a', seq: 1, topic: '' },
    ])
    await store.close()
  })

  test(`${driver}: retention removes the oldest and gives no number twice`, async () => {
    const folder = newFolder()
    const store = await openAt(folder, { driver })
    for (let i = 1; i <= 20; i++) await store.append(draft(`id${i}`), i * 1000)
    await store.append(draft('other', { room: '#dev' }), 1000)
    assert.equal(await store.retention({ nowMs: 20_000 }), 0)
    assert.equal(await store.retention({ nowMs: 20_000, linesMax: 15 }), 5)
    assert.equal((await store.page('#lobby', { after: 0 }, 1))[0]?.seq, 6)
    // Before 9,000: three of the lobby and the only one of #dev.
    assert.equal(await store.retention({ nowMs: 20_000, olderThanMs: 11_000 }), 4)
    assert.equal((await store.page('#lobby', { after: 0 }, 1))[0]?.seq, 9)
    assert.equal(await store.retention({ nowMs: 20_000, linesMax: 0 }), 12)
    assert.deepEqual(await store.last('#lobby', 50), [])
    await store.close()
    const again = await openAt(folder, { driver })
    assert.deepEqual(await again.rooms(), [
      { room: '#lobby', seq: 20, topic: '' },
      { room: '#dev', seq: 1, topic: '' },
    ])
    assert.equal((await again.append(draft('id21'), 21_000)).line.seq, 21)
    assert.equal((await again.append(draft('dev2', { room: '#dev' }), 21_000)).line.seq, 2)
    await again.close()
  })

  test(`${driver}: a clock that was wrong for a while makes retention neither remove young lines nor stop`, async () => {
    const store = await openAt(newFolder(), { driver })
    const stamps = {
      old: 1000,
      future: 99_000,
      old2: 2000,
      young: 15_000,
      epoch: 0,
      young2: 16_000,
      future2: 99_000,
    }
    for (const [id, at] of Object.entries(stamps)) await store.append(draft(id), at)
    assert.equal(await store.retention({ nowMs: 20_000, olderThanMs: 10_000 }), 3)
    assert.deepEqual(
      (await store.last('#lobby', 50)).map(({ id }) => id),
      ['young', 'epoch', 'young2', 'future2'],
    )
    await store.close()
  })

  test(`${driver}: retention and export of more lines than go at a time`, async () => {
    const store = await openAt(newFolder(), { driver })
    const rooms = ['#lobby', '#dev']
    const said = await Promise.all(
      Array.from({ length: 5000 }, (_, i) => store.append(draft(`id${i}`, { room: rooms[i % 2] ?? '' }), i)),
    )
    const exported: Line[] = []
    for await (const line of store.export()) {
      if (exported.length === 0) await store.append(draft('said meanwhile'), 9999)
      exported.push(line)
    }
    assert.deepEqual(
      exported,
      said.map(({ line }) => line),
    )
    assert.equal(await store.retention({ nowMs: 5000, linesMax: 10 }), 5001 - 20)
    await store.close()
  })

  test(`${driver}: devices are known again after a restart, as they were last`, async () => {
    const folder = newFolder()
    const first = await openAt(folder, { driver })
    assert.equal(await first.device('d1'), null)
    await Promise.all([
      first.putDevice({ id: 'd1', secretHash: 'one', nick: 'ann', household: null, seenAt: 5 }),
      first.putDevice({ id: 'd2', secretHash: 'two', nick: 'ann', household: null, seenAt: 3 }),
      first.putDevice({ id: 'd1', secretHash: 'three', nick: 'ann', household: 'h', seenAt: 1 }),
    ])
    await first.close()
    const second = await openAt(folder, { driver })
    assert.deepEqual(await second.device('d1'), {
      id: 'd1',
      secretHash: 'three',
      nick: 'ann',
      household: 'h',
      seenAt: 1,
    })
    assert.deepEqual(
      (await second.devices()).map(({ id }) => id),
      ['d1', 'd2'],
    )
    await second.close()
  })

  test(`${driver}: more appends at once than may wait are told so, and those that wait are kept`, async () => {
    const store = await openAt(newFolder(), { driver })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8200 }, (_, i) => store.append(draft(`id${i}`), 1)),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    assert.equal(refused.length, 8)
    assert.ok(refused.every(outcome => 'reason' in outcome && outcome.reason.trouble === 'busy'))
    assert.deepEqual(await store.rooms(), [{ room: '#lobby', seq: 8192, topic: '' }])
    await store.close()
  })

  test(`${driver}: a closed store says that it is closed`, async () => {
    const store = await openAt(newFolder(), { driver })
    await store.close()
    for (const attempt of [
      () => store.append(draft('a'), 1),
      () => store.last('#lobby', 1),
      () => store.wipe(),
    ])
      await assert.rejects(attempt, { trouble: 'closed' })
  })
}

/** Whether what is said is kept: told when it changes, and tried while it is not. */
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { createKeeping } from '../../src/server/keeping.ts'
import { storeTrouble, type TroubleName } from '../../src/store/troubles.ts'
import { limits } from '../../src/wire/limits.ts'

function watched() {
  mock.timers.enable({ apis: ['setTimeout'] })
  const told: boolean[] = []
  const disk = { isFull: true, probes: 0 }
  const keeping = createKeeping({
    async probe() {
      disk.probes += 1
      if (disk.isFull) throw storeTrouble('full')
    },
    everyMs: limits.probeEveryMs,
    onChange: keeps => told.push(keeps),
  })
  return {
    told,
    disk,
    keeping,
    fail: (name: TroubleName) => keeping.failed(storeTrouble(name)),
    async second() {
      mock.timers.tick(limits.probeEveryMs)
      await new Promise(resolve => setImmediate(resolve))
    },
  }
}

test('a disk that keeps nothing is tried each second, and both ends are told once', async t => {
  t.after(() => mock.timers.reset())
  const { told, disk, fail, second } = watched()
  await second()
  fail('full')
  fail('full')
  await second()
  await second()
  assert.deepEqual([told, disk.probes], [[false], 2])
  disk.isFull = false
  await second()
  await second()
  assert.deepEqual([told, disk.probes], [[false, true], 3])
  fail('read-only')
  assert.deepEqual(told, [false, true, false])
})

test('a short line that a full disk still keeps is no end of the trouble, and each cause is news once', async t => {
  t.after(() => mock.timers.reset())
  const { told, disk, keeping, fail, second } = watched()
  assert.deepEqual([fail('full'), fail('full')], [true, false])
  keeping.kept()
  assert.deepEqual([fail('full'), fail('io'), fail('io')], [false, true, false])
  await second()
  assert.deepEqual(told, [false])
  disk.isFull = false
  await second()
  assert.deepEqual(told, [false, true])
  assert.equal(fail('full'), true)
})

test('where nothing can be tried, a line that was kept is the end of the trouble', () => {
  const told: boolean[] = []
  const keeping = createKeeping({ probe: undefined, everyMs: 1, onChange: keeps => told.push(keeps) })
  keeping.failed(storeTrouble('io'))
  keeping.kept()
  assert.deepEqual(told, [false, true])
})

test('what only passes or is the end is nothing to tell everybody', async t => {
  t.after(() => mock.timers.reset())
  const { told, disk, keeping, fail, second } = watched()
  fail('busy')
  fail('closed')
  assert.deepEqual(told, [])
  fail('io')
  keeping.end()
  await second()
  assert.deepEqual([told, disk.probes], [[false], 0])
})

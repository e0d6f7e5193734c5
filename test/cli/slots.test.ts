/** Slots: one living process each, found again by whoever comes back, and no reason to stop where they cannot be had. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createSlots, type Slots } from '../../src/cli/slots.ts'
import { holdSocket } from '../../src/cli/socketLock.ts'
import type { Kept } from '../../src/client/kept.ts'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'earshot-slots-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const kept = (part: Partial<Kept> = {}): Kept => ({
  v: 1,
  server: 'den1',
  device: 'dev1',
  secret: 'sec1',
  epoch: 'e1',
  nick: 'ann',
  leftMs: 1,
  rooms: [],
  closed: [],
  outbox: [],
  stale: [],
  ...part,
})

/** A window, with what it was told. */
function windowOf(t: TestContext, folder: string): Slots & { readonly told: readonly string[] } {
  const told: string[] = []
  const slots = createSlots(folder, text => told.push(text))
  t.after(() => slots.close())
  return { ...slots, told }
}

test('two windows never share a slot, and whoever comes back is who they were', async t => {
  const folder = folderOf(t)
  const first = windowOf(t, folder)
  assert.deepEqual(await first.hold('den1', 'ann'), { kept: null, isBeside: false })
  first.write(kept())
  const second = windowOf(t, folder)
  assert.deepEqual(await second.hold('den1', 'ann'), { kept: null, isBeside: true })
  second.write(kept({ device: 'dev2', nick: 'ann2' }))
  assert.deepEqual(
    readdirSync(join(folder, 'den1')).filter(name => name.endsWith('.json')),
    ['slot-1.json', 'slot-2.json'],
  )
  first.close()
  const third = windowOf(t, folder)
  assert.equal((await third.hold('den1', 'ann'))?.kept?.device, 'dev1')
  const other = windowOf(t, folder)
  assert.deepEqual(
    await other.hold('den2', 'ann'),
    { kept: null, isBeside: false },
    'another server knows nothing of it',
  )
})

test('of the free slots the one of that nick is taken, else the first', async t => {
  const folder = folderOf(t)
  const windows = [windowOf(t, folder), windowOf(t, folder)]
  for (const [index, slots] of windows.entries()) {
    await slots.hold('den1', 'x')
    slots.write(kept({ device: `dev${index}`, nick: ['ann', 'bob'][index] ?? '' }))
  }
  for (const slots of windows) slots.close()
  const bob = windowOf(t, folder)
  assert.equal((await bob.hold('den1', 'BOB'))?.kept?.device, 'dev1')
  bob.close()
  assert.equal((await windowOf(t, folder).hold('den1', 'cat'))?.kept?.device, 'dev0')
})

test('what is written is for its user alone, whole, and read back as it was', async t => {
  const folder = folderOf(t)
  const slots = windowOf(t, folder)
  await slots.hold('den1', 'ann')
  const full = kept({
    rooms: [{ name: '#lobby', partner: null, seq: 3 }],
    outbox: [{ id: 'a', room: '#lobby', from: '#lobby', emote: false, body: '日本\n😀', wallMs: 5 }],
  })
  slots.write(full)
  slots.write(kept({ server: 'den2', secret: 'of another server' }))
  assert.deepEqual((await slots.hold('den1', 'ann'))?.kept, full)
  const own = join(folder, 'den1')
  assert.equal(statSync(own).mode & 0o777, 0o700)
  assert.equal(statSync(join(own, 'slot-1.json')).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(own).filter(name => !name.endsWith('.sock')),
    ['slot-1.json'],
    'nothing is left beside it',
  )
})

for (const [what, text] of [
  ['cut off', '{"v":1,"server":"den1"'],
  ['empty', ''],
  ['of a form yet to come', JSON.stringify({ ...kept(), v: 2 })],
  ['of another server', JSON.stringify(kept({ server: 'DEN1' }))],
] as const)
  test(`a file that is ${what} is set aside with a word, and nothing of it is lost`, async t => {
    const folder = folderOf(t)
    mkdirSync(join(folder, 'den1'))
    writeFileSync(join(folder, 'den1', 'slot-1.json'), text)
    const slots = windowOf(t, folder)
    assert.deepEqual(await slots.hold('den1', 'ann'), { kept: null, isBeside: false })
    assert.equal(slots.told.length, 1)
    assert.match(slots.told[0] ?? '', /could not be read; it was set aside as .*slot-1\.json\.damaged-\d{14}/)
    const aside = readdirSync(join(folder, 'den1')).find(name => name.includes('damaged')) ?? assert.fail()
    assert.equal(readFileSync(join(folder, 'den1', aside), 'utf8'), text)
    slots.write(kept())
    assert.equal((await slots.hold('den1', 'ann'))?.kept?.device, 'dev1')
  })

test('where nothing can be kept it is said once, and that is all', async t => {
  const folder = folderOf(t)
  writeFileSync(join(folder, 'clients'), 'a file where the folder should be')
  const slots = windowOf(t, join(folder, 'clients'))
  assert.equal(await slots.hold('den1', 'ann'), undefined)
  assert.equal(await slots.hold('den1', 'ann'), undefined)
  slots.write(kept())
  assert.equal(slots.told.length, 1)
  assert.match(
    slots.told[0] ?? '',
    /^What you do here is not kept for the next time \(.+\)\. Everything else goes on\.$/,
  )
})

test('a write that fails is said once, and the next one that works is kept', async t => {
  const folder = folderOf(t)
  const slots = windowOf(t, folder)
  await slots.hold('den1', 'ann')
  // Where the new file would be written there is a folder.
  const inTheWay = join(folder, 'den1', `slot-1.json.${process.pid}.new`)
  mkdirSync(inTheWay)
  slots.write(kept())
  slots.write(kept({ nick: 'ann2' }))
  assert.equal(slots.told.length, 1)
  rmSync(inTheWay, { recursive: true })
  slots.write(kept({ nick: 'ann2' }))
  assert.equal((await slots.hold('den1', 'ann'))?.kept?.nick, 'ann2')
})

test('more windows than slots go without one, and are told', async t => {
  const folder = folderOf(t)
  const windows = Array.from({ length: 17 }, () => windowOf(t, folder))
  const held = await Promise.all(windows.map(slots => slots.hold('den1', 'ann')))
  assert.equal(held.filter(one => one === undefined).length, 1)
  assert.deepEqual(
    windows.flatMap(({ told }) => told),
    [
      'What you do here is not kept for the next time (16 windows are open at this server already). Everything else goes on.',
    ],
  )
})

/** An errand, with whether it gives its slot up when a window asks. */
function errandOf(t: TestContext, folder: string, giveUp: () => boolean, isNamed = false): Slots {
  const slots = createSlots(folder, text => assert.fail(text), { isNamed, giveUp: async () => giveUp() })
  t.after(() => slots.close())
  return slots
}

test('an errand gives its slot to a window and to nobody else, and takes another', async t => {
  const folder = folderOf(t)
  let asked = 0
  const errand = errandOf(t, folder, () => {
    asked += 1
    return true
  })
  await errand.hold('den1', 'ann')
  errand.write(kept())
  const other = errandOf(t, folder, () => assert.fail('nobody asks for it'))
  assert.deepEqual(await other.hold('den1', 'ann'), { kept: null, isBeside: true })
  other.close()
  assert.equal(await holdSocket(join(folder, 'den1'), 'slot-1'), null)
  assert.equal(asked, 0)
  const window = windowOf(t, folder)
  assert.equal((await window.hold('den1', 'ann'))?.kept?.device, 'dev1')
  assert.equal(asked, 1)
  errand.write(kept({ device: 'dev2' }))
  assert.deepEqual(await errand.hold('den1', 'ann'), { kept: null, isBeside: true })
  assert.equal((await window.hold('den1', 'ann'))?.kept?.device, 'dev1', 'what it writes later is nobody’s')
})

test('an errand that cannot stop just now keeps its slot, and the window takes another', async t => {
  const folder = folderOf(t)
  const errand = errandOf(t, folder, () => false)
  await errand.hold('den1', 'ann')
  errand.write(kept())
  assert.deepEqual(await windowOf(t, folder).hold('den1', 'ann'), { kept: null, isBeside: true })
  assert.equal((await errand.hold('den1', 'ann'))?.kept?.device, 'dev1')
})

test('an errand that was given another nick than it asked for finds its own again', async t => {
  const folder = folderOf(t)
  const cron = errandOf(t, folder, () => false, true)
  await cron.hold('den1', 'cron')
  cron.write(kept({ nick: 'cron2', asked: 'cron' }))
  cron.close()
  const job = errandOf(t, folder, () => false, true)
  assert.equal((await job.hold('den1', 'job'))?.kept, null, 'of another name it takes nobody’s')
  const again = errandOf(t, folder, () => false, true)
  assert.equal((await again.hold('den1', 'Cron'))?.kept?.nick, 'cron2')
})

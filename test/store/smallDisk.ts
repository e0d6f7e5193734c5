/** Fills the small disk that FOLDER lies on, frees it, and goes on: `smallDisk.ts DISK DRIVER`. Fails where a promise breaks. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kept, Line } from '../../src/chat/types.ts'
import type { DriverName } from '../../src/store/driver.ts'
import { draft, openAt } from './places.ts'

const [disk = '', name] = process.argv.slice(2)
const driver = name as DriverName
const folder = join(disk, 'history')
const filler = join(disk, 'filler')

const store = await openAt(folder, { driver })
const heard: Line[] = []
store.follow(line => heard.push(line))
const say = (id: string): Promise<Kept> => store.append(draft(id, { body: 'x'.repeat(2000) }), 1)

for (let round = 1; round <= 3; round++) {
  const before = heard.length
  await say(`round-${round}`)
  assert.equal(heard.length, before + 1)
  fill()

  // The log may have a page or two to spare; then everything is refused by name.
  const refused: string[] = []
  for (let i = 0; refused.length < 5; i++) {
    assert.ok(i < 1000, 'the disk never got full')
    const ids = [`${round}-${i}-a`, `${round}-${i}-b`]
    const outcomes = await Promise.allSettled(ids.map(say))
    for (const [index, outcome] of outcomes.entries())
      if (outcome.status === 'rejected') {
        assert.equal(outcome.reason.trouble, 'full', String(outcome.reason))
        refused.push(ids[index] ?? '')
      }
  }
  const full = heard.length
  assert.deepEqual(await store.page('#lobby', { after: 0 }, 1000), heard, 'what was kept can still be read')
  await assert.rejects(say('one more'), { trouble: 'full' })
  await assert.rejects(async () => store.probe?.(), { trouble: 'full' })
  assert.equal(heard.length, full)

  rmSync(filler)
  await store.probe?.()
  for (const [index, id] of refused.entries()) {
    const kept = await say(id)
    assert.deepEqual([kept.again, kept.line.seq], [false, full + index + 1])
  }
}
assert.deepEqual(
  heard.map(({ seq }) => seq),
  heard.map((_, index) => index + 1),
)

await store.close()
const again = await openAt(folder, { driver })
assert.deepEqual(await again.page('#lobby', { after: 0 }, 1000), heard)

// Where old lines made room in the file, a log that fills the disk is emptied into it.
assert.equal(await again.retention({ nowMs: 2, linesMax: 0 }), heard.length)
fill(65536)
for (let i = 1; i <= 12; i++) await again.append(draft(`late ${i}`, { body: 'x'.repeat(2000) }), 3)
await again.close()
assert.deepEqual(
  readdirSync(folder).filter(file => file.includes('damaged')),
  [],
)
process.stdout.write(`${heard.length} lines kept\n`)

/** Until not one byte more fits, or hardly. */
function fill(bytesMin = 1): void {
  for (let bytes = 65536; bytes >= bytesMin; bytes = Math.floor(bytes / 2))
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' })
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
    }
  assert.ok(statSync(filler).size > 0)
}

/** Uses the built program where the small disk DISK is full: `fullDisk.ts DISK`. Fails where it says or does what is wrong. */
import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startRunning } from '../network/running.ts'
import { draft, openAt } from '../store/places.ts'
import { entry } from './earshot.ts'

const [disk = ''] = process.argv.slice(2)
const folder = join(disk, 'server')
const filler = join(disk, 'filler')
const env = { PATH: process.env.PATH ?? '', HOME: disk, TZ: 'UTC', LANG: 'C.UTF-8' }

const start = (...args: string[]) => {
  const running = startRunning(process.execPath, [entry, ...args], { env, cwd: '/' })
  running.end()
  return running
}

async function outcome(...args: string[]): Promise<{ code: number | null; text: string }> {
  const running = start(...args)
  const { code } = await running.exited
  return { code, text: running.lines.join('\n') }
}

const atServer = ['--json', '--no-announce', '--host', '127.0.0.1', '--port', '0', '--data', folder]

// A key finds no room at the first start.
fill()
rmSync(filler)
writeFileSync(join(disk, 'spare'), Buffer.alloc(4096))
fill()
rmSync(join(disk, 'spare'))
const unborn = await outcome('serve', ...atServer)
assert.equal(unborn.code, 1)
assert.match(unborn.text, /key\.pem cannot be written: the disk there is full\. Free some space/)
assert.deepEqual(
  readdirSync(folder).filter(name => name.startsWith('key')),
  [],
)
rmSync(filler)

const serving = start('serve', ...atServer)
const { port } = JSON.parse(await serving.waitForLine(/"event":"listening"/))
const at = ['--server', `127.0.0.1:${port}`, '--no-scan']
assert.deepEqual(await outcome('send', ...at, '--nick', 'eve', 'hello'), { code: 0, text: '' })
fill()
const banned = await outcome('admin', '--data', folder, 'ban', 'eve', 'for', '2h')
assert.equal(banned.code, 0)
assert.match(
  banned.text,
  /^earshot: This holds until the server stops only: .* since the disk there is full\./m,
)
// Whoever is meant is of the same home as all that this script sends.
assert.equal((await outcome('admin', '--data', folder, 'unban', 'eve')).code, 0)
const greeted = JSON.parse((await outcome('admin', '--data', folder, '--json', 'motd', 'bar')).text)
assert.match(greeted.unkept, /^This holds until the server stops only/)

// The log may have a page or two to spare.
for (let round = 0; ; round++) {
  assert.ok(round < 50, 'the disk never got full')
  const said = await outcome('send', ...at, '--nick', 'bob', '--wait=1s', 'x'.repeat(3500))
  if (said.code === 0) continue
  assert.match(
    said.text,
    /^earshot: 1 message was not acknowledged: the server could not keep it within 1 s\.$/m,
  )
  break
}
serving.kill('SIGKILL')
await serving.exited

const wiped = await outcome('wipe', '--yes', '--data', folder)
assert.equal(wiped.code, 0, wiped.text)
assert.match(
  wiped.text,
  /so the files of the history were removed\.\n(.*\n)?Forgotten: \d+ lines? of 1 room\./,
)
rmSync(filler)
const store = await openAt(folder)
assert.deepEqual(await store.rooms(), [])
assert.equal((await store.append(draft('anew'), 1)).line.seq, 1)
await store.close()
process.stdout.write('all was told\n')

/** Until not one byte more fits. */
function fill(): void {
  for (let bytes = 65536; bytes >= 1; bytes = Math.floor(bytes / 2))
    try {
      for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' })
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
    }
}

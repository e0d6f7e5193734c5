/** What a kept history promises when its process is killed: nothing that was answered is lost, nothing is kept twice. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Line } from '../../src/chat/types.ts'
import { type DriverName, loadDriver } from '../../src/store/driver.ts'
import { draft, driverNames, newFolder, openAt, refusal, whyNot } from './places.ts'

/** Kills of one history; more by hand with EARSHOT_KILLS. */
const rounds = Number(process.env.EARSHOT_KILLS ?? 10)

interface Acked {
  readonly room: string
  readonly seq: number
  readonly id: string
}

/** A process that writes into the folder; resolves when it has opened it. */
async function startWriter(folder: string, driver: DriverName, prefix: string) {
  const script = fileURLToPath(new URL('./writer.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', script, folder, driver, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.ok(child.stdout)
  const told = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  assert.equal((await told.next()).value, 'open')
  return {
    /** Kills it after so many answers. @returns all it told of */
    async killAfter(answers: number): Promise<Acked[]> {
      const acked: Acked[] = []
      const exited = once(child, 'exit')
      for (let next = await told.next(); !next.done; next = await told.next()) {
        const [room, seq, id, ...more] = next.value.split(' ')
        // The last row may be torn by the kill: then nobody was told of it.
        if (room === undefined || id === undefined || more.length > 0) break
        acked.push({ room, seq: Number(seq), id })
        if (acked.length === answers) child.kill('SIGKILL')
      }
      await exited
      assert.equal(child.signalCode, 'SIGKILL')
      return acked
    },
  }
}

for (const driver of driverNames) {
  const skip = await whyNot(driver)

  test(`${driver}: ${rounds} kills in the middle of writing lose nothing that was answered`, {
    skip,
  }, async () => {
    const folder = newFolder()
    const acked: Acked[] = []
    for (let round = 1; round <= rounds; round++) {
      const writer = await startWriter(folder, driver, `r${round}`)
      acked.push(...(await writer.killAfter(1 + ((round * 37) % 150))))

      const store = await openAt(folder, { driver })
      const kept: Line[] = []
      for await (const line of store.export()) kept.push(line)
      const byPlace = new Map(kept.map(line => [`${line.room} ${line.seq}`, line.id]))
      for (const { room, seq, id } of acked) assert.equal(byPlace.get(`${room} ${seq}`), id)
      assert.equal(new Set(kept.map(({ id }) => id)).size, kept.length)
      for (const { room, seq } of await store.rooms())
        assert.deepEqual(
          kept.filter(line => line.room === room).map(line => line.seq),
          Array.from({ length: seq }, (_, index) => index + 1),
        )
      // Whoever was not told sends again; whoever was, too, after a lost answer.
      const last = acked.at(-1)
      assert.ok(last)
      const again = await store.append(draft(last.id, { room: last.room, body: 'sent again' }), 0)
      assert.deepEqual([again.again, again.line.seq], [true, last.seq])
      await store.close()
    }
    const db = (await loadDriver(driver))?.open(join(folder, 'history.db'))
    assert.deepEqual(db?.prepare('PRAGMA integrity_check').all().map(Object.values), [['ok']])
    db?.close()
  })

  test(`${driver}: a folder serves one process, until that ends, however it ends`, { skip }, async () => {
    const folder = newFolder()
    const writer = await startWriter(folder, driver, 'w')
    const text = await refusal(folder, { driver })
    assert.match(text, /^Another Earshot server keeps its history in .*Stop it, or choose another folder/)
    const acked = await writer.killAfter(1)
    const store = await openAt(folder, { driver })
    assert.ok((await store.rooms()).some(({ seq }) => seq >= (acked[0]?.seq ?? 1)))
    // The same within one process.
    assert.equal(await refusal(folder, { driver }), text)
    await store.close()
    await (await openAt(folder, { driver })).close()
  })
}

/** A process that says line after line and tells of each that was kept, until somebody kills it: `writer.ts FOLDER DRIVER PREFIX`. */
import { nanoid } from 'nanoid'
import type { DriverName } from '../../src/store/driver.ts'
import { openStore } from '../../src/store/sqlite.ts'
import { draft } from './places.ts'

const [folder = '', driver, prefix = ''] = process.argv.slice(2)
const opened = await openStore({ folder, nowMs: 0, newId: nanoid, driver: driver as DriverName })
if (!opened.ok) throw new Error(opened.text)
process.stdout.write('open\n')
/** So many lines are always on their way, so that a kill falls into a commit. */
const onTheWay = 8
let count = 0
const speak = async (): Promise<never> => {
  for (;;) {
    count += 1
    const id = `${prefix}-${count}`
    const { line } = await opened.store.append(draft(id, { room: count % 3 ? '#lobby' : '#dev' }), count)
    process.stdout.write(`${line.room} ${line.seq} ${id}\n`)
  }
}
await Promise.all(Array.from({ length: onTheWay }, speak))

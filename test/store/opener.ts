/** Opens a history and says what came of it: `opener.ts FOLDER DRIVER`. */
import type { DriverName } from '../../src/store/driver.ts'
import { opening } from './places.ts'

const [folder = '', driver] = process.argv.slice(2)
const opened = await opening(folder, { driver: driver as DriverName })
process.stdout.write(`${opened.ok ? 'opened' : opened.text}\n`)
if (opened.ok) await opened.store.close()

/** Holds a lock until it is ended: `holder.ts FOLDER NAME` says “held” or “busy”. */
import { holdSocket } from '../../src/cli/socketLock.ts'

const [, , folder = '', name = ''] = process.argv
const release = await holdSocket(folder, name)
process.stdout.write(release ? 'held\n' : 'busy\n')
process.stdin.resume()
process.stdin.once('end', () => process.exit())

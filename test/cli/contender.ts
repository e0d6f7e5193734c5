/** Takes a lock and gives it back so many times: `contender.ts FOLDER TIMES` says how often it was not alone with it. */
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { holdSocket } from '../../src/cli/socketLock.ts'

const [, , folder = '', times = ''] = process.argv
const inside = join(folder, 'inside')
const turn = () => new Promise(resolve => setImmediate(resolve))
let had = 0
let notAlone = 0
while (had < Number(times)) {
  const release = await holdSocket(folder, 'contended')
  if (release === null) {
    await turn()
    continue
  }
  had += 1
  try {
    mkdirSync(inside)
    await turn()
    rmdirSync(inside)
  } catch {
    notAlone += 1
  }
  release()
}
process.stdout.write(`${notAlone}\n`)

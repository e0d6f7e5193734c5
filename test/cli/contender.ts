/** Takes a lock and gives it back so many times: `contender.ts FOLDER ROUNDS` says how often it had it, and never alone. */
import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { holdSocket } from '../../src/cli/socketLock.ts'

const [, , folder = '', rounds = ''] = process.argv
const inside = join(folder, 'inside')
const turn = () => new Promise(resolve => setImmediate(resolve))
let had = 0
let notAlone = 0
for (let round = 0; round < Number(rounds); round++) {
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
process.stdout.write(`${JSON.stringify({ had, notAlone })}\n`)

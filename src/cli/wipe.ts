/** `earshot wipe`: forgets what was said on a server of this machine, after asking. */
import { createInterface } from 'node:readline/promises'
import { nanoid } from 'nanoid'
import { isDirect } from '../base/rooms.ts'
import { counted } from '../client/labels.ts'
import { openReader } from '../store/reader.ts'
import { openStore } from '../store/sqlite.ts'
import { troubleOf } from '../store/troubles.ts'
import { exitOnBug } from './bug.ts'
import { keptFolder, setAsideText } from './folder.ts'
import type { Given } from './main.ts'
import { complain } from './saying.ts'
import { holdHome } from './serverHome.ts'
import { onSignal } from './signals.ts'

export async function run({ options }: Given): Promise<number> {
  exitOnBug()
  onSignal(code => process.exit(code))
  const found = keptFolder(options.data)
  if (!found.ok) return failed(found.text)
  const folder = found.value
  const held = await holdHome(folder)
  if (!held.ok) return failed(held.text)
  try {
    const what = await kept(folder)
    if (options.yes !== true) {
      if (process.stdin.isTTY !== true) {
        complain(`this would forget ${what} in ${folder}. Say so with --yes.`)
        return 2
      }
      if (!(await isSure(`This forgets ${what} in ${folder}, for good.`)))
        return failed('nothing was forgotten.')
    }
    return await wipe(folder, what)
  } finally {
    held.home.release()
  }
}

function failed(text: string): number {
  complain(text)
  return 1
}

/** What is kept there, in words. A history that cannot be read can be wiped nevertheless. */
async function kept(folder: string): Promise<string> {
  const opened = await openReader(folder)
  if (!opened.ok) return 'the history'
  const { reader } = opened
  try {
    const rooms = reader.rooms()
    let lines = 0
    for (const _ of reader.lines()) lines += 1
    const direct = rooms.filter(({ room }) => isDirect(room)).length
    const conversations = direct === 0 ? '' : ` and ${counted(direct, 'direct conversation')}`
    return `${counted(lines, 'line')} of ${counted(rooms.length - direct, 'room')}${conversations}`
  } catch (error) {
    if (troubleOf(error) === null) throw error
    return 'the history'
  } finally {
    reader.close()
  }
}

async function isSure(what: string): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  // ^C and ^D at the question are as good as no.
  const answer = new Promise<string>(resolve => {
    asking.once('close', () => resolve(''))
    asking.once('SIGINT', () => asking.close())
    void asking.question(`${what}\nType “wipe” to go on: `).then(resolve, () => resolve(''))
  })
  const said = await answer
  if (said === '') process.stderr.write('\n')
  asking.close()
  return said.trim().toLowerCase() === 'wipe'
}

async function wipe(folder: string, what: string): Promise<number> {
  const opened = await openStore({ folder, nowMs: Date.now(), newId: nanoid })
  if (!opened.ok) return failed(opened.text)
  if (opened.notice !== null) complain(opened.notice)
  try {
    await opened.store.wipe()
  } catch (error) {
    if (!(error instanceof Error && 'trouble' in error)) throw error
    return failed(`nothing was forgotten. ${error.message}`)
  } finally {
    await opened.store.close()
  }
  process.stdout.write(`Forgotten: ${what}. Its clients will be told that the history was reset.\n`)
  const left = setAsideText(folder)
  if (left !== null) complain(left)
  return 0
}

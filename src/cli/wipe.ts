/** `earshot wipe`: forgets what was said on a server of this machine, after asking. */
import { createInterface } from 'node:readline/promises'
import { nanoid } from 'nanoid'
import { isDirect } from '../base/rooms.ts'
import { counted } from '../client/labels.ts'
import { openReader } from '../store/reader.ts'
import { mayRemove, removeHistory } from '../store/removal.ts'
import type { KnownDevice } from '../store/rows.ts'
import { openStore } from '../store/sqlite.ts'
import { isTrouble, storeTrouble, troubleOf } from '../store/troubles.ts'
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
  const home = await holdHome(folder)
  if (!home.ok) return failed(home.text)
  try {
    const held = await kept(folder)
    const { what } = held
    if (options.yes !== true) {
      if (process.stdin.isTTY !== true) {
        complain(`this would forget ${what} in ${folder}. Say so with --yes.`)
        return 2
      }
      if (!(await isSure(`This forgets ${what} in ${folder}, for good.`)))
        return failed('nothing was forgotten.')
    }
    return await wipe(folder, held)
  } finally {
    home.home.release()
  }
}

function failed(text: string): number {
  complain(text)
  return 1
}

interface Held {
  /** In words. */
  readonly what: string
  /** Who was known there; null where that could not be read. */
  readonly devices: readonly KnownDevice[] | null
}

const unread: Held = { what: 'the history', devices: null }

/** What is kept there. A history that cannot be read can be wiped nevertheless. */
async function kept(folder: string): Promise<Held> {
  const opened = await openReader(folder)
  if (!opened.ok) return unread
  const { reader } = opened
  try {
    const rooms = reader.rooms()
    let lines = 0
    for (const _ of reader.lines()) lines += 1
    const direct = rooms.filter(({ room }) => isDirect(room)).length
    const conversations = direct === 0 ? '' : ` and ${counted(direct, 'direct conversation')}`
    return {
      what: `${counted(lines, 'line')} of ${counted(rooms.length - direct, 'room')}${conversations}`,
      devices: reader.devices(),
    }
  } catch (error) {
    if (troubleOf(error) === null) throw error
    return unread
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

async function wipe(folder: string, held: Held): Promise<number> {
  const opened = await open(folder)
  let refused = opened.ok ? null : opened
  if (opened.ok) {
    if (opened.notice !== null) complain(opened.notice)
    try {
      await opened.store.wipe()
    } catch (error) {
      if (!isTrouble(error)) throw error
      refused = { ok: false, trouble: error.trouble, text: error.message }
    } finally {
      await opened.store.close().catch(ignored)
    }
  }
  if (refused !== null) {
    if (!mayRemove(refused.trouble)) return failed(`nothing was forgotten. ${refused.text}`)
    const why = await removed(folder, held.devices)
    if (why !== null) return failed(`nothing was forgotten. ${why}`)
  }
  process.stdout.write(`Forgotten: ${held.what}. Its clients will be told that the history was reset.\n`)
  const left = setAsideText(folder)
  if (left !== null) complain(left)
  return 0
}

const open = (folder: string) => openStore({ folder, nowMs: Date.now(), newId: nanoid })

/** A log that cannot be emptied is looked at when the history is opened again. */
function ignored(error: unknown): void {
  if (!isTrouble(error)) throw error
}

/**
 * Forgetting line by line takes room, which a full disk has not; the files that take it are the history itself.
 * @returns why that cannot be done either; null where it is done
 */
async function removed(folder: string, known: Held['devices']): Promise<string | null> {
  let devices = known
  try {
    const found = await removeHistory(folder)
    devices ??= found
  } catch (error) {
    const trouble = troubleOf(error) ?? (isTrouble(error) ? error.trouble : null)
    if (trouble === null) throw error
    return storeTrouble(trouble).message
  }
  complain('the disk had no room for forgetting line by line, so the files of the history were removed.')
  const opened = devices === null || devices.length === 0 ? null : await open(folder)
  try {
    if (opened?.ok) for (const device of devices ?? []) await opened.store.putDevice(device)
    if (devices !== null && opened?.ok !== false) return null
  } catch (error) {
    ignored(error)
  } finally {
    if (opened?.ok) await opened.store.close().catch(ignored)
  }
  complain('who was here before could not be kept: they come back as new to it.')
  return null
}

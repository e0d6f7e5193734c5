/** Which server’s folder is meant by a command that works on what is kept there. */
import { resolve } from 'node:path'
import { hasHistory, setAsideIn } from '../store/folder.ts'
import type { Read } from './commands.ts'
import { folderList } from './served.ts'
import { ownFolders } from './serverHome.ts'

/** @param asked by `--data`; undefined: the only one of this user’s in which anything is kept */
export function keptFolder(asked: unknown): Read<string> {
  if (typeof asked === 'string') {
    const folder = resolve(asked)
    return hasHistory(folder) ? { ok: true, value: folder } : { ok: false, text: nothing(`in ${folder}`) }
  }
  const [only, ...others] = ownFolders().filter(hasHistory)
  if (only === undefined) return { ok: false, text: nothing('by this user') }
  if (others.length === 0) return { ok: true, value: only }
  return {
    ok: false,
    text: [
      'several servers of this user keep a history. Say which one with --data:',
      ...folderList([only, ...others]),
    ].join('\n'),
  }
}

const nothing = (where: string): string =>
  `no history is kept ${where}. A server keeps one where its --data says; give the same here.`

/** Histories that were found damaged stay as they are; what was said is in them, too. null: there is none. */
export function setAsideText(folder: string): string | null {
  const files = setAsideIn(folder)
  return files.length === 0
    ? null
    : [
        'damaged histories were set aside there earlier, and are left alone:',
        ...files.map(file => `  ${file}`),
      ].join('\n')
}

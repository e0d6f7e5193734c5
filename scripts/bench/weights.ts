/** What folders weigh on a disk. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of a folder’s files as they are, links not followed. */
export function bytesIn(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const stat = lstatSync(path)
    bytes += stat.isDirectory() ? bytesIn(path) : stat.size
  }
  return bytes
}

/** Small disks made of memory, each in a mount namespace of its own. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { newFolder } from './places.ts'

/** Runs a script where a disk of that size lies at DISK, seen by nobody else. */
export function onDisk(size: string, script: string, ...args: string[]) {
  const disk = newFolder()
  mkdirSync(disk)
  const mounted = `mount -t tmpfs -o size=${size},mode=700 earshot-test "$0" && ${script}`
  const done = spawnSync('unshare', ['-m', 'sh', '-c', mounted, disk, process.execPath, ...args], {
    encoding: 'utf8',
  })
  return { status: done.status, said: `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ?? ''}` }
}

const probe = onDisk('64k', 'true')
/** The reason to skip tests of such disks, or false. */
export const noMounts =
  probe.status === 0 ? false : `mounting in a namespace is not permitted here (${probe.said.trim()})`

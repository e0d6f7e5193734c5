#!/usr/bin/env node
/** The first that runs: answers `--version` at once, and lets Node keep what it compiles, so that the next start is quicker. */
import module from 'node:module'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { watchOutput } from './output.ts'
import { complain } from './saying.ts'
import { version } from './version.ts'

/** A folder of this user alone: what lies in it is run, so it cannot be one that others may write to. */
function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  if (process.platform === 'win32') return join(LOCALAPPDATA || homedir(), 'earshot', 'compiled')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'earshot', 'compiled')
  // The XDG specification: a path that is not absolute is to be ignored.
  const caches = XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), '.cache')
  return join(caches, 'earshot', 'compiled')
}

/** Not for a user of whom the system knows nothing, as in some containers, where nobody gave them one either. */
function hasHome(): boolean {
  try {
    return homedir() !== ''
  } catch {
    return false
  }
}

watchOutput()
const [only, ...more] = process.argv.slice(2)
if ((only === '--version' || only === '-V') && more.length === 0) process.stdout.write(`${version}\n`)
else if (!hasHome()) {
  complain(
    'you have no home folder here. Give one with HOME=FOLDER: your nick, your servers and what they keep go there.',
  )
  process.exitCode = 1
} else {
  // Nodes before 22.8 have none. It says what became of it and never throws; without it all is the same, only later.
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function')
    module.enableCompileCache(cacheFolder())
  await import('./main.ts')
}

/** Makes a checkout ready to run: installs what is missing and builds what is stale. Quick when nothing changed. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const top = fileURLToPath(new URL('..', import.meta.url))
const installedStamp = join(top, 'node_modules', '.earshot-installed')
const builtStamp = join(top, 'dist', '.built-from')
const lock = join(top, '.setup-lock')

/** Installs and builds, once even where two terminals begin together. Prints to stderr only. */
export async function setup() {
  const need = () => ({ install: stale(installedStamp, lockHash()), build: stale(builtStamp, sourceHash()) })
  let { install, build } = need()
  if (!install && !build) return
  await takeLock()
  try {
    // Another terminal may have done it while we waited.
    ;({ install, build } = need())
    if (install) installPackages()
    if (build || install) {
      const { buildDist } = await import('./build.mjs')
      await buildDist()
      writeFileSync(builtStamp, sourceHash())
    }
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function installPackages() {
  process.stderr.write('Installing what Earshot is built with (once) …\n')
  // Through npm's own script where npm started us, so that the npm in use is the npm that installs.
  const npmScript = process.env.npm_execpath
  const [command, ...first] = npmScript?.endsWith('.js') ? [process.execPath, npmScript] : ['npm']
  const done = spawnSync(command ?? 'npm', [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: top,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && !npmScript,
    // A dry run of `npm pack` sets this for its scripts too; the install itself is meant.
    env: { ...process.env, npm_config_dry_run: 'false' },
  })
  if (done.status !== 0) {
    process.stderr.write(
      'The install did not succeed. It needs the npm registry once; check the network (npm ping) and try again.\n',
    )
    process.exit(1)
  }
  writeFileSync(installedStamp, lockHash())
}

/** Waits while another living process holds the lock; a dead holder’s lock is taken over. */
async function takeLock() {
  for (let told = false; ; told = true) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'pid'), String(process.pid))
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
    if (!holderLives()) {
      rmSync(lock, { recursive: true, force: true })
      continue
    }
    if (!told) process.stderr.write('Another terminal is preparing Earshot; waiting for it …\n')
    await delay(100)
  }
}

function holderLives() {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return true
    // Made a moment ago, its pid not yet written: alive as far as we know.
    return Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) < 2000
  }
}

/** @param {string} stamp @param {string} hash */
const stale = (stamp, hash) => !existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(top, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex')

function sourceHash() {
  const hash = createHash('sha256')
  const walked = readdirSync(join(top, 'src'), { recursive: true, withFileTypes: true })
  const files = walked
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
  for (const file of [...files.sort(), join(top, 'package.json'), join(top, 'scripts', 'build.mjs')]) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await setup()

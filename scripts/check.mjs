/** `npm run check`: types, lint, dead code, floors and documents in step, side by side; the quick half of CI. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setup, top } from './setup.mjs'

await setup()
const bin = (/** @type {string} */ name) => join(top, 'node_modules', '.bin', name)
/** @type {[string, string, string[]][]} */
const checks = [
  ['types', bin('tsc'), ['-p', '.']],
  ['lint', bin('biome'), ['ci', '--error-on-warnings', '--colors=off', '.']],
  ['dead code', bin('knip'), ['--no-progress']],
  ['floors and file map', process.execPath, ['scripts/house.mjs']],
  ['documents', process.execPath, ['--import', 'tsx', 'scripts/docs.ts', '--check']],
]
const outcomes = await Promise.all(
  checks.map(
    ([name, command, args]) =>
      new Promise(resolve => {
        const child = spawn(command, args, { cwd: top, shell: process.platform === 'win32' })
        let said = ''
        for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
        child.on('error', error => (said += error))
        child.on('close', code => {
          process.stdout.write(code === 0 ? `✓ ${name}\n` : `✗ ${name}\n${said.replace(/^/gm, '    ')}\n`)
          resolve(code === 0)
        })
      }),
  ),
)
process.exit(outcomes.every(Boolean) ? 0 : 1)

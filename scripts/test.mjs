/** `npm test`: makes the checkout ready and runs every test, or those whose path holds a word given. */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setup, top } from './setup.mjs'

await setup()
const wanted = process.argv.slice(2)
const files = readdirSync(join(top, 'test'), { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile() && entry.name.endsWith('.test.ts'))
  .map(entry => relative(top, join(entry.parentPath ?? entry.path, entry.name)))
  .filter(file => wanted.length === 0 || wanted.some(word => file.includes(word)))
  .sort()
if (files.length === 0) {
  process.stderr.write(`No test file under test/ has “${wanted.join('” or “')}” in its path.\n`)
  process.exit(2)
}
const reporter = new URL('./reporter.mjs', import.meta.url).href
const run = spawn(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    // A test that waits for what never comes must not hold up the rest.
    '--test-timeout=600000',
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    ...files,
  ],
  // Labels on screens are local time: one zone for everybody’s expectations.
  { cwd: top, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TZ: 'UTC' } },
)
run.on('exit', code => process.exit(code ?? 1))

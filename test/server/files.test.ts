/** How many files may be open, as this system tells it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { openFilesMax } from '../../src/server/files.ts'

const here = pathToFileURL('src/server/files.ts')
const script = `import(${JSON.stringify(here.href)}).then(({ openFilesMax }) => console.log(openFilesMax()))`

test('the system’s limit is known', { skip: process.platform === 'win32' }, () => {
  assert.ok((openFilesMax() ?? Number.POSITIVE_INFINITY) > 0)
  const shell = 'ulimit -n 321; exec "$0" --import tsx --eval "$1"'
  assert.equal(execFileSync('sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' }), '321\n')
})

test('the process’s report tells the same', { skip: process.platform !== 'linux' }, () => {
  const { userLimits } = Object(process.report?.getReport())
  const { soft } = userLimits.open_files
  assert.equal(openFilesMax(), typeof soft === 'number' ? soft : null)
})

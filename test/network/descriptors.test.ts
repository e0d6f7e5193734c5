/** Where a process has no file left to open, what asks the network for a place to hear is refused, and nobody ends of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createLab, labAvailable } from './lab.ts'

const script = fileURLToPath(new URL('descriptors.ts', import.meta.url))

test('a socket on a link-local address whose place cannot be named is refused with the system’s word for it', {
  skip: labAvailable() ?? false,
}, async t => {
  const lab = createLab()
  t.after(() => lab.close())
  lab.bridge('six')
  const host = await lab.host('host', [{ bridge: 'six' }])
  // The socket itself takes the last file; to name the interface of its address the system needs another one.
  const { code, stdout, stderr } = await host.run('sh', [
    '-c',
    'ulimit -n 256 && exec "$0" --import tsx "$1"',
    process.execPath,
    script,
  ])
  assert.equal(stderr, '')
  assert.equal(code, 0)
  const { address, held, told } = JSON.parse(stdout)
  assert.match(address, /^fe80:/)
  assert.ok(held > 100, `${held} files`)
  assert.equal(told, 'ENOENT')
})

/** What whoever uses the program is told where the disk is full, on one made of memory in a mount namespace. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { noMounts, onDisk } from '../store/disks.ts'

const story = fileURLToPath(new URL('./fullDisk.ts', import.meta.url))

test('on a full disk each command says that it is full, and wipe makes room', { skip: noMounts }, () => {
  const { status, said } = onDisk('2m', '"$1" --import tsx "$2" "$0"', story)
  assert.equal(status, 0, said)
  assert.match(said, /^all was told$/m)
})

/** Disks that are full or may only be read, made of memory in a mount namespace of the test’s own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { noMounts, onDisk } from './disks.ts'
import { driverNames, whyNot } from './places.ts'

const smallDisk = fileURLToPath(new URL('./smallDisk.ts', import.meta.url))
const opener = fileURLToPath(new URL('./opener.ts', import.meta.url))

for (const driver of driverNames) {
  const skip = noMounts || (await whyNot(driver))

  test(`${driver}: a full disk refuses lines by name, keeps what it had, and goes on when there is space`, {
    skip,
  }, () => {
    const { status, said } = onDisk('2m', '"$1" --import tsx "$2" "$0" "$3"', smallDisk, driver)
    assert.equal(status, 0, said)
    assert.match(said, /^\d+ lines kept\n$/)
  })

  test(`${driver}: a disk too small for any history is told in a sentence`, { skip }, () => {
    const { status, said } = onDisk('64k', '"$1" --import tsx "$2" "$0/history" "$3"', opener, driver)
    assert.equal(status, 0, said)
    assert.match(
      said,
      /^The history in .* cannot be opened\. The disk is full\. Free some space on it, then start again\.\n$/,
    )
  })

  test(`${driver}: a disk that can only be read is told in a sentence`, { skip }, () => {
    const { status, said } = onDisk(
      '1m',
      '"$1" --import tsx "$2" "$0/history" "$3" && mount -o remount,ro "$0" && "$1" --import tsx "$2" "$0/history" "$3"',
      opener,
      driver,
    )
    assert.equal(status, 0, said)
    assert.match(
      said,
      /^opened\nThe history in .* cannot be opened\. .* can only be read\. Make it writable, then start again\.\n$/,
    )
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flood } from './flood.ts'

const skip = process.platform === 'linux' ? false : 'broadcasts within loopback are Linux only'

test('ten thousand malformed datagrams change nothing for a server that is known, and cost no memory', {
  skip,
}, async () => {
  const { sent, grownMiB } = await flood(10_000, 1)
  assert.equal(sent, 10_000)
  // What a million cost is in `npm run fuzz -- --datagrams 1000000`; here no leak of whole packets would fit.
  assert.ok(grownMiB < 128, `${grownMiB} MiB`)
})

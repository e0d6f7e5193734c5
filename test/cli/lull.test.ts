import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLull } from '../../src/cli/lull.ts'

function started() {
  const state = { isBusy: true, seized: 0 }
  const lull = createLull(
    () => state.isBusy,
    () => {
      state.seized += 1
    },
  )
  return { state, lull }
}

const never = new AbortController().signal

test('a lull is seized the moment it comes, and at once where it is there already', async () => {
  const { state, lull } = started()
  const came = lull.seized(never)
  lull.look()
  assert.equal(state.seized, 0)
  state.isBusy = false
  lull.look()
  // Before anything that waits for its turn can begin again.
  assert.equal(state.seized, 1)
  state.isBusy = true
  assert.equal(await came, true)
  lull.look()
  assert.equal(state.seized, 1)
  state.isBusy = false
  assert.equal(await lull.seized(never), true)
  assert.equal(state.seized, 2)
})

test('whoever gives up waiting is told so and seizes nothing, then or later', async () => {
  const { state, lull } = started()
  const wanted = new AbortController()
  const came = lull.seized(wanted.signal)
  wanted.abort()
  assert.equal(await came, false)
  assert.equal(await lull.seized(wanted.signal), false)
  state.isBusy = false
  lull.look()
  assert.equal(state.seized, 0)
})

test('whoever had it and goes then changes nothing', async () => {
  const { state, lull } = started()
  state.isBusy = false
  const wanted = new AbortController()
  assert.equal(await lull.seized(wanted.signal), true)
  wanted.abort()
  assert.equal(state.seized, 1)
})

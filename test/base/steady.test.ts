/** A clock that jumps forward once expires nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSteadyClock } from '../../src/base/steady.ts'

const hour = 3_600_000
const year = 365 * 24 * hour

test('a clock that runs evenly is believed', () => {
  const steady = createSteadyClock()
  for (let look = 0; look < 5; look++)
    assert.equal(steady(1000 + look * hour, look * hour), 1000 + look * hour)
})

test('a clock set forward is believed an hour later, where it still says so; one set back at once', () => {
  const steady = createSteadyClock()
  assert.equal(steady(0, 0), 0)
  assert.equal(steady(year + hour, hour), hour)
  assert.equal(steady(2 * hour, 2 * hour), 2 * hour)
  assert.equal(steady(year + 3 * hour, 3 * hour), 3 * hour)
  assert.equal(steady(year + 4 * hour, 4 * hour), year + 4 * hour)
  assert.equal(steady(5 * hour - year, 5 * hour), 5 * hour - year)
})

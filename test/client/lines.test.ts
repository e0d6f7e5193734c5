/** Lines that come at once are one turn, and leave behind what they would have left one by one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { items } from '../../src/base/ring.ts'
import type { WireLine } from '../../src/wire/messages.ts'
import { inTheLobby, wallStart } from './driver.ts'

const heard: fc.Arbitrary<readonly Omit<WireLine, 'seq'>[]> = fc.array(
  fc.record({
    room: fc.constantFrom('#lobby', '#lobby', '#elsewhere'),
    at: fc.integer({ min: 0, max: 3 }).map(days => wallStart + days * 40_000_000),
    id: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom('a', 'b', 'c') }),
    from: fc.constantFrom('bob', 'ann', 'zoë'),
    kind: fc.constantFrom('say', 'emote', 'topic'),
    body: fc.constantFrom('hi', 'ann: look', '', 'two\nlines', '日本'),
  }),
  { maxLength: 12 },
)

test('however lines are put together, the rooms come out the same', () => {
  fc.assert(
    fc.property(heard, fc.array(fc.integer({ min: 1, max: 4 })), fc.boolean(), (said, steps, isSaying) => {
      const [one, many] = [inTheLobby(), inTheLobby()]
      for (const client of [one, many]) if (isSaying) client.enter('mine')
      const own = one.model().outbox[0]?.id
      const lines = said.map((each, index) => ({
        ...each,
        seq: 1 + index * 2,
        id: own !== undefined && each.from === 'ann' ? own : each.id,
      }))
      for (const each of lines) one.take({ got: 'said', message: { ...each, type: 'line' } })
      for (let from = 0; from < lines.length; ) {
        const count = steps.pop() ?? lines.length
        many.take({ got: 'lines', lines: lines.slice(from, from + count) })
        from += count
      }
      const shown = (client: typeof one) =>
        [...client.model().rooms.values()].map(room => ({ ...room, entries: [...items(room.entries)] }))
      assert.deepEqual(shown(many), shown(one))
      assert.deepEqual(many.model().outbox, one.model().outbox)
      assert.deepEqual(many.effects(), one.effects())
    }),
  )
})

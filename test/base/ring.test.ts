import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, emptyRing, items, pushed, type Ring } from '../../src/base/ring.ts'

test('a ring holds the newest items and is a value', () => {
  let ring: Ring<number> = emptyRing(3)
  const kept: Ring<number>[] = []
  for (let n = 1; n <= 7; n++) {
    ring = pushed(ring, n)
    kept.push(ring)
  }
  assert.deepEqual([...items(ring)], [5, 6, 7])
  assert.deepEqual(kept.map(held => [...items(held)].join(' ')).slice(0, 4), ['1', '1 2', '1 2 3', '2 3 4'])
  assert.deepEqual([at(ring, -1), at(ring, 0), at(ring, 2), at(ring, 3)], [undefined, 5, 7, undefined])
})

test('a ring says the same as the end of an array, for any bound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(1200), (max, count) => {
      let ring: Ring<number> = emptyRing(max)
      const all: number[] = []
      for (let n = 0; n < count; n++) {
        ring = pushed(ring, n)
        all.push(n)
      }
      assert.equal(ring.size, Math.min(max, count))
      assert.deepEqual([...items(ring)], all.slice(-max))
      assert.ok(ring.chunks.length <= Math.ceil(max / ring.chunkSize) + 1)
    }),
    { numRuns: 60 },
  )
})

test('two rings that grew out of one hold what each was given', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.nat(40), { maxLength: 12 }), (max, steps) => {
      let rings: { ring: Ring<number>; all: number[] }[] = [{ ring: emptyRing(max), all: [] }]
      let next = 0
      for (const [index, count] of steps.entries()) {
        // Any of those there are may be the one that goes on.
        const from = rings[(index * 7 + count) % rings.length]
        if (from === undefined) continue
        let { ring } = from
        const all = [...from.all]
        for (let n = 0; n < count; n++) {
          all.push(++next)
          ring = pushed(ring, next)
        }
        rings = [...rings, { ring, all }]
        for (const one of rings) assert.deepEqual([...items(one.ring)], one.all.slice(-max))
      }
    }),
  )
})

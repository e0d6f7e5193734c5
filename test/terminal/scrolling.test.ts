/** By how far a pane has moved is told by its rows being the same objects, and by nothing else. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pane, Row } from '../../src/client/frame.ts'
import { movedBy } from '../../src/terminal/scrolling.ts'

const said: readonly Row[] = Array.from({ length: 30 }, (_, count) => [
  { text: `${count}`, style: 'plain' as const },
])
const empty: Row = []
const pane = (rows: readonly Row[], top = 1): Pane => ({ top, rows })
const from = (first: number): Pane => pane(said.slice(first, first + 10))

for (const [what, before, after, by] of [
  ['what did not move', from(3), from(3), 0],
  ['one line more', from(3), from(4), 1],
  ['many lines more', from(3), from(9), 6],
  ['so many that too few rows are left', from(3), from(10), 0],
  ['looking back', from(8), from(3), -5],
  ['nothing in common', from(0), from(20), 0],
  ['no pane before', null, from(0), 0],
  ['no pane after', from(0), null, 0],
  ['another height', from(0), pane(said.slice(1, 10)), 0],
  ['another place', from(0), pane(said.slice(1, 11), 2), 0],
  ['rows alike that are others', from(0), pane(said.slice(1, 11).map(row => [...row])), 0],
  [
    'a room that fills up',
    pane([...Array<Row>(4).fill(empty), ...said.slice(0, 6)]),
    pane([empty, empty, empty, ...said.slice(0, 7)]),
    1,
  ],
  ['only empty rows', pane(Array<Row>(10).fill(empty)), pane(Array<Row>(10).fill(empty)), 0],
  [
    'a row that changed among those that moved',
    from(3),
    pane([...said.slice(4, 8), [], ...said.slice(9, 14)]),
    1,
  ],
] as const)
  test(`${what}: ${by}`, () => {
    assert.equal(movedBy(before, after), by)
  })

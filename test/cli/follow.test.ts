/** Following a room: every line once and in order, however the past, the pages and the present come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Begin, createFollow, type Follow, type Wanted } from '../../src/cli/follow.ts'
import type { WireLine } from '../../src/wire/messages.ts'

const line = (seq: number): WireLine => ({
  room: '#lobby',
  seq,
  at: 0,
  id: `id${seq}`,
  from: 'ann',
  kind: 'say',
  body: `line ${seq}`,
})
const from = (first: number, last: number): WireLine[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => line(first + index))

function following(begin: number | Begin) {
  const printed: number[] = []
  const asked: Wanted[] = []
  const missed: number[] = []
  const beyond: number[] = []
  const follow = createFollow({
    begin: typeof begin === 'number' ? { first: begin } : begin,
    print: ({ seq }) => printed.push(seq),
    ask: wanted => asked.push(wanted),
    missing: count => missed.push(count),
    beyond: head => beyond.push(head),
  })
  return { follow, printed, asked, missed, beyond }
}

test('it begins with as many lines of the past as were wanted, at most all there are', () => {
  for (const [first, expected] of [
    [0, []],
    [2, [49, 50]],
    [50, from(1, 50).map(({ seq }) => seq)],
    [200, from(1, 50).map(({ seq }) => seq)],
  ] as const) {
    const { follow, printed, asked } = following(first)
    follow.backlog(from(1, 20), false)
    assert.deepEqual(printed, [])
    follow.backlog(from(21, 50), true)
    assert.deepEqual(printed, expected)
    assert.deepEqual(asked, [])
    follow.line(line(51))
    assert.equal(printed.at(-1), 51)
  }
})

test('an empty room begins with its first line', () => {
  const { follow, printed } = following(10)
  follow.backlog([], true)
  follow.line(line(1))
  assert.deepEqual(printed, [1])
})

test('more than the backlog holds is asked for, and what is said meanwhile waits its turn', () => {
  const { follow, printed, asked } = following(60)
  follow.backlog(from(951, 1000), true)
  assert.deepEqual(asked, [{ before: 951, limit: 10 }])
  follow.line(line(1001))
  assert.deepEqual(printed, [])
  follow.page(from(941, 945), true, false)
  follow.page(from(946, 950), true, true)
  assert.deepEqual(
    printed,
    from(941, 1001).map(({ seq }) => seq),
  )
})

test('after a cut only what is new is printed, and a gap in it is filled', () => {
  const { follow, printed, asked } = following(0)
  follow.backlog(from(1, 10), true)
  follow.line(line(11))
  follow.cut()
  assert.equal(follow.last(), 11)
  follow.backlog(from(700, 749), true)
  assert.deepEqual(asked, [{ after: 11 }])
  follow.page(from(12, 211), true, true)
  follow.line(line(750))
  follow.page(from(212, 411), true, true)
  follow.page(from(412, 611), true, true)
  follow.page(from(612, 750), false, true)
  assert.deepEqual(
    printed,
    from(11, 750).map(({ seq }) => seq),
  )
  assert.equal(asked.length, 4)
})

test('lines that the server no longer has are named, and the rest goes on', () => {
  const { follow, printed, missed } = following(0)
  follow.backlog(from(1, 1), true)
  follow.cut()
  follow.backlog(from(700, 701), true)
  follow.page(from(690, 699), false, true)
  assert.deepEqual(missed, [688])
  assert.deepEqual(
    printed,
    [...from(690, 701)].map(({ seq }) => seq),
  )
})

test('a server whose numbering began anew has only new lines, all of which are printed', () => {
  const { follow, printed, asked } = following(3)
  follow.backlog(from(1, 10), true)
  follow.cut()
  follow.reset()
  assert.equal(follow.last(), 0)
  follow.backlog(from(5, 6), true)
  follow.line(line(7))
  assert.deepEqual(asked, [{ after: 0 }])
  follow.page(from(1, 7), false, true)
  assert.deepEqual(printed, [8, 9, 10, 1, 2, 3, 4, 5, 6, 7])
})

test('behind a line it begins with the next one, however far that is', () => {
  const { follow, printed, asked, missed, beyond } = following({ after: 300 })
  assert.equal(follow.last(), 300)
  follow.backlog(from(951, 1000), true)
  assert.deepEqual(asked, [{ after: 300 }])
  follow.line(line(1001))
  for (const [first, last] of [
    [301, 500],
    [501, 700],
    [701, 900],
  ] as const)
    follow.page(from(first, last), true, true)
  follow.page(from(901, 1001), false, true)
  assert.deepEqual(
    printed,
    from(301, 1001).map(({ seq }) => seq),
  )
  assert.deepEqual([missed, beyond], [[], []])
})

test('behind the newest line it prints what is said from then on', () => {
  const { follow, printed, asked, beyond } = following({ after: 50 })
  follow.backlog(from(1, 50), true)
  follow.line(line(51))
  assert.deepEqual([printed, asked, beyond], [[51], [], []])
})

test('behind a line that is no longer kept, those missing are named', () => {
  const { follow, printed, missed } = following({ after: 10 })
  follow.backlog(from(101, 150), true)
  follow.page(from(91, 150), false, true)
  assert.deepEqual(missed, [80])
  assert.equal(printed[0], 91)
  assert.equal(printed.length, 60)
})

test('behind a line that was never said, that is told and everything is printed', () => {
  const { follow, printed, asked, beyond } = following({ after: 500 })
  follow.backlog(from(71, 120), true)
  assert.deepEqual(beyond, [120])
  assert.deepEqual(asked, [{ after: 0 }])
  follow.page(from(1, 120), false, true)
  assert.equal(printed.length, 120)
  // In a room without a line it shows with the first one.
  const silent = following({ after: 500 })
  silent.follow.backlog([], true)
  assert.deepEqual(silent.beyond, [])
  silent.follow.line(line(1))
  assert.deepEqual([silent.beyond, silent.printed], [[1], [1]])
})

/** Lines said one a minute; those up to `removed` are kept no more. */
function answering(asked: Wanted[], follow: Follow, head: number, removed: number): number {
  let questions = 0
  for (let wanted = asked.shift(); wanted; wanted = asked.shift()) {
    assert.ok('after' in wanted)
    const { after, limit = 200 } = wanted
    const begin = Math.max(after, removed) + 1
    const end = Math.min(head, begin + limit - 1)
    questions += 1
    follow.page(timed(begin, end), end - begin + 1 === limit, true)
  }
  return questions
}
const timed = (first: number, last: number): WireLine[] =>
  from(first, last).map(one => ({ ...one, at: one.seq * 60_000 }))

test('at a moment it begins with the first line that was said then or later, found in few questions', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: 0, max: 5000 }),
      fc.integer({ min: -10, max: 5010 }),
      (head, gone, minute) => {
        const removed = Math.min(gone, head)
        const { follow, printed, asked, missed } = following({ atMs: minute * 60_000 })
        follow.backlog(timed(Math.max(removed + 1, head - 49), head), true)
        const questions = answering(asked, follow, head, removed)
        follow.line({ ...line(head + 1), at: (head + 1) * 60_000 })
        answering(asked, follow, head + 1, removed)
        assert.deepEqual(
          printed,
          from(Math.min(head + 1, Math.max(minute, removed + 1)), head + 1).map(({ seq }) => seq),
        )
        assert.deepEqual(missed, [])
        assert.ok(questions <= 14 + head / 200 + 1)
      },
    ),
    { numRuns: 300 },
  )
})

test('a cut before the past is complete begins it again', () => {
  const { follow, printed } = following(2)
  follow.backlog(from(1, 3), false)
  follow.cut()
  follow.backlog(from(1, 4), true)
  assert.deepEqual(printed, [3, 4])
})

test('whatever is cut, lost and flooded: each line once, in order, none missing', () => {
  const step = fc.oneof(
    fc.record({ did: fc.constant('said' as const), count: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ did: fc.constant('flooded' as const), count: fc.integer({ min: 900, max: 1500 }) }),
    fc.record({ did: fc.constant('answered' as const) }),
    fc.record({ did: fc.constant('cut' as const), unheard: fc.integer({ min: 0, max: 700 }) }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 300 }),
      fc.array(step),
      (first, before, steps) => {
        let head = before
        const { follow, printed, asked, missed } = following(first)
        /** Answers all questions the way a server does. */
        const answer = (): void => {
          for (let wanted = asked.shift(); wanted; wanted = asked.shift()) {
            const begin = 'after' in wanted ? wanted.after + 1 : Math.max(1, wanted.before - wanted.limit)
            const end = 'after' in wanted ? Math.min(head, wanted.after + 200) : wanted.before - 1
            const more = 'after' in wanted ? end - begin + 1 === 200 : begin > 1
            const middle = Math.floor((begin + end) / 2)
            follow.page(from(begin, middle), more, false)
            follow.page(from(middle + 1, end), more, true)
          }
        }
        const enter = (): void => {
          const last = follow.last()
          const oldest = Math.max(1, head - 49)
          const begin = last === null || head - last > 500 ? oldest : Math.min(last + 1, head + 1)
          follow.backlog(from(begin, head), true)
        }
        enter()
        for (const one of steps) {
          if (one.did === 'answered') answer()
          else if (one.did === 'cut') {
            follow.cut()
            asked.length = 0
            head += one.unheard
            enter()
          } else for (let count = 0; count < one.count; count++) follow.line(line(++head))
        }
        follow.line(line(++head))
        answer()
        assert.deepEqual(missed, [])
        assert.equal(printed.at(-1), head)
        assert.deepEqual(
          printed,
          from(printed[0] ?? 0, head).map(({ seq }) => seq),
        )
        assert.ok((printed[0] ?? 0) <= Math.max(1, before - first + 1) || printed.length >= first)
      },
    ),
    { numRuns: 150 },
  )
})

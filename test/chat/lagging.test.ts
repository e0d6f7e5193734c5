/** Who takes less than is said, as transcripts: nothing is lost, nothing comes twice, and what was said by them is answered. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { limits } from '../../src/wire/limits.ts'
import { createTable, inShort, pastLines } from './table.ts'

type Table = ReturnType<typeof createTable>

/** Ann and bob in the lobby; ann takes nothing from now on. */
function lagging(options: Parameters<typeof createTable>[0] = {}) {
  const table = createTable(options)
  table.join('A', 'ann')
  table.join('B', 'bob')
  table.lag('A')
  for (const session of ['A', 'B']) table.hears(session)
  return table
}

const say = ({ speak }: Table, count: number, from = 'B') => {
  for (let at = 1; at <= count; at++) speak(from, `${from}${at}`, `word ${at}`)
}

const lines = (transcript: readonly string[]): string[] => transcript.filter(one => one.startsWith('line'))

test('who lags is told no line until they have taken what waits, then each once and in order, and is live again', () => {
  const table = lagging()
  say(table, 3)
  assert.deepEqual(table.transcript('A'), [])
  assert.equal(table.transcript('B').length, 3, 'the others hear it as ever')
  table.drain()
  assert.deepEqual(table.transcript('A'), ['line 1 bob: word 1', 'line 2 bob: word 2', 'line 3 bob: word 3'])
  table.speak('B', 'more', 'more')
  assert.deepEqual(table.transcript('A'), ['line 4 bob: more'])
})

test('who lags and misses nothing is told nothing', () => {
  const table = lagging()
  table.drain()
  assert.deepEqual(table.transcript('A'), [])
  table.speak('B', 'id', 'hi')
  assert.deepEqual(table.transcript('A'), ['line 1 bob: hi'])
})

test('more than is at hand is read in pages, and what is said meanwhile comes behind it', () => {
  const table = lagging({ limits: { ...limits, pageLinesMax: 30 } })
  say(table, 100)
  table.table.holdPages = true
  table.drain()
  table.speak('B', 'late', 'late')
  assert.deepEqual(table.transcript('A'), [])
  table.answerPages()
  const told = table.transcript('A')
  assert.equal(told.length, 101)
  assert.equal(told.at(-1), 'line 101 bob: late')
  table.speak('B', 'live', 'live')
  assert.deepEqual(table.transcript('A'), ['line 102 bob: live'])
})

test('resumeLinesMax: who lags further behind is told the end and a gap', () => {
  const table = lagging({ limits: { ...limits, resumeLinesMax: 70 } })
  say(table, 71)
  table.drain()
  const told = table.transcript('A')
  assert.equal(told[0], 'gap 1-21')
  assert.deepEqual(
    told.slice(1),
    Array.from({ length: 50 }, (_, at) => `line ${at + 22} bob: word ${at + 22}`),
  )
})

test('own lines are answered in their turn, and those in a gap all the same', () => {
  const table = lagging({ limits: { ...limits, resumeLinesMax: 60 } })
  table.speak('A', 'a1', 'mine')
  say(table, 70)
  table.speak('A', 'a2', 'mine too')
  assert.deepEqual(table.transcript('A'), [])
  table.drain()
  const told = table.transcript('A')
  assert.deepEqual(told.slice(0, 2), ['gap 1-22', 'line 1 ann: mine'])
  assert.equal(told.at(-1), 'line 72 ann: mine too')
  assert.equal(told.length, 52)
})

test('a line said again while it is still to be told is answered in its turn, not before the lines before it', () => {
  const table = lagging()
  say(table, 1)
  table.speak('A', 'a1', 'mine')
  table.speak('A', 'a1', 'mine')
  assert.deepEqual(table.transcript('A'), [])
  table.drain()
  assert.deepEqual(table.transcript('A'), ['line 1 bob: word 1', 'line 2 ann: mine'])
})

test('an own line in a gap that cannot be read any more ends the connection, so that it is asked for again', () => {
  const table = lagging({ limits: { ...limits, resumeLinesMax: 60 } })
  table.speak('A', 'a1', 'mine')
  say(table, 70)
  table.log.splice(0, 1)
  table.drain()
  assert.deepEqual(
    table.closed.map(({ session, reason }) => `${session} ${reason}`),
    ['A storage'],
  )
})

test('owedLinesMax: who is owed more answers beyond a gap is let go, and comes again with the question', () => {
  const few = { ...limits, resumeLinesMax: 60, owedLinesMax: 2 }
  for (const [own, closed] of [
    [1, 0],
    [2, 1],
  ] as const) {
    const table = lagging({ limits: few })
    say(table, own, 'A')
    say(table, 70)
    table.drain()
    assert.equal(table.closed.length, closed)
  }
})

test('a room that is left meanwhile is not told of, and one that is entered again goes on where it is entered', () => {
  const table = lagging()
  table.say('A', { type: 'join', room: '#dev' })
  table.say('B', { type: 'join', room: '#dev' })
  table.lag('A')
  table.speak('B', 'd1', 'one', '#dev')
  table.say('A', { type: 'leave', room: '#dev' })
  table.transcript('A')
  table.speak('B', 'd2', 'two', '#dev')
  table.say('A', { type: 'join', room: '#dev' })
  assert.deepEqual(
    table.transcript('A').filter(one => one.startsWith('backlog')),
    ['backlog #dev 1-2'],
  )
  table.speak('B', 'd3', 'three', '#dev')
  table.drain()
  assert.deepEqual(table.transcript('A'), ['line #dev 3 bob: three'])
})

test('a page asked for before the room was left and entered again is not told', () => {
  const big = pastLines(40).map(line => ({ ...line, body: 'x'.repeat(2_000), room: '#dev' }))
  const { join, say: tell, table, answerPages, hears } = createTable({ past: big })
  join('A', 'ann')
  table.holdPages = true
  for (const type of ['join', 'leave', 'join'] as const) tell('A', { type, room: '#dev' })
  answerPages()
  const seqs = hears('A').flatMap(one => (one.type === 'backlog' ? one.lines.map(line => line.seq) : []))
  assert.deepEqual(
    seqs,
    Array.from({ length: 40 }, (_, at) => at + 1),
  )
})

test('a direct conversation waits like a room, and one that begins meanwhile is told', () => {
  const table = lagging()
  say(table, 1)
  table.say('B', { type: 'say', id: 'x1', room: '@ann', kind: 'say', body: 'psst' })
  assert.deepEqual(table.transcript('A'), ['direct bob', 'backlog @ empty', 'line @ 1 bob to ann: psst'])
  table.lag('A')
  table.say('B', { type: 'say', id: 'x2', room: '@ann', kind: 'say', body: 'still?' })
  assert.deepEqual(table.transcript('A'), [])
  table.drain()
  assert.deepEqual(table.transcript('A'), ['line 1 bob: word 1', 'line @ 2 bob to ann: still?'])
})

test('who comes back on another connection while they lag gets from there what they missed', () => {
  const table = createTable()
  table.join('A', 'ann')
  table.join('B', 'bob')
  const welcome = table.hears('A').find(message => message.type === 'welcome')
  assert.ok(welcome)
  table.lag('A')
  say(table, 2)
  const { device, secret, epoch } = welcome
  const more = { device, secret, epoch, last: { '#lobby': 0 } }
  table.join('C', 'ann', more)
  table.drain()
  assert.deepEqual(table.transcript('A'), [])
  assert.deepEqual(table.transcript('C').slice(0, 2), ['welcome ann (be kind)', 'backlog 1-2'])
})

test('where the store cannot be read, the end is told and the rest as a gap', () => {
  const table = lagging()
  say(table, 100)
  table.table.holdPages = true
  table.drain()
  const page = { do: 'page', session: 'A', room: '#lobby', from: { after: 0 }, limit: 200 } as const
  const told = table.hub
    .paged({ ...page, why: 'catchUp' }, [])
    .flatMap(effect => (effect.do === 'send' ? [inShort(effect.message)] : []))
  assert.deepEqual(told.slice(0, 2), ['gap 1-50', 'line 51 bob: word 51'])
  assert.equal(told.length, 51)
})

test('however lagging, taking and speaking alternate, everybody is told each line once and in order', () => {
  const step = fc.constantFrom('say', 'own', 'lag', 'drain', 'pages')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (steps, pageLinesMax) => {
      const table = lagging({ limits: { ...limits, pageLinesMax, backlogLines: 2 } })
      table.table.holdPages = true
      let said = 0
      for (const one of [...steps, 'drain', 'pages', 'drain', 'pages']) {
        if (one === 'say') table.speak('B', `b${++said}`, `word ${said}`)
        else if (one === 'own') table.speak('A', `a${++said}`, `word ${said}`)
        else if (one === 'lag') table.lag('A')
        else if (one === 'drain') table.drain()
        else table.answerPages()
      }
      const expected = lines(table.transcript('B'))
      assert.equal(expected.length, said)
      assert.deepEqual(table.transcript('A'), expected)
    }),
  )
})

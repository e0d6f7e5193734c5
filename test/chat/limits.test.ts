/** The hub's rows of the table of limits: each bound is reached, and answered as its row says. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '../../src/wire/limits.ts'
import type { ClientMessage } from '../../src/wire/messages.ts'
import { createTable, pastLines } from './table.ts'

/** How much of one kind may be done at once, and how many more in the ten seconds after. */
function paced(message: (count: number) => ClientMessage, isDone: (answers: readonly string[]) => boolean) {
  const { say, join, table, transcript } = createTable()
  join('A', 'ann')
  join('B', 'bob')
  for (const session of ['A', 'B']) transcript(session)
  let count = 0
  const done = () => {
    say('A', message(count++))
    return isDone([...transcript('A'), ...transcript('B')])
  }
  let burst = 0
  while (burst < 100 && done()) burst++
  let later = 0
  for (let step = 0; step < 100; step++) {
    table.nowMs += 100
    if (done()) later++
  }
  return { burst, later }
}

const isAllowed = (answers: readonly string[]): boolean =>
  answers.length > 0 && !answers.some(one => one.startsWith('refused'))

test('nickBurst, nickPerSecond: renames', () => {
  const { burst, later } = paced(count => ({ type: 'nick', nick: `a${count}` }), isAllowed)
  assert.equal(burst, limits.nickBurst)
  assert.equal(later, limits.nickPerSecond * 10)
})

test('joinBurst, joinPerSecond: joins, leaves and topics', () => {
  const { burst, later } = paced(
    count => (count % 2 === 0 ? { type: 'join', room: '#dev' } : { type: 'leave', room: '#dev' }),
    answers => answers.length > 0 && !answers.some(one => one.includes('too-fast')),
  )
  assert.equal(burst, limits.joinBurst)
  assert.equal(later, limits.joinPerSecond * 10)
})

test('askBurst, askPerSecond: questions', () => {
  const { burst, later } = paced(() => ({ type: 'who', room: '#lobby' }), isAllowed)
  assert.equal(burst, limits.askBurst)
  assert.equal(later, limits.askPerSecond * 10)
})

test('signalBurst, signalPerSecond: typing, reading and going away; more is dropped without a word', () => {
  const { burst, later } = paced(
    count => ({ type: 'typing', room: '#lobby', on: count % 2 === 0 }),
    isAllowed,
  )
  assert.equal(burst, limits.signalBurst)
  assert.equal(later, limits.signalPerSecond * 10)
})

test('helloBurst, helloPerSecond: hellos on one connection', () => {
  const { open, say, table, transcript } = createTable()
  open('A')
  for (let count = 0; count <= limits.helloBurst; count++) say('A', { type: 'hello', v: 1, nick: 'no way' })
  const answers = transcript('A')
  assert.equal(answers.filter(one => one.includes('bad-nick')).length, limits.helloBurst)
  assert.equal(answers.at(-1), 'refused hello too-fast')
  table.nowMs += 1000 / limits.helloPerSecond
  say('A', { type: 'hello', v: 1, nick: 'ann' })
  assert.match(transcript('A')[0] ?? '', /^welcome ann/)
})

test('formerNicksMax: nicks that were given up and are still known', () => {
  const { join, say, speak, transcript } = createTable({ limits: { ...limits, formerNicksMax: 1 } })
  join('A', 'ann')
  join('B', 'one')
  for (const nick of ['two', 'three']) say('B', { type: 'nick', nick })
  transcript('A')
  for (const nick of ['one', 'two']) speak('A', nick, 'psst', `@${nick}`)
  assert.deepEqual(transcript('A'), ['refused one no-such-nick', 'refused two no-such-nick try three'])
})

test('sayBurst, sayPerSecond: who says more is read more slowly, and all of it is kept', () => {
  const { join, speak, paused, log } = createTable()
  join('A', 'ann')
  for (let count = 0; count < limits.sayBurst; count++) speak('A', `id${count}`, 'x')
  assert.deepEqual(paused, [])
  speak('A', 'more', 'x')
  assert.equal(log.length, limits.sayBurst + 1)
  assert.deepEqual(
    paused.map(({ ms }) => ms),
    [Math.ceil(1000 / limits.sayPerSecond)],
  )
})

test('roomsMax: rooms of a server', () => {
  const { join, say, transcript } = createTable({ limits: { ...limits, roomsMax: 2 } })
  join('A', 'ann')
  transcript('A')
  for (const room of ['#one', '#two']) say('A', { type: 'join', room })
  assert.equal(transcript('A').at(-1), 'refused join too-many-rooms')
})

test('roomsMadePerMemberMax: rooms made by one member, who may still enter those of others', () => {
  const { join, say, transcript } = createTable({ limits: { ...limits, roomsMadePerMemberMax: 1 } })
  join('A', 'ann')
  join('B', 'bob')
  say('A', { type: 'join', room: '#one' })
  say('B', { type: 'join', room: '#two' })
  transcript('A')
  say('A', { type: 'join', room: '#three' })
  say('A', { type: 'join', room: '#two' })
  assert.deepEqual(transcript('A'), [
    'refused join too-many-rooms',
    'backlog #two empty',
    'members #two bob ann',
  ])
})

test('roomsPerMemberMax: rooms one member is in', () => {
  const { join, say, transcript } = createTable({ limits: { ...limits, roomsPerMemberMax: 2 } })
  join('A', 'ann')
  transcript('A')
  for (const room of ['#one', '#two']) say('A', { type: 'join', room })
  assert.equal(transcript('A').at(-1), 'refused join too-many-rooms')
})

test('directsMax: conversations of a server; directsPerMemberMax: those of one member', () => {
  for (const [few, mayOther] of [
    [{ directsMax: 1 }, false],
    [{ directsPerMemberMax: 1 }, true],
  ] as const) {
    const { join, speak, transcript } = createTable({ limits: { ...limits, ...few } })
    for (const nick of ['ann', 'bob', 'cat', 'dan']) join(nick, nick)
    for (const nick of ['ann', 'cat']) transcript(nick)
    speak('ann', 'id1', 'psst', '@bob')
    speak('ann', 'id2', 'psst', '@cat')
    assert.equal(transcript('ann').at(-1), 'refused id2 too-many-rooms')
    speak('cat', 'id3', 'psst', '@dan')
    assert.equal(transcript('cat').at(-1)?.startsWith('line'), mayOther)
  }
})

test('awayBytesMax: the reason is cut', () => {
  const { join, say, hears } = createTable()
  join('A', 'ann')
  hears('A')
  say('A', { type: 'away', on: true, text: 'é'.repeat(limits.awayBytesMax) })
  const [away] = hears('A')
  assert.ok(away?.type === 'presence')
  assert.equal(Buffer.byteLength(away.text ?? ''), limits.awayBytesMax)
})

test('foundLinesMax: lines found', () => {
  const { join, say, hears } = createTable({ past: pastLines(limits.foundLinesMax + 20) })
  join('A', 'ann')
  hears('A')
  say('A', { type: 'search', words: 'line', limit: 200 })
  const [found] = hears('A')
  assert.ok(found?.type === 'found')
  assert.equal(found.lines.length, limits.foundLinesMax)
  assert.equal(found.more, true, 'there are older ones')
  say('A', { type: 'search', words: 'line 1', limit: 1 })
  say('A', { type: 'search', words: 'nowhere' })
  say('A', { type: 'search', words: 'line 69', limit: 1 })
  assert.deepEqual(
    hears('A').map(one => one.type === 'found' && [one.lines.length, one.more]),
    [
      [1, true],
      [0, undefined],
      [1, undefined],
    ],
  )
})

test('resumeLinesMax: who missed more gets the end and a gap, who missed as many gets all, in pages of pageLinesMax', () => {
  const inShort = returning()
  assert.deepEqual(inShort(limits.resumeLinesMax), [`${limits.resumeLinesMax} lines`])
  assert.deepEqual(inShort(limits.resumeLinesMax + 1), [
    `gap of ${limits.resumeLinesMax + 1 - limits.backlogLines}`,
    `${limits.backlogLines} lines`,
  ])
})

/** What somebody is told who comes back and has missed so many lines. */
function returning() {
  const past = pastLines(2 * limits.resumeLinesMax)
  const { join, hears } = createTable({ past })
  let count = 0
  return (missed: number): string[] => {
    const session = `S${count++}`
    join(session, session, { epoch: 'epoch-1', last: { '#lobby': past.length - missed } })
    const told = hears(session)
    const pieces = told.flatMap(message => (message.type === 'backlog' ? [message.lines.length] : []))
    assert.ok(pieces.every(lines => lines <= limits.pageLinesMax))
    return [
      ...told.flatMap(one => (one.type === 'gap' ? [`gap of ${one.to - one.from + 1}`] : [])),
      `${pieces.reduce((sum, lines) => sum + lines, 0)} lines`,
    ]
  }
}

test('pageBytesMax: what is more of the past is read when the rest was taken, however many rooms one comes back to', () => {
  const rooms = ['#one', '#two', '#three']
  const lines = rooms.flatMap(room =>
    pastLines(20).map(line => ({ ...line, room, id: `${room}${line.seq}`, body: 'x'.repeat(2_000) })),
  )
  const { join, table, answerPages, transcript } = createTable({ past: lines })
  table.holdPages = true
  join('A', 'ann', { last: Object.fromEntries(rooms.map(room => [room, 0])) })
  const atOnce = transcript('A').filter(one => one.startsWith('backlog #'))
  assert.deepEqual(atOnce, ['backlog #one 1-20'], '20 × 2,200 bytes go into 64 KiB, twice as many do not')
  answerPages()
  assert.deepEqual(
    transcript('A').filter(one => one.startsWith('backlog')),
    ['backlog #two 1-20', 'backlog #three 1-20'],
  )
})

test('behindLinesMax: who falls further behind while the past is told gets the end and a gap', () => {
  const { join, speak, table, answerPages, transcript } = createTable({
    past: pastLines(100),
    limits: { ...limits, behindLinesMax: 60, pageLinesMax: 10 },
  })
  join('B', 'bob')
  table.holdPages = true
  join('A', 'ann', { epoch: 'epoch-1', last: { '#lobby': 20 } })
  transcript('A')
  for (let count = 0; count < 5; count++) speak('B', `id${count}`, 'x')
  answerPages()
  const told = transcript('A')
  assert.deepEqual(told.slice(0, 4), ['backlog 21-30 …', 'gap 31-55', 'backlog 56-105', 'members bob ann'])
})

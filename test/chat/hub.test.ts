/** The chat's rules as transcripts: who says what, and what each one hears. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { limits } from '../../src/wire/limits.ts'
import { createTable, pastLines } from './table.ts'

test('a newcomer is welcomed, told the past, then who is there, then what is said', () => {
  const { join, speak, transcript } = createTable()
  join('A', 'ann')
  speak('A', 'id1', 'hello')
  assert.deepEqual(transcript('A'), [
    'welcome ann (be kind)',
    'backlog empty',
    'members ann',
    'line 1 ann: hello',
  ])
  join('B', 'bob')
  assert.deepEqual(transcript('B'), ['welcome bob (be kind)', 'backlog 1-1', 'members ann bob'])
  assert.deepEqual(transcript('A'), ['presence bob here'])
  speak('B', 'id1', 'hi')
  assert.deepEqual(transcript('A'), ['line 2 bob: hi'])
  assert.deepEqual(transcript('B'), ['line 2 bob: hi'])
})

test('a ping is answered at any time, and before the hello it is told which server answers', () => {
  const { join, open, say, hears } = createTable()
  open('A')
  say('A', { type: 'ping' })
  assert.deepEqual(hears('A'), [{ type: 'pong', server: 'server-1' }])
  join('B', 'bob')
  hears('B')
  say('B', { type: 'ping' })
  assert.deepEqual(hears('B').at(-1), { type: 'pong' })
})

test('a newcomer gets the last 50 lines, and joins do not count among them', () => {
  const { join, hears } = createTable({ past: pastLines(120) })
  for (let i = 0; i < 60; i++) join(`S${i}`, `guest${i}`)
  const backlog = hears('S59').filter(message => message.type === 'backlog')
  const seqs = backlog.flatMap(message => message.lines.map(line => line.seq))
  assert.deepEqual(
    seqs,
    Array.from({ length: 50 }, (_, index) => 71 + index),
  )
  assert.deepEqual(backlog.map(message => message.complete).at(-1), true)
})

test('a backlog of the longest lines is cut into pieces that fit a line of the wire', () => {
  const long = pastLines(50).map(line => ({ ...line, body: '"'.repeat(limits.bodyBytesMax) }))
  const { join, hears } = createTable({ past: long })
  join('A', 'ann')
  const backlog = hears('A').filter(message => message.type === 'backlog')
  assert.ok(backlog.length > 1)
  for (const message of backlog)
    assert.ok(Buffer.byteLength(JSON.stringify(message)) <= limits.serverLineBytesMax, 'a piece fits')
  assert.equal(backlog.flatMap(message => message.lines).length, 50)
  assert.deepEqual(
    backlog.map(message => message.complete),
    backlog.map((_, index) => index === backlog.length - 1),
  )
})

test('a nick is held by one member, whatever its case or width, and a free one is suggested', () => {
  const { join, say, transcript } = createTable()
  join('A', 'Ann')
  for (const twin of ['ann', 'ANN', 'ａｎｎ']) {
    join(`B${twin}`, twin)
    assert.deepEqual(transcript(`B${twin}`), [
      `refused hello nick-taken try ${twin === 'ANN' ? 'ANN2' : 'ann2'}`,
    ])
  }
  say('Bann', { type: 'hello', v: 1, nick: 'ann2' })
  assert.equal(transcript('Bann')[0], 'welcome ann2 (be kind)')
})

test('a nick that is no nick is refused with one that would do', () => {
  const { join, transcript } = createTable()
  for (const [index, bad] of [
    '',
    '   ',
    'a b',
    '\u001b[31mred',
    'x'.repeat(10_000),
    'a|b',
    '#room',
    '\u202eevil',
  ].entries()) {
    join(`S${index}`, bad)
    const [answer = ''] = transcript(`S${index}`)
    assert.match(answer, /^refused hello bad-nick try \S+$/)
  }
})

test('a nick is free again when its holder leaves, stays lost, or takes another', () => {
  const { join, say, lose, expire, transcript } = createTable()
  join('A', 'ann')
  say('A', { type: 'bye' })
  join('B', 'ann')
  assert.equal(transcript('B')[0], 'welcome ann (be kind)')
  lose('B')
  expire('B')
  join('C', 'ann')
  assert.equal(transcript('C')[0], 'welcome ann (be kind)')
  say('C', { type: 'nick', nick: 'carol' })
  join('D', 'ann')
  assert.equal(transcript('D')[0], 'welcome ann (be kind)')
})

test('a change of nick is told once to everybody in the room, the changer too', () => {
  const { join, say, transcript } = createTable()
  join('A', 'ann')
  join('B', 'bob')
  transcript('A')
  transcript('B')
  say('A', { type: 'nick', nick: 'Ann' })
  say('A', { type: 'nick', nick: 'BOB' })
  say('A', { type: 'nick', nick: 'no way' })
  assert.deepEqual(transcript('A'), [
    'presence ann → Ann here',
    'refused nick nick-taken try BOB2',
    'refused nick bad-nick',
  ])
  assert.deepEqual(transcript('B'), ['presence ann → Ann here'])
})

test('a fourth change of nick in a row is refused with the time to wait', () => {
  const { join, say, hears, transcript } = createTable()
  join('A', 'ann')
  transcript('A')
  for (const nick of ['a1', 'a2', 'a3', 'a4']) say('A', { type: 'nick', nick })
  const last = hears('A').at(-1)
  assert.equal(last?.type, 'refused')
  assert.ok(last?.type === 'refused' && last.code === 'too-fast' && (last.retryMs ?? 0) > 0)
})

test('leaving is told to the others once, whether said or suffered', () => {
  const { join, say, lose, expire, closed, transcript } = createTable()
  for (const [session, nick] of [
    ['A', 'ann'],
    ['B', 'bob'],
    ['C', 'carol'],
  ] as const)
    join(session, nick)
  transcript('A')
  say('B', { type: 'bye' })
  lose('B')
  lose('C')
  for (const session of ['B', 'C', 'C']) expire(session)
  assert.deepEqual(transcript('A'), [
    'presence bob gone',
    'presence carol reconnecting',
    'presence carol gone',
  ])
  assert.deepEqual(
    closed.map(({ session, reason }) => `${session} ${reason}`),
    ['B bye'],
  )
})

test('nobody speaks before hello, in a room they are not in, or without words', () => {
  const { open, join, say, speak, log, transcript } = createTable()
  open('A')
  speak('A', 'id1', 'hello')
  say('A', { type: 'nick', nick: 'ann' })
  assert.deepEqual(transcript('A'), ['refused id1 not-joined', 'refused nick not-joined'])
  join('B', 'bob')
  transcript('B')
  speak('B', 'id2', 'hello', '#secret')
  speak('B', 'id3', ' \n\u200b ')
  speak('B', 'id4', 'é'.repeat(limits.bodyBytesMax / 2 + 1))
  speak('B', 'id5', `${'x\n'.repeat(limits.bodyLinesMax)}x`)
  assert.deepEqual(transcript('B'), [
    'refused id2 no-such-room',
    'refused id3 empty',
    'refused id4 too-long',
    'refused id5 too-long',
  ])
  assert.equal(log.length, 0)
})

test('the longest line that is allowed goes through whole', () => {
  const { join, speak, log } = createTable()
  join('A', 'ann')
  speak('A', 'id1', '語'.repeat(Math.floor(limits.bodyBytesMax / 3)))
  assert.equal(log[0]?.body.length, Math.floor(limits.bodyBytesMax / 3))
})

test('control sequences in a line are made harmless before anybody hears it', () => {
  const { join, speak, log } = createTable()
  join('A', 'ann')
  speak('A', 'id1', 'a\u001b[2Jb\u009b31mc\u202ed\r\ne\u0000')
  assert.doesNotMatch(log[0]?.body ?? '', /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  assert.match(log[0]?.body ?? '', /a.*b.*c.*d\ne/s)
})

test('the sender of a line is the session’s nick, and a repeated id is kept once and answered again', () => {
  const { join, speak, transcript, log } = createTable()
  join('A', 'ann')
  join('B', 'bob')
  transcript('A')
  transcript('B')
  speak('A', 'id1', 'once')
  speak('A', 'id1', 'once')
  assert.deepEqual(transcript('A'), ['line 1 ann: once', 'line 1 ann: once'])
  assert.deepEqual(transcript('B'), ['line 1 ann: once'])
  assert.equal(log.length, 1)
})

test('who outruns the room is slowed and loses nothing', () => {
  const { join, speak, log, paused } = createTable()
  join('A', 'ann')
  for (let i = 0; i < limits.sayBurst + 5; i++) speak('A', `id${i}`, `line ${i}`)
  assert.equal(log.length, limits.sayBurst + 5)
  assert.equal(paused.length, 5)
  assert.ok(paused.every(({ session, ms }) => session === 'A' && ms > 0))
})

test('a client that comes back with its secret takes its old place without a word to the room', () => {
  const { join, hears, transcript, closed, speak } = createTable()
  join('A', 'ann')
  join('B', 'bob')
  const welcome = hears('A').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  speak('B', 'id1', 'one')
  transcript('B')
  join('A2', 'ann', {
    device: welcome.device,
    secret: welcome.secret,
    epoch: 'epoch-1',
    last: { '#lobby': 0 },
  })
  assert.deepEqual(
    closed.map(({ session, reason }) => `${session} ${reason}`),
    ['A replaced'],
  )
  assert.deepEqual(transcript('A2'), ['welcome ann (be kind)', 'backlog 1-1', 'members bob ann'])
  speak('A2', 'id2', 'two')
  assert.deepEqual(transcript('B'), ['line 2 ann: two'])
  assert.ok(!transcript('A').includes('line 2 ann: two'))
})

test('a device without its secret is a stranger', () => {
  const { join, hears, transcript } = createTable()
  join('A', 'ann')
  const welcome = hears('A').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  join('B', 'ann', { device: welcome.device, secret: 'guessed' })
  assert.deepEqual(transcript('B'), ['refused hello nick-taken try ann2'])
})

test('who comes back gets just what they missed, from the tail or page by page, before anything newer', () => {
  const { join, speak, table, transcript, answerPages } = createTable({ past: pastLines(400) })
  join('A', 'ann', { epoch: 'epoch-1', last: { '#lobby': 390 } })
  assert.deepEqual(transcript('A'), ['welcome ann (be kind)', 'backlog 391-400', 'members ann'])
  table.holdPages = true
  join('B', 'bob', { epoch: 'epoch-1', last: { '#lobby': 10 } })
  speak('A', 'id1', 'meanwhile')
  assert.deepEqual(transcript('B'), ['welcome bob (be kind)'])
  answerPages()
  assert.deepEqual(transcript('B').join(', '), 'backlog 11-210 …, backlog 211-401, members ann bob')
  speak('A', 'id2', 'now')
  assert.deepEqual(transcript('B'), ['line 402 ann: now'])
})

test('who missed too much gets the last 50 and is told of the gap', () => {
  const { join, transcript } = createTable({ past: pastLines(1000) })
  join('A', 'ann', { epoch: 'epoch-1', last: { '#lobby': 10 } })
  assert.deepEqual(transcript('A'), [
    'welcome ann (be kind)',
    'gap 11-950',
    'backlog 951-1000',
    'members ann',
  ])
})

test('positions of another epoch, or beyond the head, count for nothing', () => {
  const { join, transcript } = createTable({ past: pastLines(60) })
  join('A', 'ann', { epoch: 'epoch-0', last: { '#lobby': 55 } })
  assert.deepEqual(transcript('A'), ['welcome ann (be kind)', 'backlog 11-60', 'members ann'])
  join('B', 'bob', { epoch: 'epoch-1', last: { '#lobby': 500 } })
  assert.equal(transcript('B')[1], 'backlog 11-60')
})

test('who has lines that were never said here is told that the history went back, and gets the past of every room anew', () => {
  const dev = pastLines(3).map(line => ({ ...line, room: '#dev' }))
  const { join, hears, transcript, speak } = createTable({ past: [...pastLines(4), ...dev] })
  const isTold = (who: string) =>
    hears(who).some(message => message.type === 'welcome' && message.wentBack === true)
  join('A', 'ann', { epoch: 'epoch-1', last: { '#lobby': 10, '#dev': 2 } })
  const heard = hears('A')
  assert.ok(heard.some(message => message.type === 'welcome' && message.wentBack === true))
  assert.deepEqual(
    heard.flatMap(message => (message.type === 'backlog' ? [message.lines.map(({ seq }) => seq)] : [])),
    [
      [1, 2, 3, 4],
      [1, 2, 3],
    ],
  )
  speak('A', 'id5', 'the number of a line that was lost')
  assert.deepEqual(transcript('A'), ['line 5 ann: the number of a line that was lost'])
  join('B', 'bob', { epoch: 'epoch-1', last: { '#lobby': 5, '#dev': 3 } })
  join('C', 'carol', { epoch: 'epoch-0', last: { '#lobby': 10 } })
  assert.deepEqual(['B', 'C'].filter(isTold), [])
  // A room that was made after the copy was.
  join('D', 'dora', { epoch: 'epoch-1', last: { '#lobby': 5, '#new': 1 } })
  assert.ok(isTold('D'))
})

test('positions in conversations and locked rooms of others tell nothing of how far those have come', () => {
  const { join, say, hears } = createTable()
  join('A', 'ann')
  say('A', { type: 'join', room: '#den' })
  say('A', { type: 'lock', room: '#den', password: 'secret words' })
  join('B', 'bob', { epoch: 'epoch-1', last: { '#den': 99, '@abc.def': 99 } })
  assert.ok(hears('B').every(message => message.type !== 'welcome' || message.wentBack === undefined))
})

test('another version of the protocol is refused in a sentence that names both, and let go', () => {
  const { join, hears, closed } = createTable()
  join('A', 'ann', { v: 7 })
  const [refused] = hears('A')
  assert.ok(refused?.type === 'refused' && refused.code === 'version')
  assert.match(refused.text, /version 1 .*version 7/)
  assert.equal(closed[0]?.reason, 'version')
})

test('a stopping server tells everybody, and nothing is done for anybody after that', () => {
  const { join, open, speak, stop, closed, log } = createTable()
  join('A', 'ann')
  open('B')
  stop()
  assert.deepEqual(
    closed.map(({ session, reason }) => `${session} ${reason}`),
    ['A shutdown', 'B shutdown'],
  )
  speak('A', 'id1', 'late')
  assert.equal(log.length, 0)
})

test('whatever is said in whatever order: nicks stay unique, members agree, everybody hears each line once in order', () => {
  const session = fc.constantFrom('A', 'B', 'C', 'D')
  const nick = fc.constantFrom('ann', 'ANN', 'bob', 'carol', 'bad nick')
  const step = fc.oneof(
    fc.record({ did: fc.constant('join' as const), session, nick }),
    fc.record({ did: fc.constant('speak' as const), session, id: fc.constantFrom('1', '2', '3', '4') }),
    fc.record({ did: fc.constant('rename' as const), session, nick }),
    fc.record({ did: fc.constant('lose' as const), session }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { hub, join, say, speak, lose, hears } = createTable()
      const there = new Map<string, { nick: string | null; seqs: number[] }>()
      const listen = () => {
        for (const [name, held] of there)
          for (const message of hears(name)) {
            if (message.type === 'welcome') held.nick = message.nick
            if (message.type === 'presence' && message.was === held.nick) held.nick = message.nick
            if (message.type === 'backlog') held.seqs.push(...message.lines.map(line => line.seq))
            if (message.type === 'line' && !held.seqs.includes(message.seq)) held.seqs.push(message.seq)
          }
      }
      for (const done of steps) {
        if (done.did === 'join') {
          if (there.has(done.session)) say(done.session, { type: 'hello', v: 1, nick: done.nick })
          else {
            there.set(done.session, { nick: null, seqs: [] })
            join(done.session, done.nick)
          }
        } else if (done.did === 'speak') speak(done.session, done.id, 'words')
        else if (done.did === 'rename') say(done.session, { type: 'nick', nick: done.nick })
        else {
          listen()
          lose(done.session)
          there.delete(done.session)
        }
        listen()
      }
      const nicks = [...there.values()].flatMap(({ nick }) => (nick === null ? [] : [nick.toLowerCase()]))
      assert.equal(new Set(nicks).size, nicks.length, `unique among ${nicks}`)
      assert.equal(hub.users(), nicks.length)
      for (const { seqs } of there.values())
        assert.deepEqual(
          seqs,
          seqs.map((_, index) => (seqs[0] ?? 0) + index),
          'contiguous, each once',
        )
    }),
    { numRuns: 300 },
  )
})

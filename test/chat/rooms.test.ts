/** Rooms, direct conversations, presence and questions as transcripts of the hub. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { limits } from '../../src/wire/limits.ts'
import { createTable, pastLines } from './table.ts'

function twoPeople() {
  const table = createTable()
  table.join('A', 'ann')
  table.join('B', 'bob')
  table.transcript('A')
  table.transcript('B')
  return table
}

test('a room is made by joining it, whatever its case, and its members alone hear what is said there', () => {
  const { say, speak, join, transcript } = twoPeople()
  join('C', 'carol')
  for (const session of ['A', 'B', 'C']) transcript(session)
  say('A', { type: 'join', room: '#Dev' })
  assert.deepEqual(transcript('A'), ['backlog #dev empty', 'members #dev ann'])
  say('B', { type: 'join', room: 'dev' })
  assert.deepEqual(transcript('B'), ['backlog #dev empty', 'members #dev ann bob'])
  assert.deepEqual(transcript('A'), ['presence #dev bob here'])
  speak('A', 'id1', 'hello dev', '#dev')
  assert.deepEqual(transcript('B'), ['line #dev 1 ann: hello dev'])
  assert.deepEqual(transcript('C'), [])
})

test('each room has its own 50', () => {
  const { say, join, transcript } = createTable({
    past: [...pastLines(70), ...pastLines(60).map(line => ({ ...line, room: '#dev', id: `dev${line.id}` }))],
  })
  join('A', 'ann')
  say('A', { type: 'join', room: '#dev' })
  assert.deepEqual(transcript('A'), [
    'welcome ann (be kind)',
    'backlog 21-70',
    'members ann',
    'backlog #dev 11-60',
    'members #dev ann',
  ])
})

test('names that are no rooms, a room one is in already, and too many rooms are refused with a sentence', () => {
  const { table, say, hears, transcript } = twoPeople()
  for (const room of [
    '',
    '#',
    '# ',
    '#a b',
    '#\u001b[2J',
    '#'.repeat(10),
    `#${'x'.repeat(500)}`,
    '@',
    '@@',
    '#a|b',
  ])
    say('A', { type: 'join', room })
  const refusals = hears('A')
  assert.ok(refusals.every(message => message.type === 'refused' && message.text.length > 10))
  assert.equal(refusals.length, 10)
  table.nowMs += 100_000
  say('A', { type: 'join', room: '#lobby' })
  assert.deepEqual(transcript('A'), ['refused join already-in'])
  for (let count = 1; count <= limits.roomsPerMemberMax; count++) {
    table.nowMs += 10_000
    say('A', { type: 'join', room: `#r${count}` })
  }
  assert.equal(transcript('A').at(-1), 'refused join too-many-rooms')
})

test('joining over and over is paced, with the time to wait', () => {
  const { say, hears } = twoPeople()
  for (let count = 0; count < 30; count++) say('A', { type: 'join', room: `#r${count}` })
  const last = hears('A').at(-1)
  assert.ok(last?.type === 'refused' && last.code === 'too-fast' && (last.retryMs ?? 0) > 0)
})

test('whoever comes back leaves all conversations that are closed there at once', () => {
  const { say, join, hears, transcript } = twoPeople()
  const nicks = Array.from({ length: limits.joinBurst * 2 }, (_, count) => `n${count}`)
  for (const nick of nicks) {
    join(nick, nick)
    say(nick, { type: 'say', id: nick, room: '@ann', kind: 'say', body: 'psst' })
  }
  const names = hears('A').flatMap(told => (told.type === 'direct' ? [told.room] : []))
  assert.equal(names.length, nicks.length)
  for (const room of names) say('A', { type: 'leave', room })
  assert.ok(transcript('A').every(told => told.startsWith('left ')))
})

test('who leaves a room hears no more of it, and a room without members and lines is no more', () => {
  const { say, speak, transcript } = twoPeople()
  for (const session of ['A', 'B']) say(session, { type: 'join', room: '#dev' })
  transcript('A')
  transcript('B')
  say('A', { type: 'leave', room: '#dev' })
  assert.deepEqual(transcript('A'), ['left #dev'])
  assert.deepEqual(transcript('B'), ['presence #dev ann gone'])
  speak('A', 'id1', 'still here?', '#dev')
  say('A', { type: 'leave', room: '#dev' })
  say('A', { type: 'who', room: '#dev' })
  assert.deepEqual(transcript('A'), [
    'refused id1 no-such-room',
    'refused leave no-such-room',
    'refused who no-such-room',
  ])
  say('B', { type: 'leave', room: '#dev' })
  say('B', { type: 'rooms' })
  assert.deepEqual(transcript('B'), ['left #dev', 'rooms #lobby 2'])
})

test('a topic is a kept line for the members, is told to who comes later, and stands in the list of rooms', () => {
  const { say, join, transcript, hears } = twoPeople()
  say('A', { type: 'topic', id: 'id1', room: '#lobby', body: 'Pizza\nat \u001b[31meight' })
  assert.deepEqual(transcript('A'), transcript('B'))
  join('C', 'carol')
  const told = hears('C').find(message => message.type === 'topic')
  assert.ok(told?.type === 'topic')
  assert.match(told.body, /^Pizza at .*eight$/)
  assert.doesNotMatch(told.body, /[\n\u001b]/)
  say('C', { type: 'rooms' })
  assert.match(transcript('C')[0] ?? '', /^rooms #lobby 3 \(Pizza/)
  say('C', { type: 'topic', id: 'id2', room: '#lobby', body: 'x'.repeat(limits.topicBytesMax + 1) })
  assert.deepEqual(transcript('C'), ['refused id2 too-long'])
})

test('a direct line goes to one person alone, whoever they are called, and opens a conversation on both sides', () => {
  const { say, speak, join, transcript } = twoPeople()
  join('C', 'carol')
  for (const session of ['A', 'B', 'C']) transcript(session)
  speak('A', 'id1', 'psst', '@BOB')
  assert.deepEqual(transcript('A'), ['direct bob', 'backlog @ empty', 'line @ 1 ann to bob: psst'])
  assert.deepEqual(transcript('B'), ['direct ann', 'backlog @ empty', 'line @ 1 ann to bob: psst'])
  assert.deepEqual(transcript('C'), [])
  say('B', { type: 'nick', nick: 'robert' })
  assert.deepEqual(transcript('A'), ['presence bob → robert here', 'direct robert'])
  transcript('B')
  transcript('C')
  speak('A', 'id2', 'and now', '@robert')
  assert.deepEqual(transcript('A'), ['direct robert', 'line @ 2 ann to robert: and now'])
  assert.deepEqual(transcript('B'), ['line @ 2 ann to robert: and now'])
  assert.deepEqual(transcript('C'), [])
})

test('a direct line to somebody absent waits for them, and for nobody else who takes their nick', () => {
  const { join, say, speak, lose, expire, hears, transcript } = twoPeople()
  join('D', 'dave')
  const welcome = hears('D').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  lose('D')
  expire('D')
  speak('A', 'id1', 'for later', '@dave')
  join('X', 'dave')
  assert.deepEqual(transcript('X'), ['welcome dave (be kind)', 'backlog empty', 'members ann bob dave'])
  say('X', { type: 'bye' })
  lose('X')
  join('D2', 'david', { device: welcome.device, secret: welcome.secret, epoch: 'epoch-1', last: {} })
  assert.deepEqual(transcript('D2'), [
    'welcome david (be kind)',
    'backlog empty',
    'members ann bob david',
    'direct ann',
    'backlog @ 1-1',
  ])
})

test('direct lines to nobody, or to oneself, are refused, with the nearest nick', () => {
  const { speak, transcript } = twoPeople()
  speak('A', 'id1', 'hello', '@bbo')
  speak('A', 'id2', 'hello', '@zzzzzz')
  speak('A', 'id3', 'hello', '@ann')
  speak('A', 'id4', 'hello', '@')
  assert.deepEqual(transcript('A'), [
    'refused id1 no-such-nick try bob',
    'refused id2 no-such-nick',
    'refused id3 no-such-nick',
    'refused id4 no-such-nick',
  ])
})

test('a private line to a nick that was given up is refused with the one they have now', () => {
  const { say, speak, hears, join, lose, transcript } = twoPeople()
  const answer = (to: string) => {
    hears('A')
    speak('A', `to ${to}`, 'psst', `@${to}`)
    const [refused] = hears('A')
    assert.ok(refused?.type === 'refused')
    return [refused.text, refused.suggestion]
  }
  const nobody = ['Nobody of that name is known here. /who lists who is here.', undefined]
  assert.deepEqual(answer('mia'), nobody)
  join('M', 'mia')
  say('M', { type: 'nick', nick: 'Mia' })
  say('M', { type: 'nick', nick: 'kim' })
  assert.deepEqual(answer('mia'), ['Mia is kim now.', 'kim'])
  say('M', { type: 'nick', nick: 'zoe' })
  assert.deepEqual(answer('MIA'), ['Mia is zoe now.', 'zoe'])
  assert.deepEqual(answer('kim'), ['kim is zoe now.', 'zoe'])
  hears('M')
  join('X', 'kim')
  speak('A', 'to kim', 'psst', '@kim')
  assert.deepEqual(transcript('X').at(-1), 'line @ 1 ann to kim: psst', 'who has the nick now is meant')

  join('G', 'guest-1', { guest: true })
  say('G', { type: 'nick', nick: 'guest-2' })
  assert.deepEqual(answer('guest-1'), ['guest-1 is guest-2 now.', 'guest-2'])
  lose('G')
  assert.deepEqual(answer('guest-1'), nobody, 'a guest who left never comes back')
})

test('of lines that outlived a restart it is known who said them, but of those alone that all may read', () => {
  const before = twoPeople()
  const { hears, say, join, speak, log, people } = before
  join('M', 'mia')
  const welcome = hears('M').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  speak('M', 'id1', 'hi all')
  say('M', { type: 'nick', nick: 'lea' })
  speak('M', 'id2', 'psst', '@bob')
  say('M', { type: 'nick', nick: 'kim' })
  const after = createTable({ kept: { lines: log, rooms: [], people: [...people.values()] } })
  after.join('B', 'bert')
  after.hears('B')
  for (const nick of ['mia', 'lea']) after.speak('B', nick, 'psst', `@${nick}`)
  assert.deepEqual(after.transcript('B'), ['refused mia no-such-nick try kim', 'refused lea no-such-nick'])
})

test('nobody reads or writes the direct conversation of two others, even by its name', () => {
  const { join, say, speak, hears, transcript, log } = twoPeople()
  speak('A', 'id1', 'secret', '@bob')
  const line = hears('B').find(message => message.type === 'line')
  assert.ok(line?.type === 'line')
  join('C', 'carol', { epoch: 'epoch-1', last: { [line.room]: 0 } })
  transcript('C')
  speak('C', 'id2', 'intruding', line.room)
  say('C', { type: 'join', room: line.room })
  say('C', { type: 'history', room: line.room })
  say('C', { type: 'search', words: 'secret' })
  say('C', { type: 'search', room: line.room, words: 'secret' })
  say('C', { type: 'typing', room: line.room, on: true })
  say('C', { type: 'read', room: line.room, seq: 1 })
  assert.deepEqual(transcript('C'), [
    'refused id2 no-such-nick',
    'refused join no-such-nick',
    'refused history no-such-room',
    'found ',
    'refused search no-such-room',
  ])
  assert.equal(log.length, 1)
  hears('A')
  assert.deepEqual(transcript('B'), ['presence carol here'])
})

test('a returning client is in all its rooms again, with what it missed of each', () => {
  const { join, say, speak, lose, hears, transcript } = twoPeople()
  join('C', 'carol')
  const welcome = hears('C').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  for (const session of ['A', 'C']) say(session, { type: 'join', room: '#dev' })
  speak('A', 'id1', 'one', '#dev')
  speak('A', 'id2', 'psst', '@carol')
  const direct = hears('C').find(message => message.type === 'line' && message.to === 'carol')
  assert.ok(direct?.type === 'line')
  lose('C')
  speak('A', 'id3', 'two', '#dev')
  speak('A', 'id4', 'psst again', '@carol')
  const { device, secret } = welcome
  const last = { '#lobby': 0, '#dev': 1, [direct.room]: 1 }
  join('C2', 'carol', { device, secret, epoch: 'epoch-1', last })
  assert.deepEqual(transcript('C2'), [
    'welcome carol (be kind)',
    'backlog empty',
    'members ann bob carol',
    'backlog #dev 2-2',
    'members #dev ann carol',
    'direct ann',
    'backlog @ 2-2',
  ])
})

test('away is told to the rooms with its reason, shows in the list of members, and ends', () => {
  const { say, join, transcript } = twoPeople()
  say('A', { type: 'away', on: true, text: 'lunch\u0007' })
  assert.match(transcript('B')[0] ?? '', /^presence ann away \(lunch.*\)$/)
  join('C', 'carol')
  assert.equal(transcript('C').at(-1), 'members ann(away) bob carol')
  say('A', { type: 'away', on: false })
  assert.deepEqual(transcript('B'), ['presence carol here', 'presence ann here'])
})

test('typing and reading are passed on to the others of a small room, and dropped when too fast', () => {
  const { say, transcript, table } = twoPeople()
  say('A', { type: 'typing', room: '#lobby', on: true })
  say('A', { type: 'read', room: '#lobby', seq: 99 })
  assert.deepEqual(transcript('B'), ['typing ann on', 'read ann 0'])
  for (let count = 0; count < 50; count++) say('A', { type: 'typing', room: '#lobby', on: count % 2 === 0 })
  assert.ok(transcript('B').length <= limits.signalBurst)
  assert.deepEqual(transcript('A'), [])
  table.nowMs += 60_000
  say('A', { type: 'typing', room: '#nowhere', on: true })
  assert.deepEqual(transcript('B'), [])
})

test('in a large room typing is passed on to nobody', () => {
  const { join, say, transcript } = createTable()
  for (let count = 0; count <= limits.signalMembersMax; count++) join(`S${count}`, `guest${count}`)
  transcript('S1')
  say('S0', { type: 'typing', room: '#lobby', on: true })
  assert.deepEqual(transcript('S1'), [])
})

test('history is told in pages, backward and forward, with a word on whether there is more', () => {
  const { join, say, transcript } = createTable({ past: pastLines(120) })
  join('A', 'ann')
  transcript('A')
  say('A', { type: 'history', room: '#lobby', before: 71, limit: 50 })
  say('A', { type: 'history', room: '#lobby', before: 21, limit: 50 })
  say('A', { type: 'history', room: '#lobby', after: 100, limit: 10 })
  say('A', { type: 'history', room: '#lobby', after: 120 })
  say('A', { type: 'history', room: '#elsewhere' })
  assert.deepEqual(transcript('A'), [
    'page 21-70 more',
    'page 1-20',
    'page 101-110 more',
    'page ---',
    'refused history no-such-room',
  ])
})

test('search finds lines of one’s own rooms, newest first', () => {
  const { say, speak, transcript } = twoPeople()
  speak('A', 'id1', 'deploy is green')
  say('A', { type: 'join', room: '#dev' })
  speak('A', 'id2', 'deploy is red', '#dev')
  transcript('A')
  transcript('B')
  say('A', { type: 'search', words: 'deploy is' })
  say('B', { type: 'search', words: 'deploy' })
  say('B', { type: 'search', words: ' ' })
  assert.deepEqual(transcript('A'), ['found #dev 1, #lobby 1'])
  assert.deepEqual(transcript('B'), ['found #lobby 1', 'refused search empty'])
})

test('after a restart people are known by their secret, and rooms have their lines, numbers and topics', () => {
  const before = twoPeople()
  before.join('G', 'guest-1234', { guest: true })
  before.say('G', { type: 'nick', nick: 'visitor' })
  before.join('C', 'carol')
  const welcome = before.hears('C').find(message => message.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  before.speak('A', 'id1', 'for carol', '@carol')
  before.say('A', { type: 'topic', id: 'id2', room: '#lobby', body: 'Pizza at eight' })
  before.say('C', { type: 'nick', nick: 'caroline' })
  const direct = before.log.find(line => line.room.startsWith('@'))
  assert.ok(direct)

  assert.deepEqual(
    [...before.people.values()].map(person => person.nick),
    ['ann', 'bob', 'caroline'],
    'nothing is kept of a guest',
  )
  const after = createTable({
    kept: {
      lines: before.log,
      // The oldest lines of #old were removed; its numbers go on.
      rooms: [
        { room: '#lobby', seq: 1, topic: 'Pizza at eight' },
        { room: '#old', seq: 40, topic: '' },
      ],
      people: [...before.people.values()],
    },
  })
  after.join('B', 'bob')
  assert.deepEqual(after.transcript('B'), [
    'welcome bob (be kind)',
    'backlog 1-1',
    'topic Pizza at eight',
    'members bob',
  ])
  after.speak('B', 'id3', 'waiting for you', '@caroline')
  after.transcript('B')
  after.join('C', 'caroline', {
    device: welcome.device,
    secret: welcome.secret,
    epoch: 'epoch-1',
    last: { '#lobby': 1, '#old': 39, [direct.room]: 0 },
  })
  assert.deepEqual(after.transcript('C'), [
    'welcome caroline (be kind)',
    'backlog empty',
    'topic Pizza at eight',
    'members bob caroline',
    'gap 40-40',
    'backlog #old empty',
    'members #old caroline',
    'direct ann',
    'backlog @ 1-1',
    'direct bob',
    'backlog @ 1-1',
  ])
})

test('whatever is joined, left, said and renamed: everybody hears of a room exactly while in it, in order, each line once', () => {
  const session = fc.constantFrom('A', 'B', 'C')
  const room = fc.constantFrom('#lobby', '#dev', '#ops', '@ann', '@bob', '@carol')
  const step = fc.oneof(
    fc.record({ did: fc.constant('join' as const), session, room }),
    fc.record({ did: fc.constant('leave' as const), session, room }),
    fc.record({ did: fc.constant('speak' as const), session, room }),
    fc.record({
      did: fc.constant('rename' as const),
      session,
      nick: fc.constantFrom('ann', 'bob', 'carol', 'dora'),
    }),
    fc.record({ did: fc.constant('cut' as const), session }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { table, hub, join, say, speak, lose, hears, log } = createTable()
      const held = new Map<
        string,
        { nick: string; device: string; secret: string; last: Map<string, number>; inRoom: Set<string> }
      >()
      const now = new Map<string, string>()
      const listen = () => {
        for (const [name, connection] of now) {
          const own = held.get(name)
          if (!own) continue
          for (const message of hears(connection)) {
            if (message.type === 'welcome')
              Object.assign(own, { device: message.device, secret: message.secret, nick: message.nick })
            if (message.type === 'presence' && message.was === own.nick) own.nick = message.nick
            if (message.type === 'left') own.inRoom.delete(message.room)
            const lines =
              message.type === 'backlog' ? message.lines : message.type === 'line' ? [message] : []
            if (message.type === 'backlog') own.inRoom.add(message.room)
            for (const line of lines) {
              assert.ok(own.inRoom.has(line.room), `${own.nick} hears of ${line.room} while in it`)
              const last = own.last.get(line.room)
              if (message.type === 'line') assert.equal(line.seq, (last ?? line.seq - 1) + 1, 'the next line')
              own.last.set(line.room, line.seq)
            }
          }
        }
      }
      let connections = 0
      const connect = (name: string, nick: string) => {
        const own = held.get(name)
        const connection = `${name}${++connections}`
        now.set(name, connection)
        if (own) {
          own.inRoom.clear()
          join(connection, own.nick, {
            device: own.device,
            secret: own.secret,
            epoch: 'epoch-1',
            last: Object.fromEntries(own.last),
          })
        } else {
          held.set(name, { nick, device: '', secret: '', last: new Map(), inRoom: new Set() })
          join(connection, nick)
        }
        listen()
      }
      for (const [name, nick] of [
        ['A', 'ann'],
        ['B', 'bob'],
        ['C', 'carol'],
      ] as const)
        connect(name, nick)
      for (const done of steps) {
        table.nowMs += 20_000
        const connection = now.get(done.session) ?? ''
        if (done.did === 'join') say(connection, { type: 'join', room: done.room })
        else if (done.did === 'leave') {
          const named = [...(held.get(done.session)?.inRoom ?? [])].find(one => one.startsWith('@'))
          const left = done.room.startsWith('@') ? (named ?? done.room) : done.room
          say(connection, { type: 'leave', room: left })
          // Who comes back later begins anew.
          held.get(done.session)?.last.delete(left)
        } else if (done.did === 'speak')
          speak(connection, `id${log.length}${table.nowMs}`, 'words', done.room)
        else if (done.did === 'rename') say(connection, { type: 'nick', nick: done.nick })
        else {
          listen()
          lose(connection)
          connect(done.session, '')
        }
        listen()
      }
      const nicks = [...now.values()].map(connection => hub.nickOf(connection))
      assert.equal(new Set(nicks).size, 3, `unique: ${nicks}`)
      for (const own of held.values())
        for (const name of own.inRoom) {
          const head = log.filter(line => line.room === name).at(-1)?.seq ?? 0
          assert.equal(own.last.get(name) ?? 0, head, `${own.nick} has all of ${name}`)
        }
    }),
    { numRuns: 300 },
  )
})

test('a list of members asked for again says what is so by then', () => {
  const { join, say, transcript } = createTable()
  for (let i = 0; i < 70; i++) join(`S${i}`, `m${i}`)
  const listed = () => {
    transcript('S69')
    say('S69', { type: 'who', room: '#lobby' })
    return transcript('S69')
      .map(line => line.replace('members ', ''))
      .join(' ')
      .split(' ')
  }
  assert.deepEqual(listed().slice(62, 66), ['m62', 'm63', 'm64', 'm65'])
  say('S1', { type: 'nick', nick: 'zoe' })
  say('S2', { type: 'away', on: true })
  say('S65', { type: 'bye' })
  assert.deepEqual(listed().slice(0, 4), ['m0', 'zoe', 'm2(away)', 'm3'])
  assert.deepEqual(listed().slice(62, 66), ['m62', 'm63', 'm64', 'm66'])
  say('S2', { type: 'away', on: false })
  assert.equal(listed()[2], 'm2')
})

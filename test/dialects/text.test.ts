import assert from 'node:assert/strict'
import test from 'node:test'
import { text } from '../../src/dialects/text.ts'
import type { Codec } from '../../src/dialects/types.ts'
import type { ServerMessage, WireLine } from '../../src/wire/messages.ts'
import { dialectContract, sameMeans, welcomed } from '../contract/dialect.ts'

const empty: ServerMessage = { type: 'backlog', room: '#lobby', lines: [], complete: true }
const inLobby: readonly ServerMessage[] = [welcomed('ann'), empty]

dialectContract(text, {
  transcript: [
    { line: '/help', says: [], answers: /^-- First a nick.*\nYour nick\?/ },
    {
      line: 'bob',
      says: [{ type: 'hello', v: 1, guest: true, nick: 'bob' }],
      told: [{ type: 'refused', about: 'hello', code: 'nick-taken', text: 'Taken.', suggestion: 'bob2' }],
    },
    { line: '', says: [{ type: 'hello', v: 1, guest: true, nick: 'bob2' }], told: [welcomed('bob2'), empty] },
    { line: '', says: [] },
    {
      line: 'a | b, añ€😀\r',
      says: [{ type: 'say', id: 'id-1', room: '#lobby', kind: 'say', body: 'a | b, añ€😀' }],
    },
    { line: '/me waves', says: [{ type: 'say', id: 'id-2', room: '#lobby', kind: 'emote', body: 'waves' }] },
    { line: '//path', says: [{ type: 'say', id: 'id-3', room: '#lobby', kind: 'say', body: '/path' }] },
    {
      line: '#dev hello',
      says: [
        { type: 'join', room: '#dev' },
        { type: 'say', id: 'id-4', room: '#dev', kind: 'say', body: 'hello' },
      ],
      told: [{ ...empty, room: '#dev' }],
    },
    { line: '#Dev again', says: [{ type: 'say', id: 'id-5', room: '#dev', kind: 'say', body: 'again' }] },
    { line: '/join #DEV', says: [], answers: /^-- You are in #dev now/ },
    { line: 'here', says: [{ type: 'say', id: 'id-6', room: '#dev', kind: 'say', body: 'here' }] },
    { line: '@ann psst', says: [{ type: 'say', id: 'id-7', room: '@ann', kind: 'say', body: 'psst' }] },
    { line: 'msg ann psst', says: [{ type: 'say', id: 'id-8', room: '@ann', kind: 'say', body: 'psst' }] },
    { line: 'list users', says: [{ type: 'who', room: '#dev' }] },
    { line: '/who #lobby', says: [{ type: 'who', room: '#lobby' }] },
    { line: '/rooms', says: [{ type: 'rooms' }] },
    { line: '/nick carl', says: [{ type: 'nick', nick: 'carl' }] },
    { line: '/topic the plan', says: [{ type: 'topic', id: 'id-9', room: '#dev', body: 'the plan' }] },
    { line: '/away lunch', says: [{ type: 'away', on: true, text: 'lunch' }] },
    { line: '/back', says: [{ type: 'away', on: false }] },
    { line: '/history 5', says: [{ type: 'history', room: '#dev', limit: 5 }] },
    { line: '/search red fox', says: [{ type: 'search', words: 'red fox' }] },
    { line: '/help nick', says: [], answers: /^-- \/nick NAME: / },
    { line: '/leave', says: [{ type: 'leave', room: '#dev' }], told: [{ type: 'left', room: '#dev' }] },
    { line: 'home', says: [{ type: 'say', id: 'id-10', room: '#lobby', kind: 'say', body: 'home' }] },
    { line: 'quit', says: [{ type: 'bye' }] },
  ],
  joined: inLobby,
  bad: [
    { line: '/dance', answer: /^-- There is no command “\/dance”/ },
    { line: '/join', answer: /^-- Something is missing: \/join/ },
    { line: '#', answer: /^-- “#room text”/ },
    { line: '@', answer: /^-- “@nick text”/ },
    { line: '/msg', answer: /^-- Something is missing: \/msg/ },
    { line: '/nick', answer: /^-- Something is missing: \/nick/ },
    { line: '/reply hello', answer: /^-- Nobody has written to you alone/ },
    { line: '/leave @bob', answer: /^-- There is no such conversation/ },
    { line: '/history much', answer: /^-- How many lines/ },
    { line: '/clear', answer: /^-- That changes what a screen shows.*Earshot itself/ },
    {
      line: '/info',
      answer: /^-- den, server s\. You are ann; what you type goes to #lobby\.\n-- Not encrypted/,
    },
    { line: '/topic', answer: /^-- #lobby has no topic/ },
    { line: '/ignore', answer: /^-- You ignore nobody/ },
  ],
  continuation: /^ {6}/,
})

function visit(nick = 'ann'): Codec {
  const codec = text.open(sameMeans())
  for (const message of [welcomed(nick), empty]) codec.render(message)
  return codec
}

// The time of the sample messages, as this machine writes it.
const at = sameMeans().wallMs()
const time = new Date(at).toTimeString().slice(0, 5)
const line = (more: Partial<WireLine>): ServerMessage => ({
  type: 'line',
  room: '#lobby',
  seq: 1,
  at,
  id: 'x',
  from: 'bob',
  kind: 'say',
  body: 'hello',
  ...more,
})

test('a newcomer is greeted by the server’s name and asked for a nick, with one to take by Enter', () => {
  const codec = text.open({ ...sameMeans('the den'), newId: () => 'K3_x9zzzz' })
  assert.equal(codec.greeting, 'Welcome to the den, an Earshot chat server.\nYour nick? (Enter: guest-k3x9)')
  assert.deepEqual(
    [...codec.parse('')],
    [{ message: { type: 'hello', v: 1, guest: true, nick: 'guest-k3x9' } }],
  )
})

const shown: [what: string, message: ServerMessage, rows: string][] = [
  ['a line', line({}), `${time} #lobby bob: hello`],
  ['an emote', line({ kind: 'emote', body: 'waves' }), `${time} #lobby * bob waves`],
  ['a notice', line({ kind: 'notice' }), `${time} #lobby -bob- hello`],
  ['a topic', line({ kind: 'topic', body: 'cats' }), `${time} #lobby * bob set the topic: cats`],
  [
    'two rows',
    line({ body: `one\n${time} #lobby eve: forged` }),
    `${time} #lobby bob: one\n      ${time} #lobby eve: forged`,
  ],
  ['a line for one', line({ room: '@a.b', to: 'ann' }), `${time} @bob: hello`],
  ['an emote for one', line({ room: '@a.b', to: 'ann', kind: 'emote' }), `${time} @bob * bob hello`],
  ['one’s own from elsewhere', line({ room: '@a.b', from: 'ann', to: 'bob' }), `${time} to @bob: hello`],
  ['a join', { type: 'presence', room: '#dev', nick: 'bob', presence: 'here' }, '-- bob joined #dev'],
  ['a leave', { type: 'presence', room: '#dev', nick: 'bob', presence: 'gone' }, '-- bob left #dev'],
  [
    'a new nick',
    { type: 'presence', room: '#dev', nick: 'rob', was: 'bob', presence: 'here' },
    '-- bob is rob now',
  ],
  [
    'one’s own new nick',
    { type: 'presence', room: '#dev', nick: 'eve', was: 'ann', presence: 'here' },
    '-- You are eve now.',
  ],
  [
    'somebody away',
    { type: 'presence', room: '#dev', nick: 'bob', presence: 'away', text: 'tea' },
    '-- bob is away: tea',
  ],
  ['a room’s topic', { type: 'topic', room: '#dev', body: 'cats' }, '-- #dev is about: cats'],
  [
    'the rooms',
    {
      type: 'rooms',
      rooms: [
        { room: '#a', members: 2, topic: 'x' },
        { room: '#b', members: 0, topic: '' },
      ],
      complete: true,
    },
    '-- #a (2 here): x\n-- #b (0 here)',
  ],
  [
    'the members',
    {
      type: 'members',
      room: '#a',
      members: [
        { nick: 'zoe', presence: 'away' },
        { nick: 'Bo', presence: 'here' },
      ],
      complete: true,
    },
    '-- 2 in #a: Bo, zoe (away)',
  ],
  [
    'a refusal',
    { type: 'refused', about: 'nick', code: 'nick-taken', text: 'Taken.', suggestion: 'bob2' },
    '-- Taken. Try “bob2”.',
  ],
  [
    'a refusal with a suggestion that is a word of the sentence',
    { type: 'refused', about: 'nick', code: 'bad-nick', text: 'These and those.', suggestion: 'and' },
    '-- These and those. Try “and”.',
  ],
  ['the end', { type: 'bye', reason: 'shutdown', text: 'Gone.' }, '-- Gone.'],
  [
    'found lines',
    { type: 'found', words: 'hello', lines: [], complete: true },
    '-- Nothing was found for “hello”.',
  ],
]
for (const [what, message, rows] of shown)
  test(`${what} reads as ${JSON.stringify(rows)}`, () => assert.equal(visit().render(message), rows))

test('one’s own line is not echoed, and the same words of somebody else are', () => {
  const codec = visit()
  const [heard] = [...codec.parse('hello')]
  assert.ok(heard && 'message' in heard && heard.message.type === 'say')
  assert.equal(codec.render(line({ id: heard.message.id, from: 'ann' })), '')
  assert.equal(codec.render(line({ from: 'ann' })), `${time} #lobby ann: hello`)
})

test('a change that each room tells of is told once', () => {
  const codec = visit()
  const renamed = (room: string): ServerMessage => ({
    type: 'presence',
    room,
    nick: 'rob',
    was: 'bob',
    presence: 'here',
  })
  assert.equal(codec.render(renamed('#a')), '-- bob is rob now')
  assert.equal(codec.render(renamed('#b')), '')
})

test('who comes back from being away has not joined', () => {
  const codec = visit()
  codec.render({
    type: 'members',
    room: '#lobby',
    members: [{ nick: 'bob', presence: 'away' }],
    complete: true,
  })
  const here: ServerMessage = { type: 'presence', room: '#lobby', nick: 'bob', presence: 'here' }
  assert.equal(codec.render(here), '-- bob is back')
  codec.render({ type: 'presence', room: '#lobby', nick: 'bob', presence: 'gone' })
  assert.equal(codec.render(here), '-- bob joined #lobby')
})

test('who reconnects is named so in a list only: a cut is not told, nor its end; a leave is', () => {
  const codec = visit()
  const how = (presence: 'here' | 'reconnecting' | 'gone'): string =>
    codec.render({ type: 'presence', room: '#lobby', nick: 'bob', presence })
  assert.equal(how('here'), '-- bob joined #lobby')
  assert.equal(how('reconnecting'), '')
  assert.equal(how('here'), '')
  assert.equal(how('reconnecting'), '')
  assert.equal(how('gone'), '-- bob left #lobby')
  assert.equal(how('here'), '-- bob joined #lobby')
  const members: ServerMessage = {
    type: 'members',
    room: '#lobby',
    members: [
      { nick: 'ann', presence: 'here' },
      { nick: 'bob', presence: 'reconnecting' },
    ],
    complete: true,
  }
  assert.equal(codec.render(members), '-- 2 in #lobby: ann, bob (reconnecting)')
  assert.equal(how('here'), '')
})

test('lines of another day name the day, once', () => {
  const codec = visit()
  const dayMs = 24 * 60 * 60 * 1000
  assert.match(
    codec.render(line({ at: at - dayMs })),
    /^-- \w{3} \d{1,2} \w{3} \d{4}\n\d\d:\d\d #lobby bob: hello$/,
  )
  assert.doesNotMatch(codec.render(line({ at: at - dayMs })), /--/)
  assert.match(codec.render(line({})), /^-- /)
})

test('/join goes there when the room is entered, and what is typed is said there', () => {
  const codec = visit()
  codec.parse('/join #Dev')
  assert.equal(
    codec.render({ ...empty, room: '#dev' } as ServerMessage),
    '-- You are in #dev now: what you type is said there.',
  )
  const [heard] = [...codec.parse('hi')]
  assert.ok(heard && 'message' in heard && heard.message.type === 'say')
  assert.equal(heard.message.room, '#dev')
})

test('/msg without a text goes to the conversation, and a conversation somebody else begins moves nobody', () => {
  const codec = visit()
  codec.render({ type: 'direct', room: '@a.b', with: 'Bob' })
  assert.equal(codec.render({ ...empty, room: '@a.b' } as ServerMessage), '')
  const said = (typed: string) => {
    const [heard] = [...codec.parse(typed)]
    assert.ok(heard && 'message' in heard && heard.message.type === 'say', typed)
    return heard.message.room
  }
  assert.equal(said('hi'), '#lobby')
  const [moved] = [...codec.parse('/msg bob')]
  assert.ok(moved && 'says' in moved)
  assert.match(moved.says, /goes to @Bob alone/)
  assert.equal(said('psst'), '@a.b')
  codec.render({ type: 'left', room: '@a.b' })
  assert.equal(said('back'), '#lobby')
})

test('/reply answers whoever wrote last', () => {
  const codec = visit()
  codec.render({ type: 'direct', room: '@a.b', with: 'bob' })
  codec.render(line({ room: '@a.b', to: 'ann' }))
  const [heard] = [...codec.parse('/r yes')]
  assert.deepEqual(heard, { message: { type: 'say', id: 'id-1', room: '@bob', kind: 'say', body: 'yes' } })
})

test('who is ignored is not heard, until they are again', () => {
  const codec = visit()
  codec.parse('/ignore BOB')
  assert.equal(codec.render(line({})), '')
  codec.parse('/ignore bob')
  assert.notEqual(codec.render(line({})), '')
})

test('a long list of members is cut at a join and whole where it was asked for', () => {
  const codec = visit()
  const list: ServerMessage = {
    type: 'members',
    room: '#lobby',
    members: Array.from({ length: 300 }, (_, index) => ({ nick: `n${index}`, presence: 'here' })),
    complete: true,
  }
  assert.match(codec.render(list), /^-- 300 in #lobby: .* and 280 more/)
  assert.ok(codec.render(list).length < 300)
  codec.parse('/who')
  assert.equal(codec.render(list).split(', ').length, 300)
})

test('who sends returns gets them in every newline', () => {
  const codec = text.open(sameMeans())
  codec.sift?.(new TextEncoder().encode('ann\r\n'))
  assert.match(codec.render(welcomed('ann')), /\r$/)
  assert.equal(codec.render(line({ body: 'a\nb' })), `${time} #lobby bob: a\r\n      b\r`)
  assert.equal(codec.render({ type: 'ping' }), '')
})

test('^C and ^D of telnet leave', () => {
  for (const key of ['\x03', '\x04'])
    for (const codec of [visit(), text.open(sameMeans())])
      assert.deepEqual([...codec.parse(key)], [{ message: { type: 'bye' } }])
})

test('who gave no nick in time is told so', () => {
  const bye: ServerMessage = { type: 'bye', reason: 'late', text: 'late' }
  assert.match(text.open(sameMeans()).render(bye), /^-- No nick was given in time/)
})

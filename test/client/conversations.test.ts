import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backlog, entered, inTheLobby, line, members, opened, presence, welcome } from './driver.ts'

const room = '@aaa.bbb'
const fromBob = (seq: number, body: string) => line(seq, body, { room, from: 'bob', to: 'ann' })
const ours = (seq: number, body: string, id: string) => line(seq, body, { room, from: 'ann', to: 'bob', id })
const lines = (chat: ReturnType<typeof inTheLobby>, name = room) => {
  const before = chat.model().current
  chat.enter(`/go ${chat.model().rooms.get(name)?.label}`)
  const told = chat.lines()
  chat.enter(`/go ${chat.model().rooms.get(before)?.label}`)
  return told
}

test('@nick text is for one person: pending here, then in its conversation, and what is on show stays', () => {
  const chat = inTheLobby()
  chat.enter('@bob psst')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room: '@bob', kind: 'say', body: 'psst' }])
  assert.match(chat.screen(), /ann │ psst +…$/m)
  chat.said(...opened(room, 'bob'))
  assert.doesNotMatch(chat.screen(), /│ psst/, 'it is where it belongs')
  chat.said(ours(1, 'psst', 'id1'))
  assert.equal(chat.model().current, '#lobby')
  assert.match(chat.screen(), /^ To @bob: psst/m)
  assert.match(chat.screen(), /^ @bob +│/m)
  assert.deepEqual(lines(chat), ['-- Tue 21 Nov 2023 --', '09:12 @bob ann: psst'])
  chat.effects()
  chat.enter('@bob: again')
  assert.deepEqual(
    chat.sent(),
    [{ type: 'say', id: 'id2', room, kind: 'say', body: 'again' }],
    'now it is known',
  )
})

test('@nick alone and /msg nick open a conversation and show it; what is typed at once goes there', () => {
  const chat = inTheLobby()
  chat.enter('@bob')
  assert.match(chat.screen(), /^ @bob /)
  chat.enter('hi')
  assert.deepEqual(chat.sent(), [
    { type: 'join', room: '@bob' },
    { type: 'say', id: 'id1', room: '@bob', kind: 'say', body: 'hi' },
  ])
  chat.said(...opened(room, 'Bob'), ours(1, 'hi', 'id1'))
  assert.equal(chat.model().current, room)
  assert.match(chat.screen(), /^ @Bob /)
  assert.match(chat.screen(), /ann │ hi +✓$/m)
  chat.key('M-1')
  chat.enter('/msg BOB')
  assert.equal(chat.model().current, room)
  assert.deepEqual(chat.sent(), [])
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', room])
})

test('a conversation that is closed before the server answers leaves the next room its own answer', () => {
  const chat = inTheLobby()
  chat.enter('@bbo')
  chat.enter('#dev hello')
  assert.equal(chat.model().current, '@bbo')
  chat.enter('/leave')
  chat.said({ type: 'refused', about: 'join', code: 'no-such-nick', text: 'Nobody.' })
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', '#dev'])
  chat.said(backlog([], true, { room: '#dev' }))
  assert.deepEqual(chat.model().asked, [])
})

test('a conversation that was closed is not asked for again when the connection comes back', () => {
  const chat = inTheLobby()
  chat.enter('@bob')
  chat.enter('/leave')
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.effects()
  chat.said(welcome())
  assert.deepEqual(
    chat.sent().filter(({ type }) => type === 'join'),
    [],
  )
})

test('a nick that nobody has is told with the nearest one, and nothing is left open', () => {
  const chat = inTheLobby()
  const refusal = { code: 'no-such-nick', text: 'Nobody of that name is known here.', suggestion: 'bob' }
  chat.enter('/msg bbo')
  chat.said({ type: 'refused', about: 'join', ...refusal })
  assert.equal(chat.model().current, '#lobby')
  assert.match(chat.lines().at(-1) ?? '', /!! Nobody of that name is known here\. Did you mean @bob\?$/)
  chat.enter('@bbo hi')
  chat.said({ type: 'refused', about: 'id1', ...refusal })
  assert.match(
    chat.lines().at(-1) ?? '',
    /! not sent: ann: hi -- Nobody of that name is known here\. Did you mean @bob\?/,
  )
  chat.key('Up')
  assert.equal(chat.model().editor.text, '@bbo hi')
  chat.key('C-u')
  chat.enter('@ann hi')
  assert.match(chat.lines().at(-1) ?? '', /That is you\./)
})

test('a line for us alone raises a badge, rings where nobody looks, and /reply answers it', () => {
  const chat = inTheLobby()
  chat.enter('/reply hello?')
  assert.match(chat.lines().at(-1) ?? '', /Nobody has written to you alone yet\./)
  chat.key('C-u')
  chat.said(...opened(room, 'bob'), fromBob(1, 'psst'))
  assert.match(chat.screen(), /^ @bob +!1 │/m)
  assert.deepEqual(chat.effects(), [])
  chat.take({ got: 'stroke', stroke: { focused: false } })
  chat.said(fromBob(2, 'are you there?'))
  assert.deepEqual(chat.effects(), [{ do: 'bell', notice: '@bob: are you there?' }])
  chat.enter('/r yes')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room, kind: 'say', body: 'yes' }])
  assert.equal(chat.model().current, '#lobby')
  chat.enter('/reply')
  assert.equal(chat.model().current, room)
  assert.doesNotMatch(chat.screen(), /!2/)
})

test('a conversation moves with the nick', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'), fromBob(1, 'psst'))
  chat.said({ type: 'direct', room, with: 'robert' })
  assert.match(chat.screen(), /^ @robert +!1 │/m)
  assert.match(lines(chat).at(-1) ?? '', /@robert -- bob is now robert$/)
  chat.effects()
  chat.enter('@robert hi')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room, kind: 'say', body: 'hi' }])
})

test('two ways to one conversation end in one', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'))
  chat.enter('@zed')
  chat.said({ type: 'direct', room, with: 'zed' })
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', room])
  assert.equal(chat.model().current, room)
  assert.deepEqual(chat.model().asked, [])
})

test('its bar says whether the other one is here', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'))
  chat.key('M-2')
  assert.match(chat.screen(), /^ @bob {2}den-server +here$/m)
  chat.said(presence('bob', 'away'))
  assert.match(chat.screen(), /^ @bob {2}den-server +away$/m)
  chat.said(presence('bob', 'gone'))
  assert.match(chat.screen(), /^ @bob {2}den-server +not here$/m)
  chat.enter('/topic x')
  assert.match(chat.lines().at(-1) ?? '', /A conversation has no topic/)
})

test('what is read is told at most once a second, and only when somebody looks', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'), fromBob(1, 'one'))
  chat.pass(5000)
  assert.deepEqual(chat.signals(), [], 'it is not on show')
  chat.key('M-2')
  assert.deepEqual(chat.signals(), [{ type: 'read', room, seq: 1 }])
  chat.said(fromBob(2, 'two'), fromBob(3, 'three'))
  assert.deepEqual(chat.signals(), [])
  chat.pass(1000)
  assert.deepEqual(chat.signals(), [{ type: 'read', room, seq: 3 }])
  chat.take({ got: 'stroke', stroke: { focused: false } })
  chat.said(fromBob(4, 'four'))
  chat.pass(5000)
  assert.deepEqual(chat.signals(), [], 'nobody looks')
  chat.take({ got: 'stroke', stroke: { focused: true } })
  assert.deepEqual(chat.signals(), [{ type: 'read', room, seq: 4 }])
  chat.enter('/receipts off')
  chat.said(fromBob(5, 'five'))
  chat.pass(5000)
  assert.deepEqual(
    chat.signals().filter(message => message.type === 'read'),
    [],
  )
  chat.said(line(1, 'in a room'))
  chat.key('M-1')
  chat.pass(5000)
  assert.deepEqual(chat.signals(), [])
})

test('✓✓ stands behind what the other one has read', () => {
  const chat = inTheLobby()
  chat.enter('@bob')
  chat.said(...opened(room, 'bob'))
  chat.enter('one')
  chat.enter('two')
  chat.said(ours(1, 'one', 'id1'), ours(2, 'two', 'id2'))
  const screen = () => chat.screen().replace(/ +/g, ' ')
  assert.match(screen(), /│ one ✓\n.*│ two ✓\n/)
  chat.said({ type: 'read', room, nick: 'bob', seq: 1 })
  assert.match(screen(), /│ one ✓✓\n.*│ two ✓\n/)
  chat.said({ type: 'read', room, nick: 'bob', seq: 2 }, { type: 'read', room, nick: 'bob', seq: 1 })
  assert.match(screen(), /│ one ✓✓\n.*│ two ✓✓\n/)
})

test('a closed conversation stays closed over a lost link, unless something was said there', () => {
  const back = (after: readonly (readonly [number, string])[]) => {
    const chat = inTheLobby()
    chat.said(...opened(room, 'bob'), fromBob(1, 'psst'))
    chat.key('M-2')
    chat.enter('/leave')
    assert.deepEqual(chat.sent(), [{ type: 'leave', room }])
    chat.said({ type: 'left', room })
    assert.match(chat.lines().at(-1) ?? '', /The conversation with bob is closed\.$/)
    chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
    chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
    const hello = chat.sent().find(message => message.type === 'hello')
    assert.deepEqual(hello?.last, { '#lobby': 0, [room]: 1 })
    chat.said(
      welcome(),
      backlog([]),
      members(['ann', 'bob']),
      { type: 'direct', room, with: 'bob' },
      backlog(after, true, { room }),
    )
    return chat
  }
  const silent = back([])
  assert.deepEqual([...silent.model().rooms.keys()], ['#lobby'])
  assert.deepEqual(silent.sent(), [{ type: 'leave', room }])
  const news = back([[2, 'still there?']])
  assert.match(news.screen(), /^ @bob +!1 │/m)
  assert.deepEqual(news.sent(), [])
  assert.doesNotMatch(lines(news).join('\n'), /psst|earlier/)
})

/** In a conversation with bob that was said something in and then left; the link is lost, and hello goes out again. */
function awayFromClosed(whileAway: (chat: ReturnType<typeof inTheLobby>) => void) {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'), fromBob(1, 'psst'))
  chat.key('M-2')
  chat.enter('/leave')
  chat.sent()
  whileAway(chat)
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.sent()
  chat.said(welcome(), backlog([]), members(['ann', 'bob']))
  return chat
}

test('what was said to a conversation that was being left keeps it open, and waits for nothing once it is kept', () => {
  const chat = awayFromClosed(chat => {
    chat.enter('@bob one more thing')
    chat.said({ type: 'left', room })
  })
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room, kind: 'say', body: 'one more thing' }])
  chat.said(
    ...opened(room, 'bob'),
    // Bob takes another nick just now.
    { type: 'direct', room, with: 'robert' },
    ours(2, 'one more thing', 'id1'),
  )
  assert.deepEqual(chat.model().outbox, [])
  assert.deepEqual(chat.sent(), [], 'it is not left')
  assert.match(lines(chat).join('\n'), /@robert ann: one more thing/)
})

test('the new nick of somebody whose conversation is being left opens nothing that would wait for its past', () => {
  const chat = awayFromClosed(chat => chat.said({ type: 'left', room }))
  chat.said(...opened(room, 'bob'))
  assert.deepEqual(chat.sent(), [{ type: 'leave', room }])
  chat.said({ type: 'direct', room, with: 'robert' })
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby'])
  chat.said({ type: 'left', room })
  assert.deepEqual(chat.model().asked, [])
  assert.doesNotMatch(chat.lines().at(-1) ?? '', /robert/)
})

test('a line to the new nick of somebody whose conversation is being left opens it again', () => {
  const chat = awayFromClosed(chat => {
    chat.said({ type: 'left', room })
    chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
    chat.enter('@robert is it you?')
  })
  chat.said(...opened(room, 'bob'), { type: 'direct', room, with: 'robert' })
  chat.said(ours(2, 'is it you?', 'id1'), { type: 'left', room })
  assert.deepEqual(chat.model().outbox, [])
  assert.match(lines(chat).join('\n'), /@robert ann: is it you\?/)
})

test('what somebody says just as their closed conversation is left again is seen, and the conversation is open', () => {
  const chat = awayFromClosed(chat => chat.said({ type: 'left', room }))
  chat.said(...opened(room, 'bob'))
  chat.said(fromBob(2, 'still there?'), { type: 'left', room })
  assert.match(chat.screen(), /^ @bob +!1 │/m)
  assert.deepEqual(lines(chat), ['-- Tue 21 Nov 2023 --', '09:12 @bob bob: still there?'])
  assert.deepEqual(chat.model().asked, [])
  // The server lets us in again with the next line, and tells what we have once more.
  chat.said(
    { type: 'direct', room, with: 'bob' },
    backlog(
      [
        [1, 'psst'],
        [2, 'still there?'],
      ],
      true,
      { room },
    ),
    fromBob(3, 'hello?'),
  )
  assert.deepEqual(lines(chat).slice(-2), ['09:12 @bob bob: still there?', '09:12 @bob bob: hello?'])
})

test('a conversation closed while a line to a nick unknown here waits is left when that line is answered', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'), fromBob(1, 'psst'))
  chat.key('M-2')
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.enter('@robert is it you?')
  chat.enter('/leave')
  assert.ok(chat.model().rooms.has(room))
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([]), members(['ann', 'robert']), ...opened(room, 'bob'))
  chat.said({ type: 'direct', room, with: 'robert' })
  chat.sent()
  chat.said(ours(2, 'is it you?', 'id1'))
  assert.deepEqual(chat.sent(), [{ type: 'leave', room }])
})

test('a conversation begun while we were away is unread', () => {
  const chat = inTheLobby()
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([]), members(['ann', 'bob']), { type: 'direct', room, with: 'bob' })
  chat.said(backlog([[1, 'hello?']], true, { room, to: 'ann' }))
  assert.match(chat.screen(), /^ @bob +!1 │/m)
})

test('in another history a conversation keeps its lines and is named anew', () => {
  const chat = inTheLobby()
  chat.said(...opened(room, 'bob'), fromBob(1, 'before'))
  chat.key('M-2')
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.enter('written while away')
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.effects()
  chat.said(welcome({ epoch: 'e2' }))
  assert.deepEqual(chat.sent(), [
    { type: 'say', id: 'id1', room: '@bob', kind: 'say', body: 'written while away' },
  ])
  chat.said(...opened('@ccc.ddd', 'bob'))
  chat.said(line(1, 'written while away', { room: '@ccc.ddd', from: 'ann', to: 'bob', id: 'id1' }))
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', '@ccc.ddd'])
  assert.equal(chat.model().current, '@ccc.ddd')
  assert.match(chat.lines().join('\n'), /bob: before[\s\S]*ann: written while away/)
})

test('/ignore hides what somebody says, types and rings, also under another nick', () => {
  const chat = inTheLobby()
  chat.enter('/ignore')
  assert.match(chat.lines().at(-1) ?? '', /You ignore nobody\./)
  chat.enter('/ignore Bob')
  assert.match(chat.lines().at(-1) ?? '', /What Bob says is hidden/)
  chat.take({ got: 'stroke', stroke: { focused: false } })
  chat.said(line(1, 'ann: hear me'), ...opened(room, 'bob'), fromBob(1, 'hear me'))
  chat.said({ type: 'typing', room: '#lobby', nick: 'bob', on: true })
  assert.doesNotMatch(chat.screen(), /hear me|types|@bob/)
  assert.deepEqual(chat.effects(), [])
  chat.said(presence('rob', 'here', 'bob'), line(2, 'me again', { from: 'rob' }))
  assert.doesNotMatch(chat.screen(), /me again/)
  chat.enter('/ignore')
  assert.match(chat.lines().at(-1) ?? '', /You ignore rob\./)
  chat.enter('/unignore rob')
  chat.said(line(3, 'hello', { from: 'rob' }))
  assert.match(chat.lines().at(-1) ?? '', /rob: hello$/)
  assert.doesNotMatch(chat.lines().join('\n'), /not shown here/)
})

test('rooms and conversations are left alone by what comes for others', () => {
  const chat = inTheLobby()
  chat.said(
    line(1, 'ghost', { room: '#ghost' }),
    presence('x', 'gone'),
    { type: 'read', room: '#ghost', nick: 'bob', seq: 1 },
    { type: 'typing', room: '#ghost', nick: 'bob', on: true },
    { type: 'topic', room: '#ghost', body: 'boo' },
    { type: 'left', room: '#ghost' },
    { type: 'page', room: '#ghost', lines: [], more: true, complete: true },
    ...entered('#real'),
  )
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', '#real'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  backlog,
  drive,
  inTheLobby,
  line,
  linked,
  members,
  presence,
  sighting,
  wallStart,
  welcome,
} from './driver.ts'

test('a line goes out with its id, is pending, and ✓ when it comes back', () => {
  const chat = inTheLobby()
  chat.enter('on it')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room: '#lobby', kind: 'say', body: 'on it' }])
  assert.match(chat.screen(), /ann │ on it +…$/m)
  chat.said(line(1, 'between'), line(2, 'on it', { id: 'id1', from: 'ann' }))
  assert.match(chat.screen(), /bob │ between\n.*ann │ on it +✓$/m)
  assert.doesNotMatch(chat.screen(), /…$/m)
})

test('a refused line is marked ! with the reason, and Up brings it back', () => {
  const chat = inTheLobby()
  chat.enter('too quick')
  chat.said({ type: 'refused', about: 'id1', code: 'too-fast', text: 'Slower, please.', retryMs: 900 })
  assert.match(chat.screen(), /ann │ too quick +!$/m)
  assert.match(chat.screen(), /!! │ not sent: Slower, please\./)
  assert.deepEqual(chat.model().outbox, [])
  chat.key('Up')
  assert.match(chat.screen(), /> too quick$/m)
})

test('the gap rule: the next line is taken, old ones are not, a hole is told', () => {
  const chat = inTheLobby()
  chat.said(line(1, 'one'), line(1, 'again'), line(0, 'before'), line(2, 'two'), line(5, 'five'))
  assert.deepEqual(chat.lines().slice(2), [
    '09:12 #lobby bob: one',
    '09:12 #lobby bob: two',
    '09:12 #lobby -- 2 earlier messages not shown here; /history shows them',
    '09:12 #lobby bob: five',
  ])
})

test('keys of entries count up by one, whatever the entries are', () => {
  const chat = inTheLobby()
  chat.said(
    line(1, 'a'),
    presence('carol', 'here'),
    line(7, 'b'),
    line(8, 'c', { at: wallStart + 86_400_000 }),
  )
  chat.key('C-d')
  const { entries } = chat.model().rooms.get('#lobby') ?? assert.fail()
  const keys = [...entries.tail].map(entry => entry.key)
  assert.deepEqual(
    keys,
    keys.map((_, index) => index + 1),
  )
})

test('who takes another nick and leaves at once is named by the one they were known by', () => {
  const chat = inTheLobby()
  chat.said(line(1, 'hi'), presence('rob', 'here', 'bob'), presence('robert', 'here', 'rob'))
  chat.said(presence('robert', 'gone'))
  assert.match(chat.screen(), /-- │ bob \(as robert\) left$/m)
  chat.said(presence('carol', 'here'), presence('cara', 'here', 'carol'), presence('cara', 'gone'))
  assert.match(chat.screen(), /bob \(as robert\) left · cara came and went$/m)
})

test('comings and goings are one line on the screen and one each in plain text', () => {
  const chat = inTheLobby()
  chat.said(
    presence('carol', 'here'),
    presence('dave', 'here'),
    presence('bob', 'gone'),
    presence('dave', 'gone'),
    presence('carola', 'here', 'carol'),
  )
  assert.match(chat.screen(), /-- │ carola joined · bob left · dave came and went$/m)
  assert.equal(chat.screen().match(/joined/g)?.length, 1)
  assert.deepEqual(
    chat
      .lines()
      .slice(-5)
      .map(text => text.slice(16)),
    ['carol joined', 'dave joined', 'bob left', 'dave left', 'carol is now carola'],
  )
  assert.match(chat.screen(), /2 here/)
  chat.said(presence('carola', 'away'), presence('carola', 'here'))
  assert.equal(chat.lines().length, 6, 'going away for a moment is no news')
  chat.said(presence('carola', 'reconnecting'))
  assert.match(chat.screen(), /1 here/, 'whose connection is lost is not counted')
  chat.said(presence('carola', 'here'))
  assert.match(chat.screen(), /2 here/)
})

test('who was renamed while they were away is told by the nick they are known by', () => {
  const chat = inTheLobby()
  const newest = () => chat.lines().at(-1)?.slice(16)
  chat.said(presence('bob', 'reconnecting'), presence('rob', 'here', 'bob'))
  assert.equal(newest(), 'bob is now rob')
  chat.said(line(1, 'hi'), presence('kim', 'here', 'mia'))
  assert.equal(newest(), 'kim (was mia) joined', 'nobody called mia is here to be renamed')
  chat.said(presence('kim', 'gone'), presence('mia', 'here', 'kim'))
  assert.match(chat.screen(), /-- │ mia joined$/m, 'who came and is called so again is just here')
  chat.said(line(2, 'hi'), presence('mia', 'gone'), presence('kim', 'here', 'mia'))
  assert.match(chat.screen(), /-- │ mia is now kim$/m, 'that they left for a moment is no news beside it')
})

test('who was renamed before we were back is told as renamed, and listed once', () => {
  const chat = inTheLobby()
  chat.take({ got: 'unlinked', text: 'The server stopped.' })
  chat.pass(400)
  chat.take(linked)
  chat.said(welcome(), presence('rob', 'here', 'bob'), backlog([]), members(['ann', 'rob']))
  assert.match(chat.screen(), /-- │ bob is now rob$/m)
  assert.match(chat.screen(), /2 here/)
})

test('who takes another nick and the old one again has not left', () => {
  const chat = inTheLobby()
  chat.said(presence('rob', 'here', 'bob'), presence('bob', 'here', 'rob'))
  assert.match(chat.screen(), /-- │ bob is bob again$/m)
  assert.doesNotMatch(chat.screen(), /left|came back/)
})

test('the list of members comes in pieces and is replaced by the next one', () => {
  const chat = inTheLobby({ columns: 120 })
  const piece = (nicks: string[], complete: boolean) => ({ ...members(nicks), complete }) as never
  chat.said(piece(['x', 'y'], false), piece(['ann'], true))
  assert.match(chat.screen(), /3 here/)
  chat.said(members(['ann']))
  assert.match(chat.screen(), /1 here/)
})

test('/nick asks the server, and the room’s answer makes it so', () => {
  const chat = inTheLobby()
  chat.enter('/nick zoe')
  assert.deepEqual(chat.sent(), [{ type: 'nick', nick: 'zoe' }])
  assert.equal(chat.model().nick, 'ann')
  chat.said(presence('zoe', 'here', 'ann'))
  assert.equal(chat.model().nick, 'zoe')
  assert.deepEqual(chat.effects(), [{ do: 'rememberNick', nick: 'zoe' }])
  chat.enter('/nick a b')
  assert.deepEqual(chat.sent(), [])
  assert.equal(chat.model().editor.text, '/nick a b')
  chat.said({
    type: 'refused',
    about: 'nick',
    code: 'nick-taken',
    text: '“bob” is already here.',
    suggestion: 'bob2',
  })
  assert.match(chat.lines().at(-1) ?? '', /“bob” is already here\. Try \/nick bob2$/)
  // Nobody new is called that; somebody is since before.
  chat.said({ type: 'refused', about: 'join', code: 'no-such-nick', text: 'Nobody.', suggestion: 'root' })
  assert.match(chat.lines().at(-1) ?? '', /Nobody\. Did you mean @root\?$/)
})

test('the other commands do what help says', () => {
  const chat = inTheLobby()
  chat.enter('/me waves')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id1', room: '#lobby', kind: 'emote', body: 'waves' }])
  chat.enter('//etc')
  assert.deepEqual(chat.sent(), [{ type: 'say', id: 'id2', room: '#lobby', kind: 'say', body: '/etc' }])
  chat.enter('/who')
  assert.match(chat.lines().at(-1) ?? '', /2 in #lobby: ann, bob$/)
  chat.enter('/info')
  assert.match(
    chat.lines().slice(-2).join(' '),
    /den-server at 10\.0\.0\.5:23277\. You are ann\..*server den1/,
  )
  chat.enter('/hlep')
  assert.match(chat.lines().at(-1) ?? '', /no command “\/hlep”\. Did you mean \/help\?/)
  assert.equal(chat.model().editor.text, '/hlep')
  chat.key('C-u')
  chat.enter('/clear')
  assert.deepEqual(chat.lines(), [])
  chat.enter('/help')
  assert.match(chat.screen(), /Commands/)
  chat.key('Escape')
  chat.enter('/quit')
  assert.deepEqual(chat.effects(), [
    { do: 'send', message: { type: 'bye' } },
    { do: 'quit', code: 0, text: null },
  ])
})

test('/help with a word that is no command says so, with the nearest one, and opens nothing', () => {
  const chat = inTheLobby()
  chat.enter('/help jion')
  assert.match(chat.lines().at(-1) ?? '', /There is no command “\/jion”\. Did you mean \/help join\?/)
  assert.equal(chat.model().help, null)
  chat.key('C-u')
  chat.enter('/help zzzzzzzz')
  assert.match(chat.lines().at(-1) ?? '', /no command “\/zzzzzzzz”\. \/help lists them\./)
  chat.key('C-u')
  chat.enter('/help /nick')
  assert.match(chat.lines().at(-1) ?? '', /\/nick NAME: take another nick/)
})

test('in plain mode help is text, and quit needs no slash', () => {
  const chat = inTheLobby()
  chat.take({ got: 'entered', text: '/help' })
  assert.equal(chat.model().help, null)
  assert.match(chat.lines().join('\n'), /\/nick NAME +take another nick/)
  chat.take({ got: 'entered', text: '/help me' })
  assert.match(chat.lines().at(-1) ?? '', /\/me TEXT: say what you do/)
  chat.take({ got: 'entered', text: 'quit' })
  assert.equal(chat.effects().at(-1)?.do, 'quit')
})

test('what is too long is not sent, the sentence names the bounds and the text stays', () => {
  const chat = inTheLobby()
  chat.enter('é'.repeat(5000))
  assert.deepEqual(chat.sent(), [])
  assert.match(
    chat.lines().at(-1) ?? '',
    /too long to send: 10000 bytes in 1 line, and at most 8192 bytes in 200 lines/,
  )
  assert.equal(chat.model().editor.text.length, 5000)
})

test('a short paste goes into the line, a long one is asked about', () => {
  const chat = inTheLobby()
  chat.paste('one\r\ntwo\n')
  assert.equal(chat.model().editor.text, 'one\ntwo\n')
  chat.key('C-c')
  const trace = Array.from({ length: 30 }, (_, n) => `frame ${n}`).join('\n')
  chat.paste(trace)
  assert.match(chat.screen(), /Send these 30 lines as one message\?/)
  assert.match(chat.screen(), /Enter send · e edit · Esc cancel/)
  chat.key('Escape')
  assert.deepEqual(chat.effects(), [])
  chat.paste(trace)
  chat.key('Enter')
  assert.deepEqual(
    chat.sent().map(message => (message.type === 'say' ? message.body : '')),
    [trace],
  )
  chat.paste(trace)
  chat.type('e')
  assert.equal(chat.model().editor.text, trace)
  assert.equal(chat.model().ask, null)
})

test('a pasted command is text, and a paste too long to send goes where it can be cut', () => {
  const chat = inTheLobby()
  chat.paste('/quit\n'.repeat(6))
  chat.key('Enter')
  assert.deepEqual(
    chat.sent().map(message => message.type),
    ['say'],
  )
  chat.key('Up')
  assert.equal(chat.model().editor.text, '/quit\n'.repeat(6).trimEnd(), 'a block that was sent is recalled')
  chat.key('C-c')
  chat.paste('x\n'.repeat(300))
  assert.equal(chat.model().ask, null)
  assert.match(chat.screen(), /This is 300 lines, and 200 lines or 8192 bytes go into one message\./)
  chat.key('Enter')
  assert.deepEqual(chat.sent(), [])
  assert.equal(chat.model().editor.text, 'x\n'.repeat(300))
  assert.match(chat.lines().at(-1) ?? '', /too long to send/)
  chat.paste('x'.repeat(65 * 1024))
  assert.match(chat.screen(), /This paste is too long/)
})

test('^C empties the line, and twice within a second leaves with 130', () => {
  const chat = inTheLobby()
  chat.type('draft')
  chat.key('C-c')
  assert.equal(chat.model().editor.text, '')
  assert.match(chat.screen(), /^ Line emptied\. \^C once more leaves\./m)
  chat.pass(1001)
  chat.key('C-c')
  assert.match(chat.screen(), /Press \^C once more to leave\./)
  chat.type('x')
  chat.key('Backspace', 'C-c')
  assert.deepEqual(chat.effects(), [])
  chat.pass(1000)
  chat.key('C-c')
  assert.deepEqual(chat.effects(), [
    { do: 'send', message: { type: 'bye' } },
    { do: 'quit', code: 130, text: null },
  ])
})

test('that ^C once more leaves is said for exactly as long as it is so', () => {
  const says = /\^C once more/
  const chat = inTheLobby()
  chat.key('C-c')
  chat.pass(1000)
  assert.match(chat.screen(), says)
  chat.pass(1)
  assert.doesNotMatch(chat.screen(), says)
  chat.key('C-c')
  assert.deepEqual(chat.effects(), [])
  assert.match(chat.screen(), says)
  chat.key('Left')
  assert.doesNotMatch(chat.screen(), says)
  chat.key('C-c')
  chat.type('x')
  assert.doesNotMatch(chat.screen(), says)
  assert.deepEqual(chat.effects(), [])
})

test('^D deletes to the right, and leaves on an empty line', () => {
  const chat = inTheLobby()
  chat.type('ab')
  chat.key('C-a', 'C-d')
  assert.equal(chat.model().editor.text, 'b')
  chat.key('C-d')
  assert.deepEqual(chat.effects(), [])
  chat.key('C-d')
  assert.equal(chat.effects().at(-1)?.do, 'quit')
})

test('the bell rings for our nick while nobody looks, and not in a storm', () => {
  const chat = inTheLobby()
  chat.said(line(1, 'ann: hi'))
  assert.deepEqual(chat.effects(), [])
  chat.take({ got: 'stroke', stroke: { focused: false } })
  chat.said(line(2, 'joanna and annex'), line(3, 'hey Ann!'), line(4, 'ANN?'))
  assert.deepEqual(chat.effects(), [{ do: 'bell', notice: '#lobby bob: hey Ann!' }])
  chat.pass(3000)
  chat.said(line(5, '@ann'))
  assert.deepEqual(chat.effects(), [{ do: 'bell', notice: '#lobby bob: @ann' }])
})

test('where the terminal tells nothing of focus, it rings for whoever pressed no key for a while', () => {
  const chat = inTheLobby()
  chat.key('Up')
  chat.pass(19_000)
  chat.said(line(1, 'ann: hi'))
  assert.deepEqual(chat.effects(), [])
  chat.pass(2_000)
  chat.said(line(2, 'ann: hi\u001b]9;4;1;50\u0007 there'))
  const [bell] = chat.effects()
  assert.deepEqual(bell, { do: 'bell', notice: '#lobby bob: ann: hi\ufffd]9;4;1;50\ufffd there' })
  chat.take({ got: 'stroke', stroke: { focused: true } })
  chat.pass(60_000)
  chat.effects()
  chat.said(line(3, 'ann: still there?'))
  assert.deepEqual(chat.effects(), [])
})

test('a ping is answered, a notice is shown', () => {
  const chat = inTheLobby()
  chat.said({ type: 'ping' }, { type: 'pong' })
  assert.deepEqual(chat.sent(), [{ type: 'pong' }])
  chat.take({ got: 'notice', text: 'A newer server is here.' })
  assert.match(chat.lines().at(-1) ?? '', /A newer server is here\./)
  const picker = drive()
  picker.take({ got: 'notice', text: 'A newer server is here.' })
  assert.match(picker.screen(), /A newer server is here\./)
})

test('what is found out about the list is told there and not to who talks, and later where it still holds', () => {
  const newer = { got: 'listNotice', text: 'A newer server is here.', passes: false } as const
  const ignoring = { got: 'listNotice', text: 'Your list may be incomplete.', passes: true } as const
  const picker = drive()
  picker.take(ignoring)
  assert.match(picker.screen(), /Your list may be incomplete\./)
  for (const [ms, told] of [
    [1_000, /You left den-server\. A newer server is here\. Your list may be incomplete\.$/],
    [60_000, /You left den-server\. A newer server is here\.$/],
  ] as const) {
    const chat = inTheLobby()
    const before = chat.lines()
    chat.take(newer)
    chat.take(ignoring)
    assert.deepEqual(chat.lines(), before)
    chat.pass(ms)
    chat.enter('/servers')
    assert.match(chat.model().picker.note?.text ?? '', told)
    assert.deepEqual(chat.model().picker.untold, [])
  }
})

test('of what is found out about the list while a server is called, the last four are told when that is given up', () => {
  const chat = drive()
  chat.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'den-server' })] })
  chat.key('Enter')
  for (const text of ['One.', 'Two.', 'Three.', 'Four.', 'Five.'])
    chat.take({ got: 'listNotice', text, passes: false })
  assert.equal(chat.model().picker.note, null)
  chat.key('Escape')
  assert.equal(chat.model().picker.note?.text, 'Two. Three. Four. Five.')
})

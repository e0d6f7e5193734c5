import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assertScreen,
  backlog,
  drive,
  entered,
  inTheLobby,
  line,
  linked,
  members,
  opened,
  wallStart,
  welcome,
} from './driver.ts'

const dev = (seq: number, body: string) => line(seq, body, { room: '#dev' })

/** In the lobby and in #dev, which is on show. */
function inTwoRooms(columns = 80, rows = 12) {
  const chat = inTheLobby({ columns, rows })
  chat.enter('/join #Dev')
  chat.said(...entered('#dev'))
  chat.effects()
  return chat
}

test('/join enters a room and shows it at once, so that what is typed next goes there', () => {
  const chat = inTheLobby()
  chat.enter('/join #Dev')
  chat.enter('hi all')
  assert.deepEqual(chat.sent(), [
    { type: 'join', room: '#dev' },
    { type: 'say', id: 'id1', room: '#dev', kind: 'say', body: 'hi all' },
  ])
  assert.match(chat.screen(), /^ #dev {2}den-server/)
  chat.said(...entered('#dev'), line(1, 'hi all', { room: '#dev', id: 'id1', from: 'ann' }))
  assert.match(chat.screen(), /ann │ hi all +✓$/m)
  chat.enter('/join lobby')
  assert.match(chat.screen(), /^ #lobby {2}den-server/)
  assert.deepEqual(chat.sent(), [], 'we are in it')
})

test('#room text speaks there, joining if need be, and what is on show stays', () => {
  const chat = inTheLobby()
  chat.enter('#dev hello there')
  assert.deepEqual(chat.sent(), [
    { type: 'join', room: '#dev' },
    { type: 'say', id: 'id1', room: '#dev', kind: 'say', body: 'hello there' },
  ])
  assert.equal(chat.model().current, '#lobby')
  chat.said(...entered('#dev'), line(1, 'hello there', { room: '#dev', id: 'id1', from: 'ann' }))
  assert.match(chat.screen(), /^ To #dev: hello there/m)
  chat.enter('#dev')
  assert.match(chat.screen(), /ann │ hello there +✓$/m)
})

test('a room that cannot be entered is closed again, with the reason, where one was before', () => {
  const chat = inTheLobby()
  chat.enter('/join #dev')
  chat.said({ type: 'refused', about: 'join', code: 'too-many-rooms', text: 'There are too many rooms.' })
  assert.equal(chat.model().current, '#lobby')
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby'])
  assert.match(chat.lines().at(-1) ?? '', /#lobby !! There are too many rooms\.$/)
  chat.enter('/join #dev')
  chat.type('typed meanwhile')
  chat.said({ type: 'refused', about: 'join', code: 'too-fast', text: 'That was too fast.' })
  assert.equal(chat.model().editor.text, '')
  chat.key('C-y')
  assert.equal(chat.model().editor.text, 'typed meanwhile')
  chat.key('C-u')
  chat.enter('/join a b')
  assert.equal(chat.model().editor.text, '/join a b')
  assert.match(chat.lines().at(-1) ?? '', /!! A room’s name begins with/)
})

test('of two joins the refused one is closed', () => {
  const chat = inTheLobby()
  chat.enter('/join #dev')
  chat.enter('/join #ops')
  chat.said(...entered('#dev'), { type: 'refused', about: 'join', code: 'too-fast', text: 'Too fast.' })
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby', '#dev'])
  assert.equal(chat.model().current, '#dev')
})

test('a command without its room or nick says how it is used, and the line stays', () => {
  const chat = inTheLobby()
  for (const text of ['/join', '/msg', '#', '@', '#!/bin/sh']) {
    chat.enter(text)
    assert.equal(chat.model().editor.text, text)
    assert.match(chat.lines().at(-1) ?? '', /!! (Something is missing|“[#@]\w+ text” speaks)/)
    chat.key('C-u')
  }
  assert.deepEqual(chat.sent(), [])
})

test('rooms with something new are listed, numbered and found, mentions first', () => {
  const chat = inTwoRooms()
  chat.enter('/join #ops')
  chat.said(...entered('#ops'))
  chat.enter('/go 1')
  for (let seq = 1; seq <= 120; seq++) chat.said(line(seq, 'x', { room: '#dev' }))
  chat.said(line(1, 'ann: look', { room: '#ops' }))
  assertScreen(
    chat.screen().split('\n').slice(0, 5).join('\n'),
    `
    | #lobby  den-server                                                      2 here
    |▌#lobby       │
    | #dev     99+ │
    | #ops      !1 │
    |              │
    `,
  )
  chat.take({ got: 'size', columns: 70, rows: 12 })
  assert.match(chat.screen(), /^ ann · #lobby · Act: 2 3! · connected/m)
  chat.take({ got: 'size', columns: 40, rows: 12 })
  assert.match(chat.screen(), /^#lobby 2 here .*Act: 2 3! {2}connected$/m)
  chat.key('M-a')
  assert.equal(chat.model().current, '#ops', 'it names us')
  chat.key('M-a')
  assert.equal(chat.model().current, '#dev')
  chat.key('M-a')
  assert.match(chat.screen(), /Nothing is unread\./)
  assert.doesNotMatch(chat.screen(), /Act/)
})

test('keys and commands lead from room to room', () => {
  const chat = inTwoRooms()
  chat.enter('/join #ops')
  const goes = (key: string) => {
    chat.key(key)
    return chat.model().current
  }
  assert.deepEqual(['C-n', 'M-Down', 'C-p', 'M-Up'].map(goes), ['#lobby', '#dev', '#lobby', '#ops'])
  assert.deepEqual(['M-1', 'M-2', 'M-9'].map(goes), ['#lobby', '#dev', '#dev'])
  chat.enter('/next')
  chat.enter('/previous')
  assert.equal(chat.model().current, '#dev')
  chat.enter('/go op')
  assert.equal(chat.model().current, '#ops')
  chat.enter('/go nowhere')
  assert.match(chat.lines().at(-1) ?? '', /You are not in “nowhere”/)
})

test('^G finds a room by some letters of its name', () => {
  const chat = inTwoRooms()
  chat.enter('/join #deployments')
  chat.key('C-g')
  assert.match(
    chat.screen(),
    /^ Which room\? A part of its name, or its number\.\n ▌#lobby\n {2}#dev\n▌> *\n Enter show it/m,
  )
  chat.type('de')
  assert.match(chat.screen(), /^ ▌#dev\n {2}#deployments\n▌> de$/m)
  chat.key('Down', 'Enter')
  assert.equal(chat.model().current, '#deployments')
  chat.key('M-/')
  chat.type('lby')
  chat.key('Enter')
  assert.equal(chat.model().current, '#lobby')
  chat.key('C-g')
  chat.type('zzz')
  assert.match(chat.screen(), /You are in no room of that name\./)
  chat.key('Enter')
  assert.equal(chat.model().ask, null)
  assert.equal(chat.model().current, '#lobby')
})

test('each room keeps its draft, its history of lines and its place', () => {
  const chat = inTheLobby({ rows: 12 })
  for (let seq = 1; seq <= 40; seq++) chat.said(line(seq, `line ${seq}.`))
  chat.key('PageUp')
  const anchor = chat.model().rooms.get('#lobby')?.anchor
  assert.notEqual(anchor, null)
  chat.enter('/join #dev')
  chat.said(...entered('#dev'))
  chat.enter('said in dev')
  chat.type('half a thought')
  chat.key('M-1')
  assert.equal(chat.model().editor.text, '')
  assert.deepEqual(chat.model().rooms.get('#lobby')?.anchor, anchor)
  chat.key('Up')
  assert.equal(chat.model().editor.text, '/join #dev')
  chat.key('M-2')
  assert.equal(chat.model().editor.text, 'half a thought')
  chat.key('Up')
  assert.equal(chat.model().editor.text, 'said in dev')
})

test('“new” stands where one left a room, and goes when it is left again', () => {
  const chat = inTwoRooms()
  chat.said(dev(1, 'seen'))
  chat.key('M-1')
  chat.said(dev(2, 'first'), dev(3, 'second'))
  chat.key('M-2')
  assert.match(chat.screen(), /seen\n.*─ new ─+\n.*first\n.*second/)
  chat.said(dev(4, 'third'))
  assert.match(chat.screen(), /─ new ─+\n.*first\n.*second\n.*third/)
  chat.key('M-1', 'M-2')
  assert.doesNotMatch(chat.screen(), /─ new ─/)
})

test('leaving shows the room before, and the only room stays', () => {
  const chat = inTwoRooms()
  chat.enter('/join #ops')
  chat.said(...entered('#ops'))
  chat.key('M-1', 'M-2')
  chat.effects()
  chat.enter('/leave')
  assert.deepEqual(chat.sent(), [{ type: 'leave', room: '#dev' }])
  assert.equal(chat.model().current, '#lobby', 'what is typed next is for the room before')
  chat.said({ type: 'left', room: '#dev' })
  assert.match(chat.lines().at(-1) ?? '', /You left #dev\.$/)
  chat.enter('/part ops')
  chat.said({ type: 'left', room: '#ops' })
  chat.effects()
  chat.enter('/leave')
  assert.deepEqual(chat.sent(), [])
  assert.match(chat.lines().at(-1) ?? '', /#lobby is the only room you are in, so you stay there\./)
  chat.said(dev(9, 'late'))
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby'], 'what comes late opens nothing')
})

test('a room is left when all that was said in it is acknowledged', () => {
  const chat = inTwoRooms()
  chat.enter('bye all')
  chat.enter('/leave')
  assert.deepEqual(
    chat.sent().map(message => message.type),
    ['say'],
  )
  chat.said(line(1, 'bye all', { room: '#dev', id: 'id1', from: 'ann' }))
  assert.deepEqual(chat.sent(), [{ type: 'leave', room: '#dev' }])
})

test('the room panel is reached with Tab, moved in with arrows and hidden with F4', () => {
  const chat = inTwoRooms(120, 12)
  const panels = ['Tab', 'Tab', 'Tab', 'Tab'].map(key => {
    chat.key(key)
    return chat.model().panel
  })
  assert.deepEqual(panels, ['rooms', 'chat', 'members', 'input'])
  chat.key('Tab', 'Up')
  assert.equal(chat.model().current, '#lobby')
  assert.equal(chat.model().panel, 'rooms')
  chat.key('Up', 'Down', 'Down')
  assert.equal(chat.model().current, '#dev')
  chat.key('F4')
  assert.equal(chat.model().panel, 'input')
  assert.doesNotMatch(chat.screen(), /^ #lobby +│/m)
  chat.take({ got: 'size', columns: 50, rows: 12 })
  chat.key('F4')
  assert.match(chat.screen(), /^ Too narrow for it/m)
})

test('a topic stands in the bar, is set for all and is a line of the room', () => {
  const chat = inTwoRooms()
  chat.said({ type: 'topic', room: '#dev', body: 'Release on Friday' })
  assert.match(chat.screen(), /^ #dev {2}Release on Friday +den-server {2}2 here$/m)
  chat.enter('/topic')
  assert.match(chat.lines().at(-1) ?? '', /-- #dev: Release on Friday$/)
  chat.enter('/topic Release on Monday')
  assert.deepEqual(chat.sent(), [{ type: 'topic', id: 'id1', room: '#dev', body: 'Release on Monday' }])
  chat.said(line(1, 'Release on Monday', { room: '#dev', kind: 'topic', from: 'ann', id: 'id1' }))
  assert.match(chat.lines().at(-1) ?? '', /#dev -- ann set the topic: Release on Monday$/)
  assert.match(chat.screen(), /^ #dev {2}Release on Monday/)
})

test('a topic that was set on another day stands below the line of that day', () => {
  const chat = inTwoRooms()
  chat.said(line(1, 'Release', { room: '#dev', kind: 'topic', from: 'bob', at: wallStart - 86_400_000 }))
  const texts = chat.lines().slice(-2)
  assert.match(texts[0] ?? '', /^-- Mon 20 Nov 2023 --$/)
  assert.match(texts[1] ?? '', /bob set the topic: Release$/)
})

test('/rooms lists them, and Tab completes their names', () => {
  const chat = inTheLobby()
  chat.enter('/list')
  assert.deepEqual(chat.sent(), [{ type: 'rooms' }])
  chat.said(
    { type: 'rooms', rooms: [{ room: '#lobby', members: 2, topic: '' }], complete: false },
    { type: 'rooms', rooms: [{ room: '#deploy', members: 12, topic: 'green' }], complete: true },
  )
  assert.deepEqual(
    chat
      .lines()
      .slice(-3)
      .map(text => text.slice(16)),
    [
      '2 rooms here. /join #ROOM goes to one, or makes one.',
      '#lobby  2 in it, with you',
      '#deploy  12 in it  green',
    ],
  )
  const tab = (text: string) => {
    chat.key('C-u')
    chat.type(text)
    chat.key('Tab')
    return chat.model().editor.text
  }
  assert.equal(tab('/join #d'), '/join #deploy ')
  assert.equal(tab('/join de'), '/join #deploy ')
  assert.equal(tab('#de'), '#deploy ')
  assert.equal(tab('/msg b'), '/msg bob ')
  assert.equal(tab('/msg bob b'), '/msg bob bob ')
  assert.equal(tab('/typing o'), '/typing on')
  assert.equal(tab('/nick b'), '/nick b')
})

test('whoever comes back names all rooms, asks again for what was not answered, and keeps a left lobby left', () => {
  const chat = inTwoRooms()
  chat.said(dev(1, 'one'))
  chat.enter('/leave #lobby')
  chat.said({ type: 'left', room: '#lobby' })
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.enter('/join #ops')
  chat.effects()
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  const [hello] = chat.sent()
  assert.deepEqual(hello?.type === 'hello' && hello.last, { '#dev': 1 })
  chat.said(welcome())
  assert.deepEqual(chat.sent(), [
    { type: 'join', room: '#ops' },
    { type: 'leave', room: '#lobby' },
  ])
  chat.said(backlog([]), members(['ann']), backlog([[2, 'ann: missed']], true, { room: '#dev' }), {
    type: 'left',
    room: '#lobby',
  })
  assert.deepEqual([...chat.model().rooms.keys()], ['#dev', '#ops'])
  assert.equal(chat.model().rooms.get('#dev')?.mentions, 1, 'missed lines are unread')
})

test('the past of a room that is entered is no news', () => {
  const chat = inTheLobby()
  chat.enter('#dev hi')
  chat.said(
    backlog([[1, 'ann: long ago']], false, { room: '#dev' }),
    backlog([[2, 'x']], true, { room: '#dev' }),
  )
  assert.equal(chat.model().rooms.get('#dev')?.unread, 0)
})

test('a list of rooms longer than the window shows the one that is read', () => {
  const chat = inTheLobby({ rows: 8 })
  for (let n = 1; n <= 12; n++) {
    chat.enter(`/join #room${n}`)
    chat.said(...entered(`#room${n}`))
  }
  assert.match(chat.screen(), /^▌#room12 {6}│/m)
  chat.key('M-1')
  assert.match(chat.screen(), /^▌#lobby {7}│/m)
})

test('a name wider than the panel is cut', () => {
  const chat = inTheLobby()
  chat.enter('/join #日本語の長い部屋の名前')
  chat.said(...entered('#日本語の長い部屋の名前'), ...opened('@x.y', 'averyveryverylongnick'))
  assert.match(chat.screen(), /^▌#日本語の長… │/m)
  assert.match(chat.screen(), /^ @averyveryv… +│/m)
})

test('back at the list of servers the rooms of the last one are gone', () => {
  const chat = drive()
  assert.deepEqual([...chat.model().rooms.keys()], ['#lobby'])
  chat.take(linked)
  assert.deepEqual(chat.effects(), [{ do: 'hangUp' }])
})

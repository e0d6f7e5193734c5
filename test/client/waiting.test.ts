/** Many lines of ours that wait: what is told meanwhile is seen, and nothing that is typed or pasted is lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bounds } from '../../src/client/bounds.ts'
import { type Driver, inTheLobby, line } from './driver.ts'

const offline = (chat: Driver) => chat.take({ got: 'unlinked', text: 'The server does not answer.' })
const text = (chat: Driver) => chat.model().editor.text
const say = (chat: Driver, count: number, from = 1) => {
  for (let n = from; n < from + count; n++) chat.enter(`line ${n}`)
}
const full = (size: { rows?: number; columns?: number } = {}): Driver => {
  const chat = inTheLobby(size)
  say(chat, bounds.outboxLines)
  chat.sent()
  return chat
}
/** The server has kept our first line of those that wait. */
let kept = 0
const keepOwn = (chat: Driver) => {
  const [first] = chat.model().outbox
  assert.ok(first)
  chat.said(line(++kept, first.body, { id: first.id, from: 'ann' }))
}

test('the newest lines that wait are shown, the others counted, and what is told stays in sight', () => {
  for (const rows of [5, 8, 12, 24, 60]) {
    const chat = inTheLobby({ rows })
    offline(chat)
    say(chat, 90)
    chat.enter('/rooms')
    assert.match(chat.screen(), /this was not asked/, `${rows} rows`)
    assert.match(chat.screen(), /\d+ (earlier )?lines of yours not sent yet/, `${rows} rows`)
    if (rows >= 12) assert.match(chat.screen(), /… \d\d earlier lines[\s\S]*line 89 +…\n[\s\S]*line 90 +…/)
    // Where little was told, they have the rest of the window.
    if (rows >= 12) assert.doesNotMatch(chat.screen(), /\n\n/, `${rows} rows`)
  }
})

test('a few lines that wait are all shown, and one alone by its first rows', () => {
  const chat = inTheLobby()
  offline(chat)
  say(chat, 7)
  assert.doesNotMatch(chat.screen(), /of yours/)
  for (let n = 1; n <= 7; n++) assert.match(chat.screen(), new RegExp(`line ${n} +…`))
  const other = inTheLobby({ rows: 14 })
  offline(other)
  other.enter(`first ${'word '.repeat(200)}`)
  assert.match(other.screen(), /ann │ first word/)
  assert.doesNotMatch(other.screen(), /of yours/)
  other.enter('second')
  assert.match(other.screen(), /… 1 earlier line of yours not sent yet\n.*second +…/)
})

test('what was told keeps its place when the lines that wait are acknowledged', () => {
  const chat = inTheLobby({ rows: 14 })
  say(chat, 12)
  chat.enter('/topic')
  keepOwn(chat)
  assert.match(
    chat.screen(),
    /has no topic[\s\S]*line 1 +✓[\s\S]*… \d earlier lines of yours[\s\S]*line 12 +…/,
  )
})

test('a line too many stays, the reason is on the screen, and Enter sends it when there is room', () => {
  const chat = full({ columns: 130 })
  chat.enter('one too many')
  assert.equal(text(chat), 'one too many')
  const reason = /100 lines already wait to be sent; this stays here, Enter tries again\./g
  assert.equal(chat.screen().match(reason)?.length, 2, 'in the room and in the status')
  chat.key('Enter', 'Enter')
  assert.equal(text(chat), 'one too many')
  assert.match(chat.screen(), /Enter tries again\. \(3 times\)/)
  keepOwn(chat)
  chat.key('Enter')
  assert.equal(text(chat), '')
  assert.deepEqual(
    chat.sent().map(said => 'body' in said && said.body),
    ['one too many'],
  )
})

test('what is typed on after it goes below it, so that of many lines none is lost and none changes its place', () => {
  const chat = inTheLobby().unwatched()
  const said: string[] = []
  for (let n = 1; n <= 250; n++) {
    chat.enter(`  line ${n}`)
    if (n > 150 && n % 10 === 0) keepOwn(chat)
  }
  chat.key('Enter')
  while (text(chat) !== '') {
    keepOwn(chat)
    chat.key('Enter')
  }
  for (const message of chat.sent()) if (message.type === 'say') said.push(...message.body.split('\n'))
  assert.deepEqual(
    said.map(one => one.trim()),
    Array.from({ length: 250 }, (_, index) => `line ${index + 1}`),
  )
})

test('a draft that outgrew a message stays as well, and grows on', () => {
  const chat = full().unwatched()
  say(chat, 201)
  keepOwn(chat)
  chat.enter('line 202')
  assert.match(chat.lines().at(-1) ?? '', /too long to send/)
  chat.enter('line 203')
  assert.match(text(chat), /^line 1\n[\s\S]*line 202\nline 203$/)
})

test('a command is done meanwhile, and words for somebody else are never said with those for the room', () => {
  const chat = full()
  chat.enter('for all')
  chat.enter('/topic')
  assert.match(chat.screen(), /has no topic/)
  assert.equal(text(chat), 'for all')
  chat.enter('/msg bob a secret')
  assert.equal(text(chat), '/msg bob a secret')
  chat.enter('for all, too')
  keepOwn(chat)
  chat.key('Enter')
  assert.equal(text(chat), '/msg bob a secret')
  keepOwn(chat)
  chat.key('Enter')
  assert.equal(text(chat), 'for all')
  keepOwn(chat)
  chat.key('Enter')
  assert.deepEqual(
    chat.sent().map(said => said.type === 'say' && [said.room, said.body]),
    [
      ['#lobby', 'for all, too'],
      ['@bob', 'a secret'],
      ['#lobby', 'for all'],
    ],
  )
  assert.equal(text(chat), '')
})

test('whoever looks through history, or gives up the line typed since, has it back', () => {
  const chat = full()
  chat.enter('waits')
  chat.key('Up')
  assert.equal(text(chat), 'line 100')
  chat.key('C-c')
  assert.equal(text(chat), 'waits')
  chat.enter('/topi')
  chat.key('C-c')
  assert.equal(text(chat), 'waits')
  chat.pass(2_000)
  chat.key('C-c')
  assert.equal(text(chat), '')
})

test('a paste where no line is taken stays with what stands there', () => {
  const chat = full()
  chat.enter('waits')
  chat.paste('one\ntwo')
  assert.equal(text(chat), 'waits\none\ntwo')
  chat.key('C-c')
  chat.paste('1\n2\n3\n4\n5\n6\n')
  chat.key('Enter')
  assert.equal(text(chat), '1\n2\n3\n4\n5\n6\n')
  assert.match(chat.screen(), /Enter tries again/)
})

test('the rest of a paste that comes while it is asked about belongs to it', () => {
  const chat = inTheLobby()
  chat.paste('1\n2\n3\n4\n5\n6\n7 and')
  assert.match(chat.screen(), /Send these 7 lines as one message/)
  chat.paste(' a half\n8\n')
  assert.match(chat.screen(), /Send these 8 lines as one message/)
  chat.key('Enter')
  assert.deepEqual(
    chat.sent().map(said => 'body' in said && said.body),
    ['1\n2\n3\n4\n5\n6\n7 and a half\n8'],
  )
  chat.paste('1\n2\n3\n4\n5\n6\n')
  chat.paste('x\n'.repeat(200))
  assert.equal(chat.model().ask, null)
  assert.equal(text(chat), `1\n2\n3\n4\n5\n6\n${'x\n'.repeat(200)}`)
})

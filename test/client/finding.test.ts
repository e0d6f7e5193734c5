/** Looking for words above, for lines typed before, and going to what a search at the server has found. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServerMessage } from '../../src/wire/messages.ts'
import {
  backlog,
  type Driver,
  drive,
  entered,
  inTheLobby,
  line,
  members,
  wallStart,
  welcome,
} from './driver.ts'
import { rowText } from './frames.ts'

const wire = (seq: number, body: string, room = '#lobby') => ({
  room,
  seq,
  at: wallStart,
  id: `w${seq}`,
  from: 'bob',
  kind: 'say' as const,
  body,
})

/** 300 lines, of which every hundredth is about deploys. */
function long() {
  const chat = inTheLobby({ rows: 16 }).unwatched()
  for (let seq = 1; seq <= 300; seq++)
    chat.said(line(seq, seq % 100 === 50 ? `Deploy number ${seq} is green` : `line ${seq}.`))
  return chat
}

/** The spans that are marked, and the row of the entry that is gone to. */
const marked = (chat: Driver) =>
  chat.frame().rows.flatMap(row => row.filter(part => part.style === 'selected').map(part => part.text))
const hit = (chat: Driver) =>
  chat
    .frame()
    .rows.map(rowText)
    .find(text => text.includes(' > '))
    ?.trim()
const status = (chat: Driver) => chat.screen().split('\n').at(-2)?.trim()

test('^F finds words above as they are typed, from one line to the next, and Escape leads back', () => {
  const chat = long()
  chat.key('C-f')
  assert.match(status(chat) ?? '', /^type what to look for above · Esc back/)
  chat.type('depl')
  assert.equal(hit(chat), '09:12        bob > Deploy number 250 is green')
  assert.deepEqual(marked(chat), ['Depl'])
  assert.match(status(chat) ?? '', /^1 of 3 · ↑ older ↓ newer · Enter stay · Esc back/)
  chat.key('Up')
  assert.equal(hit(chat), '09:12        bob > Deploy number 150 is green')
  chat.key('Up')
  assert.match(status(chat) ?? '', /^3 of 3/)
  chat.key('Down')
  assert.match(status(chat) ?? '', /^2 of 3/)
  chat.type(' green')
  assert.deepEqual(marked(chat), ['Depl', 'green'])
  chat.key('Escape')
  assert.equal(chat.model().rooms.get('#lobby')?.anchor, null)
  assert.match(chat.screen(), /line 300\./)
  assert.deepEqual(marked(chat), [])
})

test('Enter stays where the words were found, and what is typed then is a line again', () => {
  const chat = long()
  chat.enter('/find deploy')
  chat.key('Up', 'Enter')
  assert.match(chat.screen(), /Deploy number 150 is green/)
  assert.match(chat.screen(), /↓ more \(End\)/)
  chat.type('hello')
  assert.equal(chat.model().editor.text, 'hello')
  assert.match(chat.screen(), /Deploy number 150 is green/)
})

test('on a line with text ^F goes right', () => {
  const chat = long()
  chat.type('ab')
  chat.key('Home', 'C-f')
  assert.deepEqual([chat.model().finding, chat.model().editor.cursor], [null, 1])
})

test('a line that comes while words are looked for moves nothing', () => {
  const chat = long()
  chat.enter('/find deploy')
  const before = chat.screen().split('\n').slice(0, -2)
  chat.said(line(301, 'and another deploy'))
  assert.deepEqual(chat.screen().split('\n').slice(0, -2), before)
  assert.match(status(chat) ?? '', /^2 of 4 .*↓ 1 new/)
})

test('a word deep in a folded text is shown', () => {
  const chat = inTheLobby({ rows: 16 })
  chat.said(line(1, `${'row\n'.repeat(40)}needle`), line(2, 'after'))
  chat.enter('/find needle')
  chat.key('PageDown', 'PageDown', 'PageDown')
  assert.deepEqual(marked(chat), ['needle'])
})

const found = (words: string, ...lines: ReturnType<typeof wire>[]): ServerMessage => ({
  type: 'found',
  words,
  lines,
  complete: true,
})

test('of a list that the server has cut it is said that there are more, and what finds less', () => {
  const chat = inTheLobby()
  chat.enter('/search zebra')
  const lines = Array.from({ length: 50 }, (_, n) => wire(400 - n, 'a zebra'))
  chat.said({ type: 'found', words: 'zebra', lines, more: true, complete: true })
  assert.match(
    chat.screen().replace(/\s+/g, ' '),
    /The newest 50 lines with “zebra”; there are more, and more words find less\. Which one\?/,
  )
})

test('beyond the oldest line the server is asked, and its answer is a list to go from', () => {
  const chat = drive({ target: { hosts: ['10.0.0.5'], port: 23277 } }).unwatched()
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([[500, 'line 500.']]), members(['ann', 'bob']))
  chat.effects()
  chat.enter('/find zebra')
  assert.match(status(chat) ?? '', /no line here has that · ↑ ask the server/)
  chat.key('Up')
  assert.deepEqual(chat.sent(), [])
  assert.match(status(chat) ?? '', /no older line here · ↑ once more asks the server/)
  chat.key('Up')
  assert.deepEqual(chat.sent(), [{ type: 'search', words: 'zebra' }])
  chat.said(found('zebra', wire(400, 'a zebra'), wire(90, 'zebra crossing')))
  assert.match(
    chat.screen(),
    /2 lines with “zebra”, the newest first\. Which one\?\n ▌09:12 #lobby bob: a zebra\n/,
  )
  chat.key('Down', 'Enter')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 500, limit: 200 }])
  const page = (from: number, to: number): ServerMessage => ({
    type: 'page',
    room: '#lobby',
    lines: Array.from({ length: to - from + 1 }, (_, n) =>
      wire(from + n, from + n === 90 ? 'zebra crossing' : `line ${from + n}.`),
    ),
    more: from > 1,
    complete: true,
  })
  chat.said(page(300, 499))
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 300, limit: 200 }])
  chat.said(page(100, 299))
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 100, limit: 50 }])
  chat.said(page(50, 99))
  assert.equal(hit(chat), '09:12        bob > zebra crossing')
  assert.match(status(chat) ?? '', /^1 of 1/)
  chat.key('Escape')
  assert.match(chat.screen(), /line 500\./)
})

test('a search answered while somebody types is told as lines, and no key is taken from them', () => {
  const chat = inTheLobby()
  chat.enter('/search zebra')
  chat.pass(100)
  chat.type('my next')
  chat.said(found('zebra', wire(9, 'a zebra')))
  assert.equal(chat.model().ask, null)
  assert.match(chat.lines().at(-1) ?? '', /09:12 #lobby bob: a zebra/)
  assert.equal(chat.model().editor.text, 'my next')
})

test('a line found in another room is gone to there', () => {
  const chat = inTheLobby()
  chat.enter('/join #dev')
  chat.said(...entered('#dev'), line(7, 'a zebra', { room: '#dev' }), line(8, 'after', { room: '#dev' }))
  chat.enter('/go lobby')
  chat.enter('/search zebra')
  chat.said(found('zebra', wire(7, 'a zebra', '#dev')))
  chat.key('Enter')
  assert.equal(chat.model().current, '#dev')
  assert.deepEqual(marked(chat), ['zebra'])
})

test('while the server is away a search beyond says so', () => {
  const chat = inTheLobby()
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.effects()
  chat.enter('/find zebra')
  chat.key('Up', 'Up')
  assert.deepEqual(chat.sent(), [])
  assert.match(chat.screen(), /not asked|offline/)
})

function spoken(...texts: string[]) {
  const chat = inTheLobby()
  for (const text of texts) chat.enter(text)
  chat.signals()
  return chat
}

test('^R finds lines typed before by a part of them, older and older', () => {
  const chat = spoken('deploy one', 'lunch?', 'deploy two')
  chat.type('half a thought')
  chat.key('C-r')
  chat.type('dep')
  assert.match(chat.screen(), /\^R dep: deploy two$/m)
  chat.key('C-r')
  assert.match(chat.screen(), /\^R dep: deploy one$/m)
  chat.key('C-r')
  assert.match(status(chat) ?? '', /^you sent no older line with that/)
  assert.equal(chat.model().editor.text, 'deploy one')
  chat.key('Escape')
  assert.equal(chat.model().editor.text, 'half a thought')
})

test('what ^R found is taken by Enter, which does not send it, or by going on in it', () => {
  const chat = spoken('deploy one', 'lunch?')
  chat.sent()
  chat.key('C-r')
  chat.type('DEPL')
  chat.key('Enter')
  assert.deepEqual([chat.model().editor.text, chat.model().recalling], ['deploy one', null])
  assert.deepEqual(chat.sent(), [])
  chat.key('C-u', 'C-r')
  chat.type('unch')
  chat.key('Left')
  chat.type('!')
  assert.equal(chat.model().editor.text, '!lunch?')
  chat.key('C-_')
  assert.equal(chat.model().editor.text, 'lunch?')
})

test('Backspace takes the last letter of what ^R looks for', () => {
  const chat = spoken('deploy one', 'dinner?')
  chat.key('C-r')
  chat.type('dex')
  assert.match(status(chat) ?? '', /^you sent no older line with that/)
  chat.key('Backspace')
  assert.equal(chat.model().editor.text, 'deploy one')
  chat.key('Backspace')
  assert.equal(chat.model().editor.text, 'dinner?')
  chat.key('Backspace')
  assert.equal(chat.model().editor.text, '')
})

test('nobody is told that we type while ^R shows old lines', () => {
  const chat = spoken('deploy one')
  chat.pass(10_000)
  chat.signals()
  chat.key('C-r')
  chat.type('dep')
  assert.deepEqual(chat.signals(), [])
})

test('of a long text the row with the word is shown, and in the list the word', () => {
  const chat = inTheLobby({ rows: 16 })
  chat.said(line(1, `${'row\n'.repeat(60)}a needle\n${'row\n'.repeat(60)}`), line(2, 'after'))
  chat.enter('/find needle')
  assert.deepEqual(marked(chat), ['needle'])
  chat.key('Escape')
  chat.enter('/search needle')
  chat.said(found('needle', wire(1, `${'row\n'.repeat(60)}a needle\n${'row\n'.repeat(60)}`)))
  assert.match(chat.screen(), /▌09:12 #lobby bob: ….*a needle ⏎ row/)
  chat.key('Enter')
  assert.deepEqual(marked(chat), ['needle'])
})

test('who asks something while reading back sees the answer', () => {
  const chat = long()
  chat.key('PageUp', 'PageUp')
  assert.notEqual(chat.model().rooms.get('#lobby')?.anchor, null)
  chat.enter('/help find')
  assert.match(chat.screen(), /\/find \[WORDS\]: mark these words/)
})

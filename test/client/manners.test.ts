/** The theme, the mouse and the clipboard: asked for by the user, told as effects, done by the terminal. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pointed } from '../../src/client/types.ts'
import { backlog, drive, entered, inTheLobby, line, members, sighting } from './driver.ts'

const at = (mouse: Pointed['mouse'], x: number, y: number) =>
  ({ got: 'stroke', stroke: { mouse, x, y } }) as const

test('/theme takes another theme, by its name or its beginning; alone it names them', () => {
  const chat = inTheLobby()
  chat.enter('/theme da')
  assert.deepEqual(chat.effects(), [{ do: 'dress', theme: 'dark' }])
  chat.enter('/theme')
  assert.match(chat.lines().at(-1) ?? '', /The theme is dark\. There are neutral .*, contrast/)
  chat.enter('/theme pink')
  assert.match(chat.lines().at(-1) ?? '', /no such theme.*neutral/)
  assert.deepEqual(chat.effects(), [])
  chat.key('C-u')
  chat.type('/theme li')
  chat.key('Tab')
  assert.equal(chat.model().editor.text, '/theme light')
})

test('t in the list of servers goes through the themes and says which', () => {
  const picker = drive()
  for (const theme of ['dark', 'light', 'contrast', 'neutral']) {
    picker.type('t')
    assert.deepEqual(picker.effects(), [{ do: 'dress', theme }])
    assert.match(picker.screen(), new RegExp(`Theme ${theme}:`))
  }
})

test('the mouse says nothing until it is switched on, by its command or its key', () => {
  const chat = inTheLobby()
  const before = chat.screen()
  chat.take(at('wheelUp', 5, 5))
  chat.take(at('click', 2, 2))
  assert.equal(chat.screen(), before)
  chat.key('M-m')
  assert.deepEqual(chat.effects(), [{ do: 'mouse', on: true }])
  chat.enter('/mouse off')
  assert.deepEqual(chat.effects(), [{ do: 'mouse', on: false }])
  chat.enter('/mouse maybe')
  assert.match(chat.lines().at(-1) ?? '', /On or off\?/)
})

test('the wheel scrolls what is under it, and comes back to the newest', () => {
  const chat = inTheLobby()
  chat.said(...Array.from({ length: 60 }, (_, seq) => line(seq + 1, `line ${seq + 1}.`)))
  chat.enter('/mouse on')
  chat.take(at('wheelUp', 30, 5))
  assert.doesNotMatch(chat.screen(), /line 60\./)
  assert.match(chat.screen(), /line 57\./)
  chat.take(at('wheelDown', 30, 5))
  assert.match(chat.screen(), /line 60\./)
  chat.key('F1')
  const top = () => chat.model().help?.top
  chat.take(at('wheelDown', 30, 5))
  assert.equal(top(), 3)
  chat.take(at('wheelUp', 30, 5))
  chat.take(at('wheelUp', 30, 5))
  assert.equal(top(), 0)
})

test('a click on a room shows it, one on a member begins a conversation, one on oneself nothing', () => {
  const chat = drive({ columns: 120, rows: 20 })
  chat.type('m')
  chat.enter('10.0.0.5')
  chat.joined()
  chat.enter('/mouse on')
  chat.enter('/join #dev')
  chat.said(backlog([], true, { room: '#dev' }), ...entered('#dev'))
  assert.equal(chat.model().current, '#dev')
  const rowOf = (words: RegExp) =>
    chat
      .screen()
      .split('\n')
      .findIndex(row => words.test(row))
  chat.take(at('click', 3, rowOf(/#lobby +│/)))
  assert.equal(chat.model().current, '#lobby')
  chat.said(members(['ann', 'bob', 'carol']))
  const own = rowOf(/ \*ann$/)
  chat.take(at('click', 115, own))
  assert.equal(chat.model().current, '#lobby')
  chat.take(at('click', 115, rowOf(/ {2}carol$/)))
  assert.match(chat.model().current, /carol/)
  // Beside all rows: headings, bars, below the list.
  for (let y = 0; y < 20; y++) for (const x of [0, 14, 60, 103, 119]) chat.take(at('click', x, y))
})

test('a click chooses a server, a second one joins it, the wheel goes up and down', () => {
  const picker = drive()
  picker.take({
    got: 'sightings',
    sightings: ['attic', 'barn', 'cellar'].map((name, index) => sighting({ id: `${index}`, name })),
  })
  picker.key('M-m')
  picker.effects()
  picker.take(at('click', 5, 4))
  assert.match(picker.screen(), /▌ cellar/)
  picker.take(at('wheelUp', 5, 4))
  assert.match(picker.screen(), /▌ barn/)
  picker.take(at('click', 5, 9))
  assert.equal(picker.at(), 'scanning')
  picker.take(at('click', 5, 3))
  assert.equal(picker.at(), 'connecting')
})

test('/copy hands over the last lines: one bare, several with who said them; notices are none', () => {
  const chat = inTheLobby()
  chat.enter('/copy')
  assert.match(chat.lines().at(-1) ?? '', /Nothing was said here yet/)
  chat.key('C-u')
  chat.said(line(1, 'one'), line(2, 'two\nrows'), line(3, 'waves', { kind: 'emote' }))
  chat.enter('/copy')
  chat.enter('/copy 2')
  assert.deepEqual(chat.effects(), [
    { do: 'copy', text: 'waves', what: '1 line' },
    { do: 'copy', text: 'bob: two\nrows\n* bob waves', what: '2 lines' },
  ])
  for (const word of ['0', 'all', '1001', '-1']) {
    chat.enter(`/copy ${word}`)
    assert.match(chat.lines().at(-1) ?? '', /How many lines\?/)
    chat.key('C-u')
  }
})

test('what is too much for a clipboard is refused with its size', () => {
  const chat = inTheLobby()
  chat.said(...Array.from({ length: 10 }, (_, seq) => line(seq + 1, 'é'.repeat(4_000))))
  chat.enter('/copy 10')
  assert.match(chat.lines().at(-1) ?? '', /10 lines with 80059 bytes, and 49152 go/)
  assert.deepEqual(chat.effects(), [])
})

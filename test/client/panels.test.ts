import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyLabel, keymap } from '../../src/client/keymap.ts'
import { inTheLobby, line, members } from './driver.ts'

/** A lobby with `count` numbered lines in a window of 10 rows for them. */
function full(count: number) {
  const chat = inTheLobby({ rows: 13 })
  for (let seq = 1; seq <= count; seq++) chat.said(line(seq, `line ${seq}.`))
  return chat
}
const shown = (chat: ReturnType<typeof full>) =>
  [...chat.screen().matchAll(/line (\d+)\./g)].map(match => Number(match[1]))
const ends = (chat: ReturnType<typeof full>) => [shown(chat)[0], shown(chat).at(-1)]

test('pages, the oldest and the newest', () => {
  const chat = full(50)
  assert.deepEqual(ends(chat), [41, 50])
  chat.key('PageUp')
  assert.deepEqual(ends(chat), [32, 41])
  assert.match(chat.screen(), /↓ more \(End\)/)
  chat.key('PageDown')
  assert.deepEqual(ends(chat), [41, 50])
  assert.doesNotMatch(chat.screen(), /↓/)
  chat.key('Home')
  assert.deepEqual(ends(chat), [1, 8], 'a notice and a day line are above them')
  chat.key('PageUp')
  assert.deepEqual(ends(chat), [1, 8])
  chat.key('End')
  assert.deepEqual(ends(chat), [41, 50])
})

test('what is read does not move when lines come, and they are counted', () => {
  const chat = full(50)
  chat.key('PageUp')
  const before = shown(chat)
  chat.said(line(51, 'line 51.'), line(52, 'line 52.'))
  assert.deepEqual(shown(chat), before)
  assert.match(chat.screen(), /↓ 2 new \(End\)/)
  chat.enter('mine')
  assert.deepEqual(ends(chat), [44, 52], 'whoever speaks looks at the newest')
})

test('what is read survives a resize', () => {
  const chat = full(50)
  chat.key('PageUp')
  chat.take({ got: 'size', columns: 45, rows: 9 })
  assert.equal(shown(chat).at(-1), 41)
  chat.take({ got: 'size', columns: 120, rows: 40 })
  assert.equal(shown(chat).includes(41), true)
  chat.take({ got: 'size', columns: 80, rows: 13 })
  assert.deepEqual(ends(chat), [32, 41])
})

test('near the oldest a window that grows is filled from below', () => {
  const chat = full(50)
  chat.key('Home')
  chat.take({ got: 'size', columns: 80, rows: 23 })
  assert.deepEqual(ends(chat), [1, 18])
})

test('what is read stays even when the oldest entries go', () => {
  const chat = full(50)
  chat.key('Home')
  for (let seq = 51; seq <= 10_100; seq++) chat.said(line(seq, `line ${seq}.`))
  assert.equal(shown(chat)[0], 101)
  assert.equal(chat.model().rooms.get('#lobby')?.entries.size, 10_000)
})

test('a message taller than the window can be read row by row', () => {
  const chat = inTheLobby({ rows: 8 })
  chat.said(line(1, Array.from({ length: 30 }, (_, n) => `line ${n}.`).join('\n')))
  chat.key('F8', 'End')
  assert.deepEqual(ends(chat), [25, 29])
  chat.key('Tab', 'Up', 'Up')
  assert.deepEqual(ends(chat), [23, 27])
  chat.key('Down')
  assert.deepEqual(ends(chat), [24, 28])
  chat.key('Down')
  assert.deepEqual(chat.model().rooms.get('#lobby')?.anchor, null)
})

test('Tab on an empty line goes round the panels, marked without colour', () => {
  const chat = inTheLobby({ columns: 120, rows: 8 })
  assert.match(chat.screen(), /^▌>$/m)
  chat.key('Tab')
  assert.equal(chat.model().panel, 'chat')
  assert.match(chat.screen(), /^▌/m)
  assert.match(chat.screen(), /^ >$/m)
  chat.key('Tab')
  assert.match(chat.screen(), /▌Here 2/)
  chat.key('S-Tab', 'S-Tab')
  assert.equal(chat.model().panel, 'input')
  chat.key('S-Tab')
  assert.equal(chat.model().panel, 'members')
  chat.key('F3')
  assert.equal(chat.model().panel, 'input')
  assert.doesNotMatch(chat.screen(), /Here 2/)
  chat.key('Tab', 'Tab')
  assert.equal(chat.model().panel, 'input')
})

test('typing, wherever one is, is typing', () => {
  const chat = inTheLobby()
  chat.key('Tab')
  chat.type('x')
  assert.equal(chat.model().panel, 'input')
  assert.equal(chat.model().editor.text, 'x')
})

test('Up and Down recall lines, and scroll in a panel', () => {
  const chat = full(50)
  chat.enter('typed before')
  chat.key('Up')
  assert.equal(chat.model().editor.text, 'typed before')
  chat.key('Down')
  assert.equal(chat.model().editor.text, '')
  chat.key('Tab', 'Up')
  assert.notEqual(chat.model().rooms.get('#lobby')?.anchor, null)
})

test('a long list of members scrolls and says how many are left', () => {
  const chat = inTheLobby({ columns: 120, rows: 8 })
  chat.said(members(Array.from({ length: 20 }, (_, n) => `user${String(n).padStart(2, '0')}`)))
  assert.match(chat.screen(), /\+17 more/)
  chat.key('Tab', 'Tab', 'End')
  assert.match(chat.screen(), /user19/)
  assert.doesNotMatch(chat.screen(), /more$/m)
})

test('F3 shows the members where there is room', () => {
  const chat = inTheLobby()
  assert.doesNotMatch(chat.screen(), /Here 2/)
  chat.key('F3')
  assert.match(chat.screen(), /│ Here 2/)
  chat.take({ got: 'size', columns: 50, rows: 24 })
  assert.doesNotMatch(chat.screen(), /Here 2/)
  chat.key('F3')
  assert.match(chat.screen(), /Too narrow for it; \/who lists them\./)
})

test('Tab completes nicks and commands, round and round', () => {
  const chat = inTheLobby()
  chat.said(members(['ann', 'bob', 'Bobby', '日本']))
  const tab = (text: string, times = 1) => {
    chat.key('C-u')
    chat.type(text)
    for (let n = 0; n < times; n++) chat.key('Tab')
    return chat.model().editor.text
  }
  assert.equal(tab('bo'), 'bob: ')
  assert.equal(tab('bo', 2), 'Bobby: ')
  assert.equal(tab('bo', 3), 'bob: ')
  assert.equal(tab('hi BO'), 'hi bob ')
  assert.equal(tab('日'), '日本: ')
  assert.equal(tab('@bo'), '@bob ')
  assert.equal(tab('/q'), '/quit')
  assert.equal(tab('/ni'), '/nick ')
  assert.equal(tab('/me bo'), '/me bob ')
  assert.equal(tab('/help n'), '/help nick')
  assert.equal(tab('/nick bo'), '/nick bo')
  assert.equal(tab('zz'), 'zz')
  assert.match(chat.screen(), /Nothing completes this word\./)
  chat.key('C-u')
  chat.type('bo')
  chat.key('Tab')
  chat.type('!')
  chat.key('Tab')
  assert.equal(chat.model().editor.text, 'bob: !', 'typing ends the round')
})

test('in the chat help begins with the commands, then come the keys of this screen', () => {
  const chat = inTheLobby({ rows: 200 })
  chat.key('F1')
  const headings = chat.screen().match(/^ +(Commands|Everywhere|In the chat|While typing)$/gm)
  assert.deepEqual(
    headings?.map(text => text.trim()),
    ['Commands', 'In the chat', 'Everywhere', 'While typing'],
  )
})

test('help lists every key and command, scrolls, narrows and closes', () => {
  const chat = inTheLobby()
  chat.key('F1')
  let all = ''
  for (let n = 0; n < 10; n++) {
    all += chat.screen()
    chat.key('PageDown')
  }
  const words = all.replace(/\s+/g, ' ')
  for (const row of keymap.filter(one => one.on !== 'picker' && one.on !== 'connecting'))
    assert.ok(words.includes(keyLabel(row.keys[0] ?? '')), row.keys[0])
  assert.match(words, /\/nick NAME take another nick/)
  chat.type('members')
  chat.key('Backspace', 'Backspace')
  assert.match(chat.screen(), /only “membe”/)
  chat.key('Escape')
  assert.equal(chat.model().help, null)
  assert.equal(chat.model().editor.text, '')
})

test('each key does one thing in one place', () => {
  const places = keymap.flatMap(row => row.keys.map(key => `${row.on} ${key}`))
  assert.equal(new Set(places).size, places.length)
  for (const row of keymap) assert.ok(row.help.length > 3 && row.help.length < 60)
  assert.deepEqual(['C-l', 'M-Enter', 'PageUp', 'C-Left', 'S-Tab', '/', 'C-_'].map(keyLabel), [
    '^L',
    'Alt-Enter',
    'PgUp',
    'Ctrl-Left',
    'Shift-Tab',
    '/',
    '^_',
  ])
})

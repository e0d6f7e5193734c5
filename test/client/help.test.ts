/** Help over whatever is open, and back to it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Driver, drive, inTheLobby, line, wallStart } from './driver.ts'

const talk = (): Driver => {
  const chat = inTheLobby()
  for (let seq = 1; seq <= 40; seq++) chat.said(line(seq, seq % 10 === 0 ? `zebra ${seq}` : `line ${seq}`))
  return chat
}
const zebra = { room: '#lobby', seq: 10, at: wallStart, id: 'w1', from: 'bob', body: 'zebra 10' }

/** With what a search has found. */
const searched = (): Driver => {
  const chat = talk()
  chat.enter('/search zebra')
  chat.said({
    type: 'found',
    words: 'zebra',
    lines: [{ ...zebra, kind: 'say' }],
    more: false,
    complete: true,
  })
  return chat
}

const open: readonly (readonly [what: string, open: () => Driver])[] = [
  [
    'the line that looks for words',
    () => {
      const chat = talk()
      chat.key('C-f')
      chat.type('zebra')
      chat.key('Up')
      return chat
    },
  ],
  [
    'a line typed before, looked for',
    () => {
      const chat = talk()
      chat.enter('hello there')
      chat.key('C-r')
      chat.type('the')
      return chat
    },
  ],
  ['the list of what a search has found', searched],
  [
    'the room switcher',
    () => {
      const chat = talk()
      chat.key('C-g')
      chat.type('lob')
      return chat
    },
  ],
  [
    'the question for an address',
    () => {
      const picker = drive()
      picker.type('m')
      picker.type('den')
      return picker
    },
  ],
]

for (const [what, opened] of open)
  test(`F1 opens help over ${what}, and closing it leads back there`, () => {
    for (const close of ['Escape', 'F1']) {
      const client = opened()
      const before = client.screen()
      client.key('F1')
      assert.match(client.screen(), /^ Help .*Esc closes/)
      client.key(close)
      assert.equal(client.screen(), before)
    }
  })

test('help over a question tells its keys, and none of the screen behind it', () => {
  const picker = drive({ rows: 40 })
  picker.type('m')
  picker.key('F1')
  assert.match(picker.screen(), /Here\n +Enter +join\n +Esc +cancel/)
  assert.match(picker.screen(), /While typing\n/)
  assert.doesNotMatch(picker.screen(), /In the list of servers|the server above/)
  const chat = searched()
  chat.key('F1')
  assert.match(chat.screen(), /Enter +go to it\n +Up Down +choose/)
  assert.doesNotMatch(chat.screen(), /While typing|Commands/)
  const finding = talk()
  finding.key('C-f', 'F1')
  assert.match(finding.screen(), /Up \^R +an older line; past the oldest/)
})

test('a wide screen is used: what help says there stands in one row', () => {
  const chat = inTheLobby({ columns: 120, rows: 60 })
  chat.key('F1')
  const rows = chat.screen().split('\n')
  assert.ok(rows.some(row => row.trimEnd().length > 90))
  // A second row of the same has nothing on the left; the longest few have one.
  assert.ok(rows.filter(row => /^ {20,}\S/.test(row)).length <= 2)
})

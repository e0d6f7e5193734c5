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
  [
    'the list of what a search has found',
    () => {
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
    },
  ],
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

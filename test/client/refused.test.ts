/** A line that is not taken: nothing of it is lost, and it is in nobody’s way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTheLobby } from './driver.ts'

const refusedCommand = () => {
  const chat = inTheLobby()
  chat.enter('/kick')
  return chat
}
const text = (chat: ReturnType<typeof refusedCommand>) => chat.model().editor.text

test('a refused command stays, what is typed next takes its place, and Up has it back', () => {
  const chat = refusedCommand()
  assert.equal(text(chat), '/kick')
  assert.match(chat.screen(), /Something is missing: \/kick NICK/)
  assert.match(chat.screen(), /Type anew; Up brings this back\./)
  chat.type('h')
  chat.type('i')
  assert.equal(text(chat), 'hi')
  chat.key('Up')
  assert.equal(text(chat), '/kick')
  chat.key('Down')
  assert.equal(text(chat), 'hi')
})

test('what was typed over a refused command is undone to it', () => {
  const chat = refusedCommand()
  chat.type('h')
  chat.key('C-_')
  assert.equal(text(chat), '/kick')
})

test('a refused command is gone on with after a blank, and mended after any key that moves or erases', () => {
  for (const [keys, typed, wanted] of [
    [[], ' bob', '/kick bob'],
    [['Backspace'], 'k', '/kick'],
    [['Left', 'Right'], 's', '/kicks'],
    [['End'], 's', '/kicks'],
  ] as const) {
    const chat = refusedCommand()
    chat.key(...keys)
    chat.type(typed)
    assert.equal(text(chat), wanted)
  }
})

test('a paste takes its place as well, and entered once more it is refused once more', () => {
  const chat = refusedCommand()
  chat.key('Enter')
  assert.equal(text(chat), '/kick')
  chat.paste('hello')
  assert.equal(text(chat), 'hello')
})

test('whatever was not taken makes room: a word to oneself, to a room without a name, words that are too long', () => {
  for (const line of ['@ann x', '#! hi', `${'word '.repeat(2_000)}end`]) {
    const chat = inTheLobby()
    chat.enter(line)
    assert.equal(text(chat), line)
    assert.match(chat.screen(), /Type anew; Up brings this back\./)
    chat.type('h')
    chat.type('i')
    assert.equal(text(chat), 'hi')
    chat.key('Up')
    assert.equal(text(chat), line)
  }
})

test('words that are too long are cut down where they stand', () => {
  const chat = inTheLobby()
  chat.enter(`${'word '.repeat(2_000)}end`)
  chat.key('Backspace')
  chat.type('s')
  assert.match(text(chat), /word ens$/)
})

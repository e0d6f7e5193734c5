/** When a tick leaves the screen as it is; that it is right whenever it says so, each test of the client looks at. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { looksUnchanged } from '../../src/client/unchanged.ts'
import { drive, inTheLobby, line } from './driver.ts'

test('a quiet room is not drawn again until the clock moves on', () => {
  const chat = inTheLobby()
  chat.pass(500)
  const before = chat.model()
  chat.pass(500)
  assert.ok(looksUnchanged(before, chat.model()))
  chat.pass(60_000)
  assert.ok(!looksUnchanged(before, chat.model()))
})

test('a line, a key, a line of ours under way and the list of servers are drawn', () => {
  const chat = inTheLobby()
  for (const happens of [
    () => chat.said(line(1, 'hi')),
    () => chat.type('x'),
    () => chat.key('Enter'),
    () => chat.pass(500),
  ]) {
    const before = chat.model()
    happens()
    assert.ok(!looksUnchanged(before, chat.model()))
  }
  const picker = drive()
  const before = picker.model()
  picker.pass(500)
  assert.ok(!looksUnchanged(before, picker.model()))
})

/** Why our lines wait: the status tells a server that holds us back from one that is silent, and from the network. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Driver, inTheLobby, line } from './driver.ts'

const say = (chat: Driver, count: number) => {
  for (let n = 1; n <= count; n++) chat.enter(`line ${n}`)
}
/** The server has kept our first line of those that wait. */
let kept = 0
const keepOwn = (chat: Driver) => {
  const [first] = chat.model().outbox
  assert.ok(first)
  chat.said(line(++kept, first.body, { id: first.id, from: 'ann' }))
}

test('who speaks faster than the server takes it is held back, which is neither silence nor latency', () => {
  const chat = inTheLobby()
  chat.take({ got: 'rtt', ms: 3 })
  say(chat, 20)
  for (let n = 0; n < 9; n++) {
    chat.pass(333)
    keepOwn(chat)
  }
  assert.match(chat.screen(), /11 not sent · held back to the server’s pace/)
  chat.take({ got: 'rtt', ms: 2_900 })
  for (let n = 0; n < 10; n++) {
    chat.pass(900)
    assert.doesNotMatch(chat.screen(), /no answer| ms /)
    keepOwn(chat)
  }
  keepOwn(chat)
  assert.match(chat.screen(), / · 3 ms/)
  chat.take({ got: 'size', columns: 40, rows: 7 })
  say(chat, 2)
  chat.pass(1)
  keepOwn(chat)
  chat.pass(2_100)
  assert.match(chat.screen(), / held back\n/)
})

test('held lines that are answered no more are told as silence', () => {
  const chat = inTheLobby()
  say(chat, 20)
  chat.pass(1_000)
  keepOwn(chat)
  chat.pass(4_000)
  assert.match(chat.screen(), /held back/)
  chat.pass(2_000)
  assert.match(chat.screen(), /no answer for 6 s/)
})

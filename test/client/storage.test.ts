import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backlog, inTheLobby, members, welcome } from './driver.ts'

const storage = (keeps: boolean) =>
  ({ type: 'storage', keeps, text: keeps ? 'It keeps.' : 'It cannot.' }) as const
const marked = (chat: ReturnType<typeof inTheLobby>) => /NOT SAVING/.test(chat.screen())

test('a server that keeps nothing is marked in the bars, and told when it begins and when it is over', () => {
  const chat = inTheLobby()
  const before = chat.lines().length
  chat.said(storage(false), storage(false))
  assert.match(chat.screen(), /^ ann · NOT SAVING · #lobby/m)
  chat.said(storage(true))
  assert.equal(marked(chat), false)
  assert.deepEqual(
    chat
      .lines()
      .slice(before)
      .map(line => line.replace('#lobby ', '')),
    ['09:12 !! It cannot.', '09:12 -- It keeps.'],
  )
  chat.take({ got: 'size', columns: 40, rows: 12 })
  chat.said(storage(false))
  assert.match(chat.screen(), /^#lobby .*NOT SAVING/m)
})

test('a server that comes back says it anew where it still holds', () => {
  const chat = inTheLobby()
  chat.said(storage(false))
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  assert.equal(marked(chat), false)
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.said(welcome(), backlog([]), members(['ann']))
  assert.equal(marked(chat), false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBusy } from '../../src/client/model.ts'
import { news, nothingTold } from '../../src/plain/news.ts'
import type { ServerMessage } from '../../src/wire/messages.ts'
import {
  backlog,
  den,
  drive,
  entered,
  inTheLobby,
  line,
  opened,
  sighting,
  wallStart,
  welcome,
} from '../client/driver.ts'

/** A client whose news are read as plain mode prints them. */
function plain() {
  const chat = inTheLobby()
  let told = nothingTold
  const read = (): readonly string[] => {
    const fresh = news(told, chat.model())
    told = fresh.told
    return fresh.lines
  }
  read()
  return {
    chat,
    read,
    enter(text: string) {
      chat.take({ got: 'entered', text })
      return read()
    },
    said(...messages: ServerMessage[]) {
      return messages.flatMap(message => {
        chat.said(message)
        return read()
      })
    },
  }
}

test('lines of all rooms are printed with the room as people call it, and where one’s own words go', () => {
  const { said, enter } = plain()
  assert.deepEqual(enter('/join #dev'), ['-- What you type goes to #dev now.'])
  assert.deepEqual(said(...entered('#dev')), [])
  assert.deepEqual(said(line(1, 'hi', { room: '#dev' }), line(1, 'hello'), ...opened('@a.b', 'bob')), [
    '-- Tue 21 Nov 2023 --',
    '09:12 #dev bob: hi',
    '-- Tue 21 Nov 2023 --',
    '09:12 #lobby bob: hello',
  ])
  assert.deepEqual(said(line(1, 'psst', { room: '@a.b', to: 'ann' })), [
    '-- Tue 21 Nov 2023 --',
    '09:12 @bob bob: psst',
  ])
})

test('where servers are not looked for, that is what is said first', () => {
  const picker = drive({ scans: false })
  const { lines } = news(nothingTold, picker.model())
  assert.match(lines.join('\n'), /^Type host:port .*\nNot looking for servers \(--no-scan\)/)
  assert.doesNotMatch(lines.join('\n'), /network|every address/)
})

test('whoever goes back to the list is told it anew', () => {
  const { chat, enter, read } = plain()
  chat.take({ got: 'sightings', sightings: [sighting({ id: 'x', name: 'attic' })] })
  read()
  const lines = enter('/servers').join('\n')
  assert.match(lines, /^Looking for servers[\s\S]*1 {2}attic[\s\S]*-- You left den-server\./)
})

test('a conversation that gets its name is not told again', () => {
  const { said, enter } = plain()
  assert.deepEqual(enter('msg bob hi'), [])
  assert.deepEqual(enter('@bob'), ['-- What you type goes to @bob now.'])
  assert.deepEqual(enter('/topic'), ['09:12 @bob !! A conversation has no topic; a room has.'])
  assert.deepEqual(said(...opened('@a.b', 'bob')), [])
})

test('a room that is left and entered again is told from its beginning', () => {
  const { said, enter } = plain()
  const past = backlog([[1, 'one']], true, { room: '#dev' })
  enter('/join #dev')
  assert.equal(said(past).length, 2)
  assert.deepEqual(enter('/leave'), ['-- What you type goes to #lobby now.'])
  assert.deepEqual(said({ type: 'left', room: '#dev' }), ['09:12 #lobby -- You left #dev.'])
  enter('/join #dev')
  assert.deepEqual(said(past), ['-- Tue 21 Nov 2023 --', '09:12 #dev bob: one'])
})

test('what is said elsewhere is printed once', () => {
  const { said, enter } = plain()
  assert.deepEqual(enter('@bob hi'), [])
  said(...opened('@a.b', 'bob'))
  assert.deepEqual(said(line(1, 'hi', { room: '@a.b', from: 'ann', to: 'bob', id: 'id1' })), [
    '-- Tue 21 Nov 2023 --',
    '09:12 @bob ann: hi',
  ])
})

test('older lines are printed as a block, once, and the next ones follow', () => {
  const { said, enter, chat } = plain()
  said(backlog([[51, 'fifty-one']]))
  chat.effects()
  enter('/history 2')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 51, limit: 2 }])
  const at = wallStart - 86_400_000
  const old = (seq: number) => ({
    room: '#lobby',
    seq,
    at,
    id: `x${seq}`,
    from: 'bob',
    kind: 'say' as const,
    body: `${seq}`,
  })
  assert.deepEqual(
    said({ type: 'page', room: '#lobby', lines: [old(49), old(50)], more: true, complete: true }),
    [
      '-- Mon 20 Nov 2023 --',
      '09:12 #lobby bob: 49',
      '09:12 #lobby bob: 50',
      '09:12 #lobby -- 2 older lines of #lobby; /history shows those before.',
    ],
  )
  assert.deepEqual(said(line(52, 'now')), ['-- Tue 21 Nov 2023 --', '09:12 #lobby bob: now'])
  enter('/history 200')
  assert.deepEqual(said({ type: 'page', room: '#lobby', lines: [old(1)], more: false, complete: true }), [
    '09:12 #lobby -- the beginning',
    '-- Mon 20 Nov 2023 --',
    '09:12 #lobby bob: 1',
    '09:12 #lobby -- 1 older line of #lobby, from its beginning.',
  ])
})

test('what a pipe says before the server is there is done in its order when it is', () => {
  const chat = drive({ target: den })
  for (const text of ['/join #dev', 'hi', '/rooms', '/leave', 'back']) chat.take({ got: 'entered', text })
  assert.deepEqual(chat.sent(), [])
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  chat.effects()
  assert.equal(isBusy(chat.model()), true)
  chat.said(welcome())
  assert.deepEqual(
    chat.sent().map(message => (message.type === 'say' ? `${message.room} ${message.body}` : message.type)),
    ['join', '#dev hi', 'rooms', '#lobby back'],
  )
  chat.said(backlog([]), ...entered('#dev'), line(1, 'hi', { room: '#dev', id: 'id1', from: 'ann' }))
  assert.deepEqual(chat.sent(), [{ type: 'leave', room: '#dev' }])
  chat.said({ type: 'rooms', rooms: [], complete: true }, line(1, 'back', { id: 'id2', from: 'ann' }))
  assert.equal(isBusy(chat.model()), true)
  chat.said({ type: 'left', room: '#dev' })
  assert.equal(isBusy(chat.model()), false)
})

test('more lines than may wait for the server go out in their order as it takes them', () => {
  const chat = drive({ target: den }).unwatched()
  const bodies = Array.from({ length: 250 }, (_, n) => `row ${n}`)
  for (const text of bodies) chat.take({ got: 'entered', text })
  chat.joined()
  for (let seq = 1; seq <= 250; seq++) {
    const [next] = chat.model().outbox
    chat.said(line(seq, next?.body ?? '', { id: next?.id ?? '', from: 'ann' }))
    assert.ok(chat.model().outbox.length <= 100)
  }
  assert.equal(isBusy(chat.model()), false)
  assert.deepEqual(
    chat.lines().flatMap(text => /ann: (row \d+)$/.exec(text)?.[1] ?? []),
    bodies,
  )
})

test('what a pipe says before it quits is said, kept and answered before it leaves', () => {
  const chat = drive({ target: den })
  for (const text of ['hi', '/rooms', 'quit']) chat.take({ got: 'entered', text })
  assert.deepEqual(chat.effects().slice(1), [])
  chat.joined()
  chat.said(line(1, 'hi', { id: chat.model().outbox[0]?.id ?? '', from: 'ann' }))
  assert.deepEqual(chat.effects(), [])
  chat.said({ type: 'rooms', rooms: [], complete: true })
  assert.equal(chat.effects().at(-1)?.do, 'quit')
})

test('a pipe that has quit already is not held', () => {
  const chat = drive({ target: den })
  chat.take({ got: 'entered', text: 'quit' })
  assert.equal(chat.effects().at(-1)?.do, 'quit')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { items } from '../../src/base/ring.ts'
import type { ServerMessage, WireLine } from '../../src/wire/messages.ts'
import { backlog, den, drive, inTheLobby, line, members, wallStart, welcome } from './driver.ts'

const wire = (seq: number, part: Partial<WireLine> = {}): WireLine => ({
  room: '#lobby',
  seq,
  at: wallStart,
  id: `x${seq}`,
  from: 'bob',
  kind: 'say',
  body: `line ${seq}.`,
  ...part,
})
const page = (from: number, to: number, more: boolean, part: Partial<WireLine> = {}): ServerMessage => ({
  type: 'page',
  room: '#lobby',
  lines: Array.from({ length: to - from + 1 }, (_, n) => wire(from + n, part)),
  more,
  complete: true,
})

/** The last 50 of 120 lines, in a window of 10 rows. */
function late() {
  const chat = drive({ target: den, rows: 13 })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  const tail = Array.from({ length: 50 }, (_, n) => [71 + n, `line ${71 + n}.`] as const)
  chat.said(welcome(), backlog(tail), members(['ann', 'bob']))
  chat.effects()
  return chat
}
type Chat = ReturnType<typeof late>
const shown = (chat: Chat) => [...chat.screen().matchAll(/line (\d+)\./g)].map(match => Number(match[1]))
const pages = (chat: Chat, count: number) => {
  for (let n = 0; n < count; n++) chat.key('PageUp')
}

test('PageUp at the top asks for the page before, once, and puts it above without moving what is read', () => {
  const chat = late()
  chat.key('Home')
  assert.deepEqual(chat.sent(), [], 'the top is shown first')
  const before = chat.screen()
  pages(chat, 3)
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 71, limit: 100 }])
  chat.said(line(121, 'line 121.'))
  chat.said(page(21, 70, true))
  // The day stands above the older lines now; each line stays in its row.
  const lineRows = (screen: string) => screen.split('\n').slice(3, 11)
  assert.deepEqual(lineRows(chat.screen()), lineRows(before))
  assert.match(chat.screen(), /50 older lines above, and more before them\. .*↓ 1 new \(End\)/)
  chat.key('PageUp')
  assert.equal(shown(chat).at(-1), 70)
  chat.key('Home', 'PageUp')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 21, limit: 100 }])
  chat.said(page(1, 20, false))
  chat.key('Home')
  assert.match(chat.screen(), /^ ─+ the beginning ─+\n ─+ Tue 21 Nov 2023 ─+\n.*line 1\.\n/m)
  pages(chat, 2)
  assert.deepEqual(chat.sent(), [], 'there is nothing before it')
  chat.key('End')
  assert.equal(shown(chat).at(-1), 121)
})

test('Home says that there is more at the server, and once more asks for as much as it gives', () => {
  const chat = late()
  chat.key('Home')
  assert.match(chat.screen(), /Home again asks for older lines\./)
  chat.key('Home')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 71, limit: 200 }])
  chat.said(page(1, 70, false))
  assert.match(chat.screen(), /70 older lines above\. /)
  chat.key('Home')
  assert.match(chat.screen(), /the beginning/)
  assert.doesNotMatch(chat.screen(), /Home again/)
})

test('lines stay in order, keys count up by one, and a day is said once', () => {
  const chat = late()
  pages(chat, 9)
  chat.said(page(1, 70, false))
  const { entries } = chat.model().rooms.get('#lobby') ?? assert.fail()
  const held = [...items(entries)]
  assert.deepEqual(
    held.flatMap(entry => (entry.kind === 'line' ? [entry.seq] : [])),
    Array.from({ length: 120 }, (_, n) => n + 1),
  )
  const first = held[0]?.key ?? assert.fail()
  assert.deepEqual(
    held.map(entry => entry.key),
    held.map((_, index) => first + index),
  )
  chat.key('Home')
  let days = 0
  for (let n = 0; n < 20; n++) {
    days = Math.max(days, chat.screen().match(/Tue 21 Nov/g)?.length ?? 0)
    chat.key('PageDown')
  }
  assert.equal(days, 1)
})

test('a page in pieces is put above when it is whole', () => {
  const chat = late()
  pages(chat, 9)
  const [early, later] = [page(61, 65, true), page(66, 70, true)]
  chat.said({ ...early, complete: false } as ServerMessage)
  assert.equal(chat.model().rooms.get('#lobby')?.firstSeq, 71)
  chat.said(later)
  assert.equal(chat.model().rooms.get('#lobby')?.firstSeq, 61)
})

test('a room that is here from its first line says where it begins and asks nobody', () => {
  const chat = inTheLobby({ rows: 13 })
  chat.said(line(1, 'line 1.'))
  chat.key('PageUp')
  assert.deepEqual(chat.sent(), [])
  assert.match(chat.screen(), /─ the beginning ─/)
  assert.deepEqual(shown(chat), [1])
})

test('/history asks for as many as one wants, and says what it could not understand', () => {
  const chat = late()
  chat.enter('/history 20')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 71, limit: 20 }])
  chat.said(page(51, 70, true))
  chat.enter('/history 100000')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 51, limit: 200 }])
  chat.said({ type: 'refused', about: 'history', code: 'too-fast', text: 'Too fast.' })
  chat.enter('/history')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 51, limit: 100 }])
  chat.enter('/history some')
  assert.match(chat.lines().at(-1) ?? '', /How many lines\? \/history 50, at most 200\./)
})

test('after /clear the past can be read again', () => {
  const chat = late()
  chat.enter('/clear')
  assert.deepEqual(chat.lines(), [])
  chat.key('PageUp')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 121, limit: 100 }])
  chat.said(page(100, 120, true), line(121, 'line 121.'))
  assert.deepEqual(shown(chat).slice(-3), [119, 120, 121])
})

/** Lines 1 to 3, then 197 that were missed, then 201 to 250. */
function torn() {
  const chat = drive({ target: den, rows: 13 }).joined()
  chat.said(line(1, 'line 1.'), line(2, 'line 2.'), line(3, 'line 3.'))
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.pass(5 * 60_000)
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  const tail = Array.from({ length: 50 }, (_, n) => [201 + n, `line ${201 + n}.`] as const)
  chat.said(
    welcome(),
    { type: 'gap', room: '#lobby', from: 4, to: 200 },
    backlog(tail),
    members(['ann', 'bob']),
  )
  chat.pass(500)
  chat.effects()
  return chat
}
const seqsOf = (chat: Chat): number[] =>
  [...items(chat.model().rooms.get('#lobby')?.entries ?? assert.fail())].flatMap(entry =>
    entry.kind === 'line' ? [entry.seq] : [],
  )
const keysCountUp = (chat: Chat): void => {
  const keys = [...items(chat.model().rooms.get('#lobby')?.entries ?? assert.fail())].map(entry => entry.key)
  assert.deepEqual(
    keys,
    keys.map((_, index) => (keys[0] ?? 0) + index),
  )
}
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

test('whoever scrolls up to missing lines gets them in their place, page by page, and what is read stays', () => {
  const chat = torn()
  while (!/197 earlier messages not shown here \(PageUp\)/.test(chat.screen())) chat.key('PageUp')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 201, limit: 100 }])
  chat.key('PageUp', 'PageDown')
  assert.deepEqual(chat.sent(), [], 'one question at a time')
  const before = shown(chat)
  const bottom = chat.screen().split('\n').slice(-3, -2)
  chat.said(page(101, 200, true))
  keysCountUp(chat)
  assert.deepEqual(seqsOf(chat), [1, 2, 3, ...upTo(101, 250)])
  assert.equal(shown(chat).at(-1), before.at(-1), 'what is read stays')
  assert.deepEqual(chat.screen().split('\n').slice(-3, -2), bottom)
  for (let n = 0; n < 40 && !/97 earlier messages/.test(chat.screen()); n++) chat.key('PageUp')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 101, limit: 97 }])
  chat.said(page(4, 100, true))
  keysCountUp(chat)
  assert.deepEqual(seqsOf(chat), upTo(1, 250))
  assert.doesNotMatch(chat.lines().join('\n'), /earlier message/)
  for (let n = 0; n < 60; n++) chat.key('PageUp')
  assert.equal(shown(chat)[0], 1)
  // The mark is where the news begins, now that it is here.
  chat.key('End')
  for (let n = 0; n < 60 && !/─ new ─/.test(chat.screen()); n++) chat.key('PageUp')
  assert.match(chat.screen(), /─ new ─+\n.*line 4\./)
})

test('what the server has no more is said to be gone, and not asked for again', () => {
  const chat = torn()
  chat.enter('/history 50')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 201, limit: 50 }])
  chat.said(page(191, 200, false))
  assert.deepEqual(seqsOf(chat), [1, 2, 3, ...upTo(191, 250)])
  assert.match(chat.lines().join('\n'), /187 earlier messages no longer kept by the server$/m)
  chat.key('Home', 'PageUp', 'PageUp')
  assert.deepEqual(chat.sent(), [], 'the room begins with its first line')
})

test('in plain lines /history prints what is missing as a block, the latest first', () => {
  const chat = torn()
  chat.take({ got: 'entered', text: '/history 200' })
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 201, limit: 197 }])
  chat.said(page(4, 200, true))
  assert.match(chat.lines().at(-1) ?? '', /197 older lines of #lobby; \/history shows those before\./)
  assert.match(chat.lines().at(-2) ?? '', /line 200\./)
  assert.doesNotMatch(chat.lines().join('\n'), /not shown here/)
})

test('after the history was reset its own past can be read, between what was before and what is said now', () => {
  const chat = drive({ target: den, rows: 13 }).joined()
  chat.said(line(1, 'of the old one'))
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  const tail = Array.from({ length: 50 }, (_, n) => [71 + n, `line ${71 + n}.`] as const)
  chat.said(welcome({ epoch: 'e2' }), backlog(tail), members(['ann', 'bob']))
  chat.effects()
  for (let n = 0; n < 9; n++) chat.key('PageUp')
  assert.deepEqual(chat.sent(), [{ type: 'history', room: '#lobby', before: 71, limit: 70 }])
  chat.said(page(1, 70, false))
  const text = chat.lines().join('\n')
  assert.match(text, /of the old one\n.*Connection lost[\s\S]*history was reset\.\n.*line 1\.\n.*line 2\./)
  assert.doesNotMatch(text, /earlier message/)
  assert.deepEqual(seqsOf(chat).slice(1), upTo(1, 120))
})

test('older lines do not pass the words that greeted us', () => {
  const chat = late()
  for (let n = 0; n < 9; n++) chat.key('PageUp')
  chat.said(page(21, 70, true))
  const lines = chat.lines()
  const greeting = lines.findIndex(text => text.includes('You are ann on den-server.'))
  assert.ok(greeting > lines.findIndex(text => text.includes('line 120.')))
})

test('while the server is away nothing is asked', () => {
  const chat = late()
  chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
  chat.effects()
  pages(chat, 9)
  chat.enter('/history')
  chat.key('C-u')
  chat.enter('/search x')
  assert.deepEqual(chat.sent(), [])
  assert.match(chat.screen(), /The server does not answer now, so this was not asked\./)
})

test('/search in line mode shows lines with time, room and nick, the newest last', () => {
  const chat = inTheLobby()
  chat.take({ got: 'entered', text: '/search  green deploy' })
  assert.deepEqual(chat.sent(), [{ type: 'search', words: 'green deploy' }])
  const yesterday = wallStart - 86_400_000
  chat.said(
    { type: 'found', words: 'green deploy', lines: [wire(9, { body: 'deploy\nis green' })], complete: false },
    {
      type: 'found',
      words: 'green deploy',
      lines: [
        wire(3, { body: 'deploys green', kind: 'emote', room: '#dev' }),
        wire(2, { body: 'green deploy', room: '@a.b', to: 'ann', at: yesterday }),
        wire(1, { body: 'green deploys', kind: 'topic' }),
      ],
      complete: true,
    },
  )
  assert.deepEqual(
    chat
      .lines()
      .slice(-5)
      .map(text => text.slice(13)),
    [
      '-- 4 lines with “green deploy”, the newest last:',
      '-- 09:12 #lobby bob set the topic: green deploys',
      '-- Mon 20 Nov 2023 09:12 @bob bob: green deploy',
      '-- 09:12 #dev * bob deploys green',
      '-- 09:12 #lobby bob: deploy ⏎ is green',
    ],
  )
  chat.take({ got: 'entered', text: '/search deploy' })
  chat.said({
    type: 'found',
    words: 'deploy',
    lines: [wire(9, { body: 'deploy' })],
    more: true,
    complete: true,
  })
  assert.match(
    chat.lines().at(-2) ?? '',
    /The newest 1 line with “deploy”, the newest last; there are more, and more words find less:$/,
  )
  chat.said({ type: 'found', words: 'zebra', lines: [], complete: true })
  assert.match(chat.lines().at(-1) ?? '', /Nothing with “zebra” in your rooms\./)
})

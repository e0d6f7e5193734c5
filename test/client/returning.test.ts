/** A client that was here before in another life: what it keeps, what it says first, and what it is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { absenceText } from '../../src/client/absence.ts'
import { type Kept, readKept } from '../../src/client/kept.ts'
import type { ClientEffect } from '../../src/client/types.ts'

import { backlog, type Driver, den, drive, line, members, opened, wallStart, welcome } from './driver.ts'

const minute = 60_000
const hour = 60 * minute

const nothing: Kept = {
  v: 1,
  server: 'den1',
  device: 'dev1',
  secret: 'sec1',
  epoch: 'e1',
  nick: 'ann',
  leftMs: wallStart - 10 * minute,
  rooms: [{ name: '#lobby', partner: null, seq: 0 }],
  closed: [],
  outbox: [],
  stale: [],
}
const waiting = (id: string, body: string, wallMs = wallStart - minute) => ({
  id,
  room: '#lobby',
  from: '#lobby',
  emote: false,
  body,
  wallMs,
})

const linked = (kept: Kept | null | undefined, server = 'den1') =>
  ({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server, pin: 'pin1' }, kept }) as const
const plainly = (kept: Kept | null, server = 'den1') =>
  ({ got: 'linked', host: '10.0.0.5', port: 23277, secured: null, server, kept }) as const
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => [from + n, `line ${from + n}.`] as const)
const keeps = (effects: readonly ClientEffect[]): Kept[] =>
  effects.flatMap(effect => (effect.do === 'keep' ? [effect.kept] : []))
const shape = (effects: readonly ClientEffect[]): string[] =>
  effects.map(effect => (effect.do === 'send' ? effect.message.type : effect.do))
const bodies = (client: Driver): string[] =>
  client.lines().flatMap(text => /#lobby (.*)$/.exec(text)?.[1] ?? [])

/** Started again with what an earlier life kept, up to the welcome. */
function back(kept: Kept, part: Parameters<typeof welcome>[0] = {}): Driver {
  const client = drive({ target: den, rows: 40 })
  client.take(linked(kept))
  client.said(welcome(part))
  return client
}

test('a line is kept before it is sent, and is gone from what is kept some time after its answer', () => {
  const client = drive({ target: den })
  client.take(linked(null))
  client.said(welcome(), backlog([]), members(['ann']))
  assert.equal(keeps(client.effects())[0]?.secret, 'sec1', 'who we are is kept at once')
  client.enter('mine')
  const effects = client.effects()
  assert.deepEqual(shape(effects), ['keep', 'say'])
  assert.deepEqual(
    keeps(effects)[0]?.outbox.map(({ id, body }) => [id, body]),
    [['id1', 'mine']],
  )
  client.said(line(1, 'mine', { id: 'id1', from: 'ann' }))
  assert.deepEqual(client.effects(), [])
  client.pass(2_000)
  const [kept] = keeps(client.effects())
  assert.deepEqual(kept?.outbox, [])
  assert.deepEqual(kept?.rooms, [{ name: '#lobby', partner: null, seq: 1 }])
  client.pass(60_000)
  assert.deepEqual(client.effects(), [], 'nothing new is nothing to write')
})

test('what is typed while the server is away is kept, too, and what is kept can be read again', () => {
  const client = drive({ target: den })
  client.take(linked(null))
  client.said(welcome(), backlog([[1, 'hi']]), members(['ann']))
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.effects()
  client.enter('late 日本 😀')
  const [kept] = keeps(client.effects())
  assert.deepEqual(
    kept?.outbox.map(one => one.body),
    ['late 日本 😀'],
  )
  assert.deepEqual(readKept(JSON.stringify(kept)), kept)
})

test('where nothing can be kept nothing is asked to be', () => {
  const client = drive({ target: den })
  client.take(linked(undefined))
  client.said(welcome(), backlog([]), members(['ann']))
  client.enter('mine')
  client.pass(10 * minute)
  assert.deepEqual(keeps(client.effects()), [])
})

test('what is damaged is not read', () => {
  const whole = JSON.stringify(nothing)
  for (let length = 0; length < whole.length; length++) assert.equal(readKept(whole.slice(0, length)), null)
  for (const part of [{ v: 2 }, { device: '../x' }, { rooms: 3 }, { outbox: [{ id: 'x' }] }, { leftMs: 'x' }])
    assert.equal(readKept(JSON.stringify({ ...nothing, ...part })), null)
})

test('a new life says who it was, what it had and in which run of the server, and asks for what is new with fifty lines above it', () => {
  const client = drive({ target: den })
  client.take(
    linked({
      ...nothing,
      run: '3-run',
      rooms: [
        { name: '#lobby', partner: null, seq: 80, had: 95 },
        { name: '#dev', partner: null, seq: 7 },
        { name: '#new', partner: null, seq: null },
        { name: '@p1.p2', partner: 'bob', seq: 60 },
      ],
      closed: [{ name: '@p1.p3', seq: 4 }],
    }),
  )
  assert.deepEqual(client.sent(), [
    {
      type: 'hello',
      v: 1,
      nick: 'ann',
      device: 'dev1',
      secret: 'sec1',
      epoch: 'e1',
      run: '3-run',
      last: { '#lobby': 30, '#dev': 0, '#new': 0, '@p1.p2': 10, '@p1.p3': 4 },
      seen: { '#lobby': 95, '#dev': 7, '@p1.p2': 60 },
    },
  ])
})

test('the run of the server that welcomed us last is kept, and none of a server that names none', () => {
  const client = back({ ...nothing, run: '3-run' }, { run: '4-run' })
  client.said(backlog([]), members(['ann']))
  client.pass(minute)
  assert.equal(keeps(client.effects()).at(-1)?.run, '4-run')
  const older = back({ ...nothing, run: '3-run' })
  older.said(backlog([]), members(['ann']))
  older.pass(minute)
  const kept = keeps(older.effects()).at(-1) ?? assert.fail()
  assert.equal('run' in kept, false)
  assert.deepEqual(readKept(JSON.stringify(kept)), kept)
})

test('what waited goes out under its old ids, in its order and before anything new, and is answered once', () => {
  const client = back({ ...nothing, outbox: [waiting('a', 'first'), waiting('b', 'second')] })
  const sent = () =>
    client.sent().flatMap(message => (message.type === 'say' ? [`${message.id} ${message.body}`] : []))
  assert.match(client.screen(), /first +…\n.*second +…/)
  client.enter('third')
  assert.deepEqual(sent(), ['a first', 'b second', 'id1 third'])
  const own = (seq: number, id: string, body: string) => line(seq, body, { id, from: 'ann' })
  client.said(
    backlog([[1, 'first']], true, { id: 'a', from: 'ann' }),
    members(['ann']),
    own(1, 'a', 'first'),
    own(2, 'b', 'second'),
    own(3, 'id1', 'third'),
  )
  assert.deepEqual(
    client
      .screen()
      .match(/(first|second|third) +[…✓]/g)
      ?.map(text => text.replace(/ +/, ' ')),
    ['first ✓', 'second ✓', 'third ✓'],
  )
  assert.deepEqual(client.model().outbox, [])
  assert.match(client.lines().join('\n'), /2 lines of yours had not been sent when you left; sent now\./)
})

test('what waited for more than twelve hours is shown and not sent, until the user decides', () => {
  const stale = waiting('old', 'lunch?', wallStart - 13 * hour)
  const kept = { ...nothing, outbox: [stale, waiting('young', 'still true', wallStart - 11 * hour)] }
  const client = back(kept)
  const effects = client.effects()
  assert.deepEqual(
    keeps(effects)[0]?.stale.map(one => one.id),
    ['old'],
    'it is not forgotten either',
  )
  const says = effects.flatMap(one =>
    one.do === 'send' && one.message.type === 'say' ? [one.message.id] : [],
  )
  assert.deepEqual(says, ['young'])
  client.said(backlog([]), members(['ann']))
  assert.match(
    client.lines().join('\n'),
    /! not sent: ann: lunch\? -- it waits since Mon 20 Nov 2023 20:12\. \/resend sends it now, \/discard drops it\./,
  )
  client.effects()
  client.enter('/resend')
  assert.deepEqual(client.sent(), [{ type: 'say', id: 'old', room: '#lobby', kind: 'say', body: 'lunch?' }])
  client.said(line(1, 'lunch?', { id: 'old', from: 'ann' }))
  assert.deepEqual(client.model().stale, [])
  client.enter('/resend')
  assert.match(client.lines().at(-1) ?? '', /No line of yours waits for that/)
})

test('lines that waited too long are dropped when they are discarded, and told again until then', () => {
  const kept = { ...nothing, stale: [waiting('old', 'lunch?', wallStart - 13 * hour)] }
  for (let life = 0; life < 2; life++) {
    const client = back(kept)
    client.said(backlog([]), members(['ann']))
    assert.match(client.lines().join('\n'), /! not sent: ann: lunch\?/)
  }
  const client = back(kept)
  client.said(backlog([]), members(['ann']))
  client.effects()
  client.enter('/discard')
  assert.deepEqual(keeps(client.effects())[0]?.stale, [])
  assert.match(client.lines().at(-1) ?? '', /1 line was dropped\./)
})

test('a cut that lasts longer than twelve hours asks, too', () => {
  const client = drive({ target: den }).joined()
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.enter('see you at noon')
  client.pass(13 * hour)
  client.take(linked(undefined))
  client.effects()
  client.said(welcome(), backlog([]), members(['ann']))
  assert.ok(client.sent().every(message => message.type !== 'say'))
  assert.match(client.lines().join('\n'), /! not sent: ann: see you at noon -- it waits since/)
})

test('whoever comes back sees the past, a mark above what is new, and one line about it below', () => {
  const client = back({ ...nothing, rooms: [{ name: '#lobby', partner: null, seq: 80 }] })
  client.said(backlog(range(31, 81)), backlog([[82, 'ann: look']], true), members(['ann', 'bob']))
  const rows = client.screen().split('\n')
  const mark = rows.findIndex(row => /─ new ─/.test(row))
  assert.match(rows[mark - 1] ?? '', /line 80\./)
  assert.match(rows[mark + 1] ?? '', /line 81\./)
  client.pass(500)
  assert.deepEqual(bodies(client).slice(-2), [
    '-- You are ann on den-server.',
    '-- Since you left 09:02: 2 lines, 1 mention.',
  ])
  client.pass(5_000)
  assert.equal(client.lines().filter(text => text.includes('Since you left')).length, 1)
})

test('where nothing was said meanwhile nothing is told and nothing is marked', () => {
  const client = back({ ...nothing, rooms: [{ name: '#lobby', partner: null, seq: 80 }] })
  client.said(backlog(range(31, 80)), members(['ann', 'bob']))
  client.pass(5_000)
  assert.doesNotMatch(client.lines().join('\n'), /Since you left/)
  assert.doesNotMatch(client.screen(), /─ new ─/)
  assert.match(client.screen(), /line 80\.\n/)
})

test('rooms and conversations of before are there, with what is unread in them', () => {
  const kept = {
    ...nothing,
    rooms: [
      { name: '#lobby', partner: null, seq: 1 },
      { name: '#dev', partner: null, seq: 5 },
      { name: '@p1.p2', partner: 'bob', seq: 2 },
    ],
  }
  const client = back(kept)
  client.said(
    backlog([[1, 'hi']]),
    members(['ann', 'bob']),
    backlog(range(1, 8), true, { room: '#dev' }),
    members(['ann'], '#dev'),
    { type: 'direct', room: '@p1.p2', with: 'bob' },
    backlog(range(1, 3), true, { room: '@p1.p2' }),
    ...opened('@p1.p9', 'cat').slice(0, 1),
    backlog([[1, 'psst']], true, { room: '@p1.p9', from: 'cat' }),
  )
  client.pass(500)
  const { rooms, current } = client.model()
  assert.equal(current, '#lobby')
  assert.deepEqual(
    [...rooms.values()].map(room => [room.label, room.unread, room.lastSeq]),
    [
      ['#lobby', 0, 1],
      ['#dev', 3, 8],
      ['@bob', 1, 3],
      ['@cat', 1, 1],
    ],
  )
  assert.match(
    client.lines().at(-1) ?? '',
    /Since you left 09:02: 3 lines, 2 direct lines from bob and cat\.$/,
  )
  client.effects()
  client.pass(2_000)
  assert.deepEqual(
    keeps(client.effects())[0]?.rooms.map(room => room.seq),
    [1, 5, 2, 0],
    'what is unread is new again in the next life',
  )
})

test('what had come before one left is unread still, and is not said to have come since', () => {
  const rooms = (had: number) => [
    { name: '#lobby', partner: null, seq: 1 },
    { name: '@p1.p2', partner: 'bob', seq: 2, had },
  ]
  const client = back({ ...nothing, rooms: rooms(4) })
  client.said(
    backlog([[1, 'hi']]),
    members(['ann', 'bob']),
    { type: 'direct', room: '@p1.p2', with: 'bob' },
    backlog(range(1, 5), true, { room: '@p1.p2' }),
  )
  client.pass(500)
  assert.equal(client.model().rooms.get('@p1.p2')?.unread, 3)
  assert.match(client.lines().at(-1) ?? '', /Since you left 09:02: 1 direct line from bob\.$/)
  client.effects()
  client.pass(2_000)
  assert.deepEqual(keeps(client.effects())[0]?.rooms, rooms(5))
})

test('an absence of minutes is told after a cut, a short one is not', () => {
  const client = drive({ target: den }).joined()
  const cut = (ms: number, from: number) => {
    client.take({ got: 'unlinked', text: 'The cable was pulled.' })
    client.pass(ms)
    client.take(linked(undefined))
    client.said(welcome(), backlog(range(from, from + 2)), members(['ann', 'bob']))
    client.pass(500)
  }
  cut(30_000, 1)
  assert.doesNotMatch(client.lines().join('\n'), /Since you left/)
  assert.doesNotMatch(client.screen(), /─ new ─/)
  cut(3 * minute, 4)
  assert.match(client.lines().at(-1) ?? '', /Since you left 09:12: 3 lines\.$/)
  assert.match(client.screen(), /line 3\.[\s\S]*─ new ─+\n.*line 4\./)
  cut(3 * minute, 7)
  assert.equal(client.screen().match(/─ new ─/g)?.length, 1)
  assert.match(client.screen(), /─ new ─+\n.*line 7\./)
})

test('cut again before all was told, it is one absence', () => {
  const client = back(nothing)
  client.said(backlog(range(1, 3), false))
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.take(linked(undefined))
  client.said(welcome(), backlog(range(4, 6)), members(['ann']))
  client.pass(500)
  assert.match(client.lines().at(-1) ?? '', /Since you left 09:02: 6 lines\.$/)
  assert.match(client.screen(), /─ new ─+\n.*line 1\./)
})

test('more than could be given is counted and told to be missing', () => {
  const client = back({ ...nothing, rooms: [{ name: '#lobby', partner: null, seq: 100 }] })
  client.said(
    { type: 'gap', room: '#lobby', from: 51, to: 9_950 },
    backlog(range(9_951, 10_000)),
    members(['ann', 'bob']),
  )
  client.pass(500)
  assert.match(client.lines().join('\n'), /9900 earlier messages not shown here/)
  assert.match(client.lines().at(-1) ?? '', /Since you left 09:02: 9900 lines\.$/)
})

test('of another history nothing is taken but the rooms and what was not sent', () => {
  const kept = {
    ...nothing,
    rooms: [
      { name: '#lobby', partner: null, seq: 80 },
      { name: '#dev', partner: null, seq: 5 },
      { name: '@p1.p2', partner: 'bob', seq: 2 },
    ],
    outbox: [waiting('a', 'first')],
  }
  const client = back(kept, { epoch: 'e2' })
  assert.deepEqual(
    client.sent().flatMap(message => (message.type === 'say' ? [message.body] : [])),
    ['first'],
  )
  client.said(backlog([[1, 'hi']]), members(['ann']), backlog([], true, { room: '#dev' }))
  client.pass(500)
  assert.deepEqual([...client.model().rooms.keys()], ['#lobby', '#dev'])
  assert.match(client.lines().join('\n'), /The server’s history was reset since you left\./)
  assert.doesNotMatch(client.lines().join('\n'), /Since you left \d/)
})

test('in plain text, a secret is shown to nobody but the server that gave it', () => {
  const client = drive({ target: den, known: [] })
  client.take(plainly(null))
  client.said(welcome(), backlog([]), members(['ann']))
  client.enter('for den')
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.effects()
  client.take(plainly(null, 'other1'))
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
  client.said(welcome({ server: 'other1', name: 'other', device: 'dev9', secret: 'sec9', epoch: 'x' }))
  assert.deepEqual(client.sent(), [])
  assert.match(client.lines().join('\n'), /Another server answers[\s\S]*! not sent: ann: for den/)
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.effects()
  client.take(plainly({ ...nothing, outbox: [waiting('a', 'for den')] }))
  const [hello] = client.sent()
  assert.ok(hello?.type === 'hello' && hello.device === 'dev1', 'back where it is known')
  client.said(welcome())
  assert.deepEqual(
    client.sent().flatMap(message => (message.type === 'say' ? [message.body] : [])),
    ['for den'],
  )
})

test('a secret made over TLS is told to the key that made it alone, and what is kept with it waits for that key', () => {
  const sealed: Kept = { ...nothing, secret: 'tls_sec1', outbox: [waiting('a', 'for den')] }
  const plain = drive({ target: den, known: [] })
  plain.take(plainly(sealed))
  assert.deepEqual(plain.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
  const forgotten = drive({ target: den, known: [] })
  forgotten.take(linked(sealed))
  assert.deepEqual(forgotten.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
  forgotten.said(welcome({ device: 'dev2', secret: 'tls_sec2' }), backlog([]), members(['ann']))
  assert.deepEqual(
    forgotten
      .effects()
      .map(effect => effect.do)
      .filter(one => one === 'keep'),
    [],
  )
  const known = drive({ target: den })
  known.take(linked(sealed))
  const [hello] = known.sent()
  assert.ok(hello?.type === 'hello' && hello.secret === 'tls_sec1')
})

test('a server in plain text that calls itself one we know encrypted hears nothing of us', () => {
  const client = drive({ target: { hosts: ['10.0.0.9'], port: 1 } })
  client.effects()
  client.take({ got: 'linked', host: '10.0.0.9', port: 1, secured: null, server: 'den1', kept: nothing })
  assert.deepEqual(shape(client.effects()), ['hangUp', 'hangUp', 'quit'])
})

test('whoever goes back to the list is told that what waits goes out later', () => {
  const client = drive({ target: den })
  client.take(linked(null))
  client.said(welcome(), backlog([]), members(['ann']))
  client.take({ got: 'unlinked', text: 'The cable was pulled.' })
  client.enter('later')
  client.effects()
  client.enter('/servers')
  assert.deepEqual(
    keeps(client.effects())[0]?.outbox.map(one => one.body),
    ['later'],
  )
  assert.match(client.screen(), /1 line was not sent; it goes out when you join it again\./)
  assert.deepEqual(client.model().outbox, [])
})

const digests: readonly [Parameters<typeof absenceText>[0] extends infer A ? Partial<A> : never, string][] = [
  [{}, ''],
  [{ lines: 1, rooms: new Set(['#a']) }, 'Since you left 09:12: 1 line.'],
  [
    { lines: 37, rooms: new Set(['#a']), mentions: 2, directs: new Map([['anna', 1]]) },
    'Since you left 09:12: 37 lines, 2 mentions, 1 direct line from anna.',
  ],
  [{ lines: 5, rooms: new Set(['#a', '#b']) }, 'Since you left 09:12: 5 lines in 2 rooms.'],
  [
    {
      directs: new Map([
        ['ann', 1],
        ['bob', 2],
      ]),
    },
    'Since you left 09:12: 3 direct lines from ann and bob.',
  ],
  [
    { directs: new Map(['a', 'b', 'c', 'd', 'e'].map(nick => [nick, 1] as const)) },
    'Since you left 09:12: 5 direct lines from a, b, c and 2 others.',
  ],
  [
    { leftMs: wallStart - 24 * hour, lines: 1, rooms: new Set(['#a']) },
    'Since you left Mon 20 Nov 2023 09:12: 1 line.',
  ],
]
for (const [part, says] of digests)
  test(`what happened meanwhile in a line: ${says || 'nothing'}`, () => {
    const none = { lines: 0, rooms: new Set<string>(), mentions: 0, directs: new Map(), atMs: 0 }
    assert.equal(absenceText({ ...none, leftMs: wallStart, ...part }, wallStart + minute), says)
  })

test('/reply answers whoever wrote to us alone last, in the life before and while we were away', () => {
  const conversations = [
    { name: '@aaa.bbb', partner: 'bob', seq: 1 },
    { name: '@aaa.ccc', partner: 'cat', seq: 1 },
    { name: '@aaa.ddd', partner: 'dan', seq: 0 },
  ]
  const from = (index: number, seq: number, atMs: number, nick = conversations[index]?.partner ?? '') =>
    backlog([[seq, 'psst']], true, {
      room: conversations[index]?.name ?? '',
      at: atMs,
      from: nick,
      to: 'ann',
    })
  const client = back({ ...nothing, rooms: [...nothing.rooms, ...conversations] })
  client.said(backlog([]), members(['ann']))
  const answers = (room: string) => {
    client.effects()
    client.enter('/reply yes')
    assert.deepEqual(
      client.sent().flatMap(said => (said.type === 'say' ? [said.room] : [])),
      [room],
    )
  }
  client.said(from(0, 1, wallStart - hour))
  answers('@aaa.bbb')
  client.said(from(1, 1, wallStart - 2 * hour))
  answers('@aaa.bbb')
  client.said(from(2, 1, wallStart - minute, 'ann'))
  answers('@aaa.bbb')
  client.said(from(2, 2, wallStart - 3 * minute))
  answers('@aaa.ddd')
  // What is said now is the latest, whatever the server’s clock says.
  client.said(line(2, 'you?', { room: '@aaa.ccc', from: 'cat', to: 'ann', at: wallStart - hour }))
  answers('@aaa.ccc')
})

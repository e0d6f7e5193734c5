import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backlog, type Driver, den, drive, inTheLobby, line, members, sighting, welcome } from './driver.ts'

const linked = { got: 'linked', host: '10.0.0.5', port: 23277 } as const
const lose = (client: Driver, text = 'The server does not answer.') => client.take({ got: 'unlinked', text })

test('a lost link is dialled again with growing waits, and the draft stays', () => {
  const client = inTheLobby()
  client.type('half a draft')
  lose(client)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 400 }])
  assert.match(client.screen(), /offline, again in 1 s: The server does not answer\./)
  client.pass(400)
  assert.equal(client.at(), 'connecting')
  lose(client)
  lose(client, 'said twice')
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 640 }])
  for (let n = 0; n < 20; n++) {
    client.pass(11_000)
    lose(client)
  }
  assert.deepEqual(client.effects().at(-1), { do: 'dial', target: den, delayMs: 10_000 })
  assert.match(client.screen(), /offline, again in 10 s/)
  assert.match(client.screen(), /> half a draft$/m)
  assert.equal(client.lines().filter(text => text.includes('Connection lost')).length, 1)
})

test('a link that held for a while starts with the shortest wait', () => {
  const client = inTheLobby()
  client.pass(10_000)
  lose(client)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 250 }])
})

test('coming back names the device and the last line, and resends what was not acknowledged, once and in order', () => {
  const client = inTheLobby()
  client.said(line(1, 'hi'))
  client.enter('first')
  client.enter('second')
  assert.equal(client.sent().length, 2)
  lose(client)
  client.enter('third')
  client.pass(400)
  client.take(linked)
  assert.deepEqual(client.sent(), [
    { type: 'hello', v: 1, nick: 'ann', device: 'dev1', secret: 'sec1', epoch: 'e1', last: { '#lobby': 1 } },
  ])
  client.said(welcome())
  assert.deepEqual(
    client.sent().map(message => (message.type === 'say' ? `${message.id} ${message.body}` : message.type)),
    ['id1 first', 'id2 second', 'id3 third'],
  )
  // The first copy of “first” had been kept: the backlog brings it, and then its resend is answered again.
  const own = (seq: number, id: string, body: string) => line(seq, body, { id, from: 'ann' })
  client.said(
    {
      type: 'backlog',
      room: '#lobby',
      lines: [{ room: '#lobby', seq: 2, at: 0, id: 'id1', from: 'ann', kind: 'say', body: 'first' }],
      complete: true,
    },
    members(['ann', 'bob']),
    own(2, 'id1', 'first'),
    own(3, 'id2', 'second'),
    own(4, 'id3', 'third'),
  )
  const said = client.lines().filter(text => text.includes('ann: '))
  assert.deepEqual(
    said.map(text => text.slice(-6).trim()),
    ['first', 'second', 'third'],
  )
  assert.deepEqual(client.model().outbox, [])
  assert.equal(client.model().rooms.get('#lobby')?.lastSeq, 4)
  assert.deepEqual(client.effects(), [])
})

test('an answer that overtakes the pages of the backlog makes no hole', () => {
  const client = inTheLobby()
  client.said(line(1, 'hi'))
  client.enter('mine')
  lose(client)
  client.take(linked)
  client.said(
    welcome(),
    line(4, 'mine', { id: 'id1', from: 'ann' }),
    backlog(
      [
        [2, 'two'],
        [3, 'three'],
      ],
      false,
    ),
    backlog([[4, 'mine']], true, { id: 'id1', from: 'ann' }),
  )
  const bodies = client.lines().flatMap(text => /(?:bob|ann): (.*)/.exec(text)?.[1] ?? [])
  assert.deepEqual(bodies, ['hi', 'two', 'three', 'mine'])
  assert.doesNotMatch(client.lines().join('\n'), /earlier message/)
  assert.deepEqual(client.model().outbox, [])
})

test('a line of ours that fell into a gap is shown all the same', () => {
  const client = inTheLobby()
  client.said(line(1, 'hi'))
  client.enter('mine')
  lose(client)
  client.take(linked)
  client.said(
    welcome(),
    { type: 'gap', room: '#lobby', from: 2, to: 900 },
    backlog([[901, 'late']]),
    line(500, 'mine', { id: 'id1', from: 'ann' }),
  )
  assert.match(
    client.lines().join('\n'),
    /899 earlier messages not shown here[\s\S]*bob: late[\s\S]*ann: mine/,
  )
  assert.deepEqual(client.model().outbox, [])
})

test('a server found elsewhere is dialled at once', () => {
  const client = inTheLobby()
  client.pass(1000)
  lose(client)
  client.effects()
  const stale = sighting({ id: 'den1', name: 'den-server', heardAt: 900 })
  client.take({ got: 'sightings', sightings: [stale] })
  assert.deepEqual(client.effects(), [], 'heard before the loss')
  const stranger = sighting({ id: 'other', name: 'den-server', heardAt: 5000 })
  const twin = sighting({ id: 'den1', name: 'den-server', heardAt: 5000, twin: 'conflict' })
  client.take({ got: 'sightings', sightings: [stranger, twin] })
  assert.deepEqual(client.effects(), [], 'not ours for certain')
  const moved = sighting({
    id: 'den1',
    name: 'den-server',
    port: 4000,
    heardAt: 1001,
    addresses: [{ host: '10.0.0.77', rttMs: null, heardAt: 1001 }],
  })
  client.take({ got: 'sightings', sightings: [moved] })
  assert.deepEqual(client.effects(), [
    { do: 'dial', target: { hosts: ['10.0.0.77'], port: 4000 }, delayMs: 0 },
  ])
  assert.match(client.lines().at(-1) ?? '', /den-server is at 10\.0\.0\.77:4000 now\./)
  client.take(linked)
  client.said(welcome())
  assert.equal(client.at(), 'joined')
})

test('a server that is heard but not reached is not dialled at each beacon for ever', () => {
  const client = inTheLobby()
  lose(client)
  let atOnce = 0
  for (let n = 0; n < 40; n++) {
    client.pass(2000)
    client.take({
      got: 'sightings',
      sightings: [sighting({ id: 'den1', name: 'den-server', heardAt: client.now() })],
    })
    if (client.effects().some(effect => effect.do === 'dial' && effect.delayMs === 0)) atOnce++
    if (client.at() === 'connecting') lose(client)
    client.effects()
  }
  assert.equal(atOnce, 5)
})

test('a restart is no panic: its words are shown and its wait is kept', () => {
  const client = inTheLobby()
  client.said({ type: 'bye', reason: 'restart', text: 'The server restarts.', retryMs: 2000 })
  lose(client, 'The server ended it.')
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 2000 }])
  assert.match(client.screen(), /offline, again in 2 s: The server restarts\./)
  client.pass(2000)
  lose(client, 'Nobody listens there.')
  assert.match(client.screen(), /Nobody listens there\./)
})

test('a nick taken meanwhile gives way to the suggestion by itself', () => {
  const client = inTheLobby()
  lose(client)
  client.take(linked)
  client.effects()
  client.said({ type: 'refused', about: 'hello', code: 'nick-taken', text: 'Taken.', suggestion: 'ann2' })
  assert.deepEqual(
    client.sent().map(message => (message.type === 'hello' ? [message.nick, message.device] : [])),
    [['ann2', 'dev1']],
  )
  client.said(welcome({ nick: 'ann2' }))
  assert.match(client.lines().join('\n'), /“ann” was taken meanwhile: you are ann2 now\./)
  assert.equal(client.model().ask, null)
})

test('who came into an empty room gets all that was said while away', () => {
  const client = inTheLobby()
  lose(client)
  client.effects()
  client.take(linked)
  const [hello] = client.sent()
  assert.deepEqual(hello?.type === 'hello' ? hello.last : null, { '#lobby': 0 })
})

test('another history drops the positions, keeps the scrollback and says so', () => {
  const client = inTheLobby()
  client.said(line(1, 'before'), line(2, 'the end'))
  lose(client)
  client.take(linked)
  client.said(welcome({ epoch: 'e2' }), backlog([[1, 'after']]))
  const lines = client.lines().join('\n')
  assert.match(lines, /bob: before[\s\S]*history was reset[\s\S]*bob: after/)
  assert.doesNotMatch(lines, /earlier message/)
  assert.equal(client.model().rooms.get('#lobby')?.lastSeq, 1)
})

test('what was meant for one server is not said to another', () => {
  const client = inTheLobby()
  lose(client)
  client.enter('secret plan')
  client.take(linked)
  client.effects()
  client.said(welcome({ server: 'strange', name: 'stranger' }))
  assert.deepEqual(
    client.sent().filter(message => message.type === 'say'),
    [],
  )
  assert.match(client.lines().join('\n'), /Another server answers[\s\S]*! not sent: ann: secret plan/)
})

test('the queue of unsent lines has a bound and an answer, and the text stays', () => {
  const client = inTheLobby({ rows: 12 })
  lose(client)
  for (let n = 0; n < 100; n++) client.enter(`line ${n}`)
  assert.equal(client.model().outbox.length, 100)
  client.enter('one too many')
  assert.equal(client.model().outbox.length, 100)
  assert.match(client.lines().at(-1) ?? '', /100 lines already wait to be sent/)
  assert.equal(client.model().editor.text, 'one too many')
})

test('words that come when nothing is linked change nothing', () => {
  const client = drive()
  const before = client.model()
  client.said(line(1, 'ghost'), welcome())
  assert.deepEqual(client.model(), before)
  client.take(linked)
  assert.deepEqual(client.effects(), [{ do: 'hangUp' }])
})

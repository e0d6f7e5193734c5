import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  backlog,
  type Driver,
  den,
  drive,
  inTheLobby,
  knownDen,
  line,
  linked,
  members,
  sighting,
  welcome,
} from './driver.ts'

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

test('a dial whose timer came a moment early and that fails at once is followed by another one', () => {
  const client = inTheLobby()
  lose(client)
  client.effects()
  client.pass(399)
  lose(client)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 640 }])
})

test('a link that held for a while starts with the shortest wait', () => {
  const client = inTheLobby()
  client.pass(10_000)
  lose(client)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 250 }])
})

test('who took another nick while the connection was lost says which one the others know', () => {
  const client = inTheLobby()
  const hello = () => {
    client.effects()
    client.pass(400)
    client.take(linked)
    return client.sent().find(one => one.type === 'hello')
  }
  lose(client)
  client.enter('/nick zoe')
  client.enter('/nick kim')
  const said = hello()
  assert.deepEqual([said?.nick, said?.was], ['kim', 'ann'])
  client.said(welcome({ nick: 'kim' }), backlog([]), members(['kim']))
  client.said({ type: 'presence', room: '#lobby', nick: 'lea', was: 'kim', presence: 'here' })
  lose(client)
  assert.deepEqual(hello()?.was, undefined)
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

test('a server found elsewhere ends an attempt to reach it where it was', () => {
  const client = inTheLobby()
  client.pass(1000)
  lose(client)
  client.pass(400)
  assert.equal(client.at(), 'connecting')
  client.effects()
  const addresses = (host: string) => [{ host, rttMs: null, heardAt: 1001 }]
  const here = sighting({ id: 'den1', name: 'den-server', heardAt: 1001, addresses: addresses('10.0.0.5') })
  client.take({ got: 'sightings', sightings: [here] })
  assert.deepEqual(client.effects(), [], 'where it is being dialled already')
  const moved = { ...here, addresses: addresses('10.0.0.77') }
  client.take({ got: 'sightings', sightings: [moved] })
  assert.deepEqual(client.effects(), [
    { do: 'dial', target: { hosts: ['10.0.0.77'], port: 23277 }, delayMs: 0 },
  ])
})

test('a new place is told once, as people call it, and only where it is another one', () => {
  const client = inTheLobby()
  const found = (hosts: string[], port = 23277) => {
    lose(client)
    client.pass(1)
    client.take({
      got: 'sightings',
      sightings: [
        sighting({
          id: 'den1',
          name: 'new-den',
          port,
          heardAt: client.now(),
          addresses: hosts.map(host => ({ host, rttMs: null, heardAt: 0 })),
        }),
      ],
    })
    client.take(linked)
    client.said(welcome())
  }
  const told = () => client.lines().flatMap(text => /\S+ is at \S+ now\./.exec(text)?.[0] ?? [])
  found(['fe80::1%eth0', '10.0.0.5', '10.8.0.5'])
  found(['10.8.0.5', '10.0.0.5'])
  assert.deepEqual(told(), [], 'only more addresses, in another order')
  found(['fe80::1%eth0', '10.0.0.77'])
  found(['10.0.0.77'], 4000)
  assert.deepEqual(told(), ['new-den is at 10.0.0.77:23277 now.', 'new-den is at 10.0.0.77:4000 now.'])
})

test('the status line tells the reason before anything is cut off', () => {
  const reasons = [
    [
      'Nothing listens at 10.0.0.5:23277. Is the server running? If so, check the port.',
      'Nothing listens there.',
    ],
    ['10.0.0.5:23277 does not answer (waited 5 s). Is that machine on?', 'The server does not answer.'],
    ['There is no way to “10.0.0.5” from here. Check that it is on.', 'There is no way to it from here.'],
    ['No host named “10.0.0.5” was found. Check it.', 'No host named “10.0.0.5” was found.'],
  ] as const
  for (const [text, shown] of reasons) {
    const client = inTheLobby()
    lose(client)
    client.enter('kept')
    client.pass(500)
    lose(client, text)
    const status = client.screen().split('\n').at(-2) ?? ''
    assert.ok(status.includes(`offline, again in 1 s: ${shown}`), status)
  }
})

test('/servers leaves for the list, also where none was shown before, and tells what was not sent', () => {
  const client = inTheLobby()
  client.take({ got: 'sightings', sightings: [sighting({ id: 'x', name: 'attic' })] })
  client.enter('one')
  client.enter('two')
  client.effects()
  client.enter('/servers')
  assert.deepEqual(client.effects(), [{ do: 'send', message: { type: 'bye' } }, { do: 'hangUp' }])
  assert.match(client.screen(), /servers on this network[\s\S]*attic/)
  assert.match(client.screen(), /You left den-server\. 2 lines were not sent\./)
  assert.deepEqual(client.model().outbox, [])
  client.key('Enter')
  assert.match(client.screen(), /Joining attic as ann/)
  client.key('Escape')
  assert.equal(client.at(), 'scanning')
})

test('while the server is away Escape on an empty line leads back to the list', () => {
  const client = inTheLobby()
  client.type('draft')
  lose(client)
  client.key('Escape')
  assert.equal(client.at(), 'waiting')
  assert.doesNotMatch(client.screen(), /back to the list/)
  client.key('Enter')
  assert.match(client.screen(), /Esc: back to the list/)
  client.effects()
  client.key('Escape')
  assert.deepEqual(client.effects(), [{ do: 'hangUp' }])
  assert.match(client.screen(), /You left den-server\. 1 line was not sent\./)
  const here = inTheLobby()
  here.key('Escape')
  assert.equal(here.at(), 'joined')
})

test('a server that leaves our lines unanswered is said to, in place of an old latency', () => {
  const client = inTheLobby()
  client.take({ got: 'rtt', ms: 3 })
  client.enter('hello?')
  client.pass(5000)
  assert.match(client.screen(), /· 3 ms/)
  client.pass(1900)
  assert.match(client.screen(), /· no answer for 6 s/)
  assert.doesNotMatch(client.screen(), /3 ms/)
  client.said(line(1, 'hello?', { id: 'id1', from: 'ann' }))
  assert.match(client.screen(), /· 3 ms/)
  lose(client)
  client.enter('later')
  client.pass(60_000)
  client.take(linked)
  client.said(welcome())
  assert.doesNotMatch(client.screen(), /no answer/, 'it went out only now')
  client.pass(5001)
  assert.match(client.screen(), /no answer for 5 s/)
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
  assert.match(client.lines().join('\n'), /Taken\. You are ann2 now; \/nick NAME takes another\./)
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

test('a history that went back to a copy is another one: lines under numbers that were given before are shown', () => {
  const client = inTheLobby()
  client.said(line(1, 'before'), line(2, 'lost'), line(3, 'lost too'))
  lose(client)
  client.take(linked)
  client.said(welcome({ wentBack: true }), backlog([[1, 'before']]))
  client.said(line(2, 'restored'))
  const lines = client.lines().join('\n')
  assert.match(lines, /bob: lost too[\s\S]*history was reset[\s\S]*bob: before[\s\S]*bob: restored/)
  assert.doesNotMatch(lines, /earlier message/)
  lose(client)
  client.effects()
  client.take(linked)
  const [hello] = client.sent()
  assert.deepEqual(hello?.type === 'hello' ? hello.last : null, { '#lobby': 2 })
})

test('coming back names the run of the server that welcomed us last, and what was had where it is asked for again', () => {
  const client = drive({ target: den })
  client.take(linked)
  client.said(welcome({ run: '1-run' }), backlog([[60, 'before']]), members(['ann']))
  const comesBack = () => {
    lose(client)
    client.effects()
    client.take(linked)
    const [hello] = client.sent()
    assert.ok(hello?.type === 'hello')
    return [hello.run, hello.last, hello.seen]
  }
  assert.deepEqual(comesBack(), ['1-run', { '#lobby': 60 }, undefined])
  client.said(welcome({ run: '2-run' }), backlog([]))
  assert.deepEqual(comesBack(), ['2-run', { '#lobby': 60 }, undefined])
  // An older Earshot serves it now.
  client.said(welcome(), backlog([]))
  assert.deepEqual(comesBack(), [undefined, { '#lobby': 60 }, undefined])
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
  const strange = { ...knownDen, id: 'strange', name: 'stranger', pin: 'pin2', at: '10.0.0.6:23277' }
  const client = inTheLobby({ known: [knownDen, strange] })
  lose(client)
  client.enter('secret plan')
  client.take({ ...linked, secured: { server: 'strange', pin: 'pin2' } })
  assert.deepEqual(
    client.sent(),
    [{ type: 'hello', v: 1, nick: 'ann' }],
    'who we are to the one is not told the other',
  )
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

test('a nick wished while hello is on its way again is asked for right after the welcome, or with the next hello', () => {
  for (const isRefused of [false, true]) {
    const chat = inTheLobby()
    chat.take({ got: 'unlinked', text: 'The cable was pulled.' })
    chat.take({ got: 'linked', host: '10.0.0.5', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
    chat.enter('/nick kim')
    assert.match(chat.lines().at(-1) ?? '', /You will be kim when the server answers\.$/)
    chat.effects()
    const taken = {
      about: 'hello',
      code: 'nick-taken',
      text: '“ann” is already here.',
      suggestion: 'ann2',
    } as const
    if (isRefused) chat.said({ type: 'refused', ...taken })
    else chat.said(welcome())
    const [said] = chat.sent()
    assert.ok(said && 'nick' in said && said.nick === 'kim')
    assert.equal(said.type, isRefused ? 'hello' : 'nick')
  }
})

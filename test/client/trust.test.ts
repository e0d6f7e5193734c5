import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeEndOf, codeOf, hintOf } from '../../src/base/fingerprint.ts'
import { patience } from '../../src/client/bounds.ts'
import { inOrder, listed } from '../../src/client/servers.ts'
import { judge, type KnownServer, knownBy, remembered } from '../../src/client/trust.ts'
import type { ClientEffect, Secured } from '../../src/client/types.ts'
import { news, nothingTold } from '../../src/plain/news.ts'
import { den, drive, inTheLobby, knownDen, members, sighting, wallStart, welcome } from './driver.ts'

const pin = (fill: number): string => Buffer.alloc(32, fill).toString('base64url')
const oldPin = pin(1)
const newPin = pin(2)
const ourDen: KnownServer = { ...knownDen, pin: oldPin }
const at = { got: 'linked', host: '10.0.0.5', port: 23277 } as const
const linked = (secured: Secured | null) => ({ ...at, secured })
const same = { server: 'den1', pin: oldPin }
const changed = { server: 'den1', pin: newPin }
const login = { salt: 'c2FsdHNhbHQ=', iterations: 15000, salted: 'eA==' }

/** Whether anything of ours would have left. */
const says = (effects: readonly ClientEffect[]) =>
  effects.filter(one => one.do === 'send' || one.do === 'login')

test('a first visit costs one line with the code and no question, and is noted', () => {
  const client = drive({ target: den, known: [] })
  client.take(linked(same))
  client.said(welcome(), members(['ann']))
  assert.equal(
    client.lines().filter(text => text.includes(codeOf(oldPin))).length,
    1,
    client.lines().join('\n'),
  )
  assert.match(client.lines()[0] ?? '', /First visit: the code of den-server is /)
  assert.equal(client.model().ask, null)
  const noted = client.effects().find(effect => effect.do === 'rememberServer')
  assert.deepEqual(noted, {
    do: 'rememberServer',
    server: { ...ourDen, sinceMs: wallStart, lastMs: wallStart },
  })
})

test('a known server with its key is told nothing about, and the status shows the padlock and the word', () => {
  const client = drive({ target: den, known: [ourDen] })
  client.take(linked(same))
  client.said(welcome(), members(['ann']))
  assert.doesNotMatch(client.lines().join('\n'), /code/)
  assert.match(client.screen(), /🔒 encrypted/)
  client.enter('/info')
  assert.match(client.lines().join('\n'), new RegExp(`Encrypted; the server’s code is ${codeOf(oldPin)}`))
})

test('a changed key: nothing is said, both codes and dates are shown, and only the last four go on', () => {
  const client = drive({ target: den, known: [{ ...ourDen, login }] })
  client.effects()
  client.take(linked(changed))
  const effects = client.effects()
  assert.deepEqual(says(effects), [])
  assert.ok(effects.some(one => one.do === 'hangUp'))
  const screen = client.screen().replace(/\s+/g, ' ')
  for (const word of [
    codeOf(oldPin),
    codeOf(newPin),
    '20 Nov 2023',
    '21 Nov 2023',
    'pretend to be',
    'set up anew',
  ])
    assert.ok(screen.includes(word), `${word}\n${client.screen()}`)
  for (const wrong of [
    '',
    'y',
    'yes',
    codeEndOf(newPin),
    '/trust',
    '/trust yes',
    '/trust y',
    `/trust ${codeEndOf(oldPin)}`,
  ]) {
    client.type(wrong)
    client.key('Enter')
    assert.deepEqual(client.effects(), [], wrong)
    assert.equal(client.model().ask?.about, 'trust')
  }
  client.enter(`/trust ${codeEndOf(newPin)}`)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  client.take(linked(changed))
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
  client.said(welcome())
  const noted = client.effects().find(effect => effect.do === 'rememberServer')
  assert.ok(noted?.do === 'rememberServer')
  assert.equal(noted.server.pin, newPin)
  assert.equal(noted.server.login, null, 'what logs in was meant for the other key')
})

test('Escape from a changed key leaves it, and nothing was said', () => {
  const client = drive({ known: [ourDen] })
  client.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'den-server' })] })
  client.key('Enter')
  client.effects()
  client.take(linked(changed))
  client.key('Escape')
  assert.equal(client.at(), 'scanning')
  assert.deepEqual(says(client.effects()), [])
})

test('in a small window, too, a changed key is told with what goes on, and nothing of it is folded', () => {
  const client = inTheLobby({ known: [knownDen], columns: 40, rows: 12 })
  client.take({ got: 'unlinked', text: 'gone.' })
  client.pass(60_000)
  client.take(linked({ server: 'den1', pin: newPin }))
  assert.match(client.screen(), new RegExp(`/trust ${codeEndOf(newPin)}`))
  assert.doesNotMatch(client.screen(), /F8 shows all/)
})

test('^D on an empty line leaves a changed key and a question for a password, and deletes in what is typed', () => {
  for (const ask of ['trust', 'password']) {
    const client = drive({ target: den, known: [ourDen] })
    client.take(linked(ask === 'trust' ? changed : same))
    if (ask === 'password') client.said({ type: 'refused', about: 'hello', code: 'password', text: 'needed' })
    client.effects()
    client.type('yes')
    client.key('C-a', 'C-d')
    const editor = client.model().ask
    assert.ok(editor && 'editor' in editor && editor.about === ask)
    assert.equal(editor.editor.text, 'es')
    client.key('C-d', 'C-d', 'C-d')
    assert.equal(client.model().ask, null)
    assert.deepEqual(says(client.effects()), [])
  }
})

test('a third key after the second is doubted as well', () => {
  const client = drive({ target: den, known: [ourDen] })
  client.take(linked(changed))
  client.effects()
  client.enter(`/trust ${codeEndOf(newPin)}`)
  client.effects()
  client.take(linked({ server: 'den1', pin: pin(3) }))
  assert.deepEqual(says(client.effects()), [])
  assert.match(client.screen(), new RegExp(codeOf(pin(3)).slice(0, 9)))
})

test('a key that changes during a session stops the resume, reading goes on, and the right server is taken back', () => {
  const client = inTheLobby({ known: [knownDen] })
  client.take({ got: 'unlinked', text: 'gone.' })
  client.effects()
  client.pass(60_000)
  client.take(linked({ server: 'den1', pin: newPin }))
  assert.deepEqual(says(client.effects()), [], 'neither the device’s secret nor the nick')
  assert.match(client.lines().join('\n'), /The key of den-server has changed/)
  const told = client.lines().length
  client.pass(60_000)
  client.take(linked({ server: 'den1', pin: newPin }))
  assert.equal(client.lines().length, told, 'it is told once')
  client.pass(60_000)
  client.effects()
  client.take(linked({ server: 'den1', pin: 'pin1' }))
  assert.equal(client.sent()[0]?.type, 'hello')
  client.said(welcome())
  assert.equal(client.at(), 'joined')
})

test('/trust in the chat takes the changed key, and only then who we are is said', () => {
  const client = inTheLobby({ known: [knownDen] })
  client.enter('/trust aaaa')
  assert.match(client.lines().join('\n'), /nothing to trust/)
  client.key('C-u')
  client.take({ got: 'unlinked', text: 'gone.' })
  client.pass(60_000)
  client.take(linked({ server: 'den1', pin: newPin }))
  client.effects()
  client.enter('/trust zzzz')
  client.key('C-u')
  assert.deepEqual(says(client.effects()), [])
  client.enter(`/trust ${codeEndOf(newPin)}`)
  assert.ok(client.effects().some(one => one.do === 'dial' && one.delayMs === 0))
  client.take(linked({ server: 'den1', pin: newPin }))
  const [hello] = client.sent()
  assert.ok(hello?.type === 'hello' && hello.secret === 'sec1')
})

test('a known server that suddenly does not encrypt is refused: by the row, by the session, by its address, by its word', () => {
  const row = drive({ known: [{ ...ourDen, at: 'elsewhere:1' }] })
  row.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'den-server' })] })
  row.key('Enter')
  row.effects()
  row.take(linked(null))
  assert.deepEqual(says(row.effects()), [])
  assert.match(row.screen(), /has always encrypted/)

  const session = inTheLobby({ known: [knownDen] })
  session.take({ got: 'unlinked', text: 'gone.' })
  session.pass(60_000)
  session.effects()
  session.take(linked(null))
  assert.deepEqual(says(session.effects()), [])
  assert.match(session.lines().join('\n'), /has always encrypted/)

  const address = drive({ target: den, known: [ourDen] })
  address.effects()
  address.take(linked(null))
  assert.deepEqual(says(address.effects()), [])

  const word = drive({ target: den, known: [{ ...ourDen, at: 'elsewhere:1' }] })
  word.take(linked(null))
  assert.deepEqual(
    word.sent(),
    [{ type: 'hello', v: 1, nick: 'ann' }],
    'an unknown one is greeted, without secrets',
  )
  word.said(welcome())
  assert.notEqual(word.at(), 'joined')
})

test('an unknown server without encryption is joined, said to be so, and not noted', () => {
  const client = drive({ target: den, known: [] })
  client.take(linked(null))
  client.said(welcome(), members(['ann']))
  assert.match(client.lines()[0] ?? '', /does not encrypt/)
  assert.match(client.screen(), /NOT ENCRYPTED/)
  assert.ok(!client.effects().some(one => one.do === 'rememberServer'))
})

test('a beacon that claims the name and identity of a known server leads nowhere', () => {
  const client = drive({ known: [ourDen] })
  client.take({
    got: 'sightings',
    sightings: [sighting({ id: 'den1', name: 'den-server', fingerprint: hintOf(oldPin) })],
  })
  assert.match(client.screen(), /known/)
  client.key('Enter')
  client.effects()
  client.take(linked({ server: 'evil', pin: newPin }))
  assert.deepEqual(says(client.effects()), [])
  assert.match(client.screen().replace(/\s+/g, ' '), /Another server answers in the place of den-server/)
})

test('a server that calls itself otherwise than its key does is left', () => {
  const client = drive({ target: den, known: [] })
  client.take(linked({ server: 'other', pin: newPin }))
  client.said(welcome({ server: 'den1' }))
  assert.ok(client.effects().some(one => one.do === 'quit'))
})

test('the list says known, new, CHANGED and NEW, not the server you know, before anything is dialled', () => {
  const picker = drive({ known: [ourDen], columns: 120 })
  picker.take({
    got: 'sightings',
    sightings: [
      sighting({ id: 'den1', key: 'a', name: 'den-server', fingerprint: hintOf(oldPin) }),
      sighting({ id: 'den1', key: 'b', name: 'den-server', fingerprint: hintOf(newPin) }),
      sighting({ id: 'x', name: 'Den-Server', fingerprint: hintOf(pin(3)) }),
      sighting({ id: 'y', name: 'kitchen', fingerprint: hintOf(pin(4)), flags: 'Tp' }),
      sighting({ id: 'z', name: 'attic' }),
    ],
  })
  const rows = picker.screen().split('\n')
  const row = (word: string) => rows.filter(text => text.includes(word)).join('\n')
  assert.match(row('attic'), /not encrypted/)
  assert.match(row('kitchen'), new RegExp(`password, new ${codeOf(pin(4)).slice(0, 9)}`))
  assert.match(row('Den-Server'), /NEW, not the server you/)
  assert.match(row('den-server'), /known[\s\S]*CHANGED|CHANGED[\s\S]*known/)
})

const ours = sighting({ id: 'den1', key: 'ours', name: 'den-server', fingerprint: hintOf(oldPin) })
const posers = {
  'its name': sighting({ id: 'x', key: 'poser', name: 'Den-Server', fingerprint: hintOf(pin(3)) }),
  'its identity': sighting({ id: 'den1', key: 'poser', name: 'den-server', fingerprint: hintOf(newPin) }),
}
for (const [what, poser] of Object.entries(posers)) {
  const heardFirst = () => {
    const picker = drive({ known: [ourDen] })
    picker.take({ got: 'sightings', sightings: [poser] })
    assert.equal(picker.model().picker.chosen, 'poser')
    return picker
  }
  const hear = (picker: ReturnType<typeof drive>, ...more: (typeof ours)[]) => {
    picker.take({ got: 'sightings', sightings: [poser, ...more] })
    return picker.model().picker.chosen
  }

  test(`the list turns from who took ${what} to the server we know when that is heard, unless the user chose`, () => {
    const untouched = heardFirst()
    assert.equal(hear(untouched, sighting({ id: 'y', name: 'attic' })), 'poser')
    assert.equal(hear(untouched, sighting({ id: 'y', name: 'attic' }), ours), 'ours')
    untouched.key('Enter')
    assert.equal(untouched.model().meant, 'den1')

    for (const key of ['Up', 'Down', 'End'] as const) {
      const moved = heardFirst()
      moved.key(key)
      assert.equal(hear(moved, ours), 'poser', key)
    }
    const narrowed = heardFirst()
    narrowed.type('/')
    narrowed.type('den')
    narrowed.key('Enter')
    assert.equal(hear(narrowed, ours), 'poser')
  })
}

test('as long as servers answer, the list turns to the one used last of those we know, unless the user chose', () => {
  const newer = { ...ourDen, id: 'bar1', name: 'bar', lastMs: ourDen.lastMs + 1 }
  const bar = sighting({ id: 'bar1', name: 'bar', fingerprint: hintOf(oldPin) })
  const stranger = sighting({ id: 'y', name: 'attic' })
  for (const [known, expected] of [
    [[ourDen, newer], 'bar1'],
    [[ourDen], 'ours'],
  ] as const) {
    const picker = drive({ known })
    picker.take({ got: 'sightings', sightings: [stranger] })
    assert.equal(picker.model().picker.chosen, 'y')
    picker.take({ got: 'sightings', sightings: [stranger, ours] })
    assert.equal(picker.model().picker.chosen, 'ours')
    picker.take({ got: 'sightings', sightings: [stranger, bar, ours] })
    assert.equal(picker.model().picker.chosen, expected)
  }
  const moved = drive({ known: [ourDen] })
  moved.take({ got: 'sightings', sightings: [stranger] })
  moved.key('Down')
  moved.take({ got: 'sightings', sightings: [stranger, ours] })
  assert.equal(moved.model().picker.chosen, 'y')
})

test('then the list turns from nobody else: who was heard first stays chosen, also where a server we know comes', () => {
  const picker = drive({ known: [ourDen] })
  picker.take({ got: 'sightings', sightings: [sighting({ id: 'y', name: 'kitchen' })] })
  picker.pass(patience.firstLookMs)
  picker.take({ got: 'sightings', sightings: [sighting({ id: 'y', name: 'kitchen' }), ours] })
  assert.equal(picker.model().picker.chosen, 'y')
})

test('a code that was given is the only right one, also on the first visit, and takes a changed key', () => {
  const code = codeOf(newPin).replaceAll('-', '')
  const servers = knownBy([ourDen])
  const answering = { meant: null, at: 'x', code }
  assert.equal(judge(servers, { ...answering, secured: changed }).is, 'new')
  assert.equal(judge(servers, { ...answering, secured: same }).is, 'doubtful')
  assert.equal(judge(servers, { ...answering, secured: null }).is, 'doubtful')
  assert.equal(judge(knownBy([]), { ...answering, secured: same }).is, 'doubtful')
})

test('another identity under a name that was asked for, or where a known server answered last, is doubted', () => {
  const servers = knownBy([{ ...ourDen, at: '10.0.0.5:23277' }])
  const stranger = { server: 'stranger', pin: newPin }
  const answering = { secured: stranger, meant: null, at: '10.0.0.9:23277', code: null }
  assert.equal(judge(servers, answering).is, 'new')
  const there = judge(servers, { ...answering, at: '10.0.0.5:23277' })
  assert.ok(there.is === 'doubtful' && there.doubt.because === 'other')
  const sought = { ...answering, meant: 'stranger' }
  assert.equal(judge(servers, { ...sought, named: 'Den-Server' }).is, 'doubtful')
  assert.equal(judge(servers, { ...sought, named: 'kitchen' }).is, 'new')
  assert.equal(
    judge(servers, { ...sought, named: 'Den-Server', code: codeOf(newPin).replaceAll('-', '') }).is,
    'new',
  )
  // On one’s own machine servers come and go.
  const here = knownBy([{ ...ourDen, at: '127.0.0.1:23277' }])
  assert.equal(judge(here, { ...answering, at: '127.0.0.1:23277' }).is, 'new')
})

test('where nobody can be asked a changed key ends it, with the code that would go on', () => {
  const client = drive({ target: den, known: [ourDen], interactive: false })
  client.effects()
  client.take(linked(changed))
  const effects = client.effects()
  assert.deepEqual(says(effects), [])
  const quit = effects.find(one => one.do === 'quit')
  assert.ok(quit?.do === 'quit' && quit.code === 1)
  assert.match(quit.text ?? '', new RegExp(`--trust ${codeOf(newPin)}`))
})

test('a password is asked for as dots, proven, kept for the next time, and asked for again when it changed', () => {
  const client = drive({ target: den, known: [] })
  client.take(linked(same))
  client.effects()
  const needed = { type: 'refused', about: 'hello', code: 'password', text: 'needed' } as const
  client.said(needed)
  client.type('pass')
  client.type('wörd😀')
  assert.doesNotMatch(client.screen(), /pass[^w]|wörd/)
  assert.match(client.screen(), /•{10}/)
  assert.ok(!news(nothingTold, client.model()).lines.join('\n').includes('wörd'))
  client.key('Enter')
  assert.deepEqual(client.effects(), [{ do: 'login', secret: { password: 'passwörd😀' } }])
  client.take({ got: 'loginFailed', text: 'That is not the password of this server.', retryMs: null })
  assert.match(client.screen(), /not the password/)
  client.type('right')
  client.key('Enter')
  client.effects()
  client.take({ got: 'loggedIn', login })
  assert.deepEqual(client.sent(), [{ type: 'hello', v: 1, nick: 'ann' }])
  client.said(welcome())
  const noted = client.effects().find(one => one.do === 'rememberServer')
  assert.deepEqual(noted?.do === 'rememberServer' && noted.server.login, login)

  client.take({ got: 'unlinked', text: 'gone.' })
  client.pass(60_000)
  client.take(linked(same))
  client.effects()
  client.said(needed)
  assert.deepEqual(client.effects(), [{ do: 'login', secret: { login } }])
  client.take({ got: 'loginFailed', text: 'no', retryMs: null })
  assert.match(client.screen(), /password has changed/)
  assert.doesNotMatch(JSON.stringify([...client.model().rooms]), /right|passw/)
})

test('whoever speaks in the name of a server that is away does not hold its people back when it speaks again', () => {
  const client = drive({ target: den, known: [ourDen] })
  client.take(linked(same))
  client.said(welcome())
  client.pass(1_000)
  client.take({ got: 'unlinked', text: 'The server does not answer.' })
  client.effects()
  const poser = { ...sighting({ id: 'den1', name: 'den-server', port: 6666 }), fingerprint: hintOf(newPin) }
  const own = { ...sighting({ id: 'den1', name: 'den-server' }), fingerprint: hintOf(oldPin), key: 'own' }
  client.take({ got: 'sightings', sightings: [{ ...poser, heardAt: 1_100 }] })
  client.take({ ...linked(changed), port: 6666 })
  assert.match(client.lines().join('\n'), /The key of den-server has changed/)
  client.effects()
  const heardAt = client.now() + 1
  client.take({
    got: 'sightings',
    sightings: [
      { ...poser, heardAt, twin: 'conflict' },
      { ...own, heardAt, twin: 'conflict' },
    ],
  })
  const dial = client.effects().find(one => one.do === 'dial')
  assert.ok(dial?.do === 'dial')
  assert.equal(dial.target.port, 23277)
})

test('nor does one who shows the key of that server in the beacon: it is looked for where it was', () => {
  const client = drive({ target: den, known: [ourDen] })
  client.take(linked(same))
  client.said(welcome())
  client.pass(1_000)
  client.take({ got: 'unlinked', text: 'The server does not answer.' })
  const poser = (port: number) => ({
    ...sighting({ id: 'den1', name: 'den-server', port, heardAt: client.now() + 1 }),
    fingerprint: hintOf(oldPin),
  })
  client.take({ got: 'sightings', sightings: [poser(6666)] })
  client.effects()
  client.take({ ...linked(changed), port: 6666 })
  const dials = () => client.effects().flatMap(one => (one.do === 'dial' ? [one.target.port] : []))
  assert.deepEqual(dials().slice(-1), [23277])
  // However often it speaks, and from whichever port next: home is dialled in between.
  for (let port = 6667; port < 6680; port++) {
    client.effects()
    client.take({ got: 'sightings', sightings: [poser(6666)] })
    assert.deepEqual(dials(), [])
    client.take({ got: 'sightings', sightings: [poser(port)] })
    const isFollowed = dials().includes(port)
    client.take(isFollowed ? { ...linked(changed), port } : { got: 'unlinked', text: 'away' })
    client.pass(11_000)
  }
  client.effects()
  assert.equal(client.at(), 'connecting')
  client.take(linked(same))
  assert.equal(client.at(), 'greeting')
  // Whoever knows better goes where the other one answered.
  const trusting = drive({ target: den, known: [ourDen] })
  trusting.take(linked(same))
  trusting.said(welcome())
  trusting.take({ got: 'unlinked', text: 'The server does not answer.' })
  trusting.take({ got: 'sightings', sightings: [{ ...poser(6666), heardAt: trusting.now() + 1 }] })
  trusting.take({ ...linked(changed), port: 6666 })
  trusting.effects()
  trusting.type(`/trust ${codeEndOf(newPin)}`)
  trusting.key('Enter')
  const last = trusting.effects().findLast(one => one.do === 'dial')
  assert.ok(last?.do === 'dial')
  assert.equal(last.target.port, 6666)
})

test('a server that is back elsewhere is found beside one who shows its key in the beacon and was heard first', () => {
  const client = drive({ target: den, known: [ourDen] })
  client.take(linked(same))
  client.said(welcome())
  client.pass(1_000)
  client.take({ got: 'unlinked', text: 'The server does not answer.' })
  const heard = (port: number) => ({
    ...sighting({ id: 'den1', name: 'den-server', port, heardAt: client.now() + 1, key: `${port}` }),
    fingerprint: hintOf(oldPin),
    twin: 'conflict' as const,
  })
  client.take({ got: 'sightings', sightings: [heard(6666), heard(7777)] })
  client.pass(100)
  client.effects()
  client.take({ ...linked(changed), port: 6666 })
  const last = client.effects().findLast(one => one.do === 'dial')
  assert.ok(last?.do === 'dial')
  assert.equal(last.target.port, 7777)
  client.take({ ...linked(same), port: 7777 })
  assert.equal(client.at(), 'greeting')
})

test('of one name the server we know is listed and numbered first, above whoever takes its name or its identity', () => {
  const client = drive({ known: [ourDen] })
  const own = { ...sighting({ id: 'den1', name: 'den-server', key: 'own' }), fingerprint: hintOf(oldPin) }
  const sightings = [
    sighting({ id: 'aaaa', name: 'DEN-server' }),
    { ...own, key: 'asOwn', fingerprint: hintOf(newPin) },
    sighting({ id: 'bbbb', name: 'cellar' }),
    own,
  ]
  client.take({ got: 'sightings', sightings })
  const { picker, known } = client.model()
  assert.deepEqual(
    listed({ picker, known }).map(one => one.key),
    ['bbbb', 'own', 'aaaa', 'asOwn'],
  )
  assert.deepEqual(picker.numbers, ['own', 'aaaa', 'asOwn', 'bbbb'])
  // Of nobody we know, the order is that of their identities.
  assert.deepEqual(
    inOrder(sightings, new Map()).map(one => one.key),
    ['bbbb', 'aaaa', 'asOwn', 'own'],
  )
})

test('who may try no password just now is told until when, and not that the one kept has changed', () => {
  const client = drive({ target: den, known: [{ ...ourDen, login }] })
  client.take(linked(same))
  client.said({ type: 'refused', about: 'hello', code: 'password', text: 'needed' })
  assert.deepEqual(client.effects().at(-1), { do: 'login', secret: { login } })
  client.take({ got: 'loginFailed', text: 'Too many wrong passwords; try again in 90 s.', retryMs: 90_000 })
  assert.match(client.screen(), /Too many wrong passwords; try again in 90 s\. That is at \d\d:\d\d\./)
  assert.doesNotMatch(client.screen(), /has changed/)
})

test('whoever types a password longer than the server waits is not sent away', () => {
  const client = drive({ target: den, known: [] })
  client.take(linked(same))
  client.said({ type: 'refused', about: 'hello', code: 'password', text: 'needed' })
  client.type('sec')
  client.take({ got: 'unlinked', text: 'late' })
  client.type('ret')
  client.effects()
  client.key('Enter')
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  client.take(linked(same))
  client.effects()
  client.said({ type: 'refused', about: 'hello', code: 'password', text: 'needed' })
  assert.deepEqual(client.effects(), [{ do: 'login', secret: { password: 'secret' } }])
})

test('a password is not sent where the connection is not encrypted', () => {
  const client = drive({ target: den, known: [], password: 'secret' })
  client.take(linked(null))
  client.effects()
  client.said({ type: 'refused', about: 'hello', code: 'password', text: 'needed' })
  assert.deepEqual(says(client.effects()), [])
})

test('whose connection is not encrypted is marked in /who and in the panel, through renames', () => {
  const client = inTheLobby({ columns: 120 })
  client.said({
    type: 'members',
    room: '#lobby',
    members: [
      { nick: 'ann', presence: 'here' },
      { nick: 'net', presence: 'here', plain: true },
    ],
    complete: true,
  })
  assert.match(client.screen(), /net \(plain\)/)
  client.said({ type: 'presence', room: '#lobby', nick: 'cat', was: 'net', presence: 'here', plain: true })
  client.enter('/who')
  assert.match(client.lines().at(-1) ?? '', /ann, cat \(not encrypted\)/)
})

test('of too many known servers the one not seen for longest is forgotten', () => {
  const many = Array.from(
    { length: 1000 },
    (_, n): KnownServer => ({ ...ourDen, id: `s${n}`, lastMs: 5000 - n }),
  )
  const kept = remembered(knownBy(many), { ...ourDen, lastMs: 9999 })
  assert.equal(kept.size, 1000)
  assert.ok(kept.has('den1') && !kept.has('s999') && kept.has('s998'))
})

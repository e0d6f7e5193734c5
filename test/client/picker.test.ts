import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverText } from '../../src/client/servers.ts'
import { assertScreen, den, drive, sighting } from './driver.ts'

const outlets = [
  { interfaceName: 'eth0', address: '10.0.0.2', trouble: null },
  { interfaceName: 'tun0', address: '10.8.0.2', trouble: 'no broadcast' },
]
const kitchen = sighting({ id: 'b', name: 'kitchen-pi' })
const office = sighting({ id: 'a', name: 'Office', addresses: [{ host: '10.0.0.9', rttMs: 3, heardAt: 0 }] })
const chosen = (picker: ReturnType<typeof drive>) => picker.model().picker.chosen

test('an empty list explains itself after three seconds and says what to do', () => {
  const picker = drive()
  picker.take({ got: 'outlets', outlets })
  picker.pass(2999)
  assert.match(picker.screen(), /Looking for servers …/)
  picker.pass(1)
  assert.match(picker.screen(), /No server answered\. Asked on eth0\./)
  assert.match(picker.screen(), /VPN/)
  assert.match(picker.screen(), /AP isolation/)
  assert.match(picker.screen(), /h: start a server here/)
  assert.match(picker.screen(), /not listening on tun0 10\.8\.0\.2: no broadcast/)
  picker.take({ got: 'sightings', sightings: [kitchen] })
  assert.doesNotMatch(picker.screen(), /No server answered/)
})

test('without any working interface the explanation says that', () => {
  const picker = drive()
  picker.pass(3000)
  assert.match(picker.screen(), /No network could be asked/)
})

test('rows keep their order, and the choice stays with its server', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office] })
  assert.equal(chosen(picker), 'a')
  picker.take({ got: 'sightings', sightings: [office, sighting({ id: 'c', name: 'attic' }), kitchen] })
  assert.equal(chosen(picker), 'a')
  const names = picker.screen().match(/attic|kitchen-pi|Office/g)
  assert.deepEqual(names, ['attic', 'kitchen-pi', 'Office'])
  picker.key('Up')
  assert.equal(chosen(picker), 'b')
  picker.type('k')
  picker.type('k')
  assert.equal(chosen(picker), 'c')
  picker.type('jj')
  assert.equal(chosen(picker), 'b', 'a chunk of text counts once')
  picker.key('End')
  assert.equal(chosen(picker), 'a')
})

test('Enter joins the chosen server with the nick that is known', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  picker.key('Down', 'Enter')
  assert.deepEqual(picker.effects(), [
    { do: 'dial', target: { hosts: ['10.0.0.9'], port: 23277 }, delayMs: 0 },
  ])
  assert.match(picker.screen(), /Joining Office as ann: connecting …/)
  picker.key('Escape')
  assert.deepEqual(picker.effects(), [{ do: 'hangUp' }])
  assert.equal(picker.at(), 'scanning')
  assert.match(picker.screen(), /servers on this network/)
})

test('a server that went from under the cursor is not swapped for another unasked', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  picker.take({ got: 'sightings', sightings: [office] })
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [])
  assert.equal(picker.model().picker.note?.text, 'kitchen-pi has just gone. Enter joins Office instead.')
  picker.key('Enter')
  assert.equal(picker.at(), 'connecting')
})

test('a server of another version is marked, and Enter gives a sentence', () => {
  const picker = drive({ columns: 120 })
  picker.take({ got: 'sightings', sightings: [sighting({ id: 'a', name: 'new', versions: [2, 3] })] })
  assert.match(picker.screen(), /incompatible: needs version 2/)
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [])
  assert.equal(
    picker.model().picker.note?.text,
    'new speaks versions 2 to 3 of Earshot’s protocol and this one speaks version 1. Upgrade this Earshot to join it.',
  )
  picker.take({ got: 'size', columns: 80, rows: 24 })
  assert.match(picker.screen(), /needs version 2/)
})

test('twins, late servers and full ones are marked', () => {
  const picker = drive({ columns: 120 })
  picker.pass(9000)
  picker.take({
    got: 'sightings',
    sightings: [
      sighting({ id: 'a', name: 'one', twin: 'conflict' }),
      sighting({ id: 'b', name: 'two', twin: 'same-name', flags: 'pf' }),
      sighting({ id: 'c', name: 'late', state: 'late', heardAt: 1000 }),
    ],
  })
  assert.match(picker.screen(), /one .* CONFLICT/)
  assert.match(picker.screen(), /two .* same name, full, password/)
  assert.match(picker.screen(), /late .* not heard for 8 s/)
  const late = picker.frame().rows.find(row => row.some(part => part.text.includes('late')))
  assert.ok(late?.some(part => part.style === 'selected' || part.style === 'dim'))
})

test('m takes an address by hand, and says what is wrong with one', () => {
  const picker = drive()
  picker.type('m')
  picker.type('den:99999')
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [])
  assert.match(picker.screen(), /is no port/)
  picker.key('C-u')
  picker.type('den:4000')
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [{ do: 'dial', target: { hosts: ['den'], port: 4000 }, delayMs: 0 }])
})

test('the keys of the list ask for what they say', () => {
  const picker = drive()
  for (const letter of ['r', 'S']) picker.type(letter)
  assert.deepEqual(picker.effects(), [{ do: 'probe' }, { do: 'sweep' }])
  picker.take({ got: 'sweep', asked: 40, total: 254, done: false })
  assert.match(picker.screen(), /asked 40 of 254/)
  picker.take({ got: 'sweep', asked: 254, total: 254, done: true })
  assert.match(picker.screen(), /Asked 254 addresses: 0 servers found\./)
  picker.type('q')
  assert.deepEqual(picker.effects(), [{ do: 'quit', code: 0, text: null }])
  picker.key('C-c')
  assert.deepEqual(picker.effects(), [{ do: 'quit', code: 130, text: null }])
  picker.key('C-l', 'C-z')
  assert.deepEqual(picker.effects(), [{ do: 'redraw' }, { do: 'suspend' }])
})

test('h starts a server here once and joins it', () => {
  const picker = drive()
  picker.type('h')
  picker.type('h')
  assert.deepEqual(picker.effects(), [{ do: 'host', name: 'annbox' }])
  picker.take({ got: 'hosted', target: den })
  assert.deepEqual(picker.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  const other = drive()
  other.type('h')
  other.take({ got: 'hostingFailed', text: 'The port is taken. Choose another.' })
  assert.match(other.screen(), /The port is taken/)
  other.type('h')
  assert.equal(other.effects().length, 2)
})

test('n changes the nick before joining, with the rules of nicks', () => {
  const picker = drive()
  picker.type('n')
  assert.match(picker.screen(), /Which nick do you want\?/)
  assert.match(picker.screen(), /> ann$/m)
  picker.key('C-u')
  picker.type('a b')
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [])
  picker.key('C-u')
  picker.type('Zoë')
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [{ do: 'rememberNick', nick: 'Zoë' }])
  assert.match(picker.screen(), /Enter: join as Zoë/)
})

test('/ narrows the list by name and address, Escape shows all again', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  picker.type('/')
  picker.type('OFF')
  assert.doesNotMatch(picker.screen(), /kitchen-pi/)
  assert.equal(chosen(picker), 'a')
  picker.type('zzz')
  assert.match(picker.screen(), /No server here has “OFFzzz”/)
  picker.key('Backspace', 'Backspace', 'Backspace', 'Enter')
  picker.key('Escape')
  assert.match(picker.screen(), /kitchen-pi/)
})

test('plain mode picks by a number that stays with its server', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office] })
  picker.take({ got: 'sightings', sightings: [kitchen, sighting({ id: 'c', name: 'attic' }), office] })
  const texts = picker.model().picker.sightings.map(one => serverText(picker.model(), one))
  assert.deepEqual(texts, [
    '2  kitchen-pi  10.0.0.5:23277  3 here',
    '3  attic  10.0.0.5:23277  3 here',
    '1  Office  10.0.0.9:23277  3 here',
  ])
  picker.take({ got: 'entered', text: '7' })
  assert.match(picker.model().picker.note?.text ?? '', /no server with the number 7/)
  picker.take({ got: 'entered', text: '1' })
  assert.equal(picker.model().heading, 'Office')
})

test('plain mode’s words: letters, a name, an address, quit', () => {
  const words: [string, string][] = [
    ['r', 'probe'],
    ['S', 'sweep'],
    ['s', 'sweep'],
    ['h', 'host'],
    ['Kitchen-Pi', 'dial'],
    ['10.0.0.7:99', 'dial'],
    ['m 10.0.0.7', 'dial'],
    ['', 'dial'],
    ['quit', 'quit'],
    ['/quit', 'quit'],
    ['q', 'quit'],
  ]
  for (const [word, does] of words) {
    const picker = drive()
    picker.take({ got: 'sightings', sightings: [kitchen] })
    picker.take({ got: 'entered', text: word })
    assert.deepEqual(
      picker.effects().map(effect => effect.do),
      [does],
      word,
    )
  }
})

test('the list at 80 columns', () => {
  const picker = drive({ rows: 10 })
  picker.take({ got: 'outlets', outlets: outlets.slice(0, 1) })
  picker.take({
    got: 'sightings',
    sightings: [kitchen, sighting({ id: 'a', name: '日本語サーバー', users: 12, flags: 'p' })],
  })
  assertScreen(
    picker.screen(),
    `
    | earshot  servers on this network                    listening on eth0  2 found
    |   NAME                 ADDRESS               USERS    RTT
    | ▌ kitchen-pi           10.0.0.5:23277            3    1ms
    |   日本語サーバー       10.0.0.5:23277           12    1ms  password
    |
    |
    |
    | Enter: join as ann · n: another nick
    | Enter join · m host:port · / filter · r rescan · h host here · S sweep · n
    | nick · ? help · q quit
    `,
  )
})

test('the list at 40 columns', () => {
  const picker = drive({ columns: 40, rows: 12 })
  picker.take({ got: 'sightings', sightings: [kitchen] })
  assertScreen(
    picker.screen(),
    `
    |earshot                         1 found
    |   NAME             ADDRESS
    | ▌ kitchen-pi       10.0.0.5:23277
    |
    |
    |
    |
    |
    |
    |
    | Enter: join as ann · n: another nick
    |Enter join · m host:port · / filter · r…
    `,
  )
})

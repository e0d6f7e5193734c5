import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverText } from '../../src/client/servers.ts'
import { assertScreen, backlog, den, drive, inTheLobby, members, sighting, welcome } from './driver.ts'

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

test('on a small screen an empty list says what to do rather than why', () => {
  const picker = drive({ columns: 40, rows: 12 })
  picker.take({ got: 'outlets', outlets: outlets.slice(0, 1) })
  picker.pass(3000)
  const words = picker.screen().replace(/\s+/g, ' ')
  assert.match(
    words,
    /No server answered\. Asked on eth0\. h: start a server here, others will see it S: ask every address, one by one m: type an address/,
  )
  assert.doesNotMatch(words, /VPN/)
})

test('without any working interface the explanation says that', () => {
  const picker = drive()
  picker.pass(3000)
  assert.match(picker.screen(), /No network could be asked/)
})

const loopback = { interfaceName: 'lo', address: '127.0.0.1', trouble: null }

test('a machine without a network says so, and what still can be done', () => {
  const picker = drive()
  picker.take({ got: 'outlets', outlets: [loopback] })
  picker.pass(3000)
  const screen = picker.screen().replace(/\s+/g, ' ')
  assert.match(
    screen,
    /This machine has no network now: no cable, no Wi-Fi\. Only servers on this machine can be found\./,
  )
  assert.match(screen, /h: start a server here m: type an address/)
  assert.doesNotMatch(screen, /firewall|VPN|S: ask/)
  picker.type('S')
  picker.take({ got: 'sweep', asked: 0, total: 0, done: true })
  assert.match(picker.model().picker.note?.text ?? '', /^No address was asked\. This machine has no network/)
  picker.take({ got: 'outlets', outlets: [loopback, ...outlets] })
  assert.match(picker.screen(), /No server answered\. Asked on eth0\./)
  picker.take({ got: 'sweep', asked: 0, total: 0, done: true })
  assert.match(picker.model().picker.note?.text ?? '', /^No address was asked: none of these networks/)
})

test('where servers are not looked for, nothing is said of networks', () => {
  const picker = drive({ scans: false })
  const silent = () => {
    assert.match(
      picker.screen(),
      /Not looking for servers \(--no-scan\)\. m: type an address, h: start one here\./,
    )
    assert.doesNotMatch(picker.screen(), /network|listening|Looking|firewall|found/)
  }
  silent()
  picker.pass(10_000)
  silent()
  picker.type('r')
  picker.type('S')
  assert.deepEqual(picker.effects(), [])
  silent()
  picker.key('Escape', 'Enter')
  silent()
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

test('a server that goes and comes back, or is the only one, is joined at the first Enter', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  picker.take({ got: 'sightings', sightings: [office] })
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  assert.equal(chosen(picker), 'b')
  picker.key('Enter')
  assert.equal(picker.model().heading, 'kitchen-pi')

  const alone = drive()
  alone.take({ got: 'sightings', sightings: [kitchen] })
  alone.take({ got: 'sightings', sightings: [] })
  alone.take({ got: 'sightings', sightings: [kitchen] })
  alone.key('Enter')
  assert.equal(alone.at(), 'connecting')

  const restarted = drive()
  restarted.take({ got: 'sightings', sightings: [kitchen] })
  restarted.take({ got: 'sightings', sightings: [sighting({ id: 'z', name: 'kitchen-pi' })] })
  restarted.key('Enter')
  assert.equal(restarted.at(), 'connecting')
})

test('two seconds after the chosen server went, Enter means the one that is seen', () => {
  const picker = drive()
  picker.take({ got: 'sightings', sightings: [office, kitchen] })
  picker.take({ got: 'sightings', sightings: [office] })
  picker.pass(2000)
  picker.key('Enter')
  assert.equal(picker.model().heading, 'Office')
})

test('two rows with one identity are two rows: each is chosen, numbered and joined by itself', () => {
  const picker = drive()
  const at = (key: string, host: string) =>
    sighting({ id: 'a', key, name: 'den', twin: 'conflict', addresses: [{ host, rttMs: 1, heardAt: 0 }] })
  const first = at('a@1', '10.0.0.5')
  const second = at('a@2', '10.0.0.6')
  picker.take({ got: 'sightings', sightings: [second, first] })
  assert.deepEqual(picker.model().picker.numbers, ['a@2', 'a@1'])
  assert.match(serverText(picker.model(), first), /^2 {2}den {2}10\.0\.0\.5:/)
  assert.equal(picker.screen().match(/▌/g)?.length, 1)
  picker.key('Home', 'Down')
  assert.equal(picker.screen().match(/▌/g)?.length, 1)
  picker.key('Enter')
  assert.deepEqual(picker.effects(), [
    { do: 'dial', target: { hosts: ['10.0.0.6'], port: 23277 }, delayMs: 0 },
  ])
  picker.key('Escape')
  picker.take({ got: 'entered', text: '2' })
  assert.deepEqual(picker.effects().at(-1), {
    do: 'dial',
    target: { hosts: ['10.0.0.5'], port: 23277 },
    delayMs: 0,
  })
  picker.key('Escape')
  picker.take({ got: 'sightings', sightings: [first] })
  picker.key('Enter')
  assert.equal(picker.at(), 'connecting', 'the same server, now with one row')
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

const hosting = () => {
  const host = drive({ known: [] })
  host.take({ got: 'outlets', outlets: [loopback, ...outlets] })
  host.type('h')
  const target = { hosts: ['127.0.0.1'], port: 23277 }
  host.take({ got: 'hosted', target })
  host.take({ got: 'linked', host: '127.0.0.1', port: 23277, secured: { server: 'den1', pin: 'pin1' } })
  host.said(welcome(), backlog([]), members(['ann']))
  host.effects()
  return { host, target }
}

test('whoever hosts sees where, and is asked before others lose the server', () => {
  const { host } = hosting()
  assert.match(host.screen(), /hosting at 10\.0\.0\.2:23277 {2}1 here/)
  assert.match(
    host.lines().join('\n'),
    /You are hosting at 10\.0\.0\.2:23277; the server ends when you quit\./,
  )
  assert.match(host.lines().join('\n'), /Its code is [^:]*: clients show the same one/)
  assert.doesNotMatch(host.lines().join('\n'), /First visit/)
  const leaving = [() => host.key('C-d'), () => host.key('C-c', 'C-c'), () => host.enter('/quit')]
  host.said(members(['ann', 'bob']))
  for (const go of leaving) {
    go()
    assert.deepEqual(host.effects(), [])
    assert.match(host.screen(), /Others are here; quitting ends the server\. Enter quits, Esc stays\./)
    host.key('Escape')
    assert.equal(host.model().ask, null)
    host.key('C-u')
  }
  host.enter('/quit')
  host.key('Enter')
  assert.deepEqual(
    host.effects().map(effect => effect.do),
    ['send', 'quit'],
  )
  host.key('C-c', 'C-c', 'C-c')
  assert.deepEqual(host.effects().at(-1), { do: 'quit', code: 130, text: null })
})

test('whoever hosts and is alone, or is a guest, is not asked', () => {
  const { host } = hosting()
  host.key('C-d')
  assert.equal(host.effects().at(-1)?.do, 'quit')
  const guest = inTheLobby()
  guest.key('C-d')
  assert.equal(guest.effects().at(-1)?.do, 'quit')
  assert.doesNotMatch(guest.screen(), /hosting/)
})

test('back in the list, h goes to the server that runs here already, and leaving asks for its guests', () => {
  const { host, target } = hosting()
  host.enter('/servers')
  const heard = (heardAt: number) =>
    host.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'annbox', users: 1, heardAt })] })
  heard(0)
  host.effects()
  host.type('q')
  assert.equal(host.effects().at(-1)?.do, 'quit', 'the one it had counted was ourselves')
  heard(host.now() + 2000)
  host.type('q')
  assert.deepEqual(host.effects(), [])
  host.key('Escape')
  host.type('h')
  assert.deepEqual(host.effects(), [{ do: 'dial', target, delayMs: 0 }])
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
  assert.match(picker.screen(), /You are Zoë · n: another nick/)
  picker.take({ got: 'sightings', sightings: [kitchen] })
  assert.match(picker.screen(), /Enter: join as Zoë · n: another nick/)
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
    '2  kitchen-pi  10.0.0.5:23277  3 here  not encrypted',
    '3  attic  10.0.0.5:23277  3 here  not encrypted',
    '1  Office  10.0.0.9:23277  3 here  not encrypted',
  ])
  picker.pass(2000)
  picker.take({ got: 'entered', text: '7' })
  assert.match(picker.model().picker.note?.text ?? '', /no server with the number 7/)
  picker.take({ got: 'entered', text: '1' })
  assert.equal(picker.model().heading, 'Office')
})

test('a number, a name or Enter given before the list is there waits for it', () => {
  for (const text of ['1', 'office', '']) {
    const picker = drive()
    picker.take({ got: 'entered', text })
    assert.equal(picker.at(), 'scanning', text)
    assert.equal(picker.model().picker.note, null)
    picker.take({ got: 'sightings', sightings: [office] })
    assert.equal(picker.model().heading, 'Office', text)
    assert.equal(picker.at(), 'connecting', text)
  }
})

test('a choice that nobody answers to is done as it stands when all had the time to answer', () => {
  const number = drive()
  number.take({ got: 'entered', text: '1' })
  number.pass(1999)
  assert.equal(number.model().picker.note, null)
  number.pass(1)
  assert.match(number.model().picker.note?.text ?? '', /no server with the number 1/)
  const name = drive()
  name.take({ got: 'entered', text: 'attic' })
  name.pass(2000)
  assert.equal(name.at(), 'connecting')
  assert.equal(name.model().heading, 'attic:23277')
  const better = drive()
  better.take({ got: 'entered', text: '1' })
  better.take({ got: 'entered', text: '10.0.0.7' })
  assert.equal(better.model().heading, '10.0.0.7:23277', 'a person thinks better of it')
})

test('what a pipe says behind a choice that waits is for the server it chooses', () => {
  const picker = drive({ interactive: false })
  picker.take({ got: 'entered', text: '1' })
  picker.take({ got: 'entered', text: '2 is my number' })
  picker.take({ got: 'sightings', sightings: [office] })
  picker.joined()
  assert.deepEqual(
    picker.model().outbox.map(one => one.body),
    ['2 is my number'],
  )
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
    | ▌ kitchen-pi           10.0.0.5:23277            3    1ms  plain
    |   日本語サーバー       10.0.0.5:23277           12    1ms  password, plain
    |
    |
    |
    |
    | Enter: join as ann · n: another nick · t: theme
    | m host:port · / filter · r rescan · h host here · S sweep · ? help · q quit
    `,
  )
})

test('no hint at the bottom is split over two rows, and at 80 columns one row holds them', () => {
  for (let columns = 40; columns <= 100; columns++) {
    const picker = drive({ columns })
    assert.doesNotMatch(picker.screen(), /Enter: join/)
    const rows = picker.screen().split('\n')
    const from = rows.findIndex(row => row.startsWith(' m host'))
    const hints = rows.slice(from).join(' · ').split(' · ')
    for (const hint of hints)
      assert.match(hint.trim(), /^(m host:port|[/rhS?q] \S+|h host here)$/, `${columns}`)
    assert.ok(rows.length - from <= (columns < 60 || columns >= 80 ? 1 : 2), `${columns}`)
  }
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
    | m host:port · ? help · q quit
    `,
  )
})

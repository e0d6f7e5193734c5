/** The machine’s interfaces go and come while somebody talks, and one identity is in two places. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outlet } from '../../src/discovery/types.ts'
import { backlog, type Driver, den, drive, line, members, sighting, welcome } from './driver.ts'

const lo: Outlet = { interfaceName: 'lo', address: '127.0.0.1', trouble: null }
const eth0: Outlet = { interfaceName: 'eth0', address: '10.0.0.7', trouble: null }
const wlan0: Outlet = { interfaceName: 'wlan0', address: '10.0.0.8', trouble: null }

const secured = { server: 'den1', pin: 'pin1' }
const linked = (local: string) => ({ got: 'linked', host: '10.0.0.5', port: 23277, secured, local }) as const
const outlets = (client: Driver, ...list: Outlet[]) => client.take({ got: 'outlets', outlets: list })

function talking(local = '10.0.0.7'): Driver {
  const client = drive({ target: den })
  outlets(client, lo, eth0)
  client.take(linked(local))
  client.said(welcome(), backlog([]), members(['ann', 'bob']))
  client.effects()
  return client
}

test('the interface we talk on goes: it is said at once, and when it is back we dial at once', () => {
  const client = talking()
  outlets(client, lo)
  assert.equal(client.at(), 'joined', 'the cable may be back before anybody notices')
  assert.match(client.lines().at(-1) ?? '', /The network is away: eth0 \(10\.0\.0\.7\) is gone\./)
  assert.match(client.screen(), /network away \(eth0\)/)
  client.enter('typed without a cable')
  client.effects()
  outlets(client, lo, eth0)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  client.take(linked('10.0.0.7'))
  client.said(welcome())
  assert.deepEqual(
    client.sent().flatMap(message => (message.type === 'say' ? [message.body] : [])),
    ['typed without a cable'],
  )
  client.said(backlog([]), line(1, 'typed without a cable', { id: 'id1', from: 'ann' }))
  assert.doesNotMatch(client.screen(), /network away/)
})

test('another network will do, and waiting ends when it comes', () => {
  const client = talking()
  outlets(client, lo)
  client.take({ got: 'unlinked', text: 'The server does not answer.' })
  client.effects()
  outlets(client, lo, wlan0)
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  assert.equal(client.at(), 'connecting')
})

test('interfaces that have no part in it change nothing', () => {
  for (const local of ['10.0.0.7', '127.0.0.1']) {
    const client = talking(local)
    outlets(client, lo, eth0, wlan0)
    outlets(client, lo, eth0)
    if (local === '127.0.0.1') outlets(client, lo)
    assert.deepEqual(client.effects(), [])
    assert.doesNotMatch(client.lines().join('\n'), /network/)
  }
})

test('a cable that comes and goes for ever is not dialled for ever', () => {
  const client = talking()
  let dials = 0
  for (let n = 0; n < 30; n++) {
    outlets(client, lo)
    client.take({ got: 'unlinked', text: 'The server does not answer.' })
    client.effects()
    outlets(client, lo, eth0)
    dials += client.effects().length
  }
  assert.equal(dials, 5)
})

test('whoever comes as us from elsewhere takes our place, and we stay away until we speak', () => {
  const client = talking()
  client.said({
    type: 'bye',
    reason: 'replaced',
    text: 'You connected again from elsewhere; this connection ends.',
  })
  client.take({ got: 'unlinked', text: 'The other side closed the connection.' })
  assert.deepEqual(client.effects(), [], 'else the two would throw each other out for ever')
  assert.match(
    client.lines().at(-1) ?? '',
    /from elsewhere; this connection ends\. This window rests; saying something/,
  )
  client.take({ got: 'sightings', sightings: [sighting({ id: 'den1', name: 'den', heardAt: 9_000 })] })
  client.pass(60_000)
  assert.deepEqual(client.effects(), [])
  client.enter('me again')
  assert.deepEqual(client.effects(), [{ do: 'dial', target: den, delayMs: 0 }])
  client.take(linked('10.0.0.7'))
  client.said(welcome())
  assert.deepEqual(
    client.sent().flatMap(message => (message.type === 'say' ? [message.body] : [])),
    ['me again'],
  )
})

/** Order kept over real sockets: by netcat and by a client of ours, with what is kept and counted of it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type KeptOrder, noOrder } from '../../src/chat/order.ts'
import type { Deed } from '../../src/chat/types.ts'
import type { Server, ServerEvent } from '../../src/server/server.ts'
import { quietServer, typist } from './netcat.ts'
import { joinPeer } from './peer.ts'

interface Written {
  order: KeptOrder
  readonly deeds: Deed[]
  readonly events: ServerEvent[]
  /** What is said where the order is to be kept and cannot be. */
  unkept: string | null
}

async function start(t: TestContext): Promise<{ server: Server; written: Written }> {
  const written: Written = { order: noOrder, deeds: [], events: [], unkept: null }
  const server = await quietServer(t, written.events, {
    order: {
      kept: noOrder,
      keep: order => {
        if (written.unkept === null) written.order = order
        return written.unkept
      },
      audit: deed => written.deeds.push(deed),
    },
  })
  return { server, written }
}

test('netcat becomes owner by the token, and kicks, mutes and bans with the same commands', async t => {
  const { server, written } = await start(t)
  const nico = await typist(t, server.port, 'nico')
  nico.say(`/own ${server.offerOwner().toUpperCase()}`)
  await nico.hear(/^-- You are owner here for as long as this connection lives\./)
  const bob = await joinPeer(server.port, 'bob')
  const eve = await typist(t, server.port, 'eve')
  nico.say('/who')
  await nico.hear(/nico \(owner, not encrypted\)/)

  nico.say('/mute bob for 10m too loud')
  await nico.hear(/^-- bob was muted for 10 min by nico: too loud$/)
  await bob.hear('order', said => said.lines[0]?.startsWith('bob was muted') === true && !said.isAnswer)
  bob.speak('id1', 'a body that nobody may write down')
  const refused = await bob.hear('refused', said => said.about === 'id1')
  assert.equal(refused.code, 'muted')
  assert.match(refused.text, /^You are muted here for another 10 min, by nico: too loud\. Nobody got this\.$/)

  nico.say('/kick bob')
  const bye = await bob.hear('bye')
  assert.equal(bye.reason, 'kicked')
  await bob.gone
  await eve.hear(/^-- bob was sent away by nico$/)

  nico.say('/ban eve for good spam')
  await eve.hear(/^-- You are banned here for good, by nico: spam\.$/)
  await eve.gone
  nico.say('/bans')
  await nico.hear(/^-- eve: banned, for good, by nico: spam$/)
  nico.say('/kick nobody')
  await nico.hear(/^-- Nobody of that name is known here/)

  assert.deepEqual(
    written.deeds.map(({ act, by, whom }) => [act, by, whom]),
    [
      ['own', 'nico', undefined],
      ['mute', 'nico', 'bob'],
      ['kick', 'nico', 'bob'],
      ['ban', 'nico', 'eve'],
    ],
  )
  assert.doesNotMatch(JSON.stringify(written), /a body that nobody/)
  // Who has no identity to come back with has no role after this either.
  assert.deepEqual(written.order.roles, [])
  const { refused: codes, ended } = server.vitals()
  assert.equal(codes.get('muted'), 1)
  assert.equal(ended.get('kicked'), 1)
  assert.equal(ended.get('banned'), 1)
})

test('whoever comes back with the same identity in time is still kept out', async t => {
  const { server } = await start(t)
  const bob = await joinPeer(server.port, 'bob')
  const welcome = bob.heard.find(said => said.type === 'welcome')
  assert.ok(welcome?.type === 'welcome')
  server.moderate({ type: 'moderate', act: 'kick', whom: 'bob' })
  await bob.gone
  const { device, secret } = welcome
  await assert.rejects(joinPeer(server.port, 'robert', { device, secret }), /"reason":"kicked"/)
  const other = await joinPeer(server.port, 'bob')
  other.close()
})

test('whoever asked hears that what they did could not be kept: a member, netcat and whoever runs the server', async t => {
  const { server, written } = await start(t)
  const ann = await joinPeer(server.port, 'ann')
  ann.say({ type: 'own', token: server.offerOwner() })
  await ann.hear('order')
  ann.say({ type: 'moderate', act: 'motd', text: 'kept' })
  await ann.hear('order', ({ act }) => act === 'motd')
  const nico = await typist(t, server.port, 'nico')
  server.moderate({ type: 'moderate', act: 'op', whom: 'nico' })
  written.unkept = 'This holds until the server stops only.'
  ann.say({ type: 'moderate', act: 'motd', text: 'not kept' })
  await ann.hear('order', ({ lines }) => lines.includes('This holds until the server stops only.'))
  nico.say('/mute ann')
  nico.say('/kick nobody')
  await nico.hear(/Nobody of that name/)
  await joinPeer(server.port, 'bob')
  nico.say('/mute bob for 10m')
  await nico.hear(/^-- This holds until the server stops only\.$/)
  const said = { type: 'moderate', act: 'unmute', whom: 'bob' } as const
  assert.equal(server.moderate(said).unkept, 'This holds until the server stops only.')
  written.unkept = null
  assert.equal('unkept' in server.moderate({ ...said, act: 'mute' }), false)
})

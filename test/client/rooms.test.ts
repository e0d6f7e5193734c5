import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { items } from '../../src/base/ring.ts'
import { createHub } from '../../src/chat/hub.ts'
import type { Effect, Line } from '../../src/chat/types.ts'
import { currentRoom } from '../../src/client/model.ts'
import { entryText } from '../../src/client/scrollback.ts'
import { readClient, readServer } from '../../src/wire/messages.ts'
import { write } from '../../src/wire/written.ts'
import { type Driver, den, drive } from './driver.ts'

/** One connection: what is under way in each direction is lost with it. */
interface Wire {
  readonly session: string
  readonly toServer: string[]
  readonly toClient: string[]
}

/** Clients and a hub with wires between them that deliver, stall and break as they are told. */
function world(names: readonly string[]) {
  let fresh = 0
  // So much time passes between two messages that nobody is too fast.
  let nowMs = 0
  const newId = () => `n${++fresh}`
  const kept: Line[] = []
  const hub = createHub({
    server: 'den1',
    name: 'den-server',
    epoch: 'e1',
    motd: '',
    newId,
    newSecret: newId,
    digest: secret => `#${secret}`,
  })
  const wires = new Map<string, Wire>()
  /** Appends and pages take their time, and are answered in order. */
  const slow: (() => Effect[])[] = []

  const run = (effects: Effect[]) => {
    for (const effect of effects) {
      if (effect.do === 'send') {
        for (const to of effect.to) wires.get(to)?.toClient.push(write(effect.message))
      } else if (effect.do === 'append') {
        const { draft, session } = effect
        slow.push(() => {
          const earlier = kept.find(line => line.author === draft.author && line.id === draft.id)
          if (earlier) return hub.repeat(session, earlier)
          const line = { ...draft, seq: kept.filter(one => one.room === draft.room).length + 1, at: 0 }
          kept.push(line)
          return hub.accept(line)
        })
      } else if (effect.do === 'lookUp') {
        const { author, id } = effect
        slow.push(() =>
          hub.lookedUp(effect, kept.find(one => one.author === author && one.id === id) ?? null),
        )
      } else if (effect.do === 'hold') {
        slow.push(() => hub.expired(effect.session))
      } else if (effect.do === 'page') {
        slow.push(() => {
          const { room, from, limit } = effect
          const lines = kept.filter(line => line.room === room)
          return hub.paged(
            effect,
            'after' in from
              ? lines.filter(line => line.seq > from.after).slice(0, limit)
              : lines.filter(line => line.seq < from.before).slice(-limit),
          )
        })
      } else if (effect.do === 'close') {
        const client = clients.find(one => one.wire?.session === effect.session)
        if (client) cut(client)
      }
    }
  }

  const clients = names.map((nick, index) => ({
    nick,
    driver: drive({ nick, target: den }, nick).unwatched(),
    wire: null as Wire | null,
    typed: [] as string[],
    /** What was sent under which id, and what of it was refused. */
    bodies: new Map<string, string>(),
    refused: new Set<string>(),
    index,
  }))
  type Client = (typeof clients)[number]

  function cut(client: Client) {
    const { wire } = client
    if (wire === null) return
    client.wire = null
    wires.delete(wire.session)
    run(hub.lost(wire.session))
    client.driver.take({ got: 'unlinked', text: 'The cable was pulled.' })
  }

  /** Dials where the client asks for it. */
  function dial(client: Client) {
    if (client.wire !== null) return
    const session = newId()
    client.wire = { session, toServer: [], toClient: [] }
    wires.set(session, client.wire)
    run(hub.open(session))
    client.driver.take({
      got: 'linked',
      host: '10.0.0.5',
      port: 23277,
      secured: { server: 'den1', pin: 'pin1' },
    })
    flush(client)
  }

  /** Puts what the client asked to send on the wire. */
  function flush(client: Client) {
    for (const message of client.driver.sent()) {
      if (message.type === 'say') client.bodies.set(message.id, message.body)
      client.wire?.toServer.push(write(message))
    }
  }

  function up(client: Client) {
    const text = client.wire?.toServer.shift()
    if (text === undefined || client.wire === null) return false
    const read = readClient(text)
    assert.ok(read.ok)
    nowMs += 60_000
    run(hub.receive(client.wire.session, read.message, nowMs))
    return true
  }

  function down(client: Client) {
    const text = client.wire?.toClient.shift()
    if (text === undefined) return false
    const read = readServer(text)
    assert.ok(read.ok)
    if (read.message.type === 'refused') client.refused.add(client.bodies.get(read.message.about) ?? '')
    client.driver.said(read.message)
    flush(client)
    return true
  }

  function work() {
    const step = slow.shift()
    if (step) run(step())
    return step !== undefined
  }

  return {
    clients,
    kept,
    cut,
    dial,
    /** Ids are the client’s own; bodies tell the lines apart. */
    say(client: Client, before = '') {
      const body = `${client.nick} ${client.typed.length}`
      client.typed.push(body)
      client.driver.enter(before + body)
      flush(client)
    },
    order(client: Client, text: string) {
      client.driver.enter(text)
      flush(client)
    },
    up,
    down,
    work,
    /** Until nothing is under way any more. */
    settle() {
      for (let busy = true; busy; ) {
        busy = work()
        for (const client of clients) busy = [up(client), down(client)].includes(true) || busy
      }
    },
  }
}

const bodies = (driver: Driver, room = currentRoom(driver.model())): string[] =>
  [...items(room.entries)].flatMap(entry => (entry.kind === 'line' ? [entry.body] : []))

const step = fc.record({
  who: fc.nat(1),
  does: fc.constantFrom(
    'say',
    'say',
    'up',
    'up',
    'down',
    'down',
    'down',
    'work',
    'work',
    'cut',
    'dial',
    'dial',
  ),
  times: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(60)),
})

test('whatever breaks when, every line is kept once, in its writer’s order, and everybody sees the same room', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: 'max' }), steps => {
      const { clients, kept, ...does } = world(['ann', 'bob'])
      for (const client of clients) does.dial(client)
      does.settle()
      for (const { who, does: what, times } of steps) {
        const client = clients[who] ?? assert.fail()
        for (let n = 0; n < times; n++) {
          if (what === 'work') does.work()
          else if (client.driver.model().outbox.length < 90 || what !== 'say')
            does[what as 'say' | 'up' | 'down' | 'cut' | 'dial'](client)
        }
      }
      // In the end every cable is plugged in again and everything arrives.
      for (let round = 0; round < 4; round++) {
        for (const client of clients) does.dial(client)
        does.settle()
      }
      const room = kept.map(line => line.body)
      assert.equal(new Set(room).size, room.length, 'kept once')
      for (const { nick, typed, driver } of clients) {
        assert.deepEqual(
          room.filter(body => body.startsWith(nick)),
          typed,
          `${nick}’s lines in ${nick}’s order`,
        )
        assert.deepEqual(driver.model().outbox, [])
        const seen = bodies(driver)
        assert.deepEqual(seen, room.slice(room.length - seen.length), `${nick} sees the room, each line once`)
        assert.ok(seen.length >= Math.min(50, room.length))
        assert.doesNotMatch(driver.lines().join('\n'), /earlier message|not sent/)
      }
    }),
    { numRuns: 200 },
  )
})

const move = fc.record({
  who: fc.nat(2),
  other: fc.nat(2),
  room: fc.constantFrom('#dev', '#ops', '#lobby'),
  does: fc.constantFrom(
    'say',
    'say',
    'sayIn',
    'sayTo',
    'sayTo',
    'open',
    'join',
    'leave',
    'next',
    'rename',
    'up',
    'up',
    'down',
    'down',
    'down',
    'work',
    'work',
    'cut',
    'dial',
    'dial',
  ),
  times: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.constant(40)),
})

test('in rooms and conversations, whatever breaks when, nothing is lost, doubled, misplaced or told to others', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 150, size: 'max' }), moves => {
      const { clients, kept, ...does } = world(['ann', 'bob', 'cat'])
      for (const client of clients) does.dial(client)
      does.settle()
      for (const { who, other, room, does: what, times } of moves) {
        const client = clients[who] ?? assert.fail()
        const partner = clients[other] ?? assert.fail()
        const nick = partner.driver.model().nick
        const full = client.driver.model().outbox.length > 80
        if (what === 'say') full || does.say(client)
        else if (what === 'sayIn') full || does.say(client, `${room} `)
        else if (what === 'sayTo') full || partner === client || does.say(client, `@${nick} `)
        else if (what === 'open') does.order(client, `@${nick}`)
        else if (what === 'join') does.order(client, `/join ${room}`)
        else if (what === 'leave') does.order(client, '/leave')
        else if (what === 'next') does.order(client, '/next')
        else if (what === 'rename') does.order(client, `/nick ${client.nick}${times}`)
        else
          for (let n = 0; n < times; n++)
            if (what === 'work') does.work()
            else does[what](client)
        client.driver.key('C-u')
      }
      for (let round = 0; round < 4; round++) {
        for (const client of clients) does.dial(client)
        does.settle()
      }
      assert.equal(new Set(kept.map(line => line.body)).size, kept.length, 'kept once')
      for (const client of clients) {
        const { nick, typed, refused, driver } = client
        const model = driver.model()
        assert.deepEqual(model.outbox, [])
        assert.deepEqual(model.asked, [])
        const own = kept.filter(line => line.body.startsWith(`${nick} `))
        for (const body of typed)
          assert.ok(own.some(line => line.body === body) || refused.has(body), `${body} is kept or refused`)
        assert.ok(model.rooms.has(model.current))
        for (const room of model.rooms.values()) {
          const said = kept.filter(line => line.room === room.name).map(line => line.body)
          const mine = said.filter(body => body.startsWith(`${nick} `))
          assert.deepEqual(
            mine,
            typed.filter(body => mine.includes(body)),
            `${nick}’s lines in ${room.label} in ${nick}’s order`,
          )
          const seen = bodies(driver, room)
          assert.deepEqual(seen, said.slice(said.length - seen.length), `${nick} sees ${room.label}`)
          assert.equal(seen.length >= Math.min(50, said.length) || room.lastSeq !== null, true)
          if (room.partner !== null) {
            const partner = clients.find(one => room.partner?.startsWith(one.nick))
            assert.ok(partner, `${room.label} is somebody’s nick`)
            assert.ok(said.every(body => body.startsWith(`${nick} `) || body.startsWith(`${partner.nick} `)))
          }
          assert.doesNotMatch([...items(room.entries)].map(entryText).join('\n'), /earlier message/)
        }
      }
    }),
    { numRuns: 150, includeErrorInReport: true },
  )
})

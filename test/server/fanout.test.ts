import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { ServerMessage, SessionId } from '../../src/chat/types.ts'
import { native } from '../../src/dialects/native.ts'
import type { Codec, Dialect } from '../../src/dialects/types.ts'
import type { Batch } from '../../src/net/batch.ts'
import type { Connection } from '../../src/net/connection.ts'
import { createFanout } from '../../src/server/fanout.ts'

const line = (seq: number): ServerMessage => ({
  ...{ type: 'line', room: '#lobby', seq, at: 0, id: `i${seq}`, from: 'ann', kind: 'say', body: 'hi' },
})
const came: ServerMessage = { type: 'presence', room: '#lobby', nick: 'bob', presence: 'here' }

const softBytes = 1000

/** Everybody in `people`, with what each was sent: own lines, and the batches shared with them. */
function hall(people: Readonly<Record<string, Dialect>>) {
  let rendered = 0
  const backlogBytes = new Map<string, number>()
  const counted: Dialect = { ...native, open: () => shared }
  const shared: Codec = {
    parse: () => [],
    render(message) {
      rendered += 1
      return message.type === 'ping' ? '' : JSON.stringify(message)
    },
  }
  const unused = () => assert.fail('not for a fan-out')
  const hearers = new Map(
    Object.entries(people).map(([id, dialect]) => {
      const sent: string[] = []
      const batches: { batch: Batch }[] = []
      const said: (() => string)[] = []
      // As a queue does: what is said next closes the batch before it.
      const take = () => void batches.at(-1)?.batch.pieces()
      const connection: Connection = {
        ...{ address: '', pause: unused, resume: unused, trust: unused, end: unused },
        ...{ cut: unused, destroy: unused },
        backlogBytes: () => backlogBytes.get(id) ?? 0,
        send(words) {
          take()
          sent.push(words)
          said.push(() => `${words}\n`)
        },
        share(lines) {
          take()
          if ('pieces' in lines) batches.push({ batch: lines })
          said.push(() => ('pieces' in lines ? lines.pieces().toString() : lines.toString()))
        },
      }
      const isShared = dialect === native
      const codec = isShared ? shared : dialect.open({ serverName: '', newId: () => '', wallMs: () => 0 })
      return [id, { connection, codec, dialect: isShared ? counted : dialect, sent, batches, said }] as const
    }),
  )
  const told: string[] = []
  const waits: (() => void)[] = []
  const send = createFanout({
    find: (id: SessionId) => hearers.get(id),
    onOwn: hearer => void told.push(...[...hearers].filter(([, one]) => one === hearer).map(([id]) => id)),
    later: run => void waits.push(run),
    softBytes,
  })
  const of = (id: string) => hearers.get(id) ?? assert.fail(id)
  return {
    ...{ send, told, of, backlogBytes },
    rendered: () => rendered,
    /** A moment passes. */
    moment() {
      for (const run of waits.splice(0)) run()
    },
    /** As many as anything waits for. */
    pass() {
      for (let run = waits.shift(); run !== undefined; run = waits.shift()) run()
    },
    heard: (id: string) =>
      of(id)
        .said.map(words => words())
        .join(''),
  }
}

const talking: Codec = { parse: () => [], render: message => JSON.stringify(message) }
const aloud: Dialect = {
  ...native,
  name: 'aloud',
  shared: false,
  open: () => ({ parse: () => [], render: ({ type }) => (type === 'line' ? 'LINE' : '') }),
}

test('a line is rendered once for all who share a dialect, and lines of one turn share a batch', () => {
  const { send, of, rendered } = hall({ a: native, b: native, c: native })
  const room = ['a', 'b', 'gone', 'c']
  send(room, line(1))
  send(room, line(2))
  assert.equal(rendered(), 2)
  const [only] = of('a').batches
  assert.ok(only)
  for (const id of ['a', 'b', 'c']) assert.deepEqual(of(id).batches, [only])
  assert.equal(only.batch.pieces().toString(), `${JSON.stringify(line(1))}\n${JSON.stringify(line(2))}\n`)
  send(room, line(3))
  assert.equal(of('b').batches.length, 2)
  assert.equal(of('b').batches[1]?.batch.pieces().toString(), `${JSON.stringify(line(3))}\n`)
})

test('who has a codec of their own is told by it, and that is said; what a dialect has no words for is not sent', () => {
  const { send, of, told } = hall({ a: native, b: native, typed: aloud })
  const room = ['a', 'typed', 'b']
  send(room, line(1))
  send(room, { type: 'ping' })
  send(['typed'], line(2))
  send(['a'], line(3))
  assert.deepEqual(of('typed').sent, ['LINE', 'LINE'])
  assert.deepEqual(of('typed').batches, [])
  assert.deepEqual(told, ['typed', 'typed', 'typed'])
  assert.deepEqual(of('a').sent, [JSON.stringify(line(3))])
  assert.equal(of('a').batches[0]?.batch.pieces().toString(), `${JSON.stringify(line(1))}\n`)
})

test('what many newcomers are told alike is made for the first of them, and once for all the others', () => {
  const everybody = ['a', 'b', 'c', 'd']
  const { send, rendered, heard } = hall({ a: native, b: native, c: native, d: native })
  const list: ServerMessage = { type: 'members', room: '#lobby', members: [], complete: true }
  for (const id of everybody) send([id], list)
  assert.equal(rendered(), 2)
  for (const id of everybody) assert.equal(heard(id), `${JSON.stringify(list)}\n`)
})

test('that somebody came may wait for a moment, but not behind what is said later', () => {
  const { send, pass, heard } = hall({ a: native, b: native, typed: aloud })
  for (const id of ['a', 'b', 'typed']) send([id], line(0))
  const before = heard('a')
  send(['a', 'b'], came)
  assert.equal(heard('a'), before)
  pass()
  assert.equal(heard('a'), `${before}${JSON.stringify(came)}\n`)
  send(['a', 'b', 'typed'], came)
  send(['a'], line(1))
  assert.ok(heard('a').endsWith(`${JSON.stringify(came)}\n${JSON.stringify(line(1))}\n`))
  assert.equal(heard('b').split('here').length, 2)
  send(['a', 'b'], line(2))
  assert.ok(heard('b').endsWith(`${JSON.stringify(came)}\n${JSON.stringify(line(2))}\n`))
  assert.equal(heard('typed'), 'LINE\n')
})

test('that somebody came waits behind no role: it is told with the one they had then', () => {
  const { send, pass, heard } = hall({ a: native, b: native })
  for (const id of ['a', 'b']) send([id], line(0))
  const before = heard('a')
  const elsewhere: ServerMessage = { type: 'presence', room: '#dev', nick: 'bob', presence: 'here' }
  const op: ServerMessage = { type: 'role', nick: 'bob', role: 'op' }
  send(['a', 'b'], came)
  send(['a'], elsewhere)
  send(['a', 'b'], op)
  pass()
  const told = [came, elsewhere, op].map(one => `${JSON.stringify(one)}\n`)
  assert.equal(heard('a'), before + told.join(''))
  assert.equal(heard('b'), `${before}${told[0]}${told[2]}`)
})

test('as long as more come all of them are told at once, and after four moments in any case', () => {
  const { send, moment, heard } = hall({ a: native, b: native })
  for (const id of ['a', 'b']) send([id], line(0))
  const before = heard('a')
  send(['a', 'b'], came)
  for (let wait = 1; wait < 4; wait++) {
    send(['a', 'b'], came)
    moment()
    assert.equal(heard('a'), before)
  }
  send(['a', 'b'], came)
  moment()
  assert.equal(heard('a'), `${before}${`${JSON.stringify(came)}\n`.repeat(5)}`)
  // Nobody else came: the next one waits for one moment.
  send(['a', 'b'], came)
  moment()
  assert.equal(heard('b').split('here').length, 7)
})

test('a room fills and empties, people talk: each hears what was for them, once and in order', () => {
  const everybody = ['a', 'b', 'c', 'd', 'typed']
  const step = fc.record({
    do: fc.constantFrom('news', 'news', 'line', 'one', 'pass'),
    who: fc.constantFrom(...everybody),
    turns: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const { a, b, c, d } = { a: native, b: native, c: native, d: native }
      const { send, pass, heard } = hall({ a, b, c, d, typed: { ...aloud, open: () => talking } })
      const expected = new Map(everybody.map(id => [id, '']))
      const say = (to: readonly string[], said: ServerMessage) => {
        for (const id of to) expected.set(id, `${expected.get(id)}${JSON.stringify(said)}\n`)
        if (to.length > 0) send(to, said)
      }
      for (const id of everybody) say([id], { type: 'pong' })
      let room: string[] = []
      for (const [index, { do: what, who, turns }] of steps.entries()) {
        if (what === 'pass') pass()
        else if (what === 'line') say(room, line(index))
        else if (what === 'one') say([who], line(index))
        else {
          // Somebody comes, goes, or does something that only the others are told.
          const others = room.filter(id => id !== who)
          say(others, { ...came, nick: `n${index}` })
          if (turns) room = room.includes(who) ? others : [...room, who]
        }
      }
      pass()
      for (const id of everybody) assert.equal(heard(id), expected.get(id))
    }),
  )
})

test('who has more unsent than the soft mark is told no typing and reading, and every line all the same', () => {
  const { send, backlogBytes, of } = hall({ ann: native, bob: native })
  const to = ['ann', 'bob']
  backlogBytes.set('ann', softBytes + 1)
  backlogBytes.set('bob', softBytes)
  send(to, { type: 'typing', room: '#lobby', nick: 'cat', on: true })
  send(['ann'], { type: 'read', room: '#lobby', nick: 'cat', seq: 1 })
  send(to, line(1))
  assert.deepEqual(
    to.map(id => [of(id).sent.length, of(id).batches.length]),
    [
      [0, 1],
      [1, 1],
    ],
  )
})

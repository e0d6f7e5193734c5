import assert from 'node:assert/strict'
import test from 'node:test'
import type { ServerMessage } from '../../src/chat/types.ts'
import { native } from '../../src/dialects/native.ts'
import type { Codec, Dialect } from '../../src/dialects/types.ts'
import type { Batch } from '../../src/net/batch.ts'
import type { Connection } from '../../src/net/connection.ts'
import { createFanout } from '../../src/server/fanout.ts'

const line = (seq: number): ServerMessage => ({
  ...{ type: 'line', room: '#lobby', seq, at: 0, id: `i${seq}`, from: 'ann', kind: 'say', body: 'hi' },
})
const came: ServerMessage = { type: 'presence', room: '#lobby', nick: 'bob', presence: 'here' }

/** Everybody in `people`, with what each was sent: own lines, and the batches shared with them. */
function hall(people: Readonly<Record<string, Dialect>>) {
  let rendered = 0
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
      const batches: { batch: Batch; when: string | undefined }[] = []
      const connection: Connection = {
        ...{ address: '', pause: unused, resume: unused, trust: unused, end: unused, destroy: unused },
        backlogBytes: () => 0,
        send: words => void sent.push(words),
        share: (batch, when) => void batches.push({ batch, when }),
      }
      const isShared = dialect === native
      const codec = isShared ? shared : dialect.open({ serverName: '', newId: () => '', wallMs: () => 0 })
      return [id, { connection, codec, dialect: isShared ? counted : dialect, sent, batches }] as const
    }),
  )
  const told: string[] = []
  const send = createFanout(
    id => hearers.get(id),
    hearer => void told.push(...[...hearers].filter(([, one]) => one === hearer).map(([id]) => id)),
  )
  return { send, told, rendered: () => rendered, of: (id: string) => hearers.get(id) ?? assert.fail(id) }
}

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

test('that somebody came may wait for a moment, and nothing that is said waits with it', () => {
  const { send, of } = hall({ a: native, b: native })
  const room = ['a', 'b']
  send(room, came)
  send(room, came)
  send(room, line(1))
  assert.deepEqual(
    of('a').batches.map(({ when }) => when),
    ['lingering', 'soon'],
  )
})

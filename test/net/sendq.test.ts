import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createBatch, pieceBytes } from '../../src/net/batch.ts'
import { createSendq, type Sendq } from '../../src/net/sendq.ts'

function drained(sendq: Sendq): string {
  const taken: Buffer[] = []
  while (!sendq.isEmpty()) taken.push(...sendq.next())
  return Buffer.concat(taken).toString()
}

test('a batch grows until somebody takes it, is encoded once, and is shared uncopied', () => {
  const batch = createBatch()
  const [one, other] = [createSendq(), createSendq()]
  batch.add('a')
  one.share(batch)
  other.share(batch)
  batch.add('ü')
  assert.equal(batch.isOpen(), true)
  assert.equal(one.isEmpty(), false)
  const [bytes] = one.next()
  assert.equal(bytes?.toString(), 'a\nü\n')
  assert.equal(batch.isOpen(), false)
  assert.equal(other.next()[0], bytes)
  assert.throws(() => batch.add('late'), /closed/)
  assert.equal(one.isEmpty() && other.isEmpty(), true)
})

test('a line of one’s own closes the batch, so that what comes later stands behind it', () => {
  const batch = createBatch()
  const sendq = createSendq()
  sendq.push('first')
  sendq.share(batch)
  batch.add('shared')
  assert.equal(sendq.isSharing(), true)
  sendq.push('last')
  assert.equal(sendq.isSharing(), false)
  assert.equal(batch.isOpen(), false)
  assert.equal(sendq.bytes(), 'first\nshared\nlast\n'.length)
  assert.equal(drained(sendq), 'first\nshared\nlast\n')
  assert.equal(sendq.bytes(), 0)
})

test('a large batch is cut into pieces of whole lines', () => {
  const batch = createBatch()
  const lines = Array.from({ length: 500 }, (_, at) => `${at} `.padEnd(1_000, '€'))
  for (const line of lines) batch.add(line)
  const pieces = batch.pieces()
  assert.ok(pieces.length > 3)
  for (const piece of pieces) {
    assert.equal(piece.at(-1), 0x0a)
    assert.ok(piece.length <= pieceBytes)
  }
  assert.equal(Buffer.concat(pieces).toString(), `${lines.join('\n')}\n`)
  assert.deepEqual(createBatch().pieces(), [])
})

test('what is small is joined, what is large and shared stands between it uncopied', () => {
  const sendq = createSendq()
  const [small, large] = [1_000, 5_000].map(size => Buffer.from('\n'.padStart(size, 'x')))
  assert.ok(small && large)
  sendq.push('first')
  sendq.share(small)
  sendq.share(large)
  sendq.share(small)
  sendq.push('last')
  const pieces = sendq.next()
  assert.deepEqual(
    pieces.map(piece => piece.toString()),
    [`first\n${small}`, `${large}`, `${small}last\n`],
  )
  assert.equal(pieces[1], large)
  assert.equal(sendq.isEmpty(), true)
  assert.equal(sendq.bytes(), 0)
})

test('whatever is said to whom, alone and together, everybody gets their lines whole and in order', () => {
  const step = fc.record({
    to: fc.constantFrom('one', 'other', 'both', 'take'),
    line: fc.string({ unit: fc.constantFrom('x', 'é', '€'), maxLength: 30 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), steps => {
      const [one, other] = [createSendq(), createSendq()]
      const said = { one: '', other: '' }
      const heard = { one: '', other: '' }
      let batch = createBatch()
      let isShared = false
      for (const { to, line } of steps) {
        if (to === 'take') {
          if (!one.isEmpty()) heard.one += Buffer.concat(one.next()).toString()
          continue
        }
        if (to !== 'other') said.one += `${line}\n`
        if (to !== 'one') said.other += `${line}\n`
        if (to === 'one') one.push(line)
        else if (to === 'other') other.push(line)
        else {
          if (!isShared || !batch.isOpen()) {
            batch = createBatch()
            isShared = true
            one.share(batch)
            other.share(batch)
          }
          batch.add(line)
        }
      }
      heard.one += drained(one)
      heard.other += drained(other)
      assert.deepEqual(heard, said)
      assert.equal(one.bytes() + other.bytes(), 0)
    }),
  )
})

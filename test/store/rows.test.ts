/** Whatever stands in a row of the history, what is read of it is a line that every client takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toDevice, toHead, toLine } from '../../src/store/rows.ts'
import { readServer } from '../../src/wire/messages.ts'
import { write } from '../../src/wire/written.ts'

const sound = {
  room: '#lobby',
  id: 'id-1',
  author: 'device-a',
  nick: 'ann',
  kind: 'emote',
  body: 'waves',
  seq: 7,
  at: 1_795_239_842_113,
}
const line = {
  room: '#lobby',
  id: 'id-1',
  author: 'device-a',
  from: 'ann',
  kind: 'emote',
  body: 'waves',
  seq: 7,
  at: 1_795_239_842_113,
} as const

test('a row that is as it was kept is that line', () => {
  assert.deepEqual(toLine(sound), line)
})

/** What stands in a column, and what of the line differs for it. */
const spoilt: readonly [string, Record<string, unknown>, Record<string, unknown>][] = [
  ['another letter in the kind', { kind: 'emotf' }, { kind: 'say' }],
  ['a kind that would write fields of its own', { kind: 'say","from":"bob' }, { kind: 'say' }],
  ['another letter in the id', { id: 'id 1' }, { id: 'unreadable-7' }],
  ['no id at all', { id: '' }, { id: 'unreadable-7' }],
  ['a number that is none', { seq: Number.NaN, at: -1 }, { seq: 0, at: 0 }],
  ['a number past all counting', { at: 2 ** 60 }, { at: 0 }],
  ['nothing where words should be', { nick: null, body: null }, { from: '', body: '' }],
  ['a nick without end', { nick: 'x'.repeat(9_000) }, { from: 'x'.repeat(256) }],
]

for (const [what, columns, differs] of spoilt)
  test(`a row with ${what} is read all the same, and no client refuses the piece of the past it is in`, () => {
    const read = toLine({ ...sound, ...columns })
    assert.deepEqual(read, { ...line, ...differs })
    const { author: _, ...told } = read
    const backlog = write({ type: 'backlog', room: '#lobby', lines: [told], complete: true })
    for (const text of [backlog, write({ type: 'line', ...told })]) assert.ok(readServer(text).ok, text)
  })

test('a room that nobody can have made is no room, and a device without anything is read', () => {
  assert.deepEqual(toHead({ room: '#lobby', seq: 3, topic: null }), { room: '#lobby', seq: 3, topic: '' })
  assert.equal(toHead({ room: null, seq: 3, topic: '' }), null)
  assert.equal(toHead({ room: `#${'x'.repeat(300)}`, seq: 3, topic: '' }), null)
  assert.deepEqual(toDevice({ id: null, secret_hash: 3, nick: null, seen_at: 'x' }), {
    id: '',
    secretHash: '',
    nick: '',
    household: null,
    seenAt: 0,
  })
})

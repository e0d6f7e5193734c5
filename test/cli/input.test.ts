/** What standard input and the arguments of the line tools mean, however the bytes are cut. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines, readWhole } from '../../src/cli/input.ts'
import { readAddressed, readPlace } from '../../src/cli/place.ts'

async function* pieces(bytes: Uint8Array, at: number): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, at)
  yield bytes.subarray(at)
}

async function all<T>(reads: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const one of reads) list.push(one)
  return list
}

test('each line is a message, blank ones are none, the last needs no newline: cut at every byte', async () => {
  const bytes = Buffer.from('one\r\n\n  \nzwei ✓\n\tthree')
  for (let at = 0; at <= bytes.length; at++)
    assert.deepEqual(await all(readLines(pieces(bytes, at))), [
      { number: 1, body: 'one' },
      { number: 4, body: 'zwei ✓' },
      { number: 5, body: '\tthree' },
    ])
})

test('a whole input is one message with its lines, a blank one is none', async () => {
  const bytes = Buffer.from('one\n\n  two ✓\n')
  for (let at = 0; at <= bytes.length; at++)
    assert.deepEqual(await all(readWhole(pieces(bytes, at))), [{ number: 1, body: 'one\n\n  two ✓\n' }])
  for (const blank of ['', ' \n\n\t'])
    assert.deepEqual(await all(readWhole(pieces(Buffer.from(blank), 0))), [])
})

test('what is endless or no UTF-8 is named by its line, and the rest is read', async () => {
  const bytes = Buffer.concat([
    Buffer.from('fine\n'),
    Buffer.alloc(100_000, 97),
    Buffer.from('\n'),
    Buffer.from([0xff, 0x0a]),
    Buffer.from('good\n'),
  ])
  assert.deepEqual(await all(readLines(pieces(bytes, 50_000))), [
    { number: 1, body: 'fine' },
    { number: 2, fault: 'too-long' },
    { number: 3, fault: 'not-utf8' },
    { number: 4, body: 'good' },
  ])
  assert.deepEqual(await all(readWhole(pieces(bytes, 50_000))), [{ number: 1, fault: 'too-long' }])
  assert.deepEqual(await all(readWhole(pieces(Buffer.from([0x61, 0xff]), 1))), [
    { number: 1, fault: 'not-utf8' },
  ])
})

test('the first word is a place where it begins with # or @, else all is text', () => {
  const cases: readonly [readonly string[], string, string | null][] = [
    [[], '#lobby', null],
    [['hello', 'there'], '#lobby', 'hello there'],
    [['#Builds'], '#builds', null],
    [['#builds', 'done', 'in', '3 s'], '#builds', 'done in 3 s'],
    [['@bob', '#1 is ready'], '@bob', '#1 is ready'],
    [['#builds', ''], '#builds', ''],
  ]
  for (const [words, place, text] of cases)
    assert.deepEqual(readAddressed(words), { ok: true, value: { place, text } }, words.join(' '))
})

test('what could be meant for one or for all is not guessed, and a bad place is named', () => {
  for (const [words, says] of [
    [['@bob hello'], /whom is that for/],
    [['#builds done'], /whom is that for/],
    [['@', 'x'], /empty/],
    // An unset variable in quotes: what it was to name is not known, and to all is the worst guess.
    [['', 'the password is x'], /first word is empty/],
    [[' '], /first word is empty/],
    [['#', 'x'], /needs a name/],
    [['#a!b', 'x'], /letters, digits/],
  ] as const) {
    const read = readAddressed(words)
    assert.match(read.ok ? '' : read.text, says)
  }
  assert.deepEqual(readPlace('builds'), { ok: true, value: '#builds' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clusters } from '../../src/base/cells.ts'
import { cleanText } from '../../src/base/clean.ts'
import { emojiLike } from '../../src/client/emoji.ts'

test('each emoji has one name, is one character of two cells, and stays what it is on the wire', () => {
  const all = [...'abcdefghijklmnopqrstuvwxyz+-1'].flatMap(letter => emojiLike(`:${letter}`))
  const rows = new Map(all.map(({ name, sign }) => [name, sign]))
  assert.ok(rows.size >= 200, `${rows.size}`)
  for (const [name, sign] of rows) {
    assert.match(name, /^[a-z0-9_+-]+$/)
    assert.deepEqual(
      clusters(sign).map(one => one.cells),
      [2],
      name,
    )
    assert.equal(cleanText(sign), sign, name)
    assert.deepEqual(emojiLike(`:${name}:`), [{ name, sign }])
  }
})

test('names that begin with the letters come before those that have them elsewhere', () => {
  const names = emojiLike(':heart').map(one => one.name)
  assert.equal(names[0], 'heart')
  assert.ok(names.indexOf('heart_eyes') < names.indexOf('blue_heart'))
  assert.deepEqual(emojiLike(':'), [])
  assert.deepEqual(emojiLike('::'), [])
  assert.deepEqual(emojiLike(':nothing_like_it'), [])
})

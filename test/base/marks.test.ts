/** Marks over letters: what people are called passes, what only decorates a name does not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isDecorated, undecorated } from '../../src/base/marks.ts'
import { checkNick, nickFrom, objectionTo } from '../../src/base/names.ts'
import { objectionToRoom } from '../../src/base/rooms.ts'

test('names of people have the accents they have, composed or not', () => {
  for (const name of [
    ...[
      'José',
      'Zoë',
      'Müller',
      'Françoise',
      'Nguyễn',
      'Thuý',
      'Đặng',
      'Łukasz',
      'Ørjan',
      'Žižek',
      'Şükrü',
      'bób',
    ],
    ...[
      'Ọládélé',
      'ọ̀nà',
      'ẹ́',
      'Diné',
      'ą́',
      'ɛ́kɔ́',
      'g̃uarani',
      'm̧ajel̦',
      'Алексе́й',
      'Йосип',
      'Ἀλέξανδρος',
      'ᾅδης',
    ],
    ...['שָׁלוֹם', 'مُحَمَّد', 'สมศักดิ์', 'น้ำ', 'हिन्दी', 'श्री', 'မြန်မာ', 'ཀརྨ', 'が', 'パ'],
  ])
    for (const form of ['NFC', 'NFD'] as const) {
      const checked = checkNick(name.normalize(form))
      assert.ok(checked.ok, name)
      assert.equal(isDecorated(checked.nick), false, name)
    }
})

for (const [name, plain] of [
  ['m̶i̶a̶', 'mia'],
  ['b́́́́́ob', 'b́ob'],
  ['b̲o̲b̲', 'bob'],
  ['b̅ob', 'bob'],
  ['b⃝ob', 'bob'],
  ['é̶ve', 'éve'],
  ['ệ́́', 'ệ́'],
  ['bͣob', 'bob'],
  ['b1́', 'b1'],
  ['м̸ир', 'мир'],
  ['ก็็็', 'ก็'],
] as const)
  test(`“${name}” is nobody’s name, and “${plain}” is near it`, () => {
    assert.equal(isDecorated(name.normalize('NFKC')), true)
    assert.match(objectionTo(name.normalize('NFKC')) ?? '', /no strokes through them and no piles/)
    assert.match(objectionToRoom(`#${name.normalize('NFKC')}`) ?? '', /no strokes through them and no piles/)
    assert.equal(undecorated(name), plain)
    assert.equal(nickFrom(name), plain)
  })

test('without its decoration a name has none, and is as it was where it had none', () => {
  const letters = fc.constantFrom(
    'a',
    'e',
    'ệ',
    'б',
    '1',
    '_',
    '\u0301',
    '\u0336',
    '\u0323',
    '\u20dd',
    '\u0e47',
  )
  fc.assert(
    fc.property(fc.array(letters), parts => {
      const name = parts.join('').normalize('NFKC')
      const plain = undecorated(name)
      assert.equal(isDecorated(plain), false)
      if (!isDecorated(name)) assert.equal(plain, name)
    }),
  )
})

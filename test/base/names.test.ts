/** Nicks: what is one, which are the same, and one for everybody. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cleanLine } from '../../src/base/clean.ts'
import {
  checkNick,
  fold,
  nickBytesMax,
  nickFrom,
  nickPointsMax,
  objectionTo,
  suggestNick,
} from '../../src/base/names.ts'
import { utf8Bytes } from '../../src/base/utf8.ts'
import { nasty } from './nasty.ts'

const valid: readonly [raw: string, nick: string][] = [
  ['alice', 'alice'],
  ['Alice_2.x-y', 'Alice_2.x-y'],
  ['日本', '日本'],
  ['Zoe\u0308', 'Zoë'],
  ['ａｂｃ', 'abc'],
  ['नमस्ते', 'नमस्ते'],
  ['7', '7'],
  ['a'.repeat(24), 'a'.repeat(24)],
  ['Иван_2', 'Иван_2'],
  ['Νίκος', 'Νίκος'],
  ['ウンピー', 'ウンピー'],
  ['Bob田中さん', 'Bob田中さん'],
  ['김Alice', '김Alice'],
  ['李ㄅㄆ', '李ㄅㄆ'],
  ['ᏣᎳᎩ', 'ᏣᎳᎩ'],
  ['علی٢', 'علی٢'],
  ['Roots', 'Roots'],
  ['root', 'root'],
  ['Иванbob', 'Иванbob'],
]
for (const [raw, nick] of valid) {
  test(`“${raw}” is a nick`, () => assert.deepEqual(checkNick(raw), { ok: true, nick }))
}

const invalid: readonly [what: string, raw: string, text: string][] = [
  ['nothing', '', 'A nick cannot be empty. Try another one.'],
  ['blanks', '   ', 'A nick cannot be empty. Try another one.'],
  ['a blank inside', 'al ice', 'A nick has no spaces. Try “al_ice”.'],
  ['a newline', 'a\nb', 'A nick has no spaces. Try “a_b”.'],
  ['25 letters', 'a'.repeat(25), `A nick has at most 24 characters. Try “${'a'.repeat(24)}”.`],
  ['a megabyte', 'a'.repeat(1 << 20), `A nick has at most 24 characters. Try “${'a'.repeat(24)}”.`],
  [
    '66 bytes in 22 letters',
    '日'.repeat(22),
    `A nick has at most 64 bytes, and this one has more. Try “${'日'.repeat(21)}”.`,
  ],
  ['an underscore first', '_bob', 'A nick starts with a letter or a digit. Try “bob”.'],
  ['a mark first', '\u0301bob', 'A nick starts with a letter or a digit. Try “bob”.'],
  ['a sign', 'a!b', 'A nick holds letters, digits, “_”, “.” and “-” only. “!” is none of these. Try “ab”.'],
  ['an emoji', '💩', 'A nick holds letters, digits, “_”, “.” and “-” only. Try another one.'],
  ['an escape', '\x1b[31mbob', 'A nick holds letters, digits, “_”, “.” and “-” only. Try “31mbob”.'],
  ['an invisible character', 'a\u200bb', 'A nick has no invisible characters. Try “ab”.'],
  ['a Hangul filler', '\u3164', 'A nick has no invisible characters. Try another one.'],
  ['an endless ligature', '\ufdfa', 'A nick has no spaces. Try “صلى_الله_عليه_وسلم”.'],
  ['ten marks', `a${'\u0323'.repeat(10)}`, `A nick has at most a few marks over one letter. Try “ạ\u0323”.`],
]
for (const [what, raw, text] of invalid) {
  test(`a nick is not ${what}`, () => assert.deepEqual(checkNick(raw), { ok: false, text }))
}

test('a valid nick is clean, within its bounds and valid again; a refusal repeats nothing harmful', () => {
  fc.assert(
    fc.property(nasty, raw => {
      const checked = checkNick(raw)
      if (!checked.ok) {
        assert.equal(cleanLine(checked.text), checked.text)
        return
      }
      assert.match(checked.nick, /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u)
      assert.ok([...checked.nick].length <= nickPointsMax && utf8Bytes(checked.nick) <= nickBytesMax)
      assert.equal(cleanLine(checked.nick), checked.nick)
      assert.deepEqual(checkNick(checked.nick), checked)
    }),
    { numRuns: 3000 },
  )
})

test('every code point alone is a nick or is refused, and everybody gets a nick', () => {
  for (let point = 0; point <= 0x10ffff; point += point < 0x30000 ? 1 : 97) {
    const raw = String.fromCodePoint(point)
    const checked = checkNick(raw)
    const near = nickFrom(raw)
    if (!checkNick(near).ok) assert.fail(`U+${point.toString(16)} gives ${JSON.stringify(near)}`)
    if (checked.ok && objectionTo(checked.nick) === null && near !== checked.nick)
      assert.fail(`U+${point.toString(16)} is changed needlessly`)
  }
})

test('names that look the same to a careless eye fold to the same key', () => {
  assert.equal(fold('ALICE'), 'alice')
  assert.equal(fold('Ａlice'), 'alice')
  assert.equal(fold('Straße'), 'straße')
  assert.equal(fold('ΑΣ'), fold('ας'))
  assert.equal(fold('ΑΣ'), fold('ασ'))
  assert.equal(fold('Zoe\u0308'), fold('ZOË'))
  assert.equal(fold('\u212a'), 'k')
  assert.equal(fold('#LoBBy'), '#lobby')
  assert.notEqual(fold('alice'), fold('alıce'))
})

test('folding what is folded changes nothing', () => {
  for (let point = 0; point <= 0x1ffff; point++) {
    const folded = fold(String.fromCodePoint(point))
    if (fold(folded) !== folded) assert.fail(`U+${point.toString(16)}`)
  }
  fc.assert(fc.property(nasty, text => assert.equal(fold(fold(text)), fold(text))))
})

const unwanted: readonly [what: string, nick: string, text: string][] = [
  [
    'Latin with a Cyrillic letter',
    'аnn',
    'A nick’s letters come from one alphabet of today, and “аnn” mixes Cyrillic and Latin.',
  ],
  [
    'Cyrillic that ends in Latin',
    'Иванbob',
    'A nick’s letters come from one alphabet of today, and “Иванbob” mixes Cyrillic and Latin.',
  ],
  [
    'Greek among Latin',
    'Al\u03b9ce',
    'A nick’s letters come from one alphabet of today, and “Al\u03b9ce” mixes Latin and Greek.',
  ],
  [
    'three alphabets',
    'aбγ',
    'A nick’s letters come from one alphabet of today, and “aбγ” mixes Latin, Cyrillic and Greek.',
  ],
  [
    'Hangul beside kana',
    '김さん',
    'A nick’s letters come from one alphabet of today, and “김さん” mixes Hangul and Hiragana.',
  ],
  [
    'Chinese beside Cyrillic',
    '李ван',
    'A nick’s letters come from one alphabet of today, and “李ван” mixes Chinese and Cyrillic.',
  ],
  [
    'digits of another alphabet',
    'bob٢',
    'A nick’s letters come from one alphabet of today, and “bob٢” mixes Latin and Arabic.',
  ],
  ['hieroglyphs', '𓀀𓂀', 'A nick’s letters come from one alphabet of today, and “𓀀𓂀” has others.'],
  ['the server', 'Server', '“Server” would speak for the server or to everybody.'],
  ['the program', 'earshot', '“earshot” would speak for the server or to everybody.'],
  ['an administrator in capitals', 'ADMIN', '“ADMIN” would speak for the server or to everybody.'],
  ['an administrator in digits', 'adm1n', '“adm1n” would speak for the server or to everybody.'],
  ['everybody', 'everyone', '“everyone” would speak for the server or to everybody.'],
  ['who is here', 'HERE', '“HERE” would speak for the server or to everybody.'],
  ['all, in digits', 'a11', '“a11” would speak for the server or to everybody.'],
  ['all, in tall letters', 'aIl', '“aIl” would speak for the server or to everybody.'],
  ['all in Lisu letters', 'ꓮꓡꓡ', '“ꓮꓡꓡ” would speak for the server or to everybody.'],
  ['all in Cherokee letters', 'ᎪᏞᏞ', '“ᎪᏞᏞ” would speak for the server or to everybody.'],
  ['the superuser in digits', 'R00T', '“R00T” would speak for the server or to everybody.'],
  ['another administrator', 'admin2', '“admin2” would speak for the server or to everybody.'],
  ['the hundredth superuser', 'root100', '“root100” would speak for the server or to everybody.'],
  ['all, counted up', 'all2', '“all2” would speak for the server or to everybody.'],
  ['all in digits, counted up', 'a112', '“a112” would speak for the server or to everybody.'],
  ['a server in capitals, counted up', 'SERVER0', '“SERVER0” would speak for the server or to everybody.'],
]
for (const [what, nick, text] of unwanted)
  test(`nobody new is called ${what}`, () => {
    assert.equal(objectionTo(nick), text)
    assert.deepEqual(checkNick(nick), { ok: true, nick }, 'who is called that can be named')
  })

const wanted = [
  'Иван_2',
  'Νίκος',
  'ウンピー',
  'Bob田中さん',
  '김Alice',
  '李ㄅㄆ',
  'علی٢',
  'Zoë',
  'Roots',
  'allison',
  'admins',
  'root2b',
  'al2',
  '2',
  'ann2',
]
for (const nick of wanted) test(`anybody may be called ${nick}`, () => assert.equal(objectionTo(nick), null))

const nicks: readonly [raw: string, nick: string][] = [
  ['root', 'guest'],
  ['ADM1N', 'guest'],
  ['ｒｏｏｔ', 'guest'],
  ['root2', 'guest'],
  ['аnn', 'ann'],
  ['Аnn', 'Ann'],
  ['usеr', 'user'],
  ['Zo\u0451', 'Zoë'],
  ['Алиса (Alice)', 'Алиса'],
  ['Иванbob', 'Иван'],
  ['김さん', 'さん'],
  ['김Аlice', '김Alice'],
  ['𓀀.bob', 'bob'],
  ['𓀀𓂀', 'guest'],
  ['alice', 'alice'],
  ['Alice Smith', 'Alice_Smith'],
  ['  bob\t', 'bob'],
  ['OFFICE\\carol', 'OFFICEcarol'],
  ['dave@example.org', 'daveexample.org'],
  ['', 'guest'],
  ['💩', 'guest'],
  ['___', 'guest'],
  ['\x1b\x07\u202e', 'guest'],
  ['\u202eevil', 'evil'],
  ['\x1b'.repeat(10_000), 'guest'],
  ['日'.repeat(10_000), '日'.repeat(21)],
  ['anna-maria-magdalena-the-great', 'anna-maria-magdalena-the'],
  ['twenty.three.letters.xyz.ab', 'twenty.three.letters.xyz'],
]
for (const [raw, nick] of nicks) {
  test(`${JSON.stringify(raw.slice(0, 30))} is called ${nick}`, () => assert.equal(nickFrom(raw), nick))
}

test('anything whatever has a valid nick near it that anybody may have', () => {
  fc.assert(
    fc.property(nasty, raw => {
      const near = nickFrom(raw)
      assert.deepEqual(checkNick(near), { ok: true, nick: near })
      assert.equal(objectionTo(near), null)
    }),
    { numRuns: 3000 },
  )
})

test('a taken nick is counted up', () => {
  const taken = (...nicks: string[]) => {
    const folded = new Set(nicks.map(fold))
    return (nick: string) => folded.has(fold(nick))
  }
  assert.equal(suggestNick('alice', taken()), 'alice')
  assert.equal(suggestNick('alice', taken('alice')), 'alice2')
  assert.equal(suggestNick('Alice', taken('alice', 'ALICE2')), 'Alice3')
  assert.equal(suggestNick('alice2', taken('alice2')), 'alice3')
  assert.equal(suggestNick('bob1984', taken('bob1984')), 'bob19842')
  assert.equal(suggestNick('7', taken('7')), '72')
  assert.equal(suggestNick('a'.repeat(24), taken('a'.repeat(24))), `${'a'.repeat(23)}2`)
  assert.equal(suggestNick('日'.repeat(21), taken('日'.repeat(21))), `${'日'.repeat(21)}2`)
  assert.equal(suggestNick('!', taken('guest')), 'guest2')
  assert.equal(suggestNick('root', taken('guest', 'guest2')), 'guest3')
})

test('a suggestion is always valid, and asking ends even where all are taken', () => {
  fc.assert(
    fc.property(nasty, wanted => assert.ok(checkNick(suggestNick(wanted, nick => nick.length % 3 > 0)).ok)),
  )
  assert.ok(checkNick(suggestNick('alice', () => true)).ok)
})

test('bytes of UTF-8 are counted as the platform encodes them', () => {
  fc.assert(fc.property(nasty, text => assert.equal(utf8Bytes(text), new TextEncoder().encode(text).length)))
})

/** What names look like: the pairs that people are fooled with, and those that are merely alike. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { checkNick } from '../../src/base/names.ts'
import { inOneScript, isOneScript } from '../../src/base/scripts.ts'
import { skeleton } from '../../src/base/skeleton.ts'
import { nasty } from './nasty.ts'

const alike: readonly [one: string, other: string][] = [
  ['Alice', 'AIice'],
  ['bill', 'bi11'],
  ['bob', 'b0b'],
  ['b0b', 'bOb'],
  ['scope', 'ѕсоре'],
  ['BOB', 'ВОВ'],
  ['coco', 'сосо'],
  ['ART', 'ᎪᎡᎢ'],
  ['BOB', 'ꓐꓳꓐ'],
  ['口', 'ロ'],
  ['alice', 'ａｌｉｃｅ'],
  ['Zoe\u0308', 'Zoë'],
  ['ΝΙΚΗ', 'NlKH'],
]
for (const [one, other] of alike)
  test(`“${one}” looks like “${other}”`, () => assert.equal(skeleton(one), skeleton(other)))

const different: readonly [one: string, other: string][] = [
  ['alice', 'alicia'],
  ['barn', 'bam'],
  ['modern', 'modem'],
  ['Zoe', 'Zoë'],
  ['Иван', 'Ивам'],
  ['가', '까'],
  ['日本', '目本'],
  ['anna', 'anne'],
]
for (const [one, other] of different)
  test(`“${one}” does not look like “${other}”`, () => assert.notEqual(skeleton(one), skeleton(other)))

test('the short way of ASCII and the table agree', () => {
  for (let code = 0x21; code < 0x7f; code++) {
    const letter = String.fromCharCode(code)
    if (checkNick(`a${letter}`).ok) assert.equal(skeleton(`${letter}é`), `${skeleton(letter)}é`, letter)
  }
})

test('a name has one skeleton however it is composed, and making it never throws', () => {
  fc.assert(
    fc.property(nasty, name => {
      assert.equal(skeleton(name.normalize('NFD')), skeleton(name.normalize('NFC')))
      assert.equal(skeleton(name), skeleton(name.normalize('NFKC')))
    }),
  )
})

test('what is left in one script is in one script, and a name of one stays as it is', () => {
  fc.assert(
    fc.property(nasty, name => {
      const kept = inOneScript(name)
      assert.ok(isOneScript(kept))
      if (isOneScript(name)) assert.equal(kept, name)
    }),
  )
})

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { codeEndOf, codeOf, hintOf, isCodeOf, readCode, shortCodeOf } from '../../src/base/fingerprint.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const pinOf = (of: Uint8Array): string => Buffer.from(of).toString('base64url')

test('the code is the first eighty bits in base32, in fours', () => {
  const pin = createHash('sha256').update('a key').digest('base64url')
  assert.match(codeOf(pin), /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/)
  assert.equal(codeOf(pinOf(new Uint8Array(32))), 'aaaa-aaaa-aaaa-aaaa')
  assert.equal(codeOf(pinOf(new Uint8Array(32).fill(255))), '7777-7777-7777-7777')
  // RFC 4648: “foobar” is MZXW6YTBOI.
  assert.equal(
    codeOf(pinOf(Buffer.from('foobar'.padEnd(32, '\0')))).slice(0, 12),
    'mzxw-6ytb-oi'.slice(0, 12),
  )
  assert.equal(shortCodeOf(pin), codeOf(pin).slice(0, 9))
})

test('a beacon’s hint is the hash’s first sixteen bytes, and has the same code', () => {
  fc.assert(
    fc.property(bytes, of => {
      const pin = pinOf(of)
      assert.equal(hintOf(pin), Buffer.from(of.slice(0, 16)).toString('base64url'))
      assert.equal(codeOf(hintOf(pin)), codeOf(pin))
    }),
  )
})

test('a code is read however it is typed, whole or its last four, and nothing else is one', () => {
  fc.assert(
    fc.property(bytes, of => {
      const pin = pinOf(of)
      for (const typed of [codeOf(pin), codeOf(pin).toUpperCase().replaceAll('-', ' '), codeEndOf(pin)]) {
        const code = readCode(typed)
        assert.ok(code !== null && isCodeOf(code, pin), typed)
      }
    }),
  )
  for (const typed of ['', 'abc', 'abcde', 'yes', 'y', 'aaa1', 'aaaa-aaaa', 'aaaa-aaaa-aaaa-aaa9'])
    assert.equal(readCode(typed), null, typed)
  assert.equal(isCodeOf('bbbb', pinOf(new Uint8Array(32))), false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutKeys } from '../../src/plain/typed.ts'

test('keys that mean nothing to a dumb terminal are no part of what is said', () => {
  const rows: readonly (readonly [typed: string, said: string])[] = [
    ['hello', 'hello'],
    ['\u001bOP\u001b/quit', '/quit'],
    ['\u001b[A\u001b[1;5Dup\u001b[3~', 'up'],
    ['a\u001b', 'a'],
    ['[A is a title, OP as well', '[A is a title, OP as well'],
  ]
  for (const [typed, said] of rows) assert.equal(withoutKeys(typed), said)
})

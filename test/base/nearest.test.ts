import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../src/base/nearest.ts'

const words = ['nick', 'me', 'who', 'clear', 'info', 'help', 'quit', 'serve', 'scan']

test('a slip of the fingers finds the word that was meant', () => {
  const table: [string, string | null][] = [
    ['nikc', 'nick'],
    ['hlep', 'help'],
    ['HELP', 'help'],
    ['quitt', 'quit'],
    ['clera', 'clear'],
    ['srve', 'serve'],
    ['joke', null],
    ['', null],
    ['x'.repeat(1000), null],
  ]
  for (const [typed, meant] of table) assert.equal(nearest(typed, words), meant, typed)
})

test('nothing is near where there is nothing', () => {
  assert.equal(nearest('nick', []), null)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDuration } from '../../src/base/duration.ts'

test('a duration is a count and one of the units that make sense there; a number alone says nothing', () => {
  for (const [text, ms] of [
    ['1ms', 1],
    ['500ms', 500],
    ['2s', 2_000],
    ['2S', 2_000],
    ['30m', 1_800_000],
    ['9999999s', 9_999_999_000],
    ['2', null],
    ['0s', null],
    ['-1s', null],
    ['1.5s', null],
    ['1 s', null],
    ['s', null],
    ['', null],
    ['2sec', null],
    ['10000000s', null],
    ['2h', null],
    ['1w', null],
  ] as const)
    assert.equal(readDuration(text, ['ms', 's', 'm']), ms, text)
  assert.equal(readDuration('2h', ['h']), 7_200_000)
  assert.equal(readDuration('7d', ['d']), 604_800_000)
  assert.equal(readDuration('1w', ['w']), 604_800_000)
})
